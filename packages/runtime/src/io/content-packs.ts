import { blobHash, joinBytes, type BlobHash } from '@tabwright/protocol'
import type { ContentRef } from './database-schema'
import { hashBytes } from './hash-noble'

/** A record for each small file would cost a request for each, in writing as in reading; a larger one would be read whole for one file. */
const PACK_BYTES = 512_000
const PACK_CONTENTS = 256
/** A content of this size is a record of its own. */
const ALONE_BYTES = 256_000

/** Contents that are one record. */
export interface Pack {
  readonly hash: BlobHash
  readonly table: string
  readonly bytes: Uint8Array
}

/** Where a content lies: in which record, and from which byte on. */
export interface ContentPlace {
  readonly record: BlobHash
  /** Omitted where the record is the content, as every one was until version 2. */
  readonly range?: { readonly at: number; readonly size: number }
}

/**
 * Contents as few records. A record is addressed by what is in it: alone by its own hash, else by the hash of the list of hashes, so that
 * the same contents in the same order are stored once, whoever writes them.
 */
export function* packed(contents: ReadonlyMap<BlobHash, Uint8Array>): Generator<Pack, void> {
  let open: [BlobHash, Uint8Array][] = []
  let size = 0
  for (const content of contents) {
    const more = content[1].byteLength
    if (more >= ALONE_BYTES) {
      yield packOf([content])
      continue
    }
    if (open.length > 0 && (size + more > PACK_BYTES || open.length === PACK_CONTENTS)) {
      yield packOf(open)
      open = []
      size = 0
    }
    open.push(content)
    size += more
  }
  if (open.length > 0) yield packOf(open)
}

function packOf(contents: readonly [BlobHash, Uint8Array][]): Pack {
  let at = 0
  const lines: string[] = []
  for (const [hash, bytes] of contents) {
    lines.push(`${hash} ${at} ${bytes.byteLength}`)
    at += bytes.byteLength
  }
  const [first, second] = contents
  const table = lines.join('\n')
  if (first && !second) return { hash: first[0], bytes: first[1], table }
  const names = new TextEncoder().encode(contents.map(([hash]) => hash).join('\n'))
  return { hash: hashBytes(names), bytes: joinBytes(contents.map(([, bytes]) => bytes)), table }
}

/** The contents that a session names in one record. */
export function* placesIn({ hash: record, table }: ContentRef): Generator<readonly [BlobHash, ContentPlace], void> {
  if (table === undefined) {
    yield [record, { record }]
    return
  }
  for (const line of table.split('\n')) {
    const [hash = '', at, size] = line.split(' ')
    yield [blobHash(hash), { record, range: { at: Number(at), size: Number(size) } }]
  }
}

/** How much of its record a session names: undefined where that was not written down. */
export function namedBytes(ref: ContentRef): number | undefined {
  if (ref.table === undefined) return undefined
  return [...placesIn(ref)].reduce((sum, [, { range }]) => sum + (range?.size ?? 0), 0)
}

/** The same reference for whoever names only some of it; undefined where it is nothing of it. */
export function narrowed(ref: ContentRef, named: { has(hash: BlobHash): boolean }): ContentRef | undefined {
  if (ref.table === undefined) return named.has(ref.hash) ? ref : undefined
  const lines = ref.table.split('\n').filter((line) => named.has(blobHash(line.slice(0, line.indexOf(' ')))))
  return lines.length > 0 ? { ...ref, table: lines.join('\n') } : undefined
}

/** A content out of its record. A copy: the record is not kept in memory for one small part of it. */
export function contentIn(bytes: Uint8Array, { range }: ContentPlace): Uint8Array {
  return range && range.size < bytes.byteLength ? bytes.slice(range.at, range.at + range.size) : bytes
}
