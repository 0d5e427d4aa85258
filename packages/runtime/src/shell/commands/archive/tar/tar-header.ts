import { bytesOf, joined, textOf } from '../../../text'

/** Archives are made of these. */
export const BLOCK_BYTES = 512

/** How headers are written. */
export type TarFormat = 'gnu' | 'oldgnu' | 'pax' | 'ustar' | 'v7'

/** What a header says of one member. */
export interface TarHeader {
  readonly name: string
  /** The letter of its kind: `0` file, `1` hard link, `2` symbolic link, `5` folder … */
  readonly kind: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Seconds since 1970, with a fraction where the format has one. */
  readonly mtime: number
  readonly link: string
  readonly user: string
  readonly group: string
  readonly major: number
  readonly minor: number
}

/** Where a field of a header is. */
type Field = readonly [at: number, length: number]

const NAME: Field = [0, 100]
const MODE: Field = [100, 8]
const UID: Field = [108, 8]
const GID: Field = [116, 8]
const SIZE: Field = [124, 12]
const MTIME: Field = [136, 12]
const SUM: Field = [148, 8]
const LINK: Field = [157, 100]
const USER: Field = [265, 32]
const GROUP: Field = [297, 32]
const MAJOR: Field = [329, 8]
const MINOR: Field = [337, 8]
const PREFIX: Field = [345, 155]

function textAt(block: Uint8Array, [at, length]: Field): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return textOf(end < 0 ? field : field.subarray(0, end))
}

/** An octal number, or a binary one where the first bit is set. */
function numberAt(block: Uint8Array, field: Field): number {
  const [at, length] = field
  const first = block[at] ?? 0
  if (first !== 0x80 && first !== 0xff) return Number.parseInt(textAt(block, field).trim() || '0', 8) || 0
  let value = first === 0xff ? -1 : 0
  for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte
  return value
}

function sumOf(block: Uint8Array): number {
  let sum = 0
  for (const [i, byte] of block.entries()) sum += i >= SUM[0] && i < SUM[0] + SUM[1] ? 32 : byte
  return sum
}

/** Reads a block as a header: `end` for one of zeros, undefined for what is none. */
export function readHeader(block: Uint8Array): TarHeader | 'end' | undefined {
  if (block.every((byte) => byte === 0)) return 'end'
  if (numberAt(block, SUM) !== sumOf(block)) return undefined
  const magic = textOf(block.subarray(257, 263))
  const isUstar = magic.startsWith('ustar')
  const prefix = magic === 'ustar\0' ? textAt(block, PREFIX) : ''
  const name = textAt(block, NAME)
  const kind = String.fromCharCode(block[156] ?? 0)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    kind: kind === '\0' ? '0' : kind,
    mode: numberAt(block, MODE) & 0o7777,
    uid: numberAt(block, UID),
    gid: numberAt(block, GID),
    size: numberAt(block, SIZE),
    mtime: numberAt(block, MTIME),
    link: textAt(block, LINK),
    user: isUstar ? textAt(block, USER) : '',
    group: isUstar ? textAt(block, GROUP) : '',
    major: isUstar ? numberAt(block, MAJOR) : 0,
    minor: isUstar ? numberAt(block, MINOR) : 0,
  }
}

/** The number that a sparse or other special header has at a place. */
export function rawNumber(block: Uint8Array, at: number, length = 12): number {
  return numberAt(block, [at, length])
}

class Block {
  readonly bytes = new Uint8Array(BLOCK_BYTES)

  text(value: string, [at, length]: Field): void {
    this.bytes.set(bytesOf(value).subarray(0, length), at)
  }

  number(value: number, [at, length]: Field): void {
    const digits = length - 1
    if (value >= 0 && value < 8 ** digits) return this.text(`${Math.floor(value).toString(8).padStart(digits, '0')}\0`, [at, length])
    let rest = Math.floor(value)
    for (let i = at + length - 1; i > at; i--) {
      this.bytes[i] = ((rest % 256) + 256) % 256
      rest = Math.floor(rest / 256)
    }
    this.bytes[at] = value < 0 ? 0xff : 0x80
    return undefined
  }
}

function blockOf(header: TarHeader, format: TarFormat, prefix = ''): Uint8Array {
  const block = new Block()
  block.text(header.name, NAME)
  block.number(header.mode & 0o7777, MODE)
  block.number(header.uid, UID)
  block.number(header.gid, GID)
  block.number(header.size, SIZE)
  block.number(header.mtime, MTIME)
  block.text(format === 'v7' && header.kind === '0' ? '\0' : header.kind, [156, 1])
  block.text(header.link, LINK)
  if (format !== 'v7') {
    block.text(format === 'gnu' || format === 'oldgnu' ? 'ustar  \0' : 'ustar\u000000', [257, 8])
    block.text(header.user, USER)
    block.text(header.group, GROUP)
    block.text(prefix, PREFIX)
  }
  if (format !== 'gnu' && format !== 'oldgnu' && header.kind !== 'x') {
    block.number(header.major, MAJOR)
    block.number(header.minor, MINOR)
  }
  block.text(`${sumOf(block.bytes).toString(8).padStart(6, '0')}\0 `, SUM)
  return block.bytes
}

