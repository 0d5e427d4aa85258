import { changesSoFar } from '../../shell/tree/touched'
import type { FileTree } from '../../shell/tree/file-tree'
import type { TreeNode } from '../../shell/tree/tree-node'
import { CARRIED, type CarriedTree } from './messages'

/** What a node was when it was last told: contents are never changed in place, so the same bytes are the same content. */
export interface Told {
  readonly type: TreeNode['type']
  readonly bytes?: Uint8Array
  readonly mode?: number
  readonly target?: string
}

/** The tree as a program is started with it. */
export interface Snapshot {
  /** Posted as it is: where memory can be shared, nobody copies contents. */
  readonly carried: CarriedTree
  readonly told: ReadonlyMap<string, Told>
  /** {@link changesSoFar} when it was made. */
  readonly at: number
}

type Pack = CarriedTree['packs'][number]

/** Small files share a pack. */
const PACK_BYTES = 4_000_000
/** What nobody needs any more may lie in packs up to so much, and as much as is needed besides. */
const MOST_DEAD = 8_000_000

/** Whether both sides of a worker can see the same memory: then a program can wait for its input in the middle of a function, too. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer === 'function' && Reflect.get(globalThis, 'crossOriginIsolated') !== false
}

/** Contents that programs are started with, kept from one start to the next: only what changed since is copied. */
class SharedTree {
  readonly #tree: FileTree
  #packs: Pack[] = []
  #places = new WeakMap<Uint8Array, readonly [pack: number, at: number]>()
  #room = 0
  #last: Snapshot | undefined

  constructor(tree: FileTree) {
    this.#tree = tree
  }

  snapshot(): Snapshot {
    const at = changesSoFar()
    if (this.#last?.at === at) return this.#last
    const nodes = [...numbered(this.#tree)]
    const files = nodes.flatMap(({ node }) => (node.type === 'file' ? [node.bytes] : []))
    const needed = files.reduce((sum, { length }) => sum + length, 0)
    if (this.#room > 2 * needed + MOST_DEAD) {
      this.#packs = []
      this.#places = new WeakMap()
      this.#room = 0
    }
    this.#place(files.filter((bytes) => bytes.length > 0 && !this.#places.has(bytes)))
    this.#last = { carried: this.#table(nodes), told: new Map(nodes.map(({ path, node }) => [path, tellingOf(node)])), at }
    return this.#last
  }

  #place(fresh: readonly Uint8Array[]): void {
    for (let from = 0; from < fresh.length;) {
      let size = 0
      let to = from
      // One that is larger than a pack has its own.
      for (let next = fresh[to]; next !== undefined && (to === from || size + next.length <= PACK_BYTES); next = fresh[++to])
        size += next.length
      const pack = canShare() ? new SharedArrayBuffer(size) : new ArrayBuffer(size)
      const room = new Uint8Array(pack)
      let at = 0
      for (const bytes of fresh.slice(from, to)) {
        room.set(bytes, at)
        this.#places.set(bytes, [this.#packs.length, at])
        at += bytes.length
      }
      this.#packs.push(pack)
      this.#room += size
      from = to
    }
  }

  #table(nodes: readonly Numbered[]): CarriedTree {
    const numbers = new Float64Array(nodes.length * CARRIED.width)
    const targets: string[] = []
    for (const [index, { node, parent }] of nodes.entries()) {
      const [pack = 0, at = 0] = node.type === 'file' ? (this.#places.get(node.bytes) ?? []) : []
      const own =
        node.type === 'file'
          ? [node.mode, node.mtime, pack, at, node.bytes.length]
          : [0, 0, node.type === 'link' ? targets.length : 0, 0, 0]
      numbers.set([CARRIED.types.indexOf(node.type), parent, ...own], index * CARRIED.width)
      if (node.type === 'link') targets.push(node.target)
    }
    return { names: nodes.map(({ name }) => name).join('\0'), numbers, targets, packs: [...this.#packs] }
  }
}

/** A node, its place among those that come before it, and where it is. */
interface Numbered {
  readonly path: string
  readonly name: string
  readonly node: TreeNode
  /** -1: the root. */
  readonly parent: number
}

/** Folders come before what is in them. Commands and devices are not a program's to see. */
function* numbered(tree: FileTree): Generator<Numbered, void> {
  const left: Numbered[] = []
  const below = (node: TreeNode, path: string, parent: number): void => {
    if (node.type !== 'folder') return
    for (const [name, child] of node.children)
      if (parent !== -1 || (name !== 'bin' && name !== 'usr')) left.push({ path: `${path}/${name}`, name, node: child, parent })
  }
  below(tree.root, '', -1)
  let count = 0
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.node.type === 'file' && next.node.write !== undefined) continue
    yield next
    below(next.node, next.path, count)
    count += 1
  }
}

/** What is said of a node. */
export function tellingOf(node: TreeNode): Told {
  if (node.type === 'file') return { type: 'file', bytes: node.bytes, mode: node.mode }
  return node.type === 'link' ? { type: 'link', target: node.target } : { type: 'folder' }
}

const shared = new WeakMap<FileTree, SharedTree>()

/** All of a tree that programs see, as it is now. */
export function snapshotOf(tree: FileTree): Snapshot {
  const one = shared.get(tree) ?? new SharedTree(tree)
  shared.set(tree, one)
  return one.snapshot()
}
