import type { FileTree } from '../../shell/tree/file-tree'
import { baseName, parentName, type FileNode, type TreeNode, type TreeOp } from '../../shell/tree/tree-node'
import type { CarriedNode, ToProcess } from './messages'
import { packBytes } from './packs'

/** What a node was when it was last told: contents are never changed in place, so the same bytes are the same content. */
interface Told {
  readonly type: TreeNode['type']
  readonly bytes?: Uint8Array
  readonly mode?: number
  readonly target?: string
}

/**
 * The part of the tree that a program can see. It has a copy of its own: what it writes comes home as operations, in order, and what others
 * wrote meanwhile is told to it with its input (code that waits in the middle of a function hears of it when it is back in its loop).
 */
export class ProcessTree {
  readonly #tree: FileTree
  #told = new Map<string, Told>()

  constructor(tree: FileTree) {
    this.#tree = tree
  }

  /** All of it, for the start. */
  carried(): Pick<ToProcess, 'nodes' | 'packs'> {
    const nodes: CarriedNode[] = []
    const files: { readonly file: FileNode; readonly path: string }[] = []
    for (const [path, node] of this.#visible()) {
      if (node.type === 'link') nodes.push({ type: 'link', path, target: node.target })
      else if (node.type === 'file') files.push({ file: node, path })
      else nodes.push({ type: 'folder', path })
      this.#told.set(path, tellingOf(node))
    }
    const { places, packs } = packBytes(files.map(({ file }) => file.bytes))
    for (const [index, { file, path }] of files.entries()) {
      const place = places[index]
      if (place !== undefined) nodes.push({ type: 'file', path, mode: file.mode, mtime: file.mtime, ...place })
    }
    return { nodes, packs }
  }

  /** Something that the program did. */
  take(op: TreeOp): void {
    this.#tree.apply(op)
    if (op.type === 'remove' || op.type === 'rename') this.#forget(op.path)
    const made = op.type === 'rename' ? op.to : op.path
    for (const [path, node] of this.#visible(made)) this.#told.set(path, tellingOf(node))
  }

  /** What others did since the last time. */
  news(): readonly TreeOp[] {
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
    this.#told = now
    return ops
  }

  #forget(path: string): void {
    for (const told of this.#told.keys()) if (told === path || told.startsWith(`${path}/`)) this.#told.delete(told)
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

function tellingOf(node: TreeNode): Told {
  if (node.type === 'file') return { type: 'file', bytes: node.bytes, mode: node.mode }
  return node.type === 'link' ? { type: 'link', target: node.target } : { type: 'folder' }
}

const isSame = (a: Told, b: Told): boolean => a.type === b.type && a.bytes === b.bytes && a.mode === b.mode && a.target === b.target
