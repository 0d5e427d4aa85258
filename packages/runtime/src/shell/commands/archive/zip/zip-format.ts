import { bytesOf, textOf } from '../../../text'
import { momentOf, type Zone } from '../../dates/zones'

/** A member as the directory at the end of an archive has it. */
export interface ZipEntry {
  readonly name: string
  /** Of the program that packed it: its version and, in the high byte, its system. */
  readonly madeBy: number
  readonly flags: number
  readonly method: number
  /** Milliseconds. */
  readonly mtime: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  /** Bit 0: it is text. */
  readonly internal: number
  readonly external: number
  readonly offset: number
  readonly hasExtra: boolean
  readonly comment: string
}

/** An archive. */
export interface ZipArchive {
  readonly entries: readonly ZipEntry[]
  readonly comment: string
  /** What stands in front of it, such as a program that unpacks it. */
  readonly before: number
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END64 = 0x06064b50
const END_BYTES = 22
const MOST_COMMENT = 65_535
const FULL = 0xffffffff

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** Finds the directory at the end. Undefined: it is no archive. */
export function readZip(bytes: Uint8Array, zone: Zone): ZipArchive | undefined {
  const view = viewOf(bytes)
  const least = Math.max(0, bytes.length - END_BYTES - MOST_COMMENT)
  for (let at = bytes.length - END_BYTES; at >= least; at--) {
    if (view.getUint32(at, true) !== END) continue
    const length = view.getUint16(at + 20, true)
    if (at + END_BYTES + length > bytes.length) continue
    const comment = textOf(bytes.subarray(at + END_BYTES, at + END_BYTES + length))
    const { count, size, offset, end } = directoryAt(view, at)
    const before = Math.max(0, end - size - offset)
    const entries = entriesOf(bytes, { at: offset + before, count, zone, before })
    return entries === undefined ? undefined : { entries, comment, before }
  }
  return undefined
}

interface Directory {
  readonly count: number
  readonly size: number
  readonly offset: number
  readonly end: number
}

function directoryAt(view: DataView, at: number): Directory {
  const plain = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
    end: at,
  }
  if (plain.offset !== FULL && plain.count !== 0xffff && plain.size !== FULL) return plain
  const far = at >= 20 ? Number(view.getBigUint64(at - 12, true)) : -1
  if (far < 0 || far + 56 > view.byteLength || view.getUint32(far, true) !== END64) return plain
  return {
    count: Number(view.getBigUint64(far + 32, true)),
    size: Number(view.getBigUint64(far + 40, true)),
    offset: Number(view.getBigUint64(far + 48, true)),
    end: far,
  }
}

interface Reading {
  readonly at: number
  readonly count: number
  readonly before: number
  readonly zone: Zone
}

function entriesOf(bytes: Uint8Array, { at: from, count, before, zone }: Reading): readonly ZipEntry[] | undefined {
  const view = viewOf(bytes)
  const entries: ZipEntry[] = []
  let at = from
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) return undefined
    const nameEnd = at + 46 + view.getUint16(at + 28, true)
    const extraEnd = nameEnd + view.getUint16(at + 30, true)
    const end = extraEnd + view.getUint16(at + 32, true)
    if (end > bytes.length) return undefined
    const extra = bytes.subarray(nameEnd, extraEnd)
    const wide = wideOf(extra, [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)])
    entries.push({
      name: textOf(bytes.subarray(at + 46, nameEnd)),
      madeBy: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      mtime: unixTime(extra) ?? fromDos(view.getUint32(at + 12, true), zone),
      crc: view.getUint32(at + 16, true),
      size: wide[0],
      packed: wide[1],
      offset: wide[2] + before,
      internal: view.getUint16(at + 36, true),
      external: view.getUint32(at + 38, true),
      hasExtra: extra.length > 0,
      comment: textOf(bytes.subarray(extraEnd, end)),
    })
    at = end
  }
  return entries
}

