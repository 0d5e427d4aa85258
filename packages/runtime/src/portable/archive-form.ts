/**
 * The zip form, as far as we write and accept it: no comments, no extra fields, no data descriptors, no zip64, one date. Every byte
 * of such an archive follows from its entries, so equal entries give equal archives and no byte can change unnoticed.
 */
export const LOCAL_SIGNATURE = 0x04034b50
export const CENTRAL_SIGNATURE = 0x02014b50
export const END_SIGNATURE = 0x06054b50
export const LOCAL_SIZE = 30
export const CENTRAL_SIZE = 46
export const END_SIZE = 22

export const STORED = 0
export const DEFLATED = 8

/** One entry as both of its headers tell it. `size` is that of the content, `packed` that of the bytes in the archive. */
export interface EntryHeader {
  readonly name: Uint8Array
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
}

/** 1 January 1980, midnight: the first date that the form knows. */
const DATE = 0x0021
/** Version 2.0 is the first with folders and deflate. */
const NEEDS = 20
/** Names are UTF-8. */
const FLAGS = 0x0800

/** The header in front of an entry's bytes. */
export function localHeader(entry: EntryHeader): Uint8Array {
  const bytes = new Uint8Array(LOCAL_SIZE + entry.name.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, LOCAL_SIGNATURE, true)
  writeShared(view, 4, entry)
  bytes.set(entry.name, LOCAL_SIZE)
  return bytes
}

/** The header of an entry in the list at the end. `at` is where its local header begins. */
export function centralHeader(entry: EntryHeader, at: number): Uint8Array {
  const bytes = new Uint8Array(CENTRAL_SIZE + entry.name.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, CENTRAL_SIGNATURE, true)
  view.setUint16(4, NEEDS, true)
  writeShared(view, 6, entry)
  view.setUint32(42, at, true)
  bytes.set(entry.name, CENTRAL_SIZE)
  return bytes
}

/** What closes the archive: a list of `count` entries, `size` bytes long, that begins at `at`. */
export function endRecord({ count, size, at }: { count: number; size: number; at: number }): Uint8Array {
  const bytes = new Uint8Array(END_SIZE)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, END_SIGNATURE, true)
  view.setUint16(8, count, true)
  view.setUint16(10, count, true)
  view.setUint32(12, size, true)
  view.setUint32(16, at, true)
  return bytes
}

function writeShared(view: DataView, at: number, { name, method, crc, packed, size }: EntryHeader): void {
  view.setUint16(at, NEEDS, true)
  view.setUint16(at + 2, FLAGS, true)
  view.setUint16(at + 4, method, true)
  view.setUint16(at + 8, DATE, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, packed, true)
  view.setUint32(at + 18, size, true)
  view.setUint16(at + 22, name.length, true)
}
