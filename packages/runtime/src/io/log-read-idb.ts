import { parseSealedEvents, type Hash, type SessionEvent, type SessionId, type StoredEvent } from '@tabwright/protocol'
import { chunkStart, textOf, unpackText, type ChunkRecord } from './chunk'
import type { Database, Handle } from './database'
import { readRecord } from './record-idb'
import type { SessionRecord } from './session-record'
import { missingSession } from './session-store'
import { chainReader, type ChainReader } from './stored-chain'

/** Rows, or chunks, in one transaction. */
const ROWS = 500
const CHUNKS = 8

/** Which facts, and how closely they are looked at. */
export interface LogRange {
  readonly session: SessionId
  readonly hash: Hash
  readonly from?: number
  readonly to?: number
  /** `facts`: the hash of every fact is worked out anew, also where the digest of its chunk fits. */
  readonly check?: 'chunks' | 'facts'
}

/** The facts of a range, whether they are rows or sealed into chunks. @throws FailureError `not_found`, `damaged`, `newer` */
export async function* readLog(database: Database, range: LogRange): AsyncGenerator<SessionEvent, void, undefined> {
  const { session, hash, to = Number.MAX_SAFE_INTEGER } = range
  let at = Math.max(1, range.from ?? 1)
  let end: number
  const chain = chainReader(at, hash)
  const open = (from: number): Promise<OpenPart> => openPart(database, { session, from, to }, range.check ?? 'chunks')
  for (let part: OpenPart | undefined = await open(at); part;) {
    const { record, contents, next }: OpenPart = part
    if (!record) return missingSession(session)
    end = Math.min(to, record.head)
    if (at > end) return
    // Fetched and unpacked while these are read. Whoever stops reading wants no word of it.
    const ahead = next <= end ? open(next) : undefined
    ahead?.catch(() => undefined)
    for (const event of factsIn(contents, chain, { from: at, to: end })) {
      at = event.seq + 1
      yield event
    }
    // Where a chunk is missing the reading goes on from there.
    part = at === next ? await ahead : at <= end ? await open(at) : undefined
  }
}

/** Some facts, and number of the first one after them. */
interface OpenPart {
  readonly record: SessionRecord | undefined
  readonly contents: Contents
  readonly next: number
}

async function openPart(
  database: Database,
  asked: { session: SessionId; from: number; to: number },
  check: 'chunks' | 'facts',
): Promise<OpenPart> {
  const { record, chunks, rows } = await database.run((handle) => fetchPart(handle, asked))
  const [first] = chunks
  if (!first || first.from > asked.from) return { record, contents: { chunks: [], rows }, next: asked.from + ROWS }
  return { record, contents: await openChunks(chunks, check), next: (chunks.at(-1) ?? first).to + 1 }
}

interface Part {
  readonly record: SessionRecord | undefined
  readonly chunks: readonly ChunkRecord[]
  readonly rows: readonly SessionEvent[]
}

/** One transaction, so that facts which are being sealed meanwhile are seen once: as rows or as a chunk. */
async function fetchPart(handle: Handle, { session, from, to }: { session: SessionId; from: number; to: number }): Promise<Part> {
  const tx = handle.transaction(['sessions', 'heads', 'chunks', 'events'])
  const [record, chunks, rows] = await Promise.all([
    readRecord(tx, session),
    tx.objectStore('chunks').getAll(IDBKeyRange.bound([session, chunkStart(from)], [session, to]), CHUNKS),
    tx.objectStore('events').getAll(IDBKeyRange.bound([session, from], [session, Math.min(to, from + ROWS - 1)])),
  ])
  return { record, chunks, rows }
}

interface Contents {
  readonly chunks: readonly { readonly chunk: ChunkRecord; readonly facts: ChunkContents }[]
  readonly rows: readonly unknown[]
}

/** The facts of one transaction, in order. Nothing is awaited between them: a long session has a great many. */
function* factsIn(
  { chunks, rows }: Contents,
  chain: ChainReader,
  { from, to }: { from: number; to: number },
): Generator<SessionEvent, void> {
  if (chunks.length === 0) {
    const last = Math.min(to - from, ROWS - 1)
    for (let i = 0; i <= last; i++) yield chain.next(rows[i])
  }
  let next = from
  for (const { chunk, facts } of chunks) {
    // A chunk is missing: what should be in it is asked for as rows, and reported from there.
    if (chunk.from > next) return
    for (const end = Math.min(chunk.to, to); next <= end; next++) {
      const i = next - chunk.from
      yield facts.type === 'sealed' ? chain.sealed(facts.events[i] ?? MISSING) : chain.next(facts.raw[i])
    }
  }
}

async function openChunks(chunks: readonly ChunkRecord[], check: 'chunks' | 'facts'): Promise<Contents> {
  return { chunks: await Promise.all(chunks.map(async (chunk) => ({ chunk, facts: await openChunk(chunk, check) }))), rows: [] }
}

const MISSING: StoredEvent = { type: 'damaged', reason: 'it is missing' }

type ChunkContents =
  | { readonly type: 'sealed'; readonly events: readonly StoredEvent[] }
  /** To be checked one by one, up to the first that is not what was written. */
  | { readonly type: 'raw'; readonly raw: readonly unknown[] }

async function openChunk(chunk: ChunkRecord, check: 'chunks' | 'facts'): Promise<ChunkContents> {
  const text = check === 'chunks' ? await unpackText(chunk) : undefined
  return text === undefined ? { type: 'raw', raw: await rawFacts(chunk) } : { type: 'sealed', events: parseSealedEvents(text) }
}

async function rawFacts(chunk: ChunkRecord): Promise<readonly unknown[]> {
  try {
    const list: unknown = JSON.parse(await textOf(chunk))
    return Array.isArray(list) ? list : []
  } catch {
    // Bytes that cannot be unpacked hold no fact: the reader reports the first of them as missing.
    return []
  }
}
