import { fail } from '@tabwright/protocol'
import { Inflate, inflateSync } from 'fflate'
import {
  CENTRAL_SIGNATURE,
  CENTRAL_SIZE,
  centralHeader,
  DEFLATED,
  END_SIGNATURE,
  END_SIZE,
  endRecord,
  localHeader,
  LOCAL_SIZE,
  STORED,
  type EntryHeader,
} from './archive-form'
import type { ArchiveLimits } from './archive-limits'
import { crc32 } from './crc32'
import { atOnce, type InPieces } from './in-turns'

/** What an archive holds, by name, in its order. */
export type ArchiveContent = ReadonlyMap<string, Uint8Array>

/** An archive whose sizes and names are in order; each entry is unpacked when it is asked for. */
export interface Archive {
  readonly names: readonly string[]
  /** Undefined when there is none of this name. The work @throws FailureError `bad_input` when it is not what it says */
  unpack(name: string): InPieces<Uint8Array> | undefined
}

/** All of an archive, unpacked. As {@link openArchive}. */
export function readArchive(bytes: Uint8Array, limits: ArchiveLimits): ArchiveContent {
  const { names, unpack } = openArchive(bytes, limits)
  return new Map(names.map((name) => [name, atOnce(unpack(name) ?? refused(`${quoted(name)} is missing`))]))
}

/**
 * Opens an archive of the one form that {@link writeArchive} makes. Sizes and names are judged before anything is unpacked, and
 * unpacking stops where an entry grows beyond what it said.
 * @throws FailureError `bad_input`, or `too_large` for what only the limits refuse, with one sentence that names what is wrong
 */
export function openArchive(bytes: Uint8Array, limits: ArchiveLimits): Archive {
  if (bytes.length > limits.packed) tooLarge(`is larger than the ${mebibytes(limits.packed)} MiB that a session may have`)
  const found = listed(bytes, limits)
  checkSizes(found, limits)
  checkNames(found.map((entry) => entry.name))
  const byName = new Map(found.map((entry) => [entry.name, entry]))
  return {
    names: [...byName.keys()],
    unpack: (name) => {
      const entry = byName.get(name)
      return entry && unpacked(bytes, entry)
    },
  }
}

interface Found {
  readonly name: string
  readonly header: EntryHeader
  /** Where its packed bytes begin. */
  readonly at: number
}

/** Refuses the file as a whole. */
export function refused(what: string): never {
  return fail('bad_input', `This is not a session that can be imported: ${what}. Nothing was imported.`)
}

function tooLarge(how: string): never {
  return fail('too_large', `The file ${how}. Nothing was imported.`)
}

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '')

function listed(bytes: Uint8Array, limits: ArchiveLimits): readonly Found[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const endAt = bytes.length - END_SIZE
  if (endAt < 0 || view.getUint32(endAt, true) !== END_SIGNATURE) refused('it is not an archive of a session, or it is cut off')
  const count = view.getUint16(endAt + 10, true)
  const [size, start] = [view.getUint32(endAt + 12, true), view.getUint32(endAt + 16, true)]
  if (count > limits.entries) return tooLarge(`has ${count} entries, more than the ${limits.entries} that a session may have`)
  if (start + size !== endAt || !same(bytes, endAt, endRecord({ count, size, at: start }))) return refused('its list of entries is damaged')
  const found: Found[] = []
  let at = start
  let local = 0
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_SIZE > endAt || view.getUint32(at, true) !== CENTRAL_SIGNATURE) return refused('its list of entries is damaged')
    const header = headerAt(bytes, view, at)
    const { name, packed } = header
    // What we would have written for this entry is what must stand in both places: nothing hidden, nothing that overlaps.
    if (!same(bytes, at, centralHeader(header, local))) return refused(`entry ${i + 1} is of a kind that a session does not have`)
    if (!same(bytes, local, localHeader(header))) return refused(`entry ${i + 1} says two different things about itself`)
    const from = local + LOCAL_SIZE + name.length
    found.push({ name: decoded(name, i), header, at: from })
    local = from + packed
    at += CENTRAL_SIZE + name.length
    if (local > start) return refused(`entry ${i + 1} is longer than the file`)
  }
  if (at !== endAt || local !== start) return refused('it has bytes that belong to no entry')
  return found
}