/** Data filled up to whole blocks. */
function inBlocks(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / BLOCK_BYTES) * BLOCK_BYTES)
  out.set(data)
  return out
}

const LONG: Omit<TarHeader, 'name' | 'kind' | 'size'> = {
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  link: '',
  user: 'root',
  group: 'root',
  major: 0,
  minor: 0,
}

function longRecord(kind: 'K' | 'L', text: string): readonly Uint8Array[] {
  const data = bytesOf(`${text}\0`)
  return [blockOf({ ...LONG, name: '././@LongLink', kind, size: data.length }, 'gnu'), inBlocks(data)]
}

/** Splits a name in two that fit into a header of ustar; undefined: it cannot be. */
function split(name: string): readonly [prefix: string, name: string] | undefined {
  const bytes = bytesOf(name)
  if (bytes.length > PREFIX[1] + NAME[1] + 1) return undefined
  const last = Math.min(bytes.length - 2, PREFIX[1])
  for (let at = last; at > 0; at--)
    if (bytes[at] === 0x2f && bytes.length - at - 1 <= NAME[1]) return [textOf(bytes.subarray(0, at)), textOf(bytes.subarray(at + 1))]
  return undefined
}

/** Why a name cannot be written. */
export class NameTooLong extends Error {}

/** One line of an extended header: its length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const size = bytesOf(rest).length
  let length = size + `${size}`.length
  if (`${length}`.length + size !== length) length = size + `${length}`.length
  return `${length}${rest}`
}

/** More than fits into a header, for the pax format. */
export type PaxTimes = Readonly<Record<'atime' | 'ctime' | 'mtime', string | undefined>>

function paxBlocks(header: TarHeader, times: PaxTimes): readonly Uint8Array[] {
  const isPlain = (text: string): boolean => /^[\0-\x7f]*$/.test(text)
  const records: string[] = []
  if (times.mtime !== undefined) records.push(paxRecord('mtime', times.mtime))
  if (bytesOf(header.name).length > NAME[1] || !isPlain(header.name)) records.push(paxRecord('path', header.name))
  if (bytesOf(header.link).length > LINK[1] || !isPlain(header.link)) records.push(paxRecord('linkpath', header.link))
  if (header.size >= 8 ** 11) records.push(paxRecord('size', `${header.size}`))
  if (times.atime !== undefined) records.push(paxRecord('atime', times.atime))
  if (times.ctime !== undefined) records.push(paxRecord('ctime', times.ctime))
  const own = blockOf(header, 'pax')
  if (records.length === 0) return [own]
  const data = bytesOf(records.join(''))
  const bare = header.name.replace(/\/+$/, '')
  const at = bare.lastIndexOf('/')
  const name = `${at < 0 ? '.' : bare.slice(0, at) || '/'}/PaxHeaders/${bare.slice(at + 1)}`
  const extra = { ...header, ...LONG, user: '', group: '', name, kind: 'x', size: data.length, mtime: header.mtime }
  return [blockOf(extra, 'pax'), inBlocks(data), own]
}

/** All blocks of a header, with those for names that are too long for one. @throws NameTooLong */
export function writeHeader(header: TarHeader, format: TarFormat, times: PaxTimes): Uint8Array {
  const length = bytesOf(header.name).length
  const linkLength = bytesOf(header.link).length
  if (format === 'pax') return joined(paxBlocks(header, times))
  if (format === 'gnu' || format === 'oldgnu') {
    const room = format === 'gnu' ? NAME[1] : NAME[1] - 1
    return joined([
      ...(linkLength > room ? longRecord('K', header.link) : []),
      ...(length > room ? longRecord('L', header.name) : []),
      blockOf(header, format),
    ])
  }
  if (format === 'v7') {
    if (length > NAME[1] - 1) throw new NameTooLong('file name is too long (max 99); not dumped')
    if (linkLength > LINK[1] - 1) throw new NameTooLong('link name is too long; not dumped')
    return blockOf(header, format)
  }
  if (linkLength > LINK[1]) throw new NameTooLong('link name is too long; not dumped')
  if (length <= NAME[1]) return blockOf(header, format)
  const parts = split(header.name)
  if (parts === undefined)
    throw new NameTooLong(
      length > PREFIX[1] + NAME[1] + 1
        ? 'file name is too long (max 256); not dumped'
        : 'file name is too long (cannot be split); not dumped',
    )
  return blockOf({ ...header, name: parts[1] }, format, parts[0])
}
