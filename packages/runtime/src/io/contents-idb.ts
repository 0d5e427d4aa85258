import { unwrap } from 'idb'
import type { BlobHash, Commit, SessionId } from '@tabwright/protocol'
import { contentIn, narrowed, packed, placesIn, type ContentPlace } from './content-packs'
import type { Database, Handle, Keep, WriteTx } from './database'
import type { BlobRow, ContentRef } from './database-schema'
import { missingBlob } from './session-store'

/** The contents of a session by hash: where each of them lies. */
export type ContentIndex = Map<BlobHash, ContentPlace>

/** Contents of one session that are to be stored. */
export interface NewContents {
  readonly session: SessionId
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
}

/** The rows that store contents, the many small ones of a commit as one record. Both are written or neither: what is named is stored. */
export function* contentRows({ session, contents }: NewContents): Generator<{ readonly ref: ContentRef; readonly blob: BlobRow }, void> {
  for (const { hash, bytes, table } of packed(contents)) {
    yield { ref: { hash, session, table, size: bytes.byteLength }, blob: { hash, bytes } }
  }
}

/** Stores contents for a session. */
export function writeContents(tx: WriteTx, contents: NewContents, keep: Keep): void {
  for (const { ref, blob } of contentRows(contents)) {
    keep(tx.objectStore('refs').put(ref))
    keep(tx.objectStore('blobs').put(blob))
  }
}

/** A transaction that may read which contents sessions name. */
export interface RefsTx {
  objectStore(name: 'refs'): { index(name: 'session'): { getAll(session: SessionId): Promise<readonly ContentRef[]> } }
}

/** Where the contents of a session lie. */
export async function readIndex(tx: RefsTx, session: SessionId): Promise<ContentIndex> {
  const index: ContentIndex = new Map()
  for (const ref of await tx.objectStore('refs').index('session').getAll(session)) {
    for (const [hash, place] of placesIn(ref)) index.set(hash, place)
  }
  return index
}

/** A session takes over contents of another one by reference: nothing of them is read. */
export async function shareContents(
  tx: WriteTx,
  { from, to, named }: { readonly from: SessionId; readonly to: SessionId; readonly named: ReadonlySet<BlobHash> },
  keep: Keep,
): Promise<void> {
  for (const ref of await tx.objectStore('refs').index('session').getAll(from)) {
    const part = narrowed(ref, named)
    if (part) keep(tx.objectStore('refs').put({ ...part, session: to }))
  }
}

/** The size of each of these contents that is there. Of what was stored by version 2 it is known only by reading. */
export function sizesOf(database: Database, session: SessionId, wanted: ReadonlySet<BlobHash>): Promise<ReadonlyMap<BlobHash, number>> {
  return database.run(async (handle) => {
    const tx = handle.transaction(['refs', 'blobs'])
    const records = [...byRecord(await readIndex(tx, session), wanted)]
    const blobs = tx.objectStore('blobs')
    const there = new Set(await Promise.all(records.map(([record]) => blobs.getKey(record))))
    const sizes = new Map<BlobHash, number>()
    for (const [record, places] of records) {
      if (!there.has(record)) continue
      for (const [hash, { range }] of places) sizes.set(hash, range?.size ?? (await blobs.get(record))?.bytes.byteLength ?? 0)
    }
    return sizes
  })
}

/** These contents of a session, record by record: no more than one record is held. What is not there is left out. Not checked. */
export async function* contentsOf(
  database: Database,
  session: SessionId,
  wanted: ReadonlySet<BlobHash>,
): AsyncGenerator<readonly [BlobHash, Uint8Array], void, undefined> {
  let left = wanted
  let index = await database.run((handle) => readIndex(handle.transaction('refs'), session))
  // Twice: a record may be packed anew by another tab between the index and its bytes.
  for (let round = 0; round < 2 && left.size > 0; round++) {
    const given = new Set<BlobHash>()
    for (const [record, places] of byRecord(index, left)) {
      const bytes = (await database.run((handle) => handle.get('blobs', record)))?.bytes
      if (!bytes) continue
      for (const [hash, place] of places) {
        given.add(hash)
        yield [hash, contentIn(bytes, place)]
      }
    }
    left = new Set([...left].filter((hash) => !given.has(hash)))
    if (left.size > 0) index = await database.run((handle) => readIndex(handle.transaction('refs'), session))
  }
}

/** The wanted contents that the index knows, by the record that holds them. */
function byRecord(index: ContentIndex, wanted: Iterable<BlobHash>): ReadonlyMap<BlobHash, readonly (readonly [BlobHash, ContentPlace])[]> {
  const records = new Map<BlobHash, (readonly [BlobHash, ContentPlace])[]>()
  for (const hash of wanted) {
    const place = index.get(hash)
    if (!place) continue
    const list = records.get(place.record)
    if (list) list.push([hash, place])
    else records.set(place.record, [[hash, place]])
  }
  return records
}

