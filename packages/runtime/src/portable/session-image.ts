import {
  canonicalJson,
  FailureError,
  isJsonObject,
  type BlobHash,
  type Hash,
  type Json,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { hashBytes } from '../io/hash-noble'
import type { ImageStart, ImageStore } from '../io/image-store'
import { chainReader } from '../io/stored-chain'
import type { Imported } from '../io/session-record'
import { blobsOf } from './named-blobs'

/** A session as it can be carried elsewhere: everything of it, checked. */
export interface SessionImage extends Omit<ImageStart, 'record'> {
  /** The id that its facts bear. */
  readonly session: SessionId
  readonly title: string
  readonly project: 'demo' | 'blank'
  readonly createdAt: number
  /** Each fact as it is stored, in canonical JSON. */
  readonly facts: readonly string[]
  /** The same facts as this build reads them. */
  readonly events: readonly SessionEvent[]
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
  /** Contents that facts or files name and that are not there, or are not what their name says. */
  readonly missing: readonly BlobHash[]
  readonly damaged?: NonNullable<Imported['damaged']>
}

/** Reads a session whole, up to the first fact that is not what was written. */
export async function readImage(store: ImageStore, session: SessionId, hash: Hash): Promise<SessionImage> {
  const { record, files, wire } = await store.begin(session)
  const { facts, events, damaged } = await goodFacts(store.facts(session, record.head), hash)
  const { contents, missing } = await readContents(store, session, new Set([...blobsOf(events), ...files.map((entry) => entry.hash)]))
  const noted = damaged ?? record.imported?.damaged
  return {
    session: record.imported?.session ?? session,
    title: record.title,
    project: record.project,
    createdAt: record.createdAt,
    facts,
    events,
    wire,
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    contents,
    missing,
    ...(noted && { damaged: noted }),
  }
}

/**
 * The same session as it is now, with what is known of it from before: only what came since is read and checked.
 * @throws FailureError `not_found`
 */
export async function readOn(
  store: ImageStore,
  session: SessionId,
  { hash, before }: { readonly hash: Hash; readonly before: SessionImage | undefined },
): Promise<SessionImage> {
  const { record, files } = await store.begin(session)
  const last = before?.events.at(-1)
  const known = before && !before.damaged && before.facts.length <= record.head ? before : undefined
  const fresh = await goodFacts(store.facts(session, record.head, (known?.facts.length ?? 0) + 1), hash, (known?.facts.length ?? 0) + 1)
  const first = fresh.events[0]
  // Another past: a copy was put in the place of what was there.
  if (!known || fresh.damaged || (first && last && first.prev !== last.hash)) return readImage(store, session, hash)
  const events = [...known.events, ...fresh.events]
  const wanted = new Set([...known.contents.keys(), ...blobsOf(fresh.events), ...files.map((entry) => entry.hash)])
  const unread = new Set([...wanted].filter((name) => !known.contents.has(name)))
  const { contents, missing } = await readContents(store, session, unread)
  return {
    ...known,
    title: record.title,
    facts: [...known.facts, ...fresh.facts],
    events,
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    contents: new Map([...known.contents, ...contents]),
    missing: [...new Set([...known.missing, ...missing])].toSorted(),
  }
}

interface GoodFacts {
  readonly facts: readonly string[]
  readonly events: readonly SessionEvent[]
  readonly damaged?: NonNullable<Imported['damaged']>
}

async function goodFacts(stored: AsyncIterable<unknown>, hash: Hash, from = 1): Promise<GoodFacts> {
  const chain = chainReader(from, hash)
  const facts: string[] = []
  const events: SessionEvent[] = []
  for await (const raw of stored) {
    try {
      events.push(chain.next(raw))
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      return { facts, events, damaged: { after: events.length, reason: error.failure.message } }
    }
    facts.push(canonicalJson(plain(raw)))
  }
  return { facts, events }
}

/** What a chain reader took is JSON. */
function plain(raw: unknown): Json {
  const json: Json = JSON.parse(JSON.stringify(raw))
  return isJsonObject(json) ? json : null
}

async function readContents(
  store: ImageStore,
  session: SessionId,
  named: ReadonlySet<BlobHash>,
): Promise<{ readonly contents: ReadonlyMap<BlobHash, Uint8Array>; readonly missing: readonly BlobHash[] }> {
  const contents = new Map<BlobHash, Uint8Array>()
  for await (const [hash, bytes] of store.contents(session, named)) if (hashBytes(bytes) === hash) contents.set(hash, bytes)
  return { contents, missing: [...named].filter((hash) => !contents.has(hash)).toSorted() }
}
