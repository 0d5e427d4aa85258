import { FileTree } from '../../shell/tree/file-tree'
import { newFile, newFolder, newLink, type FileNode, type FolderNode } from '../../shell/tree/tree-node'
import { CARRIED, type CarriedTree } from './messages'
import { bytesIn } from './packs'

/**
 * Taken before a program runs. Memory that others read must never be the receiver or the argument of anything that the program could have put
 * in the place of the platform's own: what it wrote there would change files for later programs without standing in any diff.
 */
const Bytes = Uint8Array

/** A program's own tree of the files that it was started with. */
export function treeOf({ names: text, numbers, targets, packs }: CarriedTree): FileTree {
  const tree = new FileTree()
  tree.root.children.set('dev', newFolder())
  const names = text === '' ? [] : text.split('\0')
  const folders = new Map<number, FolderNode>([[-1, tree.root]])
  let row = 0
  const number = (column: number): number => numbers[row * CARRIED.width + column] ?? 0
  for (const name of names) {
    const folder = folders.get(number(1))
    const kind = CARRIED.types[number(0)]
    if (kind === 'folder') folders.set(row, folderIn(folder, name))
    else if (kind === 'link') folder?.children.set(name, newLink(targets[number(4)] ?? ''))
    else folder?.children.set(name, fileOf(bytesIn(packs, { pack: number(4), at: number(5), size: number(6) }), number(2), number(3)))
    row += 1
  }
  tree.device('/dev/null', () => undefined)
  return tree
}

function folderIn(above: FolderNode | undefined, name: string): FolderNode {
  const known = above?.children.get(name)
  const own = known?.type === 'folder' ? known : newFolder()
  above?.children.set(name, own)
  return own
}

const EMPTY = new Uint8Array()

function fileOf(bytes: Uint8Array<ArrayBuffer | SharedArrayBuffer> | undefined, mode: number, mtime: number): FileNode {
  if (bytes === undefined || bytes.length === 0) return Object.assign(newFile(EMPTY, mode), { mtime })
  return bytes.buffer instanceof ArrayBuffer ? Object.assign(newFile(bytes, mode), { mtime }) : new SharedFile(bytes, mode, mtime)
}

/** Memory that others see too is copied when somebody looks: much of the platform takes none, and most files of a project nobody looks at. */
class SharedFile implements FileNode {
  readonly type = 'file'
  readonly ino: number
  mode: number
  mtime: number
  spare = false
  readonly #shared: Uint8Array
  #own: Uint8Array | undefined

  constructor(shared: Uint8Array, mode: number, mtime: number) {
    this.ino = newFile(EMPTY).ino
    this.mode = mode
    this.mtime = mtime
    this.#shared = shared
  }

  get bytes(): Uint8Array {
    this.#own ??= new Bytes(this.#shared)
    return this.#own
  }

  set bytes(bytes: Uint8Array) {
    this.#own = bytes
  }
}
