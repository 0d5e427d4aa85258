import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { codeOf } from './open-folder'

const MOST_HOOKS = 50
/** Larger settings nobody writes by hand. */
const MOST_CONFIG = 256 * 1024
const HOOKS = '.git/hooks'

/**
 * Files that git runs by itself when a command uses it in the repository of this directory, for the card of such a command. Looked for where git
 * looks: `.git/hooks`, or what `core.hooksPath` of the repository's own settings says. A folder that a link leads to is named as a whole.
 */
export function hooksThere(root: string): readonly string[] {
  const folder = hooksPath(root)
  if (folder === undefined) return []
  const at = join(root, folder)
  try {
    if (realpathSync(at) !== at) return [folder]
    const isRun = (name: string): boolean => {
      const stat = lstatSync(join(at, name), { throwIfNoEntry: false })
      return stat !== undefined && (stat.isSymbolicLink() || (stat.isFile() && (stat.mode & 0o111) !== 0))
    }
    const names = readdirSync(at).filter((name) => /^[a-z][a-z-]{2,60}$/.test(name) && isRun(name))
    return names.toSorted().slice(0, MOST_HOOKS).map((name) => `${folder}/${name}`) // prettier-ignore
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(codeOf(thrown))) return []
    throw thrown
  }
}

/** From the directory on; undefined where there is no repository, or its hooks lie elsewhere, where no command of ours could have written them. */
function hooksPath(root: string): string | undefined {
  if (lstatSync(join(root, '.git'), { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  const config = lstatSync(join(root, '.git/config'), { throwIfNoEntry: false })
  if (config?.isFile() !== true || config.size > MOST_CONFIG) return HOOKS
  const [, said] = /^[ \t]*hookspath[ \t]*=[ \t]*"?([^"\n]*?)"?[ \t]*$/im.exec(readFileSync(join(root, '.git/config'), 'utf8')) ?? []
  if (said === undefined || said === '') return HOOKS
  const path = relative(root, join(root, said.replace(/^\/workspace\//, '')))
  return said.startsWith('/') && !said.startsWith('/workspace/') ? undefined : path.startsWith('..') || path.length > 200 ? undefined : path
}