function headerAt(bytes: Uint8Array, view: DataView, at: number): EntryHeader {
  const length = view.getUint16(at + 28, true)
  return {
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    name: bytes.slice(at + CENTRAL_SIZE, at + CENTRAL_SIZE + length),
  }
}

function same(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  if (at + expected.length > bytes.length) return false
  return expected.every((byte, index) => bytes[at + index] === byte)
}

function decoded(name: Uint8Array, index: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name)
  } catch (error) {
    if (error instanceof TypeError) return refused(`the name of entry ${index + 1} is not UTF-8`)
    throw error
  }
}

function checkSizes(found: readonly Found[], limits: ArchiveLimits): void {
  let packed = 0
  let size = 0
  for (const { name, header } of found) {
    if (header.size > limits.ratio * Math.max(1, header.packed))
      refused(`${quoted(name)} would grow more than ${limits.ratio} times when unpacked`)
    packed += header.packed
    size += header.size
    if (size > limits.unpacked) tooLarge(`would grow to more than ${mebibytes(limits.unpacked)} MiB when unpacked`)
  }
  if (size > limits.ratio * Math.max(1, packed)) refused(`it would grow more than ${limits.ratio} times when unpacked`)
}

/** Names that could mean another place than they seem to, or each other. */
function checkNames(names: readonly string[]): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const flaw = nameFlaw(name)
    if (flaw !== undefined) refused(`the name ${quoted(name)} ${flaw}`)
    const folded = folding(name)
    const twin = seen.get(folded)
    if (twin !== undefined)
      refused(twin === name ? `${quoted(name)} is in it twice` : `${quoted(twin)} and ${quoted(name)} are one name on many disks`)
    seen.set(folded, name)
  }
}

/** Two names with the same folding are one file on a disk that does not tell cases or spellings of a letter apart. */
export function folding(name: string): string {
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
}

function nameFlaw(name: string): string | undefined {
  if (name === '' || name.length > 5_000) return 'is empty or too long'
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'has a control character'
  if (name.includes('\\')) return 'has a backslash'
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is absolute'
  const parts = name.split('/')
  if (parts.some((part) => part === '..' || part === '.')) return 'leads elsewhere'
  return parts.includes('') ? 'names a folder' : undefined
}

const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)

function* unpacked(bytes: Uint8Array, { name, header, at }: Found): InPieces<Uint8Array> {
  const packed = bytes.subarray(at, at + header.packed)
  const content = header.method === STORED ? packed.slice() : yield* inflated(packed, header)
  if (content?.length !== header.size) return refused(`${quoted(name)} is not as long as it says`)
  let crc = 0
  for (let from = 0; from < content.length; from += CHECKED_AT_ONCE) {
    crc = crc32(content.subarray(from, from + CHECKED_AT_ONCE), crc)
    yield
  }
  return crc === header.crc ? content : refused(`${quoted(name)} is damaged`)
}

/** Bytes whose checksum is worked out at a time: some milliseconds. */
const CHECKED_AT_ONCE = 1024 * 1024

/** Packed bytes that are unpacked at a time: what one piece can grow to is bounded by the form, about a thousand times. */
const PIECE = 65_536

/** The content, or undefined when it is not what the entry says. */
function* inflated(packed: Uint8Array, { method, size }: EntryHeader): InPieces<Uint8Array | undefined> {
  if (method !== DEFLATED) return refused('it is packed in a way that a session is not')
  try {
    // Room for one byte more tells an entry that goes on from one that ends.
    if (packed.length <= PIECE) return inflateSync(packed, { out: new Uint8Array(size + 1) })
    const whole = new Uint8Array(size)
    let length = 0
    const stream = new Inflate((part) => {
      if (length + part.length <= size) whole.set(part, length)
      length += part.length
    })
    for (let at = 0; at < packed.length && length <= size; at += PIECE) {
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length)
      yield
    }
    return length === size ? whole : undefined
  } catch (error) {
    // The library throws its own errors for bytes that are no packed content.
    if (error instanceof Error) return undefined
    throw error
  }
}
