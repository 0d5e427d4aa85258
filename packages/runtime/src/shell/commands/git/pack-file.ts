import { zlibSync } from 'fflate'
import { joined } from '../../text'
import { MAX_FILE_BYTES } from '../../tree/file-tree'
import { fatal } from './git-error'
import { inflateAt } from './inflate'
import { fromHex, oidOf, sha1Hex, toHex, type ObjectType } from './oid'

/** An object as it is stored. */
export interface RawObject {
  readonly type: ObjectType
  readonly bytes: Uint8Array
}

/** Kinds of objects by their number in a pack. */
export const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag']
export const OFFSET_DELTA = 6
export const REF_DELTA = 7

interface Header {
  readonly kind: number
  readonly size: number
  readonly at: number
}

/** What stands before an object in a pack. */
export function headerAt(bytes: Uint8Array, offset: number): Header {
  let at = offset
  let byte = bytes[at++] ?? 0
  const kind = (byte >> 4) & 7
  let size = byte & 15
  for (let factor = 16; byte & 0x80; factor *= 128) {
    byte = bytes[at++] ?? 0
    size += (byte & 0x7f) * factor
  }
  return { kind, size, at }
}

/** How far back the base of a difference is. */
export function backOffset(bytes: Uint8Array, from: number): { readonly back: number; readonly at: number } {
  let at = from
  let byte = bytes[at++] ?? 0
  let back = byte & 0x7f
  while (byte & 0x80) {
    byte = bytes[at++] ?? 0
    back = (back + 1) * 128 + (byte & 0x7f)
  }
  return { back, at }
}

/** A base changed by a delta. */
export function patchDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  let at = 0
  const size = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = delta[at++] ?? 0
      value += (byte & 0x7f) * factor
      if ((byte & 0x80) === 0) return value
    }
  }
  if (size() !== base.length) fatal('delta does not fit its base')
  const length = size()
  if (length > MAX_FILE_BYTES) fatal(`an object of ${length} bytes is larger than a file may be here`)
  const out = new Uint8Array(length)
  let to = 0
  while (at < delta.length) {
    const code = delta[at++] ?? 0
    if (code === 0 || to >= out.length) fatal('delta is damaged')
    if ((code & 0x80) === 0) {
      if (at + code > delta.length || to + code > out.length) fatal('delta is damaged')
      out.set(delta.subarray(at, at + code), to)
      at += code
      to += code
      continue
    }
    let from = 0
    let count = 0
    for (let i = 0; i < 4; i++) if (code & (1 << i)) from += (delta[at++] ?? 0) * 2 ** (8 * i)
    for (let i = 0; i < 3; i++) if (code & (16 << i)) count += (delta[at++] ?? 0) * 2 ** (8 * i)
    if (count === 0) count = 0x10000
    if (from + count > base.length || to + count > out.length) fatal('delta is damaged')
    out.set(base.subarray(from, from + count), to)
    to += count
  }
  if (to !== out.length) fatal('delta is damaged')
  return out
}

/** One object of a pack, as it lies there. */
export interface PackedEntry {
  readonly oid: string
  readonly type: string
  /** Of what lies there, unpacked: of a delta where it is one. */
  readonly size: number
  readonly packed: number
  readonly offset: number
  /** How many deltas lead to a whole object, and what the first one is made of. */
  readonly depth: number
  readonly base: string | undefined
}

/** One pack with its index. */
export class PackFile {
  readonly name: string
  readonly #pack: () => Uint8Array
  readonly #index: DataView
  readonly #bytes: Uint8Array
  readonly count: number

