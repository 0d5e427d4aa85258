import { assertNever } from '@tabwright/protocol'
import { bytesOf } from '../text'
import { FsError } from './fs-error'
import { baseName, newFile, newFolder, newLink, type FileNode, type FolderNode, type TreeNode, type TreeOp } from './tree-node'
import { attach, detach, touch } from './touched'
import { Room, TREE_ROOM, type RoomLimits } from './room'
import { walk, type Place } from './tree-walk'

/** More than any file of a project, less than what would exhaust a tab. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024

/** What `stat` tells. */
export interface NodeStat {
  readonly type: TreeNode['type']
  readonly size: number
  readonly mode: number
  readonly mtime: number
  readonly atime: number
  readonly ctime: number
  readonly ino: number
  readonly nlink: number
}

/**
 * A POSIX-like tree in memory with synchronous operations on absolute paths. Both the shell and every process work on one.
 * A file's bytes are never changed in place, so a reference to them is a snapshot.
 */
export class FileTree {
  readonly root: FolderNode = newFolder()
  /** Told every change after it was made, in order; what a process sends home. */
  onChange: ((op: TreeOp) => void) | undefined
  readonly #room: Room

  constructor(room: RoomLimits = TREE_ROOM) {
    this.#room = new Room(this.root, room)
  }

  readFile(path: string, syscall = 'open'): Uint8Array {
    const node = this.#existing(path, syscall)
    if (node.type === 'folder') throw new FsError('EISDIR', 'read')
    if (node.type === 'link') throw new FsError('ELOOP', syscall, path)
    return node.read === undefined ? node.bytes : node.read()
  }

  writeFile(path: string, bytes: Uint8Array, mode?: number): void {
    const place = walk(this.root, path, { follow: true, syscall: 'open' })
    const file = this.#fileAt(place, path, mode)
    if (file.write !== undefined) return file.write(bytes)
    this.#room.takeBytes(bytes.length - file.bytes.length, 'write')
    file.bytes = bytes
    file.spare = false
    file.mtime = Date.now()
    touch(file)
    this.onChange?.({ type: 'write', path: place.path, bytes, mode: file.mode })
  }

  appendFile(path: string, bytes: Uint8Array, mode?: number): void {
    const place = walk(this.root, path, { follow: true, syscall: 'open' })
    const file = this.#fileAt(place, path, mode)
    if (file.write !== undefined) return file.write(bytes)
    this.#room.takeBytes(bytes.length, 'write')
    file.bytes = extended(file, bytes)
    file.mtime = Date.now()
    touch(file)
    this.onChange?.({ type: 'append', path: place.path, bytes, mode: file.mode })
  }

  /** Makes an empty file at a place where none is; for whoever opens it. @throws FsError ENOSPC */
  create(place: Place, mode: number): FileNode {
    const file = newFile(new Uint8Array(), mode)
    this.#put(place, file, { path: place.path, syscall: 'open' })
    return file
  }

  /**
   * Writes into an open file, whatever its names are by now; what lies between its end and `at` becomes zeros.
   * @throws FsError `EFBIG` past {@link MAX_FILE_BYTES}, `ENOSPC`
   */
  writeAt(file: FileNode, at: number, bytes: Uint8Array): void {
    if (file.write !== undefined) return file.write(bytes)
    if (at + bytes.length > MAX_FILE_BYTES) throw new FsError('EFBIG', 'write')
    this.#room.takeBytes(Math.max(0, at + bytes.length - file.bytes.length), 'write')
    if (at === file.bytes.length) file.bytes = extended(file, bytes)
    else {
      const room = new Uint8Array(Math.max(file.bytes.length, at + bytes.length))
      room.set(file.bytes)
      room.set(bytes, at)
      file.bytes = room
      file.spare = false
    }
    file.mtime = Date.now()
    touch(file)
  }