/** Reads the contents of the sessions that were looked at. */
export interface ContentReader {
  /** From now on what this session names can be loaded. */
  look(session: SessionId): void
  /** The same, and nothing that was known of it holds: it may have been replaced. */
  lookAnew(session: SessionId): void
  /** @throws FailureError `not_found` */
  load(hash: BlobHash): Promise<Uint8Array>
  /** Whether the session is known to name this content, so that it need not be stored. False says nothing. */
  isNamed(session: SessionId, hash: BlobHash): boolean
  /** The session names what this brought from now on. */
  wrote(session: SessionId, commit: Pick<Commit, 'files' | 'contents'>): void
}

interface Wanted {
  readonly hash: BlobHash
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Packs that stay in memory: who reads file after file does not read each pack once for every file in it. */
const CACHED_BYTES = 8_000_000

/** What is asked for in one breath is read in one transaction: 5,000 of their own take seconds. */
export function contentReader(database: Database): ContentReader {
  /** By session. A place that is not known yet is one of a content that was just written. */
  const known = new Map<SessionId, Map<BlobHash, ContentPlace | undefined>>()
  const records = recordReader(database)
  let wanted: Wanted[] = []

  const placeOf = (hash: BlobHash): ContentPlace | undefined => {
    for (const index of known.values()) {
      const place = index.get(hash)
      if (place) return place
    }
    return undefined
  }
  const lookAgain = (): Promise<void> =>
    database.run(async (handle) => {
      const tx = handle.transaction('refs')
      const indexes = await Promise.all([...known.keys()].map(async (session) => [session, await readIndex(tx, session)] as const))
      for (const [session, index] of indexes) known.set(session, index)
    })
  const find = async (hashes: ReadonlySet<BlobHash>): Promise<ReadonlyMap<BlobHash, Uint8Array>> => {
    if ([...hashes].some((hash) => !placeOf(hash))) await lookAgain()
    const found = await records.contents(hashes, placeOf)
    if (found.size === hashes.size) return found
    // Packed anew by another tab since this one looked, or not there.
    await lookAgain()
    return records.contents(hashes, placeOf)
  }
  const read = async (batch: readonly Wanted[]): Promise<void> => {
    try {
      const found = await find(new Set(batch.map(({ hash }) => hash)))
      for (const { hash, resolve } of batch) resolve(found.get(hash))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const next = (hash: BlobHash): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      wanted.push({ hash, resolve, reject })
      if (wanted.length > 1) return
      queueMicrotask(() => {
        const batch = wanted
        wanted = []
        void read(batch)
      })
    })
  return {
    look: (session) => void (known.has(session) || known.set(session, new Map())),
    lookAnew: (session) => void known.set(session, new Map()),
    load: async (hash) => (await next(hash)) ?? missingBlob(hash),
    isNamed: (session, hash) => known.get(session)?.has(hash) ?? false,
    wrote(session, { files = [], contents = [] }) {
      const index = known.get(session)
      for (const hash of [...files.flatMap(({ after }) => after?.hash ?? []), ...contents.map((content) => content.hash)])
        if (!index?.has(hash)) index?.set(hash, undefined)
    },
  }
}

interface RecordReader {
  /** The contents among these whose place is known and whose record is there. */
  contents(hashes: ReadonlySet<BlobHash>, placeOf: (hash: BlobHash) => ContentPlace | undefined): Promise<ReadonlyMap<BlobHash, Uint8Array>>
}

function recordReader(database: Database): RecordReader {
  const cached = new Map<BlobHash, Uint8Array>()
  let size = 0
  const remember = (record: BlobHash, bytes: Uint8Array): void => {
    cached.set(record, bytes)
    size += bytes.byteLength
    for (const [oldest, { byteLength }] of cached) {
      if (size <= CACHED_BYTES) return
      cached.delete(oldest)
      size -= byteLength
    }
  }
  const bytesOf = async (wanted: readonly BlobHash[]): Promise<ReadonlyMap<BlobHash, Uint8Array>> => {
    const found = new Map<BlobHash, Uint8Array>()
    for (const record of wanted) {
      const bytes = cached.get(record)
      if (bytes) found.set(record, bytes)
    }
    const missing = wanted.filter((record) => !found.has(record))
    if (missing.length === 0) return found
    for (const [record, bytes] of await database.run((handle) => readRecords(handle, missing))) found.set(record, bytes)
    return found
  }
  return {
    async contents(hashes, placeOf) {
      const places = [...hashes].flatMap((hash) => {
        const place = placeOf(hash)
        return place ? [{ hash, place }] : []
      })
      const records = await bytesOf([...new Set(places.map(({ place }) => place.record))])
      const contents = new Map<BlobHash, Uint8Array>()
      for (const { hash, place } of places) {
        const bytes = records.get(place.record)
        if (!bytes) continue
        contents.set(hash, contentIn(bytes, place))
        if (place.range && place.range.size < bytes.byteLength && !cached.has(place.record)) remember(place.record, bytes)
      }
      return contents
    },
  }
}

async function readRecords(handle: Handle, wanted: readonly BlobHash[]): Promise<readonly (readonly [BlobHash, Uint8Array])[]> {
  const store = unwrap(handle.transaction('blobs').store)
  const rows = await Promise.all(wanted.map((record) => got(store.get(record))))
  return rows.flatMap((row) => (row ? [[row.hash, row.bytes] as const] : []))
}

/** The answer to a request. Without the library's wrapping, which costs as much as the request: there may be thousands. */
function got<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('A content could not be read.'))
  })
}
