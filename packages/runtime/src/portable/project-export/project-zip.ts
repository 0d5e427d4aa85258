import { fail, type FileEntry } from '@tabwright/protocol'
import { deflateSync } from 'fflate'
import { CENTRAL_SIGNATURE, CENTRAL_SIZE, DEFLATED, END_SIZE, endRecord, LOCAL_SIGNATURE, LOCAL_SIZE, STORED } from '../archive-form'
import { createBreath } from '../breath'
import { crc32 } from '../crc32'

/** One file of a zip for a person: with its time and what kind of file it is. */
export interface ZipFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: FileEntry['mode']
  readonly mtime: number
}

/** What packs better than this stays as it is: an archive of ours must not look like a bomb to its reader. */
const MOST_RATIO = 50
const MOST_ENTRIES = 65_535
const MOST_BYTES = 0xffff_fffe
const UNIX = 3
const NEEDS = 20
const UTF8 = 0x0800
/** Identifier, length, which times follow, the time of writing. */
const TIME_SIZE = 9

/** The zip of these files, in this order. The same files give the same bytes. @throws FailureError `too_large` where the form ends */
export async function projectZip(files: AsyncIterable<ZipFile> | Iterable<ZipFile>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const list: Uint8Array<ArrayBuffer>[] = []
  let at = 0
  const breath = createBreath()
  for await (const file of files) {
    const name = new TextEncoder().encode(file.path)
    const deflated = deflateSync(file.bytes, { level: 6 })
    const isWorth = deflated.length < file.bytes.length && file.bytes.length <= deflated.length * MOST_RATIO
    const packed = isWorth ? deflated : file.bytes
    const entry: Entry = { file, name, method: isWorth ? DEFLATED : STORED, crc: crc32(file.bytes), packed: packed.length }
    const header = localHeader(entry)
    parts.push(header, packed.slice())
    list.push(centralHeader(entry, at))
    at += header.length + packed.length
    await breath()
  }
  const size = list.reduce((sum, one) => sum + one.length, 0)
  if (list.length > MOST_ENTRIES || at + size + END_SIZE > MOST_BYTES)
    return fail('too_large', 'These files are more than a zip can hold. Download a folder at a time.')
  return new Blob([...parts, ...list, endRecord({ count: list.length, size, at }).slice()], { type: 'application/zip' })
}

interface Entry {
  readonly file: ZipFile
  readonly name: Uint8Array
  readonly method: number
  readonly crc: number
  readonly packed: number
}

function localHeader(entry: Entry): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(LOCAL_SIZE + entry.name.length + TIME_SIZE)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, LOCAL_SIGNATURE, true)
  writeBoth(view, 4, entry)
  bytes.set(entry.name, LOCAL_SIZE)
  writeTime(view, LOCAL_SIZE + entry.name.length, entry.file.mtime)
  return bytes
}

function centralHeader(entry: Entry, at: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(CENTRAL_SIZE + entry.name.length + TIME_SIZE)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, CENTRAL_SIGNATURE, true)
  view.setUint16(4, (UNIX << 8) | NEEDS, true)
  writeBoth(view, 6, entry)
  view.setUint16(40, unixMode(entry.file.mode), true)
  view.setUint32(42, at, true)
  bytes.set(entry.name, CENTRAL_SIZE)
  writeTime(view, CENTRAL_SIZE + entry.name.length, entry.file.mtime)
  return bytes
}

function unixMode(mode: FileEntry['mode']): number {
  if (mode === 'symlink') return 0o120777
  return mode === 'executable' ? 0o100755 : 0o100644
}

function writeBoth(view: DataView, at: number, { file, name, method, crc, packed }: Entry): void {
  const { time, date } = dosTime(file.mtime)
  view.setUint16(at, NEEDS, true)
  view.setUint16(at + 2, UTF8, true)
  view.setUint16(at + 4, method, true)
  view.setUint16(at + 6, time, true)
  view.setUint16(at + 8, date, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, packed, true)
  view.setUint32(at + 18, file.bytes.length, true)
  view.setUint16(at + 22, name.length, true)
  view.setUint16(at + 24, TIME_SIZE, true)
}

function writeTime(view: DataView, at: number, mtime: number): void {
  view.setUint16(at, 0x5455, true)
  view.setUint16(at + 2, TIME_SIZE - 4, true)
  view.setUint8(at + 4, 1)
  view.setInt32(at + 5, Math.floor(mtime / 1000), true)
}

/** The older form begins in 1980, ends in 2107 and counts in two seconds; UTC, so that the same files give the same bytes everywhere. */
function dosTime(mtime: number): { readonly time: number; readonly date: number } {
  const then = new Date(Math.min(Math.max(mtime, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)))
  return {
    time: (then.getUTCHours() << 11) | (then.getUTCMinutes() << 5) | (then.getUTCSeconds() >> 1),
    date: ((then.getUTCFullYear() - 1980) << 9) | ((then.getUTCMonth() + 1) << 5) | then.getUTCDate(),
  }
}