  /** Cuts an open file or fills it up with zeros. @throws FsError `EFBIG` */
  truncate(file: FileNode, size: number): void {
    if (size > MAX_FILE_BYTES) throw new FsError('EFBIG', 'truncate')
    this.#room.takeBytes(size - file.bytes.length, 'truncate')
    const bytes = new Uint8Array(size)
    bytes.set(file.bytes.subarray(0, size))
    file.bytes = bytes
    file.spare = false
    file.mtime = Date.now()
    touch(file)
  }

  /** A file that is no file: what is written goes to `write`, what is read comes from `read`. Never in a listing of changes. */
  device(path: string, write: (bytes: Uint8Array) => void, read: () => Uint8Array = () => new Uint8Array()): void {
    const place = walk(this.root, path, { follow: true, syscall: 'open' })
    const file = this.#fileAt(place, path, 0o666)
    file.write = write
    file.read = read
  }

  mkdir(path: string, recursive = false): string | undefined {
    if (!recursive) {
      const place = walk(this.root, path, { follow: true, syscall: 'mkdir' })
      if (place.node !== undefined) throw new FsError('EEXIST', 'mkdir', path)
      this.#put(place, newFolder(), { path: path, syscall: 'mkdir' })
      this.onChange?.({ type: 'mkdir', path: place.path })
      return place.path
    }
    let first: string | undefined
    let at = ''
    for (const name of path.split('/').filter(Boolean)) {
      at += `/${name}`
      const place = walk(this.root, at, { follow: true, syscall: 'mkdir' })
      if (place.node?.type === 'folder') continue
      if (place.node !== undefined) throw new FsError(at === path ? 'EEXIST' : 'ENOTDIR', 'mkdir', path)
      this.#put(place, newFolder(), { path: at, syscall: 'mkdir' })
      this.onChange?.({ type: 'mkdir', path: place.path })
      first ??= place.path
    }
    return first
  }

  readdir(path: string): [string, TreeNode][] {
    const node = this.#existing(path, 'scandir')
    if (node.type !== 'folder') throw new FsError('ENOTDIR', 'scandir', path)
    return [...node.children].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }

  unlink(path: string): void {
    const place = walk(this.root, path, { follow: false, syscall: 'unlink' })
    if (place.node === undefined) throw new FsError('ENOENT', 'unlink', path)
    if (place.node.type === 'folder') throw new FsError('EISDIR', 'unlink', path)
    this.#drop(place)
  }

  rmdir(path: string): void {
    const place = walk(this.root, path, { follow: false, syscall: 'rmdir' })
    if (place.node === undefined) throw new FsError('ENOENT', 'rmdir', path)
    if (place.node.type !== 'folder') throw new FsError('ENOTDIR', 'rmdir', path)
    if (place.node.children.size > 0) throw new FsError('ENOTEMPTY', 'rmdir', path)
    this.#drop(place)
  }

  rm(path: string, options: { readonly recursive?: boolean; readonly force?: boolean } = {}): void {
    const place = walk(this.root, path, { follow: false, syscall: 'rm' })
    if (place.node === undefined) {
      if (options.force) return
      throw new FsError('ENOENT', 'rm', path)
    }
    if (place.node.type === 'folder' && !options.recursive) throw new FsError('EISDIR', 'rm', path)
    this.#drop(place)
  }

  rename(from: string, to: string): void {
    const source = walk(this.root, from, { follow: false, syscall: 'rename' })
    const target = walk(this.root, to, { follow: false, syscall: 'rename' })
    const { node } = source
    if (node === undefined) throw new FsError('ENOENT', 'rename', [from, to])
    if (source.parent === undefined) throw new FsError('EPERM', 'rename', [from, to])
    if (`${target.path}/`.startsWith(`${source.path}/`)) {
      if (target.path === source.path) return
      throw new FsError('EINVAL', 'rename', [from, to])
    }
    if (target.node !== undefined) {
      if (target.node.type === 'folder' && node.type !== 'folder') throw new FsError('EISDIR', 'rename', [from, to])
      if (target.node.type !== 'folder' && node.type === 'folder') throw new FsError('ENOTDIR', 'rename', [from, to])
      if (target.node.type === 'folder' && target.node.children.size > 0) throw new FsError('ENOTEMPTY', 'rename', [from, to])
    }
    if (target.parent === undefined) throw new FsError('ENOENT', 'rename', [from, to])
    // Two names of one file: nothing is done, as POSIX has it.
    if (target.node === node) return
    if (target.node?.type === 'file') target.node.links = (target.node.links ?? 1) - 1
    detach(source.parent, source.name)
    source.parent.mtime = Date.now()
    target.parent.mtime = source.parent.mtime
    attach(target.parent, target.name, node)
    this.onChange?.({ type: 'rename', path: source.path, to: target.path })
  }

