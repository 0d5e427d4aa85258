import {
  blobHash,
  canonicalJson,
  fail,
  failureOf,
  isJsonObject,
  type BlobHash,
  type Clock,
  type FileEntry,
  type Hash,
  type Json,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { hashBytes } from '../io/hash-noble'
import type { ImageStart, ImageStore } from '../io/image-store'
import { chainReader } from '../io/stored-chain'
import { plainEntry } from './manifest-schema'
import { parseMirrorHead, type MirrorHeadBody } from './mirror-head-schema'
import type { MirrorPlace } from './mirror-place'
import { HEAD, mirrorSeal, type MirrorKey, type MirrorSeal } from './mirror-seal'
import { packSegment, piecesAt, type Pieces, type PlacedRow, type Segment } from './mirror-segment'
import { blobsOf } from './named-blobs'

/** Bytes of a part, before packing, at which the next one begins. */
const PART_BYTES = 2 * 1024 * 1024
/** A last part smaller than this is written anew with what came since: a session does not become a thousand crumbs. */
const CRUMB_BYTES = 256 * 1024

/** What mirroring takes from outside. */
export interface UploadPorts {
  readonly store: ImageStore
  readonly place: MirrorPlace
  readonly key: MirrorKey
  readonly hash: Hash
  readonly clock: Pick<Clock, 'now'>
}

/** Brings the mirror of sessions up to date, with what it does not have yet. */
export interface Uploader {
  /**
   * Resolves when the place has the session as it was when asked, with what it has. `isGone`: the place is not as it was left.
   * @throws FailureError `stale` when another browser mirrors the session, `offline`, `storage_full`, `damaged`
   */
  sync(session: SessionId, doubt?: { readonly isGone: boolean }): Promise<Synced>
}

/** What the place has of a session. */
export interface Synced {
  readonly head: number
  readonly title: string
  /** Number of its head there. */
  readonly version: number
}

/** What is known of a session at the place. */
interface Known {
  readonly seal: MirrorSeal
  readonly pieces: Pieces
  readonly version: number
  readonly body: MirrorHeadBody | undefined
  /** Contents that are there. */
  readonly contents: ReadonlySet<BlobHash>
  /** The last part, if it may be written anew. */
  readonly crumb: Crumb | undefined
}

interface Crumb {
  readonly start: Start
  readonly contents: ReadonlySet<BlobHash>
}

/** Where a part begins: after this fact and these rows. */
interface Start {
  readonly head: number
  readonly wire: MirrorHeadBody['wire']
}

/** Remembers between calls what the place has; a failed call forgets it, so that the next one looks. */
export function createUploader(ports: UploadPorts): Uploader {
  const knowledge = new Map<SessionId, Known>()
  return {
    async sync(session, doubt) {
      if (doubt?.isGone) knowledge.delete(session)
      const known = knowledge.get(session) ?? (await recall(session, ports))
      knowledge.delete(session)
      const next = await bringUpToDate(session, known, ports).catch((error: unknown) => makeRoom(error, known, ports))
      knowledge.set(session, next)
      return { head: next.body?.head ?? 0, title: next.body?.title ?? '', version: next.version }
    },
  }
}

/** What was sent in vain would fill the place for good: the head that is there, written once more, lets go of it. */
async function makeRoom(error: unknown, known: Known, { place }: UploadPorts): Promise<never> {
  if (known.body && failureOf(error).code === 'storage_full') await writeHead(known, known.body, place)
  throw error
}

async function recall(session: SessionId, { place, key, store, hash }: UploadPorts): Promise<Known> {
  const seal = await mirrorSeal(key, session)
  const pieces = piecesAt(place, seal)
  const head = await place.readHead(seal.name)
  const body = head && parseMirrorHead(new TextDecoder().decode(await seal.open(head.bytes, HEAD)))
  if (head && !body) return fail('newer', 'The mirror of this session was written by a newer version of the app. Reload to update.')
  const nothing: Known = { seal, pieces, version: head?.version ?? 0, body: undefined, contents: new Set(), crumb: undefined }
  if (!body) return nothing
  if ((await store.begin(session)).record.head < body.head) return otherBrowser()
  const events = await factsOf(store.facts(session, body.head), chainReader(1, hash))
  if ((events.at(-1)?.event.hash ?? '') !== body.headHash) return otherBrowser()
  const there = new Set(await place.parts(seal.name))
  // What the place lost is not made up for by what follows: the session is mirrored anew, in the place of that head.
  if (partsOf(body).some((part) => !there.has(part))) return nothing
  const files: Json = JSON.parse(new TextDecoder().decode(await pieces.read(body.files)))
  const listed = Array.isArray(files) ? files.flatMap(hashIn) : []
  const named = blobsOf(events.map(({ event }) => event))
  return { ...nothing, body, contents: new Set([...named, ...listed]) }
}

function hashIn(entry: Json): readonly BlobHash[] {
  const hash = isJsonObject(entry) ? entry['hash'] : undefined
  return typeof hash === 'string' ? [blobHash(hash)] : []
}

function otherBrowser(): never {
  return fail(
    'stale',
    'Another browser mirrors this session and went on with it. Its mirror was not touched; this session is not mirrored.',
  )
}

interface ReadFact {
  readonly line: string
  readonly event: SessionEvent
}

async function factsOf(stored: AsyncIterable<unknown>, chain: ReturnType<typeof chainReader>): Promise<readonly ReadFact[]> {
  const facts: ReadFact[] = []
  for await (const raw of stored) {
    const event = chain.next(raw)
    const plain: Json = JSON.parse(JSON.stringify(raw))
    facts.push({ line: canonicalJson(plain), event })
  }
  return facts
}

async function bringUpToDate(session: SessionId, known: Known, ports: UploadPorts): Promise<Known> {
  const { body, crumb } = known
  const now = await ports.store.begin(session)
  if (body && body.head > now.record.head) return otherBrowser()
  if (body && body.head === now.record.head && body.title === now.record.title) return known
  const start: Start = crumb?.start ?? { head: body?.head ?? 0, wire: body?.wire ?? [] }
  const kept = body ? body.parts.slice(0, crumb ? -1 : undefined) : []
  const facts = await factsOf(ports.store.facts(session, now.record.head, start.head + 1), chainReader(start.head + 1, ports.hash))
  const already = new Set([...known.contents].filter((hash) => !crumb?.contents.has(hash)))
  const wanted = new Set([...blobsOf(facts.map(({ event }) => event)), ...now.files.map(({ hash }) => hash)])
  const there = new Set(body ? partsOf(body) : [])
  const parts: (readonly string[])[] = []
  const added = new Set<BlobHash>()
  let size = 0
  for await (const segment of segments(
    { facts, rows: rowsAfter(now, start), session, missing: new Set([...wanted].filter((hash) => !already.has(hash))) },
    ports,
  )) {
    const packed = await packSegment(segment)
    size += packed.length
    parts.push(await known.pieces.write(packed, there))
    for (const hash of segment.contents.keys()) added.add(hash)
  }
  const next: MirrorHeadBody = {
    ...headOf(session, now, ports.clock.now()),
    headHash: facts.at(-1)?.event.hash ?? body?.headHash ?? '',
    parts: [...kept, ...parts],
    files: await known.pieces.write(filesText(now.files), there),
  }
  const version = await writeHead(known, next, ports.place)
  const isCrumb = parts.length === 1 && size < CRUMB_BYTES
  return {
    ...known,
    version,
    body: next,
    contents: new Set([...already, ...added]),
    crumb: isCrumb ? { start, contents: added } : undefined,
  }
}

function headOf(session: SessionId, { record, wire }: ImageStart, at: number): Omit<MirrorHeadBody, 'parts' | 'files' | 'headHash'> {
  return {
    format: 'tabwright-mirror',
    version: 1,
    session,
    title: record.title,
    project: record.project,
    createdAt: record.createdAt,
    epoch: record.epoch,
    head: record.head,
    wire: wire.map(({ epoch, rows }) => ({ epoch, rows: rows.length })),
    at,
  }
}

function filesText(files: readonly FileEntry[]): Uint8Array {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return new TextEncoder().encode(JSON.stringify(sorted.map(plainEntry)))
}

function rowsAfter({ wire }: ImageStart, start: Start): readonly PlacedRow[] {
  const before = new Map(start.wire.map(({ epoch, rows }) => [epoch, rows]))
  return wire.flatMap(({ epoch, rows }) => {
    const from = before.get(epoch) ?? 0
    return rows.slice(from).map((row, index): PlacedRow => ({ ...row, epoch, i: from + index }))
  })
}

async function writeHead({ seal, version }: Known, body: MirrorHeadBody, place: MirrorPlace): Promise<number> {
  const sealed = await seal.seal(new TextEncoder().encode(JSON.stringify(body)), HEAD)
  const written = await place.writeHead(seal.name, { parts: partsOf(body), head: sealed }, version)
  if (written === 'stale') return otherBrowser()
  if (written === 'incomplete') return fail('busy', 'The mirror of this session was erased while it was written; it is written anew.')
  return written
}

/** Everything that a head is nothing without. */
function partsOf({ parts, files }: MirrorHeadBody): readonly string[] {
  return [...new Set([...parts.flat(), ...files])]
}

interface Pending {
  readonly facts: readonly ReadFact[]
  readonly rows: readonly PlacedRow[]
  readonly session: SessionId
  readonly missing: ReadonlySet<BlobHash>
}

/** Parts of bounded size, contents loaded as their turn comes. */
async function* segments({ facts, rows, session, missing }: Pending, { store }: UploadPorts): AsyncGenerator<Segment, void, undefined> {
  let open = emptySegment()
  const full = (more: number): Segment | undefined => {
    open.size += more
    if (open.size < PART_BYTES) return undefined
    const done = open
    open = emptySegment()
    return done
  }
  for (const { line } of facts) {
    open.facts.push(line)
    const done = full(line.length)
    if (done) yield done
  }
  for (const row of rows) {
    open.rows.push(row)
    const done = full(row.text.length)
    if (done) yield done
  }
  for await (const [hash, bytes] of store.contents(session, missing)) {
    // What is not there, or is not what its name says, cannot be mirrored; the rest of the session can.
    if (hashBytes(bytes) !== hash) continue
    open.contents.set(hash, bytes)
    const done = full(bytes.length)
    if (done) yield done
  }
  if (open.size > 0 || open.contents.size > 0) yield open
}

function emptySegment(): { facts: string[]; rows: PlacedRow[]; contents: Map<BlobHash, Uint8Array>; size: number } {
  return { facts: [], rows: [], contents: new Map(), size: 0 }
}
