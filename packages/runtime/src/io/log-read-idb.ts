import { parseSealedEvents, unsealedFacts, type Hash, type SessionEvent, type SessionId, type StoredEvent } from '@tabwright/protocol'
import { chunkStart, textOf, unpackText, type ChunkRecord } from './chunk'
import type { Database, Handle } from './database'
import { factsAmong } from './fence-row'
import { readRow } from './record-idb'
import type { SessionRecord } from './session-record'
import { missingSession } from './session-store'
import { chainReader, type ChainReader } from './stored-chain'

/** Rows in one transaction. */
const ROWS = 500
/** Chunks in the first one, which somebody waits for, and in those after it. */
const FIRST_CHUNKS = 4
const CHUNKS = 24

/** Which facts, and how closely they are looked at. */
export interface LogRange {
  readonly session: SessionId
  readonly hash: Hash
  readonly from?: number
  readonly to?: number
  /** `facts`: the hash of every fact is worked out anew, also where the digest of its chunk fits. */
  readonly check?: 'chunks' | 'facts'
}

/** The facts of a range, whether they are rows or sealed into chunks. Reading throws FailureError `not_found`, `damaged`, `newer`. */
export function readLog(database: Database, range: LogRange): AsyncIterable<SessionEvent> {
  return { [Symbol.asyncIterator]: () => oneByOne(partsOfLog(database, range)) }
}

/** What is at hand is given without a generator's turns in between: in a long session those are a tenth of its opening. */
function oneByOne(parts: AsyncGenerator<Iterator<SessionEvent, void>, void>): AsyncIterator<SessionEvent, void> {
  let facts: Iterator<SessionEvent, void> | undefined
  const following = async (): Promise<IteratorResult<SessionEvent, void>> => {
    for (let part = await parts.next(); !part.done; part = await parts.next()) {
      facts = part.value
      const fact = facts.next()
      if (!fact.done) return fact
    }
    facts = undefined
    return { done: true, value: undefined }
  }
  return {
    next() {
      try {
        const fact = facts?.next()
        return fact === undefined || fact.done ? following() : Promise.resolve(fact)
      } catch (error) {
        return parts.return().then(() => {
          throw error
        })
      }
    },
    async return() {
      await parts.return()
      return { done: true, value: undefined }
    },
  }
}

/** Parts in order. One has to be read to its end before the next is asked for. */
async function* partsOfLog(database: Database, range: LogRange): AsyncGenerator<Iterator<SessionEvent, void>, void> {
  const { session, hash, to = Number.MAX_SAFE_INTEGER } = range
  const cursor = { at: Math.max(1, range.from ?? 1) }
  const chain = chainReader(cursor.at, hash)
  const open = (from: number, chunks = CHUNKS): Promise<OpenPart> =>
    openPart(database, { session, from, to, chunks }, range.check ?? 'chunks')
  for (let part: OpenPart | undefined = await open(cursor.at, FIRST_CHUNKS); part;) {
    const { record, head, contents, next }: OpenPart = part
    if (!record) return missingSession(session)
    const end = Math.min(to, head)
    if (cursor.at > end) return
    // Fetched and unpacked while these are read. Whoever stops reading wants no word of it.
    const ahead: Promise<OpenPart> | undefined = part.isLast ? undefined : open(next)
    ahead?.catch(() => undefined)
    yield factsIn(contents, chain, { cursor, to: end })
    // Where a chunk is missing the reading goes on from there.
    part = cursor.at === next ? await ahead : cursor.at <= end ? await open(cursor.at) : undefined
  }
}

/** Some facts, and number of the first one after them. */
interface OpenPart {
  readonly record: SessionRecord | undefined
  /** Number of the newest fact, as far as these tell: the row may be some facts behind. */
  readonly head: number
  readonly contents: Contents
  readonly next: number
  readonly isLast: boolean
}

async function openPart(database: Database, asked: Asked, check: 'chunks' | 'facts'): Promise<OpenPart> {
  const { record, chunks, rows } = await database.run((handle) => fetchPart(handle, asked))
  const [first] = chunks
  const head = Math.max(record?.head ?? 0, rows.at(-1)?.seq ?? 0)
  const part = (contents: Contents, next: number): OpenPart => ({
    record,
    head,
    contents,
    next,
    isLast: next > asked.to || head < next - 1,
  })
  if (!first || first.from > asked.from) return part({ chunks: [], rows }, asked.from + ROWS)
  return part(await openChunks(chunks, check), (chunks.at(-1) ?? first).to + 1)
}

interface Asked {
  readonly session: SessionId
  readonly from: number
  readonly to: number
  /** So many chunks at most. */
  readonly chunks: number
}

interface Part {
  readonly record: SessionRecord | undefined
  readonly chunks: readonly ChunkRecord[]
  readonly rows: readonly SessionEvent[]
}

/** One transaction, so that facts which are being sealed meanwhile are seen once: as rows or as a chunk. */
async function fetchPart(handle: Handle, { session, from, to, chunks: count }: Asked): Promise<Part> {
  const tx = handle.transaction(['sessions', 'heads', 'chunks', 'events'])
  const [record, chunks, rows] = await Promise.all([
    readRow(tx, session),
    tx.objectStore('chunks').getAll(IDBKeyRange.bound([session, chunkStart(from)], [session, to]), count),
    tx.objectStore('events').getAll(IDBKeyRange.bound([session, from], [session, Math.min(to, from + ROWS - 1)])),
  ])
  return { record, chunks, rows: factsAmong(rows) }
}

interface Contents {
  readonly chunks: readonly { readonly chunk: ChunkRecord; readonly facts: ChunkContents }[]
  readonly rows: readonly unknown[]
}

/** The facts of one transaction, in order. Nothing is awaited between them: a long session has a great many. */
function* factsIn(
  { chunks, rows }: Contents,
  chain: ChainReader,
  { cursor, to }: { cursor: { at: number }; to: number },
): Generator<SessionEvent, void> {
  if (chunks.length === 0) {
    const last = Math.min(to - cursor.at, ROWS - 1)
    for (let i = 0; i <= last; i++) {
      const fact = chain.next(rows[i])
      cursor.at += 1
      yield fact
    }
  }
  for (const { chunk, facts } of chunks) {
    // A chunk is missing: what should be in it is asked for as rows, and reported from there.
    if (chunk.from > cursor.at) return
    for (const end = Math.min(chunk.to, to); cursor.at <= end;) {
      const i = cursor.at - chunk.from
      const fact = facts.type === 'sealed' ? chain.sealed(facts.events[i] ?? MISSING) : chain.next(facts.raw[i])
      cursor.at += 1
      yield fact
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
    return unsealedFacts(await textOf(chunk))
  } catch {
    // Bytes that cannot be unpacked hold no fact: the reader reports the first of them as missing.
    return []
  }
}
