import { FsError } from './fs-error'
import type { FolderNode, TreeNode } from './tree-node'

/** How much a tree holds. A tab that takes more is ended by the browser, with all that was in it. */
export interface RoomLimits {
  readonly bytes: number
  readonly nodes: number
}

/** Several times the largest workspace that is expected. */
export const TREE_ROOM: RoomLimits = { bytes: 1024 ** 3, nodes: 500_000 }

/**
 * Room of a tree. What is taken is added up; what becomes free is only counted when the sum passes the limit, by looking through
 * the whole tree: removals stay cheap, and nothing has to keep books about names, links and open files.
 */
export class Room {
  readonly #root: FolderNode
  readonly #limits: RoomLimits
  #bytes = 0
  #nodes = 0

  constructor(root: FolderNode, limits: RoomLimits) {
    this.#root = root
    this.#limits = limits
  }

  /** Takes room for bytes; less than nothing gives some back. @throws FsError ENOSPC */
  takeBytes(count: number, syscall: string): void {
    this.#bytes = Math.max(0, this.#bytes + count)
    if (count <= 0 || this.#bytes <= this.#limits.bytes) return
    this.#count()
    if (this.#bytes + count > this.#limits.bytes) throw new FsError('ENOSPC', syscall)
    this.#bytes += count
  }

  /** Takes room for one more name. @throws FsError ENOSPC */
  takeNode(syscall: string): void {
    this.#nodes += 1
    if (this.#nodes <= this.#limits.nodes) return
    this.#count()
    if (this.#nodes + 1 > this.#limits.nodes) throw new FsError('ENOSPC', syscall)
    this.#nodes += 1
  }

  #count(): void {
    this.#bytes = 0
    this.#nodes = 0
    const seen = new Set<TreeNode>()
    const folders: FolderNode[] = [this.#root]
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const node of folder.children.values()) {
        this.#nodes += 1
        if (node.type === 'folder') folders.push(node)
        if (node.type !== 'file' || ((node.links ?? 1) > 1 && seen.has(node))) continue
        if ((node.links ?? 1) > 1) seen.add(node)
        this.#bytes += node.bytes.length
      }
    }
  }
}
