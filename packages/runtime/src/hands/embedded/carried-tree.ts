import { FileTree } from '../../shell/tree/file-tree'
import { newFile, newFolder, parentName } from '../../shell/tree/tree-node'
import type { ToProcess } from './messages'
import { bytesIn } from './packs'

/** A program's own copy of the files that it was started with. */
export function treeOf(start: Pick<ToProcess, 'nodes' | 'packs'>): FileTree {
  const tree = new FileTree()
  tree.root.children.set('dev', newFolder())
  for (const node of start.nodes) {
    if (node.type === 'folder') tree.mkdir(node.path, true)
    else if (node.type === 'link') tree.symlink(node.target, node.path)
    else {
      const folder = tree.find(parentName(node.path))
      const file = Object.assign(newFile(bytesIn(start.packs, node) ?? new Uint8Array(), node.mode), { mtime: node.mtime })
      if (folder?.type === 'folder') folder.children.set(node.path.slice(node.path.lastIndexOf('/') + 1), file)
    }
  }
  tree.device('/dev/null', () => undefined)
  return tree
}
