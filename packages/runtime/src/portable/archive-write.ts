import { fail, joinBytes } from '@tabwright/protocol'
import { deflateSync } from 'fflate'
import { centralHeader, DEFLATED, endRecord, localHeader, STORED, type EntryHeader } from './archive-form'
import { createBreath } from './breath'
import { crc32 } from './crc32'

/** One file of an archive. */
export interface ArchiveEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The form counts entries with 16 bits and places with 32. */
const MOST_ENTRIES = 65_535
const MOST_BYTES = 0xffff_fffe
/** What packs better than this stays as it is: an archive of ours must not look like a bomb to its reader. */
const MOST_RATIO = 50

/**
 * The archive of these entries, in this order. The same entries give the same bytes.
 * @throws FailureError `too_large` where the form ends
 */
export async function writeArchive(entries: Iterable<ArchiveEntry> | AsyncIterable<ArchiveEntry>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  const list: Uint8Array[] = []
  let at = 0
  const breath = createBreath()
  for await (const { name, bytes } of entries) {
    const packed = pack(bytes)
    const header: EntryHeader = { name: new TextEncoder().encode(name), crc: crc32(bytes), size: bytes.length, ...packed.header }
    const local = localHeader(header)
    parts.push(local, packed.bytes)
    list.push(centralHeader(header, at))
    at += local.length + packed.bytes.length
    await breath()
  }
  const size = list.reduce((sum, one) => sum + one.length, 0)
  if (list.length > MOST_ENTRIES || at + size > MOST_BYTES)
    return fail('too_large', 'This session is larger than an archive can be. It is kept in this browser as it was.')
  return joinBytes([...parts, ...list, endRecord({ count: list.length, size, at })])
}

function pack(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly header: Pick<EntryHeader, 'method' | 'packed'> } {
  const deflated = bytes.length > 0 ? deflateSync(bytes, { level: 6 }) : bytes
  const isWorth = deflated.length < bytes.length && bytes.length <= deflated.length * MOST_RATIO
  return isWorth
    ? { bytes: deflated, header: { method: DEFLATED, packed: deflated.length } }
    : { bytes, header: { method: STORED, packed: bytes.length } }
}
