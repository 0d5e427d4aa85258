import type { GitPerson } from '@tabwright/protocol'
import { ConfigFile } from '../../shell/commands/git/config-file'
import { GitError } from '../../shell/commands/git/git-error'
import { bytesOf, textOf } from '../../shell/text'
import type { FileTree } from '../../shell/tree/file-tree'
import { FsError } from '../../shell/tree/fs-error'
import { SHELL_ENV } from './shell'

const PATH = `${SHELL_ENV.HOME}/.gitconfig`

/** Puts who commits into git's settings of the home folder; the other settings there stay. */
export function writePerson(tree: FileTree, person: GitPerson): void {
  try {
    change(tree, person)
  } catch (thrown) {
    // Commands may have made anything of that file or folder: git says so itself when it is asked.
    if (!(thrown instanceof GitError || thrown instanceof FsError)) throw thrown
  }
}

function change(tree: FileTree, person: GitPerson): void {
  const node = tree.find(PATH)
  const file = new ConfigFile(node?.type === 'file' ? textOf(node.bytes) : '', PATH)
  for (const [name, value] of [
    ['name', person.name],
    ['email', person.email],
  ] as const)
    if (value === '') file.unset(`user.${name}`)
    else file.set(`user.${name}`, name, value)
  if (node === undefined && file.text === '') return
  tree.mkdir(SHELL_ENV.HOME, true)
  tree.writeFile(PATH, bytesOf(file.text))
}
