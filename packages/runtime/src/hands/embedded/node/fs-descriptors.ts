import { joinBytes } from '@tabwright/protocol'
import { FsError } from '../../../shell/tree/fs-error'
import { bytesOf, invalidArgument, type World } from './context'
import { guarded, optionsOf, pathOf, Stats } from './fs'

interface OpenFile {
  readonly path: string
  position: number
  readonly isAppend: boolean
}

/** Which part of which file: a position that is given does not move the file's own. */
interface Part {
  readonly offset: unknown
  readonly length: unknown
  readonly position: unknown
}

function partOf(rest: readonly unknown[]): Part {
  const [first] = rest
  if (typeof first !== 'object' || first === null) return { offset: first, length: rest[1], position: rest[2] }
  const options = optionsOf(first)
  return { offset: options['offset'], length: options['length'], position: options['position'] }
}

function readInto(file: OpenFile, all: Uint8Array, to: { readonly buffer: Uint8Array; readonly part: Part }): number {
  const { buffer, part } = to
  const from = typeof part.position === 'number' ? part.position : file.position
  const start = Number(part.offset ?? 0)
  const bytes = all.subarray(from, from + Number(part.length ?? buffer.length - start))
  buffer.set(bytes, start)
  if (typeof part.position !== 'number') file.position += bytes.length
  return bytes.length
}

/** What comes next, waited for where nothing is there. */
function readInput(world: World, buffer: Uint8Array, part: Part): number {
  if (typeof part.position === 'number' && part.position >= 0) throw new FsError('ESPIPE', 'read')
  const start = Number(part.offset ?? 0)
  const bytes = world.input.read(Number(part.length ?? buffer.length - start))
  buffer.set(bytes, start)
  return bytes.length
}

function writeAt(world: World, file: OpenFile, what: { readonly bytes: Uint8Array; readonly position: unknown }): void {
  const { bytes, position } = what
  if (file.isAppend) return world.tree.appendFile(file.path, bytes)
  const old = world.tree.readFile(file.path)
  const from = typeof position === 'number' ? position : file.position
  const all = new Uint8Array(Math.max(old.length, from + bytes.length))
  all.set(old)
  all.set(bytes, from)
  world.tree.writeFile(file.path, all)
  if (typeof position !== 'number') file.position += bytes.length
}

function views(buffers: unknown): Uint8Array[] {
  if (!Array.isArray(buffers) || !buffers.every((one) => ArrayBuffer.isView(one)))
    throw invalidArgument('buffers', 'an instance of ArrayBufferView[]', buffers)
  return buffers.map((one) => new Uint8Array(one.buffer, one.byteOffset, one.byteLength))
}

/** Operations on open files, by number. */
export function descriptors(world: World): Record<string, (...args: unknown[]) => unknown> {
  const { tree } = world
  const open = new Map<number, OpenFile>()
  let next = 10
  const file = (fd: unknown, syscall: string): OpenFile => {
    const found = open.get(Number(fd))
    if (found === undefined) throw new FsError('EBADF', syscall)
    return found
  }
  return {
    open(target, flags = 'r', mode) {
      const path = pathOf(world, target)
      const flag = String(flags)
      return guarded('open', path.given, () => {
        const isThere = tree.find(path.at) !== undefined
        if (flag.startsWith('r') && !isThere) throw new FsError('ENOENT', 'open', path.at)
        if (flag.includes('x') && isThere) throw new FsError('EEXIST', 'open', path.at)
        if (flag.startsWith('w') || !isThere)
          tree.writeFile(path.at, new Uint8Array(), isThere || typeof mode !== 'number' ? undefined : mode)
        open.set(++next, { path: path.at, position: 0, isAppend: flag.startsWith('a') })
        return next
      })
    },
    close(fd) {
      file(fd, 'close')
      open.delete(Number(fd))
    },
    read(fd, buffer, ...rest) {
      if (!(buffer instanceof Uint8Array)) throw new TypeError('The "buffer" argument must be an instance of Buffer')
      const part = partOf(rest)
      if (fd === 0) return readInput(world, buffer, part)
      const source = file(fd, 'read')
      return readInto(source, tree.readFile(source.path), { buffer, part })
    },
    write(fd, data, ...rest) {
      const isText = typeof data === 'string'
      const from = Number(rest[0] ?? 0)
      const bytes = isText ? bytesOf(data) : bytesOf(data).subarray(from, rest[1] === undefined ? undefined : from + Number(rest[1]))
      if (fd === 1 || fd === 2) world.write(fd === 1 ? 'stdout' : 'stderr', bytes)
      else writeAt(world, file(fd, 'write'), { bytes, position: isText ? rest[0] : rest[2] })
      return bytes.length
    },
    fstat: (fd) => new Stats(tree.stat(file(fd, 'fstat').path)),
    fsync: (fd) => void file(fd, 'fsync'),
    fdatasync: (fd) => void file(fd, 'fdatasync'),
    ...wholeFile(world, file),
    ...severalBuffers(world, file),
  }
}

type Found = (fd: unknown, syscall: string) => OpenFile

function wholeFile({ tree }: World, file: Found): Record<string, (...args: unknown[]) => unknown> {
  return {
    fchmod: (fd, mode) => tree.chmod(file(fd, 'fchmod').path, Number(mode)),
    futimes: (fd, _atime, mtime) => tree.utimes(file(fd, 'futime').path, mtime instanceof Date ? mtime.getTime() : Number(mtime) * 1000),
    ftruncate(fd, length) {
      const { path } = file(fd, 'ftruncate')
      const bytes = new Uint8Array(Number(length ?? 0))
      bytes.set(tree.readFile(path).subarray(0, bytes.length))
      tree.writeFile(path, bytes)
    },
  }
}

function severalBuffers(world: World, file: Found): Record<string, (...args: unknown[]) => unknown> {
  const { tree } = world
  return {
    readv(fd, buffers, position) {
      const source = file(fd, 'read')
      let [total, at] = [0, position]
      for (const buffer of views(buffers)) {
        const read = readInto(source, tree.readFile(source.path), { buffer, part: { offset: 0, length: buffer.length, position: at } })
        total += read
        if (typeof at === 'number') at += read
      }
      return total
    },
    writev(fd, buffers, position) {
      const target = file(fd, 'write')
      const bytes = joinBytes(views(buffers))
      writeAt(world, target, { bytes, position })
      return bytes.length
    },
  }
}
