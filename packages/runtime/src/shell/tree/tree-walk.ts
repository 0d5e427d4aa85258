import { FsError } from './fs-error'
import type { FolderNode, TreeNode } from './tree-node'

/** Where a path leads. `parent` is missing for the root and where the folder of the path is not there. */
export interface Place {
  /** With every link on the way resolved. */
  readonly path: string
  readonly name: string
  readonly parent: FolderNode | undefined
  readonly node: TreeNode | undefined
}

const MAX_LINKS = 40

interface Crumb {
  readonly name: string
  readonly node: FolderNode
}

/**
 * Follows a path from the root.
 * @throws FsError `ENOENT` or `ENOTDIR` when a folder on the way is missing or is none, `ELOOP`
 */
export function walk(root: FolderNode, path: string, how: { readonly follow: boolean; readonly syscall: string }): Place {
  const trail: Crumb[] = [{ name: '', node: root }]
  const rest = path.split('/').filter((name) => name !== '' && name !== '.')
  let links = 0
  for (;;) {
    const name = rest.shift()
    const here = trail.at(-1)
    if (here === undefined) throw new FsError('ENOENT', how.syscall, path)
    if (name === undefined) return { path: pathOf(trail), name: here.name, parent: trail.at(-2)?.node, node: here.node }
    if (name === '..') {
      if (trail.length > 1) trail.pop()
      continue
    }
    const next = here.node.children.get(name)
    const last = rest.length === 0
    if (next?.type === 'link' && (!last || how.follow)) {
      if (++links > MAX_LINKS) throw new FsError('ELOOP', how.syscall, path)
      rest.unshift(...next.target.split('/').filter((part) => part !== '' && part !== '.'))
      if (next.target.startsWith('/')) trail.length = 1
      continue
    }
    if (next?.type === 'folder') {
      trail.push({ name, node: next })
      continue
    }
    if (last) return { path: pathOf([...trail, { name }]), name, parent: here.node, node: next }
    throw new FsError(next === undefined ? 'ENOENT' : 'ENOTDIR', how.syscall, path)
  }
}

function pathOf(trail: readonly { readonly name: string }[]): string {
  return trail.length === 1 ? '/' : trail.map((crumb) => crumb.name).join('/')
}
