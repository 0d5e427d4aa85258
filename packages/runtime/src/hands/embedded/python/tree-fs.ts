import type { EmscriptenFs, FsNode, FsStream } from 'pyodide/pyodide.mjs'
import { FsError } from '../../../shell/tree/fs-error'
import { statOf, type FileTree } from '../../../shell/tree/file-tree'
import { baseName, parentName, type FileNode, type TreeNode } from '../../../shell/tree/tree-node'

const KIND = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const
/** Bits that what is made does not get. */
const UMASK = 0o022
const O_TRUNC = 0o1000

/** What may be changed of a node; times in milliseconds. */
interface Change {
  readonly mode?: number
  readonly atime?: number | Date
  readonly mtime?: number | Date
  readonly size?: number
}

/** What is asked of an open file. */
interface Part {
  readonly stream: FsStream
  readonly at: number
}

const timeOf = (time: number | Date): number => (typeof time === 'number' ? time : time.getTime())

/** The session's files as a file system of Emscripten: the interpreter's own calls read and write the tree itself. */
export class TreeFs {
  readonly #fs: EmscriptenFs
  readonly #codes: Readonly<Record<string, number>>
  readonly #tree: FileTree
  /** Written to and not told yet. */
  readonly #dirty = new Map<FsNode, FileNode>()
  /** A file that is being opened for the first time. */
  #justMade: FsNode | undefined
  /** What an open file is, whatever becomes of its name. */
  readonly #files = new WeakMap<FsNode, FileNode>()

  constructor(fs: EmscriptenFs, codes: Readonly<Record<string, number>>, tree: FileTree) {
    this.#fs = fs
    this.#codes = codes
    this.#tree = tree
  }

  /** Puts every folder that the tree has at its top where the interpreter finds it. */
  mount(): void {
    for (const [name, node] of this.#tree.root.children) {
      if (node.type !== 'folder' || name === 'dev') continue
      this.#fs.mkdirTree(`/${name}`)
      this.#fs.mount({ mount: (at: FsNode['mount']) => this.#top(at) }, { root: `/${name}` }, `/${name}`)
    }
    // What is made beside them would be gone with the interpreter.
    this.#fs.chmod('/', 0o555)
  }

  /** Tells what open files hold. */
  flush(): void {
    for (const node of this.#dirty.keys()) this.#tell(node)
  }

  #top(mount: FsNode['mount']): FsNode {
    const node = this.#fs.createNode(null, '/', KIND.folder | 0o755)
    Object.assign(node, { mount })
    return this.#dress(node)
  }

