import type { FolderNode, TreeNode } from './tree-node'

/**
 * Which nodes changed since somebody last looked. A changed node and every folder above it are marked, so that whoever looks walks down
 * along the marks and nowhere else: what it costs is what changed, whatever the tree holds.
 */

let changes = 0

/** Grows with every change of any tree: whoever saw this number knows whether there is news at all. */
export function changesSoFar(): number {
  return changes
}

/** Puts a node under a name in a folder. */
export function attach(folder: FolderNode, name: string, node: TreeNode): void {
  changes += 1
  const before = folder.children.get(name)
  if (before !== undefined && before !== node) release(folder, before)
  folder.children.set(name, node)
  if (before !== node) (node.parents ??= []).push(folder)
  node.isTouched = true
  touch(folder)
}

/** Takes a name out of a folder. */
export function detach(folder: FolderNode, name: string): void {
  const node = folder.children.get(name)
  if (node === undefined) return
  changes += 1
  folder.children.delete(name)
  release(folder, node)
  touch(folder)
}

/** Something about the node itself changed: content, mode, time or, of a folder, its names. */
export function touch(node: TreeNode): void {
  changes += 1
  node.isTouched = true
  // A folder that is marked already has marks all the way up.
  for (const folder of node.parents ?? []) if (folder.isTouched !== true) touch(folder)
}

function release(folder: FolderNode, node: TreeNode): void {
  const at = node.parents?.indexOf(folder) ?? -1
  if (at !== -1) node.parents?.splice(at, 1)
}
