import { blobHash, fail, isJsonObject, joinBytes, type BlobHash, type Json, type WireRow } from '@tabwright/protocol'
import { hashBytes } from '../io/hash-noble'
import type { ArchiveLimits } from './archive-limits'
import { readArchive } from './archive-read'
import { writeArchive, type ArchiveEntry } from './archive-write'
import type { MirrorPlace } from './mirror-place'
import type { MirrorSeal } from './mirror-seal'
import { wireRole } from './wire-role'

/** Bytes of one piece before it is sealed; the relay takes 4 MiB. */
const PIECE_BYTES = 3 * 1024 * 1024

/** What is sealed with our own key is ours; bounded all the same. */
const OWN_LIMITS: ArchiveLimits = { packed: 2 ** 30, unpacked: 2 ** 31, ratio: 1_100, entries: 65_535 }

/** A row of the wire in its place. */
export interface PlacedRow extends WireRow {
  readonly epoch: number
  readonly i: number
}

/** A part of a session: what came after the part before it. */
export interface Segment {
  readonly facts: readonly string[]
  readonly rows: readonly PlacedRow[]
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const lines = (some: readonly string[]): Uint8Array => utf8(some.map((line) => `${line}\n`).join(''))

/** A segment as one archive. */
export function packSegment({ facts, rows, contents }: Segment): Promise<Uint8Array<ArrayBuffer>> {
  const entries: ArchiveEntry[] = [
    { name: 'events.jsonl', bytes: lines(facts) },
    { name: 'wire.jsonl', bytes: lines(rows.map(({ epoch, i, role, text }) => JSON.stringify({ epoch, i, role, text }))) },
  ]
  for (const [hash, bytes] of contents) entries.push({ name: `blobs/${hash}`, bytes })
  return writeArchive(entries)
}

/** @throws FailureError `bad_input` for what is no segment */
export function unpackSegment(bytes: Uint8Array): Segment {
  const contents = new Map<BlobHash, Uint8Array>()
  let facts: readonly string[] = []
  let rows: readonly PlacedRow[] = []
  for (const [name, content] of readArchive(bytes, OWN_LIMITS)) {
    if (name === 'events.jsonl') facts = linesOf(content)
    else if (name === 'wire.jsonl') rows = linesOf(content).map(rowOf)
    else contents.set(blobHash(name.replace(/^blobs\//, '')), content)
  }
  return { facts, rows, contents }
}

function linesOf(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  return text === '' ? [] : text.slice(0, -1).split('\n')
}

function rowOf(line: string): PlacedRow {
  const raw: Json = JSON.parse(line)
  const { epoch, i, role: said, text } = isJsonObject(raw) ? raw : {}
  const role = wireRole(said)
  if (typeof epoch !== 'number' || typeof i !== 'number' || !role || typeof text !== 'string') {
    return fail('damaged', 'A part of the mirror cannot be read. Nothing was restored from it.')
  }
  return { epoch, i, role, text }
}

/** Bytes of any length, as pieces at the place. */
export interface Pieces {
  /** Writes what is not there yet. Resolves with the names, in order; durable then. */
  write(bytes: Uint8Array, there: ReadonlySet<string>): Promise<readonly string[]>
  /** @throws FailureError `damaged` when one is missing or does not open */
  read(names: readonly string[]): Promise<Uint8Array>
}

/** Pieces of the session of this seal. Equal content has an equal name, so what was written once is not written again. */
export function piecesAt(place: MirrorPlace, seal: MirrorSeal): Pieces {
  return {
    async write(bytes, there) {
      const names: string[] = []
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES)
        const name = await seal.partName(hashBytes(piece))
        if (!there.has(name)) await place.writePart(seal.name, name, await seal.seal(piece, name))
        names.push(name)
      }
      return names
    },
    async read(names) {
      const parts: Uint8Array[] = []
      for (const name of names) {
        const sealed = await place.readPart(seal.name, name)
        if (!sealed) return fail('damaged', 'A part of the mirror is missing at the relay. Nothing was restored from it.')
        parts.push(await seal.open(sealed, name))
      }
      return joinBytes(parts)
    },
  }
}