  #dress(node: FsNode): FsNode {
    node.node_ops = this.#nodeOps
    node.stream_ops = this.#streamOps
    return node
  }

  #pathOf(node: FsNode): string {
    const names: string[] = []
    let at = node
    for (; at.parent !== at; at = at.parent) names.push(at.name)
    return [at.mount.opts.root, ...names.toReversed()].join('/')
  }

  /** The node itself, a link is not followed. */
  #find(path: string): TreeNode | undefined {
    const folder = this.#tree.find(parentName(path))
    return folder?.type === 'folder' ? folder.children.get(baseName(path)) : undefined
  }

  #fault(code: string): Error {
    return new this.#fs.ErrnoError(this.#codes[code] ?? this.#codes['EIO'] ?? 29)
  }

  /** Runs what may fail in the tree's words, and fails in the interpreter's. */
  #doing<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      throw thrown instanceof FsError ? this.#fault(thrown.code) : thrown
    }
  }

  #made(parent: FsNode, name: string, found: TreeNode): FsNode {
    const node = this.#dress(this.#fs.createNode(parent, name, KIND[found.type] | found.mode))
    if (found.type === 'file') this.#files.set(node, found)
    return node
  }

  #fileOf(node: FsNode): FileNode {
    const file = this.#files.get(node)
    if (file === undefined) throw this.#fault('EISDIR')
    return file
  }

  #tell(node: FsNode): void {
    const file = this.#dirty.get(node)
    this.#dirty.delete(node)
    if (file === undefined) return
    const path = this.#pathOf(node)
    // Removed while it was open: nobody can see it any more.
    if (this.#find(path) === file) this.#tree.onChange?.({ type: 'write', path, bytes: file.bytes.slice(), mode: file.mode })
  }

  #change(node: FsNode, change: Change): void {
    const path = this.#pathOf(node)
    this.#doing(() => {
      if (change.mode !== undefined) this.#setMode(node, path, change.mode)
      const { mtime, atime } = change
      if (mtime !== undefined)
        this.#tree.utimes(path, timeOf(mtime), { follow: false, ...(atime !== undefined && { atime: timeOf(atime) }) })
      if (change.size === undefined) return
      const file = this.#fileOf(node)
      this.#tree.truncate(file, change.size)
      this.#dirty.set(node, file)
      this.#tell(node)
    })
  }

  /** Emscripten makes a file with all bits and then sets those that were asked for: these, too, go through the mask. */
  #setMode(node: FsNode, path: string, asked: number): void {
    const mode = node === this.#justMade ? asked & ~UMASK : asked
    this.#justMade = undefined
    this.#tree.chmod(path, mode & 0o7777)
    node.mode = mode
  }

  #attributes(node: FsNode): object {
    const found = this.#files.get(node) ?? this.#find(this.#pathOf(node))
    if (found === undefined) throw this.#fault('ENOENT')
    const { size, mode, mtime, atime, ctime, ino, nlink } = statOf(found)
    return {
      dev: 1,
      ino,
      mode: KIND[found.type] | mode,
      nlink,
      uid: 0,
      gid: 0,
      rdev: 0,
      size,
      atime: new Date(atime),
      mtime: new Date(mtime),
      ctime: new Date(ctime),
      blksize: 4096,
      blocks: Math.ceil(size / 512),
    }
  }

  #make(parent: FsNode, name: string, mode: number): FsNode {
    const path = `${this.#pathOf(parent)}/${name}`
    return this.#doing(() => {
      const bits = mode & 0o7777 & ~UMASK
      if (this.#fs.isDir(mode)) {
        this.#tree.mkdir(path)
        if (bits !== 0o755) this.#tree.chmod(path, bits)
      } else if (this.#fs.isFile(mode)) this.#tree.writeFile(path, new Uint8Array(), bits)
      else throw this.#fault('EPERM')
      const found = this.#find(path)
      if (found === undefined) throw this.#fault('EIO')
      const node = this.#made(parent, name, found)
      this.#justMade = found.type === 'file' ? node : undefined
      return node
    })
  }

  #rename(node: FsNode, folder: FsNode, name: string): void {
    this.#tell(node)
    const from = this.#pathOf(node)
    const to = `${this.#pathOf(folder)}/${name}`
    this.#doing(() => this.#tree.rename(from, to))
    node.name = name
  }

  #write(part: Part, bytes: Uint8Array): number {
    const file = this.#fileOf(part.stream.node)
    this.#doing(() => this.#tree.writeAt(file, part.at, bytes))
    this.#dirty.set(part.stream.node, file)
    return bytes.length
  }

  #read(part: Part, into: Uint8Array): number {
    const file = this.#fileOf(part.stream.node)
    const bytes = (file.read?.() ?? file.bytes).subarray(part.at, part.at + into.length)
    into.set(bytes)
    return bytes.length
  }

  #seek(stream: FsStream, offset: number, whence: number): number {
    const from = whence === 1 ? stream.position : whence === 2 ? this.#fileOf(stream.node).bytes.length : 0
    if (from + offset < 0) throw this.#fault('EINVAL')
    return from + offset
  }

  readonly #nodeOps = {
    getattr: (node: FsNode) => this.#attributes(node),
    setattr: (node: FsNode, change: Change) => this.#change(node, change),
    lookup: (parent: FsNode, name: string) => {
      const found = this.#find(`${this.#pathOf(parent)}/${name}`)
      if (found === undefined) throw this.#fault('ENOENT')
      return this.#made(parent, name, found)
    },
    mknod: (parent: FsNode, name: string, mode: number) => this.#make(parent, name, mode),
    rename: (node: FsNode, folder: FsNode, name: string) => this.#rename(node, folder, name),
    unlink: (parent: FsNode, name: string) => this.#doing(() => this.#tree.unlink(`${this.#pathOf(parent)}/${name}`)),
    rmdir: (parent: FsNode, name: string) => this.#doing(() => this.#tree.rmdir(`${this.#pathOf(parent)}/${name}`)),
    readdir: (node: FsNode) => ['.', '..', ...this.#doing(() => this.#tree.readdir(this.#pathOf(node))).map(([name]) => name)],
    symlink: (parent: FsNode, name: string, target: string) =>
      this.#doing(() => this.#tree.symlink(target, `${this.#pathOf(parent)}/${name}`)),
    readlink: (node: FsNode) => this.#doing(() => this.#tree.readlink(this.#pathOf(node))),
  }

  // Emscripten hands over its memory, signed, and where in it.
  readonly #streamOps = {
    open: (stream: FsStream) => {
      if ((stream.flags & O_TRUNC) !== 0) this.#tell(stream.node)
    },
    close: (stream: FsStream) => this.#tell(stream.node),
    fsync: (stream: FsStream) => this.#tell(stream.node),
    // oxlint-disable-next-line max-params -- as the library calls it
    read: (stream: FsStream, memory: Int8Array, offset: number, length: number, at: number) =>
      this.#read({ stream, at }, new Uint8Array(memory.buffer, memory.byteOffset + offset, length)),
    // oxlint-disable-next-line max-params -- as the library calls it
    write: (stream: FsStream, memory: Int8Array, offset: number, length: number, at: number) =>
      this.#write({ stream, at }, new Uint8Array(memory.buffer, memory.byteOffset + offset, length)),
    llseek: (stream: FsStream, offset: number, whence: number) => this.#seek(stream, offset, whence),
  }
}
