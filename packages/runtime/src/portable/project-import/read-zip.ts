import { inflateSync } from 'fflate'
import { CENTRAL_SIGNATURE, CENTRAL_SIZE, DEFLATED, END_SIGNATURE, END_SIZE, LOCAL_SIGNATURE, LOCAL_SIZE, STORED } from '../archive-form'
import { createBreath } from '../breath'
import { crc32 } from '../crc32'
import { createEntryNames, shown, type EntryNames, type Refuse } from './entry-names'
import type { LeftOut, ProjectFile, ReadFiles, ReadProgress } from './project-file'
import { isBomb, type ProjectLimits } from './project-limits'

export interface ReadOptions {
  readonly limits: ProjectLimits
  readonly refuse: Refuse
  readonly progress: ReadProgress
}

interface Entry {
  /** As in the archive: what its other header must say too. */
  readonly raw: Uint8Array
  readonly path: string
  readonly mode: ProjectFile['mode']
  readonly mtime: number | undefined
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  /** Where its local header begins. */
  readonly at: number
}

/** Reads a zip of anybody's making. Names, kinds and sizes are judged before anything is unpacked. */
export async function readZip(file: Blob, options: ReadOptions): Promise<ReadFiles> {
  const { limits, refuse, progress } = options
  const entries = await listEntries(file, options)
  checkSizes(entries, options)
  checkPlaces(entries, refuse)
  const files: ProjectFile[] = []
  const leftOut: LeftOut[] = []
  const breath = createBreath()
  for (const [index, entry] of entries.entries()) {
    const { path, mode, mtime } = entry
    if (entry.size > limits.file) leftOut.push({ path, why: `is larger than ${limits.file / 1e6} MB` })
    else files.push({ path, mode, mtime, bytes: await unpack(file, entry, refuse) })
    progress(index + 1, entries.length)
    await breath()
  }
  return { files, leftOut }
}

const MOST_COMMENT = 0xffff
/** A list longer than this belongs to no project that may be imported. */
const MOST_LIST = 16 * 1024 * 1024

async function bytesAt(file: Blob, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(from, to).arrayBuffer())
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

async function listEntries(file: Blob, { limits, refuse }: ReadOptions): Promise<readonly Entry[]> {
  const tailAt = Math.max(0, file.size - END_SIZE - MOST_COMMENT)
  const tail = await bytesAt(file, tailAt, file.size)
  const view = viewOf(tail)
  const end = endOf(view) ?? refuse('it is not a zip archive, or it is cut off')
  const count = view.getUint16(end + 10, true)
  const [size, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)]
  if (count === 0xffff || size === 0xffff_ffff || start === 0xffff_ffff) return refuse('it is of the form for archives above 4 GB')
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) return refuse('it is one of several parts')
  if (count > limits.entries) return refuse(`it has ${count} entries, and ${limits.entries} is the limit`)
  if (start + size !== tailAt + end || size > MOST_LIST) return refuse('its list of entries is damaged')
  return entriesOf(await bytesAt(file, start, start + size), count, refuse)
}

function endOf(view: DataView): number | undefined {
  for (let at = view.byteLength - END_SIZE; at >= 0; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength) return at
  }
  return undefined
}

function entriesOf(list: Uint8Array, count: number, refuse: Refuse): readonly Entry[] {
  const view = viewOf(list)
  const names = createEntryNames(refuse)
  const found: Entry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_SIZE > list.length || view.getUint32(at, true) !== CENTRAL_SIGNATURE) return refuse('its list of entries is damaged')
    const length = view.getUint16(at + 28, true)
    const extra = view.getUint16(at + 30, true)
    const next = at + CENTRAL_SIZE + length + extra + view.getUint16(at + 32, true)
    if (next > list.length) return refuse('its list of entries is damaged')
    const entry = entryAt(list.subarray(at, next), names, refuse)
    if (entry !== undefined) found.push(entry)
    at = next
  }
  return at === list.length ? found : refuse('its list has bytes that belong to no entry')
}