  constructor(name: string, index: Uint8Array, pack: () => Uint8Array) {
    this.name = name
    this.#bytes = index
    this.#index = new DataView(index.buffer, index.byteOffset, index.byteLength)
    this.#pack = pack
    if (index.length < 1032 || this.#index.getUint32(0) !== 0xff744f63 || this.#index.getUint32(4) !== 2)
      fatal(`pack index ${name} has a format that is not known here`)
    this.count = this.#index.getUint32(8 + 255 * 4)
  }

  oidAt(place: number): string {
    const at = 1032 + place * 20
    return toHex(this.#bytes.subarray(at, at + 20))
  }

  /** Places of the first names that begin with the byte `first`. */
  range(first: number): readonly [from: number, to: number] {
    return [first === 0 ? 0 : this.#index.getUint32(8 + (first - 1) * 4), this.#index.getUint32(8 + first * 4)]
  }

  find(oid: string): number | undefined {
    const [from, to] = this.range(Number.parseInt(oid.slice(0, 2), 16))
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >> 1
      const here = this.oidAt(middle)
      if (here === oid) return this.#offset(middle)
      if (here < oid) low = middle + 1
      else high = middle
    }
    return undefined
  }

  #offset(place: number): number {
    const at = 1032 + this.count * 24 + place * 4
    const offset = this.#index.getUint32(at)
    if (offset < 0x80000000) return offset
    const wide = 1032 + this.count * 28 + (offset - 0x80000000) * 8
    return this.#index.getUint32(wide) * 2 ** 32 + this.#index.getUint32(wide + 4)
  }

  /** All objects in the order they lie in. */
  entries(): readonly PackedEntry[] {
    const placed = Array.from({ length: this.count }, (_, i) => ({ oid: this.oidAt(i), offset: this.#offset(i) }))
    const sorted = placed.toSorted((a, b) => a.offset - b.offset)
    const names = new Map(sorted.map(({ oid, offset }) => [offset, oid]))
    const ends = new Map(sorted.map(({ offset }, i) => [offset, sorted[i + 1]?.offset ?? this.#pack().length - 20]))
    const known = new Map<number, PackedEntry>()
    const entryAt = (offset: number): PackedEntry => {
      const { kind, size, base } = this.#headAt(offset, names)
      const below = base === undefined ? undefined : entryOf(this.find(base) ?? fatal(`a base of pack ${this.name} is elsewhere`))
      const type = below?.type ?? TYPES[kind] ?? fatal(`unknown kind of object in pack ${this.name}`)
      const packed = (ends.get(offset) ?? offset) - offset
      return { oid: names.get(offset) ?? '', type, size, packed, offset, depth: below === undefined ? 0 : below.depth + 1, base }
    }
    const entryOf = (offset: number): PackedEntry => {
      const entry = known.get(offset) ?? entryAt(offset)
      known.set(offset, entry)
      return entry
    }
    return sorted.map(({ offset }) => entryOf(offset))
  }

  #headAt(offset: number, names: ReadonlyMap<number, string>): { readonly kind: number; readonly size: number; readonly base?: string } {
    const pack = this.#pack()
    const { kind, size, at } = headerAt(pack, offset)
    if (kind === OFFSET_DELTA) return { kind, size, base: names.get(offset - backOffset(pack, at).back) ?? '' }
    return kind === REF_DELTA ? { kind, size, base: toHex(pack.subarray(at, at + 20)) } : { kind, size }
  }

  /** @param other finds a base that is elsewhere */
  read(offset: number, other: (oid: string) => RawObject): RawObject {
    const pack = this.#pack()
    const header = headerAt(pack, offset)
    if (header.kind === OFFSET_DELTA) {
      const { back, at } = backOffset(pack, header.at)
      const base = this.read(offset - back, other)
      return { type: base.type, bytes: patchDelta(base.bytes, inflateAt(pack, at, header.size).bytes) }
    }
    if (header.kind === REF_DELTA) {
      const base = other(toHex(pack.subarray(header.at, header.at + 20)))
      return { type: base.type, bytes: patchDelta(base.bytes, inflateAt(pack, header.at + 20, header.size).bytes) }
    }
    const type = TYPES[header.kind] ?? fatal(`unknown kind of object in pack ${this.name}`)
    return { type, bytes: inflateAt(pack, header.at, header.size).bytes }
  }
}

/** Every object of a pack that came without an index. @throws GitError where the pack is damaged */
export function unpack(pack: Uint8Array, other: (oid: string) => RawObject | undefined): Map<string, RawObject> {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength)
  if (pack.length < 32 || view.getUint32(0) !== 0x5041434b) fatal('bad pack header')
  const end = pack.length - 20
  if (sha1Hex(pack.subarray(0, end)) !== toHex(pack.subarray(end))) fatal('pack is corrupted (SHA1 mismatch)')
  const byOffset = new Map<number, RawObject>()
  const found = new Map<string, RawObject>()
  const waiting: { readonly base: string; readonly delta: Uint8Array; readonly offset: number }[] = []
  const backs: { readonly base: number; readonly delta: Uint8Array; readonly offset: number }[] = []
  const keep = (offset: number, object: RawObject): void => {
    byOffset.set(offset, object)
    found.set(oidOf(object.type, object.bytes), object)
  }
  let at = 12
  for (let left = view.getUint32(8); left > 0; left--) {
    const offset = at
    const header = headerAt(pack, at)
    const ref = header.kind === REF_DELTA ? toHex(pack.subarray(header.at, header.at + 20)) : undefined
    const far = header.kind === OFFSET_DELTA ? backOffset(pack, header.at) : undefined
    const inflated = inflateAt(pack, far?.at ?? (ref === undefined ? header.at : header.at + 20), header.size)
    at = inflated.end
    if (ref !== undefined) waiting.push({ base: ref, delta: inflated.bytes, offset })
    else if (far !== undefined) backs.push({ base: offset - far.back, delta: inflated.bytes, offset })
    else keep(offset, { type: TYPES[header.kind] ?? fatal('unknown kind of object in pack'), bytes: inflated.bytes })
  }
  resolveDeltas({ byOffset, found, waiting, backs, keep, other })
  return found
}

interface Unresolved {
  readonly byOffset: ReadonlyMap<number, RawObject>
  readonly found: ReadonlyMap<string, RawObject>
  readonly waiting: { readonly base: string; readonly delta: Uint8Array; readonly offset: number }[]
  readonly backs: { readonly base: number; readonly delta: Uint8Array; readonly offset: number }[]
  keep(offset: number, object: RawObject): void
  other(oid: string): RawObject | undefined
}

function resolveDeltas(job: Unresolved): void {
  let { waiting, backs } = job
  while (waiting.length > 0 || backs.length > 0) {
    const before = waiting.length + backs.length
    backs = backs.filter(({ base, delta, offset }) => {
      const known = job.byOffset.get(base)
      if (known !== undefined) job.keep(offset, { type: known.type, bytes: patchDelta(known.bytes, delta) })
      return known === undefined
    })
    waiting = waiting.filter(({ base, delta, offset }) => {
      const known = job.found.get(base) ?? job.other(base)
      if (known !== undefined) job.keep(offset, { type: known.type, bytes: patchDelta(known.bytes, delta) })
      return known === undefined
    })
    if (waiting.length + backs.length === before) fatal(`pack has ${before} unresolved deltas`)
  }
}

/** A pack of whole objects, with the crc and offset of each for an index. */
export function makePack(objects: readonly (readonly [oid: string, object: RawObject])[]): {
  readonly pack: Uint8Array
  readonly index: Uint8Array
  readonly name: string
} {
  const head = new Uint8Array(12)
  const view = new DataView(head.buffer)
  view.setUint32(0, 0x5041434b)
  view.setUint32(4, 2)
  view.setUint32(8, objects.length)
  const parts: Uint8Array[] = [head]
  const placed: { readonly oid: string; readonly offset: number; readonly crc: number }[] = []
  let offset = 12
  for (const [oid, { type, bytes }] of objects) {
    const part = joined([packHeader(TYPES.indexOf(type), bytes.length), zlibSync(bytes, { level: 6 })])
    placed.push({ oid, offset, crc: crc32(part) })
    parts.push(part)
    offset += part.length
  }
  const body = joined(parts)
  const sum = sha1Hex(body)
  return { pack: joined([body, fromHex(sum)]), index: indexOfPack(placed, sum), name: sum }
}

function packHeader(kind: number, size: number): Uint8Array {
  const bytes: number[] = []
  let rest = Math.floor(size / 16)
  let byte = (kind << 4) | (size & 15)
  while (rest > 0) {
    bytes.push(byte | 0x80)
    byte = rest & 0x7f
    rest = Math.floor(rest / 128)
  }
  bytes.push(byte)
  return Uint8Array.from(bytes)
}

/** The index, version 2, of a pack whose checksum is `sum`. */
export function indexOfPack(
  placed: readonly { readonly oid: string; readonly offset: number; readonly crc: number }[],
  sum: string,
): Uint8Array {
  const all = placed.toSorted((a, b) => (a.oid < b.oid ? -1 : 1))
  const bytes = new Uint8Array(1032 + all.length * 28 + 40)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xff744f63)
  view.setUint32(4, 2)
  for (let first = 0; first < 256; first++) {
    const limit = first.toString(16).padStart(2, '0')
    view.setUint32(8 + first * 4, all.filter(({ oid }) => oid.slice(0, 2) <= limit).length)
  }
  for (const [i, { oid, offset, crc }] of all.entries()) {
    bytes.set(fromHex(oid), 1032 + i * 20)
    view.setUint32(1032 + all.length * 20 + i * 4, crc)
    view.setUint32(1032 + all.length * 24 + i * 4, offset)
  }
  bytes.set(fromHex(sum), bytes.length - 40)
  bytes.set(fromHex(sha1Hex(bytes.subarray(0, bytes.length - 20))), bytes.length - 20)
  return bytes
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

/** CRC-32 as zlib counts it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
