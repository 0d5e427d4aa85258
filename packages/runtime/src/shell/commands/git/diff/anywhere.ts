import { resolvePath } from '../../../tree/tree-node'
import type { Git } from '../git-call'
import { failed } from '../git-error'
import { MODE_EXEC, MODE_FILE } from '../objects'
import { byteOrder, NULL_OID } from '../oid'
import type { FileChange, FileSide } from './file-change'

const NOTHING = '/dev/null'

/** What differs between two files or folders anywhere. @throws GitError where one of them is not there */
export function changesAnywhere(git: Git, left: string, right: string): FileChange[] {
  const [a, b] = [nodeAt(git, left), nodeAt(git, right)]
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  if (a === undefined || b === undefined || (a.type === 'folder') === (b.type === 'folder')) return between(git, told(left), told(right))
  // A file and a folder: the one of that name in the folder is meant.
  return a.type === 'folder'
    ? changesAnywhere(git, below(left, nameOf(right)), right)
    : changesAnywhere(git, left, below(right, nameOf(left)))
}

function told(path: string): string | undefined {
  return path === NOTHING ? undefined : path
}

function below(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, '')}/${name}`
}

function nodeAt(git: Git, path: string): ReturnType<typeof git.files.find> {
  return path === NOTHING ? undefined : (git.files.find(resolvePath(git.cwd, path)) ?? failed(`Could not access '${path}'`))
}

function namesIn(git: Git, path: string | undefined): ReadonlySet<string> {
  const node = path === undefined ? undefined : nodeAt(git, path)
  return new Set(node?.type === 'folder' ? node.children.keys() : [])
}

function between(git: Git, left: string | undefined, right: string | undefined): FileChange[] {
  const isFolder = (path: string | undefined): boolean => path !== undefined && nodeAt(git, path)?.type === 'folder'
  if (!isFolder(left) && !isFolder(right)) return ofFiles(sideAt(git, left), sideAt(git, right))
  const names = { left: namesIn(git, left), right: namesIn(git, right) }
  const inner = [...new Set([...names.left, ...names.right])].toSorted(byteOrder).flatMap((name) => {
    const side = (folder: string | undefined, there: ReadonlySet<string>): string | undefined =>
      folder !== undefined && there.has(name) ? below(folder, name) : undefined
    return between(git, side(left, names.left), side(right, names.right))
  })
  const file = isFolder(left) ? ofFiles(undefined, sideAt(git, right)) : ofFiles(sideAt(git, left), undefined)
  return [...file, ...inner]
}

function sideAt(git: Git, path: string | undefined): FileSide | undefined {
  const node = path === undefined ? undefined : nodeAt(git, path)
  if (path === undefined || node?.type !== 'file') return undefined
  return { path, mode: node.mode & 0o100 ? MODE_EXEC : MODE_FILE, oid: NULL_OID, read: () => node.bytes }
}

function ofFiles(old: FileSide | undefined, fresh: FileSide | undefined): FileChange[] {
  if (old === undefined && fresh === undefined) return []
  if (old === undefined || fresh === undefined) return [{ status: old === undefined ? 'A' : 'D', old, fresh, isAnywhere: true }]
  const [a, b] = [old.read(), fresh.read()]
  const isSame = old.mode === fresh.mode && a.length === b.length && a.every((byte, i) => byte === b[i])
  return isSame ? [] : [{ status: 'M', old, fresh, isAnywhere: true }]
}
