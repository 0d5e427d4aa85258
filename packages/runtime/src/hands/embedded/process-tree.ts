import { changesSoFar } from '../../shell/tree/touched'
import type { FileTree } from '../../shell/tree/file-tree'
import { baseName, parentName, type TreeNode, type TreeOp } from '../../shell/tree/tree-node'
import type { CarriedTree } from './messages'
import { snapshotOf, tellingOf, type Told } from './shared-tree'

/**
 * The part of the tree that a program can see. It has a tree of its own: what it writes comes home as operations, in order, and what others
 * wrote meanwhile is told to it with its input (code that waits in the middle of a function hears of it when it is back in its loop).
 */
export class ProcessTree {
  readonly #tree: FileTree
  #told: ReadonlyMap<string, Told> = new Map()
  #own: Map<string, Told> | undefined
  /** The tree as it was told is the tree as it was at this change. */
  #seen = -1

  constructor(tree: FileTree) {
    this.#tree = tree
  }

  /** All of it, for the start. */
  carried(): CarriedTree {
    const { carried, told, at } = snapshotOf(this.#tree)
    this.#told = told
    this.#seen = at
    return carried
  }

  /** Something that the program did. */
  take(op: TreeOp): void {
    const wasSeen = this.#seen === changesSoFar()
    this.#tree.apply(op)
    if (op.type === 'remove' || op.type === 'rename') this.#forget(op.path)
    const made = op.type === 'rename' ? op.to : op.path
    const told = this.#mine()
    for (const [path, node] of this.#visible(made)) told.set(path, tellingOf(node))
    if (wasSeen) this.#seen = changesSoFar()
  }

  /** What others did since the last time. */
  news(): readonly TreeOp[] {
    const at = changesSoFar()
    if (this.#seen === at) return []
    const ops: TreeOp[] = []
    const now = new Map<string, Told>()
    for (const [path, node] of this.#visible()) {
      const told = tellingOf(node)
      const before = this.#told.get(path)
      now.set(path, told)
      if (before !== undefined && isSame(before, told)) continue
      if (before !== undefined && (before.type !== told.type || told.type === 'link')) ops.push({ type: 'remove', path })
      if (node.type === 'link') ops.push({ type: 'symlink', path, target: node.target })
      else if (node.type === 'folder') ops.push({ type: 'mkdir', path })
      // Copied: a piece of a pack would take the whole pack along.
      else ops.push({ type: 'write', path, bytes: node.bytes.slice(), mode: node.mode })
    }
    for (const path of this.#told.keys()) if (!now.has(path)) ops.push({ type: 'remove', path })
    this.#told = this.#own = now
    this.#seen = at
    return ops
  }

  #forget(path: string): void {
    const told = this.#mine()
    for (const one of told.keys()) if (one === path || one.startsWith(`${path}/`)) told.delete(one)
  }

  /** What was told at the start is everybody's: a program that writes has a list of its own. */
  #mine(): Map<string, Told> {
    this.#own ??= new Map(this.#told)
    this.#told = this.#own
    return this.#own
  }

  /** A link is not followed. */
  #itself(path: string): TreeNode | undefined {
    const folder = this.#tree.find(parentName(path))
    return folder?.type === 'folder' ? folder.children.get(baseName(path)) : undefined
  }

  /** Folders come before what is in them. Commands and devices are not a program's to see. */
  *#visible(from = ''): Generator<[path: string, node: TreeNode], void> {
    const start = from === '' ? this.#tree.root : this.#itself(from)
    if (start === undefined) return
    const left: [string, TreeNode][] = [[from, start]]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [path, node] = next
      if (node.type === 'file' && node.write !== undefined) continue
      if (path !== '') yield next
      if (node.type !== 'folder') continue
      for (const [name, child] of node.children)
        if (path !== '' || (name !== 'bin' && name !== 'usr')) left.push([`${path}/${name}`, child])
    }
  }
}

const isSame = (a: Told, b: Told): boolean => a.type === b.type && a.bytes === b.bytes && a.mode === b.mode && a.target === b.target