function fieldOf(extra: Uint8Array, wanted: number): DataView | undefined {
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.length;) {
    const length = view.getUint16(at + 2, true)
    if (view.getUint16(at, true) === wanted && at + 4 + length <= extra.length) return viewOf(extra.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return undefined
}

function unixTime(extra: Uint8Array): number | undefined {
  const field = fieldOf(extra, 0x5455)
  return field === undefined || field.byteLength < 5 || (field.getUint8(0) & 1) === 0 ? undefined : field.getInt32(1, true) * 1000
}

/** Sizes that need 64 bits are in a field of their own. */
function wideOf(extra: Uint8Array, own: readonly [number, number, number]): readonly [number, number, number] {
  const field = fieldOf(extra, 1)
  let at = 0
  const wide = (value: number): number => {
    if (value !== FULL || field === undefined || at + 8 > field.byteLength) return value
    at += 8
    return Number(field.getBigUint64(at - 8, true))
  }
  return [wide(own[0]), wide(own[1]), wide(own[2])]
}

function fromDos(dos: number, zone: Zone): number {
  const date = dos >>> 16
  const local = Date.UTC((date >> 9) + 1980, ((date >> 5) & 15) - 1, date & 31, (dos >>> 11) & 31, (dos >>> 5) & 63, (dos & 31) * 2) / 1000
  return momentOf(local, zone) * 1000
}

function toDos(ms: number, zone: Zone): number {
  const seconds = Math.ceil(Math.floor(ms / 1000) / 2) * 2
  const date = new Date((seconds + zone.offsetAt(seconds)) * 1000)
  const year = date.getUTCFullYear()
  if (year < 1980) return 0x00210000
  const day = ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()
  return ((day << 16) | (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1)) >>> 0
}

/** Where the packed bytes of a member are. Undefined: not in this archive. */
export function packedBytes(bytes: Uint8Array, { offset, packed }: ZipEntry): Uint8Array | undefined {
  if (offset + 30 > bytes.length) return undefined
  const view = viewOf(bytes)
  if (view.getUint32(offset, true) !== LOCAL) return undefined
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  return start + packed > bytes.length ? undefined : bytes.subarray(start, start + packed)
}

/** What the heads of a member are made of. */
export interface HeadHow {
  readonly zone: Zone
  /** Times and owners are left out: `-X`. */
  readonly isBare: boolean
}

function extraOf(entry: ZipEntry, isCentral: boolean): Uint8Array {
  const out = new Uint8Array((isCentral ? 9 : 13) + 15)
  const view = viewOf(out)
  const seconds = Math.floor(entry.mtime / 1000)
  view.setUint16(0, 0x5455, true)
  view.setUint16(2, isCentral ? 5 : 9, true)
  view.setUint8(4, 3)
  view.setInt32(5, seconds, true)
  if (!isCentral) view.setInt32(9, seconds, true)
  const at = isCentral ? 9 : 13
  view.setUint16(at, 0x7875, true)
  view.setUint16(at + 2, 11, true)
  view.setUint8(at + 4, 1)
  view.setUint8(at + 5, 4)
  view.setUint32(at + 6, 1000, true)
  view.setUint8(at + 10, 4)
  view.setUint32(at + 11, 1000, true)
  return out
}

const isAscii = (name: string): boolean => /^[\0-\x7f]*$/.test(name)
/** Names that are more than ASCII say that they are UTF-8. */
const flagsOf = ({ flags, name }: ZipEntry): number => (isAscii(name) || /[\uDC80-\uDCFF]/.test(name) ? flags & ~0x800 : flags | 0x800) & ~8

function common(view: DataView, at: number, { entry, zone, extra }: { entry: ZipEntry; zone: Zone; extra: number }): void {
  view.setUint16(at, entry.method === 0 ? 10 : 20, true)
  view.setUint16(at + 2, flagsOf(entry), true)
  view.setUint16(at + 4, entry.method, true)
  view.setUint32(at + 6, toDos(entry.mtime, zone), true)
  view.setUint32(at + 10, entry.crc, true)
  view.setUint32(at + 14, entry.packed, true)
  view.setUint32(at + 18, entry.size, true)
  view.setUint16(at + 22, bytesOf(entry.name).length, true)
  view.setUint16(at + 24, extra, true)
}

/** The head in front of a member's data. */
export function localHead(entry: ZipEntry, { zone, isBare }: HeadHow): Uint8Array {
  const name = bytesOf(entry.name)
  const extra = isBare ? new Uint8Array() : extraOf(entry, false)
  const out = new Uint8Array(30 + name.length + extra.length)
  const view = viewOf(out)
  view.setUint32(0, LOCAL, true)
  common(view, 4, { entry, zone, extra: extra.length })
  out.set(name, 30)
  out.set(extra, 30 + name.length)
  return out
}

/** A member in the directory. */
export function centralHead(entry: ZipEntry, { zone, isBare }: HeadHow): Uint8Array {
  const name = bytesOf(entry.name)
  const comment = bytesOf(entry.comment)
  const extra = isBare ? new Uint8Array() : extraOf(entry, true)
  const out = new Uint8Array(46 + name.length + extra.length + comment.length)
  const view = viewOf(out)
  view.setUint32(0, CENTRAL, true)
  view.setUint16(4, entry.madeBy, true)
  common(view, 6, { entry, zone, extra: extra.length })
  view.setUint16(32, comment.length, true)
  view.setUint16(36, entry.internal, true)
  view.setUint32(38, entry.external, true)
  view.setUint32(42, entry.offset, true)
  out.set(name, 46)
  out.set(extra, 46 + name.length)
  out.set(comment, 46 + name.length + extra.length)
  return out
}

/** The end of an archive. */
export function zipEnd({ count, size, offset, comment }: { count: number; size: number; offset: number; comment: string }): Uint8Array {
  const text = bytesOf(comment)
  const out = new Uint8Array(END_BYTES + text.length)
  const view = viewOf(out)
  view.setUint32(0, END, true)
  view.setUint16(8, count, true)
  view.setUint16(10, count, true)
  view.setUint32(12, size, true)
  view.setUint32(16, offset, true)
  view.setUint16(20, text.length, true)
  out.set(text, END_BYTES)
  return out
}

/** Permission bits of a member; `kind` as `stat` has it. */
export function unixMode({ madeBy, external, name }: ZipEntry): { readonly mode: number; readonly kind: 'file' | 'folder' | 'link' } {
  const isUnix = madeBy >> 8 === 3
  const bits = external >>> 16
  const isFolder = name.endsWith('/')
  if (!isUnix || bits === 0) return { mode: isFolder ? 0o755 : (external & 1) === 0 ? 0o644 : 0o444, kind: isFolder ? 'folder' : 'file' }
  const kind = (bits & 0o170000) === 0o120000 ? 'link' : isFolder || (bits & 0o170000) === 0o040000 ? 'folder' : 'file'
  return { mode: bits & 0o7777, kind }
}
