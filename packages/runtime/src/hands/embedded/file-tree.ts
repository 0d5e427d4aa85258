import { assertNever } from '@tabwright/protocol'
import { FsError } from './fs-error'
import { baseName, newFile, newFolder, newLink, type FileNode, type FolderNode, type TreeNode, type TreeOp } from './tree-node'
import { walk, type Place } from './tree-walk'

/** What `stat` tells. */
export interface NodeStat {
  readonly type: TreeNode['type']
  readonly size: number
  readonly mode: number
  readonly mtime: number
  readonly ino: number
}

/**
 * A POSIX-like tree in memory with synchronous operations on absolute paths. Both the shell and every process work on one.
 * A file's bytes are never changed in place, so a reference to them is a snapshot.
 */
export class FileTree {
  readonly root: FolderNode = newFolder()
  /** Told every change after it was made, in order; what a process sends home. */
  onChange: ((op: TreeOp) => void) | undefined

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
    file.bytes = bytes
    file.spare = false
    file.mtime = Date.now()
    this.onChange?.({ type: 'write', path: place.path, bytes, mode: file.mode })
  }

  appendFile(path: string, bytes: Uint8Array, mode?: number): void {
    const place = walk(this.root, path, { follow: true, syscall: 'open' })
    const file = this.#fileAt(place, path, mode)
    if (file.write !== undefined) return file.write(bytes)
    file.bytes = extended(file, bytes)
    file.mtime = Date.now()
    this.onChange?.({ type: 'append', path: place.path, bytes, mode: file.mode })
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
    source.parent.children.delete(source.name)
    target.parent.children.set(target.name, node)
    this.onChange?.({ type: 'rename', path: source.path, to: target.path })
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
    this.onChange?.({ type: 'mode', path: place.path, mode: place.node.mode })
  }

  utimes(path: string, mtime: number): void {
    const place = walk(this.root, path, { follow: true, syscall: 'utime' })
    if (place.node === undefined) throw new FsError('ENOENT', 'utime', path)
    place.node.mtime = mtime
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
      return place.node
    }
    if (path.endsWith('/')) throw new FsError('EISDIR', 'open', path)
    const file = newFile(new Uint8Array(), mode)
    this.#put(place, file, { path: path, syscall: 'open' })
    return file
  }

  #put(place: Place, node: TreeNode, on: { readonly path: string; readonly syscall: string }): void {
    if (place.parent === undefined || place.name === '') throw new FsError('ENOENT', on.syscall, on.path)
    place.parent.children.set(place.name, node)
    place.parent.mtime = Date.now()
  }

  #drop(place: Place): void {
    if (place.parent === undefined) throw new FsError('EPERM', 'rm', place.path)
    place.parent.children.delete(baseName(place.path))
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

function statOf(node: TreeNode): NodeStat {
  const size = node.type === 'file' ? node.bytes.length : node.type === 'link' ? node.target.length : 4096
  return { type: node.type, size, mode: node.mode, mtime: node.mtime, ino: node.ino }
}