/** Undefined for a folder: folders are there because something is in them. */
function entryAt(header: Uint8Array, names: EntryNames, refuse: Refuse): Entry | undefined {
  const view = viewOf(header)
  const length = view.getUint16(28, true)
  const raw = header.slice(CENTRAL_SIZE, CENTRAL_SIZE + length)
  const name = decoded(raw, refuse)
  const unix = view.getUint8(5) === UNIX ? view.getUint32(38, true) >>> 16 : 0
  const kind = kindOf(unix, name)
  if (kind === 'other') return refuse(`${shown(name)} is a link or a device, and only files and folders are imported`)
  if (kind === 'folder') return void names.folder(name)
  if ((view.getUint16(8, true) & 1) !== 0) return refuse(`${shown(name)} is encrypted`)
  const method = view.getUint16(10, true)
  if (method !== STORED && method !== DEFLATED) return refuse(`${shown(name)} is packed in a way that is not known here`)
  return {
    raw,
    path: names.file(name),
    mode: (unix & 0o100) === 0 ? 'file' : 'executable',
    mtime: timeIn(header.subarray(CENTRAL_SIZE + length, CENTRAL_SIZE + length + view.getUint16(30, true))) ?? dosTime(view),
    method,
    crc: view.getUint32(16, true),
    packed: view.getUint32(20, true),
    size: view.getUint32(24, true),
    at: view.getUint32(42, true),
  }
}

/** The system that an entry's attributes are of. */
const UNIX = 3

function kindOf(unix: number, name: string): 'file' | 'folder' | 'other' {
  const type = unix & 0o170000
  if (type !== 0 && type !== 0o100000 && type !== 0o040000) return 'other'
  return name.endsWith('/') || type === 0o040000 ? 'folder' : 'file'
}

function decoded(raw: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch (error) {
    if (error instanceof TypeError) return refuse('one of its names is not UTF-8')
    throw error
  }
}

const EXTENDED_TIME = 0x5455

/** The time of writing in seconds since 1970, where the entry tells it. */
function timeIn(extra: Uint8Array): number | undefined {
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const isTime = view.getUint16(at, true) === EXTENDED_TIME && at + 9 <= extra.length && (view.getUint8(at + 4) & 1) === 1
    if (isTime) return view.getInt32(at + 5, true) * 1000
  }
  return undefined
}

/** The older form has no zone: it is taken as UTC. */
function dosTime(view: DataView): number | undefined {
  const [time, date] = [view.getUint16(12, true), view.getUint16(14, true)]
  if (date === 0) return undefined
  return Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2)
}

function checkSizes(entries: readonly Entry[], { limits, refuse }: ReadOptions): void {
  let [packed, size] = [0, 0]
  for (const entry of entries) {
    if (isBomb(entry.packed, entry.size, limits)) refuse(`${shown(entry.path)} would grow more than ${limits.ratio} times when unpacked`)
    packed += entry.packed
    size += entry.size
  }
  if (isBomb(packed, size, limits)) refuse(`it would grow more than ${limits.ratio} times when unpacked`)
  if (size > limits.unpacked) refuse(`it would grow to more than ${limits.unpacked / 1024 / 1024} MiB when unpacked`)
}

/** Entries that share bytes make little into very much. */
function checkPlaces(entries: readonly Entry[], refuse: Refuse): void {
  let free = 0
  for (const { at, raw, packed, path } of entries.toSorted((a, b) => a.at - b.at)) {
    if (at < free) refuse(`${shown(path)} shares its bytes with another entry`)
    free = at + LOCAL_SIZE + raw.length + packed
  }
}

async function unpack(file: Blob, entry: Entry, refuse: Refuse): Promise<Uint8Array> {
  const header = await bytesAt(file, entry.at, entry.at + LOCAL_SIZE + entry.raw.length)
  if (header.length < LOCAL_SIZE + entry.raw.length) return refuse(`${shown(entry.path)} is cut off`)
  const view = viewOf(header)
  const isSame = entry.raw.every((byte, index) => header[LOCAL_SIZE + index] === byte)
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE || view.getUint16(26, true) !== entry.raw.length || !isSame)
    return refuse(`${shown(entry.path)} says two different things about itself`)
  const from = entry.at + LOCAL_SIZE + entry.raw.length + view.getUint16(28, true)
  const packed = await bytesAt(file, from, from + entry.packed)
  if (packed.length !== entry.packed) return refuse(`${shown(entry.path)} is cut off`)
  const bytes = entry.method === STORED ? packed : inflated(packed, entry.size)
  if (bytes?.length !== entry.size || crc32(bytes) !== entry.crc) return refuse(`${shown(entry.path)} is damaged`)
  return bytes
}

function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    // Room for one byte more tells an entry that goes on from one that ends.
    return inflateSync(packed, { out: new Uint8Array(size + 1) })
  } catch (error) {
    // The library throws its own errors for bytes that are no packed content.
    if (error instanceof Error) return undefined
    throw error
  }
}