  /** Gives a file another name. @throws FsError `EPERM` for a folder, `EEXIST` */
  link(from: string, path: string): void {
    const { node, path: real } = walk(this.root, from, { follow: false, syscall: 'link' })
    const place = walk(this.root, path, { follow: false, syscall: 'link' })
    if (node === undefined) throw new FsError('ENOENT', 'link', [from, path])
    if (node.type === 'folder') throw new FsError('EPERM', 'link', [from, path])
    if (place.node !== undefined) throw new FsError('EEXIST', 'link', [from, path])
    this.#put(place, node, { path, syscall: 'link' })
    if (node.type === 'file') node.links = (node.links ?? 1) + 1
    stamped(node)
    this.onChange?.({ type: 'link', path: place.path, from: real })
  }

  symlink(target: string, path: string): void {
    const place = walk(this.root, path, { follow: false, syscall: 'symlink' })
    if (place.node !== undefined) throw new FsError('EEXIST', 'symlink', [target, path])
    this.#put(place, newLink(target), { path: path, syscall: 'symlink' })
    this.onChange?.({ type: 'symlink', path: place.path, target })
  }

  readlink(path: string): string {
    const { node } = walk(this.root, path, { follow: false, syscall: 'readlink' })
    if (node === undefined) throw new FsError('ENOENT', 'readlink', path)
    if (node.type !== 'link') throw new FsError('EINVAL', 'readlink', path)
    return node.target
  }

  chmod(path: string, mode: number): void {
    const place = walk(this.root, path, { follow: true, syscall: 'chmod' })
    if (place.node === undefined) throw new FsError('ENOENT', 'chmod', path)
    place.node.mode = mode & 0o7777
    stamped(place.node)
    touch(place.node)
    this.onChange?.({ type: 'mode', path: place.path, mode: place.node.mode })
  }

  /** Sets when a node was written, and when read where told. */
  utimes(path: string, mtime: number, how: { readonly atime?: number; readonly follow?: boolean } = {}): void {
    const place = walk(this.root, path, { follow: how.follow ?? true, syscall: 'utime' })
    if (place.node === undefined) throw new FsError('ENOENT', 'utime', path)
    place.node.mtime = mtime
    touch(place.node)
    stamped(place.node, how.atime)
    this.onChange?.({ type: 'mtime', path: place.path, mtime })
  }

  stat(path: string): NodeStat {
    return statOf(this.#existing(path, 'stat'))
  }

  lstat(path: string): NodeStat {
    const { node } = walk(this.root, path, { follow: false, syscall: 'lstat' })
    if (node === undefined) throw new FsError('ENOENT', 'lstat', path)
    return statOf(node)
  }

  /** The node with links followed, or undefined; never throws for what is merely not there. */
  find(path: string): TreeNode | undefined {
    try {
      return walk(this.root, path, { follow: true, syscall: 'stat' }).node
    } catch (thrown) {
      if (thrown instanceof FsError) return undefined
      throw thrown
    }
  }

  realpath(path: string): string {
    const place = walk(this.root, path, { follow: true, syscall: 'realpath' })
    if (place.node === undefined) throw new FsError('ENOENT', 'realpath', path)
    return place.path
  }

  /** Repeats a change that another copy of this tree made. */
  apply(op: TreeOp): void {
    switch (op.type) {
      case 'write':
        return this.writeFile(op.path, op.bytes, op.mode)
      case 'append':
        return this.appendFile(op.path, op.bytes, op.mode)
      case 'mkdir':
        this.mkdir(op.path, true)
        return undefined
      case 'remove':
        return this.rm(op.path, { recursive: true, force: true })
      case 'rename':
        return this.rename(op.path, op.to)
      case 'link':
        return this.link(op.from, op.path)
      case 'symlink':
        return this.symlink(op.target, op.path)
      case 'mode':
        return this.chmod(op.path, op.mode)
      case 'mtime':
        return this.utimes(op.path, op.mtime)
      default:
        return assertNever(op)
    }
  }

  #existing(path: string, syscall: string): TreeNode {
    const { node } = walk(this.root, path, { follow: true, syscall })
    if (node === undefined) throw new FsError('ENOENT', syscall, path)
    return node
  }

