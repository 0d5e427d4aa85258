import { TREE_ROOM } from '../../tree/room'
import type { FolderNode, TreeNode } from '../../tree/tree-node'
import type { Call } from '../command'
import { BLOCK, diskBytes } from './look'

/** How full the sandbox's memory is, as a file system would tell it. */
export interface RoomUse {
  readonly blockSize: number
  readonly blocks: number
  readonly usedBlocks: number
  readonly nodes: number
  readonly usedNodes: number
}

/** Counts what the tree holds; a file with several names once. */
export function roomOf(call: Pick<Call, 'system' | 'tick'>): RoomUse {
  const { root } = call.system.tree
  const seen = new Set<TreeNode>()
  const folders: FolderNode[] = [root]
  let usedBlocks = 0
  let usedNodes = 1
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    call.tick()
    for (const node of folder.children.values()) {
      if (node.type === 'folder') folders.push(node)
      if (seen.has(node)) continue
      if (node.type === 'file' && (node.links ?? 1) > 1) seen.add(node)
      usedNodes += 1
      const size = node.type === 'file' ? node.bytes.length : 0
      usedBlocks += diskBytes({ type: node.type, size }) / BLOCK
    }
  }
  const blocks = TREE_ROOM.bytes / BLOCK
  return { blockSize: BLOCK, blocks, usedBlocks: Math.min(blocks, usedBlocks), nodes: TREE_ROOM.nodes, usedNodes }
}
