import { errnoText } from '../../../tree/errno-text'
import { MAX_FILE_BYTES } from '../../../tree/file-tree'
import { FsError } from '../../../tree/fs-error'
import { inputOf } from '../../../streams/stream'
import { textOf, joined } from '../../../text'
import type { Call } from '../../command'
import { joinPath, lookFor } from '../../files/look'
import { ByteReader } from '../byte-reader'
import { crc32 } from '../crc'
import { BadData, inflate } from '../inflate'
import { packedBytes, unixMode, type ZipEntry } from './zip-format'

/** Why a member cannot be had, and the exit code that goes with it. */
export class BadMember extends Error {
  readonly code: number

  constructor(message: string, code: number) {
    super(message)
    this.code = code
  }
}

/** The data of a member, in one array of the size that it says. @throws BadMember, FsError */
export async function dataOf(
  call: Call,
  archive: Uint8Array,
  entry: ZipEntry,
): Promise<{ readonly bytes: Uint8Array; readonly crc: number }> {
  const packed = packedBytes(archive, entry)
  if (packed === undefined) throw new BadMember('bad zipfile offset (local header sig)', 3)
  if ((entry.flags & 1) !== 0) throw new BadMember('unable to get password', 82)
  if (entry.size > MAX_FILE_BYTES) throw new FsError('EFBIG', 'write')
  if (entry.method === 0) return { bytes: packed.slice(), crc: crc32(packed) }
  if (entry.method !== 8) throw new BadMember(`unsupported compression method ${entry.method}`, 81)
  // Nothing unpacks to more than this: a size that is told and cannot be is not taken for true.
  const bytes = new Uint8Array(Math.min(entry.size, packed.length * 1040 + 1024))
  const more: Uint8Array[] = []
  let at = 0
  let beyond = 0
  try {
    await inflate(new ByteReader(inputOf(packed), () => call.tick()), (part) => {
      const fits = part.subarray(0, bytes.length - at)
      bytes.set(fits, at)
      at += fits.length
      beyond += part.length - fits.length
      if (bytes.length + beyond > MAX_FILE_BYTES) throw new FsError('EFBIG', 'write')
      if (fits.length < part.length) more.push(part.subarray(fits.length).slice())
      return Promise.resolve()
    })
  } catch (thrown) {
    if (thrown instanceof BadData) throw new BadMember('invalid compressed data to inflate', 3)
    throw thrown
  }
  const whole = beyond === 0 ? bytes.subarray(0, at) : joined([bytes.subarray(0, at), ...more])
  return { bytes: at === bytes.length && beyond === 0 ? bytes : whole.slice(), crc: crc32(whole) }
}

/** What is done with names. */
export interface NameHow {
  readonly folder: string | undefined
  readonly isJunked: boolean
  readonly isLower: boolean
}

/** A name that stays below the folder, and what had to be said about it. */
export function safeName(
  entry: ZipEntry,
  { isJunked, isLower, folder }: NameHow,
): { readonly name: string; readonly warnings: readonly string[] } {
  const warnings: string[] = []
  let name = entry.name
  if (!name.includes('/') && entry.madeBy >> 8 === 0) name = name.replaceAll('\\', '/')
  if (name.startsWith('/')) {
    warnings.push(`warning:  stripped absolute path spec from ${entry.name}`)
    name = name.replace(/^\/+/, '')
  }
  const parts = name.split('/')
  const kept = parts.filter((part) => part !== '..')
  if (kept.length < parts.length) warnings.push(`warning:  skipped "../" path component(s) in ${entry.name}`)
  const clean = kept.filter((part, i) => part !== '.' && (part !== '' || i === kept.length - 1)).join('/')
  const bare = isJunked ? clean.slice(clean.lastIndexOf('/') + 1) : clean
  const own = isLower ? bare.toLowerCase() : bare
  return { name: folder === undefined || own === '' ? own : joinPath(folder, own), warnings }
}

/** Puts members where they belong. */
export class UnzipWriter {
  readonly #call: Call
  readonly #links: { readonly name: string; readonly target: string; readonly mtime: number }[] = []
  readonly #folders: { readonly path: string; readonly mode: number; readonly mtime: number }[] = []
  /** Said when a folder was made that is no member. */
  made: readonly string[] = []

  constructor(call: Call) {
    this.#call = call
  }

  /** Links wait for all else: nothing is written through them. */
  get links(): readonly { readonly name: string; readonly target: string }[] {
    return this.#links
  }

  folders(name: string): void {
    const { tree } = this.#call.system
    const names = name.split('/').slice(0, -1)
    for (const [i] of names.entries()) {
      const path = names.slice(0, i + 1).join('/')
      if (path === '') continue
      const there = lookFor(this.#call, path)
      if (there === undefined) {
        tree.mkdir(this.#call.at(path))
        tree.chmod(this.#call.at(path), 0o777 & ~this.#call.umask)
      } else if (there.type !== 'folder') throw new FsError('ENOTDIR', 'mkdir', path)
    }
  }

  /** True where it was not there. */
  folder(entry: ZipEntry, name: string): boolean {
    const bare = name.replace(/\/+$/, '')
    this.folders(`${bare}/x`.slice(0, bare.length + 1 - (bare.length - bare.lastIndexOf('/'))))
    const there = lookFor(this.#call, bare)
    const path = this.#call.at(bare)
    if (there !== undefined && there.type !== 'folder') throw new FsError('EEXIST', 'mkdir', bare)
    if (there === undefined) this.#call.system.tree.mkdir(path)
    this.#folders.push({ path, mode: unixMode(entry).mode & 0o777, mtime: entry.mtime })
    return there === undefined
  }

  file(entry: ZipEntry, name: string, bytes: Uint8Array): void {
    const { tree } = this.#call.system
    this.folders(name)
    const path = this.#call.at(name)
    if (lookFor(this.#call, name, false) !== undefined) tree.unlink(path)
    const { mode, kind } = unixMode(entry)
    if (kind === 'link') {
      this.#links.push({ name, target: textOf(bytes), mtime: entry.mtime })
      return
    }
    tree.writeFile(path, bytes, mode & 0o777)
    tree.utimes(path, entry.mtime)
  }

  /** Makes links, then gives folders their modes and times. Tells what could not be made. */
  finish(): readonly string[] {
    const { tree } = this.#call.system
    const failed: string[] = []
    for (const { name, target, mtime } of this.#links) {
      try {
        tree.symlink(target, this.#call.at(name))
        tree.utimes(this.#call.at(name), mtime, { follow: false })
      } catch (thrown) {
        if (!(thrown instanceof FsError)) throw thrown
        failed.push(`${name}: ${errnoText(thrown)}`)
      }
    }
    for (const { path, mode, mtime } of this.#folders.toReversed()) {
      tree.chmod(path, mode)
      tree.utimes(path, mtime)
    }
    return failed
  }
}