  #fileAt(place: Place, path: string, mode: number | undefined): FileNode {
    if (place.node?.type === 'folder') throw new FsError('EISDIR', 'open', path)
    if (place.node?.type === 'file') {
      if (mode !== undefined) place.node.mode = mode & 0o7777
      touch(place.node)
      return place.node
    }
    if (path.endsWith('/')) throw new FsError('EISDIR', 'open', path)
    const file = newFile(new Uint8Array(), mode)
    this.#put(place, file, { path: path, syscall: 'open' })
    return file
  }

  #put(place: Place, node: TreeNode, on: { readonly path: string; readonly syscall: string }): void {
    if (place.parent === undefined || place.name === '') throw new FsError('ENOENT', on.syscall, on.path)
    this.#room.takeNode(on.syscall)
    attach(place.parent, place.name, node)
    place.parent.mtime = Date.now()
  }

  #drop(place: Place): void {
    if (place.parent === undefined) throw new FsError('EPERM', 'rm', place.path)
    detach(place.parent, baseName(place.path))
    if (place.node !== undefined) unnamed(place.node)
    place.parent.mtime = Date.now()
    this.onChange?.({ type: 'remove', path: place.path })
  }
}

/** Old bytes plus new ones. Room is doubled, or appending line by line would copy the file for every line. */
function extended(file: FileNode, more: Uint8Array): Uint8Array {
  const old = file.bytes
  const length = old.length + more.length
  if (file.spare && old.byteOffset === 0 && old.buffer.byteLength >= length) {
    const room = new Uint8Array(old.buffer)
    room.set(more, old.length)
    return room.subarray(0, length)
  }
  const room = new Uint8Array(old.length === 0 ? length : length * 2)
  room.set(old)
  room.set(more, old.length)
  file.spare = true
  return room.subarray(0, length)
}

/** What was changed of a node without writing into it is remembered beside the time of writing. */
function stamped(node: TreeNode, atime = node.times?.atime): void {
  node.times = { ctime: Date.now(), mtime: node.mtime, ...(atime === undefined ? {} : { atime }) }
}

/** One name less, for all that goes with it. */
function unnamed(node: TreeNode): void {
  if (node.type === 'file') node.links = (node.links ?? 1) - 1
  else if (node.type === 'folder') for (const child of node.children.values()) unnamed(child)
}

/** What `stat` tells of a node. */
export function statOf(node: TreeNode): NodeStat {
  const { type, mode, mtime, ino, times } = node
  const atime = times?.atime ?? mtime
  const ctime = times !== undefined && times.mtime === mtime ? times.ctime : mtime
  return { type, size: sizeOf(node), mode, mtime, atime, ctime, ino, nlink: linksOf(node) }
}

function sizeOf(node: TreeNode): number {
  if (node.type === 'file') return node.bytes.length
  return node.type === 'link' ? bytesOf(node.target).length : 4096
}

/** A folder is named by itself, its parent and each folder in it. */
function linksOf(node: TreeNode): number {
  if (node.type === 'file') return node.links ?? 1
  if (node.type === 'link') return 1
  let count = 2
  for (const child of node.children.values()) if (child.type === 'folder') count += 1
  return count
}
