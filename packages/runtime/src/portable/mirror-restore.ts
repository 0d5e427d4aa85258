import { fail, FailureError, type BlobHash, type FileEntry, type Hash, type SessionId, type WireRow } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { hashBytes } from '../io/hash-noble'
import type { ImageStore, WireEpoch } from '../io/image-store'
import { chainReader } from '../io/stored-chain'
import { workspacePath } from '../workspace/path'
import { parseMirrorHead, type MirrorHeadBody } from './mirror-head-schema'
import type { MirrorPlace } from './mirror-place'
import { HEAD, mirrorSealNamed, type MirrorKey, type MirrorSeal } from './mirror-seal'
import { piecesAt, unpackSegment, type PlacedRow, type Segment } from './mirror-segment'
import { FILES_SCHEMA } from './manifest-schema'
import { blobsOf } from './named-blobs'
import { keepToRead, recordOf, storedImage, type PortablePorts } from './portable'
import { readImage, type SessionImage } from './session-image'

/** What restoring takes from outside. */
export interface RestorePorts {
  readonly store: ImageStore
  readonly place: MirrorPlace
  readonly key: MirrorKey
  readonly hash: Hash
}

/** A session that a recovery code opens. */
export interface Found {
  readonly session: SessionId
  readonly title: string
  readonly head: number
  /** Wall clock of the browser that mirrored it. */
  readonly at: number
  /** `new`: not in this browser. `here`: it is, with everything the mirror has. `other`: it is, and the mirror has what it has not. */
  readonly local: 'new' | 'here' | 'other'
}

/** Every mirrored session that this key opens; those of other keys are passed over. @throws FailureError `offline`, `newer` */
export async function findMirrored(ports: RestorePorts): Promise<readonly (Found & { readonly name: string })[]> {
  const found: (Found & { readonly name: string })[] = []
  for (const { session: name } of await ports.place.list()) {
    const opened = await openHead(name, ports)
    if (!opened) continue
    const { session, title, head, at } = opened.body
    found.push({ name, session, title, head, at, local: await localState(opened.body, ports) })
  }
  return found
}

async function openHead(name: string, { place, key }: RestorePorts): Promise<{ body: MirrorHeadBody; seal: MirrorSeal } | undefined> {
  const head = await place.readHead(name)
  if (!head) return undefined
  const seal = await mirrorSealNamed(key, name)
  const text = await seal.open(head.bytes, HEAD).catch(otherKey)
  if (!text) return undefined
  const body = parseMirrorHead(new TextDecoder().decode(text))
  if (!body) return fail('newer', 'The mirror was written by a newer version of the app. Reload to update; nothing was restored.')
  return { body, seal }
}

function otherKey(error: unknown): undefined {
  if (error instanceof FailureError && error.failure.code === 'damaged') return undefined
  throw error
}

async function localState(body: MirrorHeadBody, { store, hash }: RestorePorts): Promise<Found['local']> {
  const record = (await store.list()).find(({ id }) => id === body.session)
  if (!record) return 'new'
  if (record.head < body.head) return 'other'
  if (body.head === 0) return 'here'
  for await (const raw of store.facts(body.session, body.head, body.head)) {
    return chainReader(body.head, hash).next(raw).hash === body.headHash ? 'here' : 'other'
  }
  return 'other'
}

/** The session at the place under this name, every part of it checked. @throws FailureError `damaged`, `offline` */
export async function readMirrored(name: string, ports: RestorePorts): Promise<{ readonly image: SessionImage; readonly epoch: number }> {
  const opened = await openHead(name, ports)
  if (!opened) return fail('not_found', 'The mirror of this session is gone from the relay. Nothing was restored.')
  const { body, seal } = opened
  const pieces = piecesAt(ports.place, seal)
  const segments: Segment[] = []
  for (const names of body.parts) segments.push(unpackSegment(await pieces.read(names)))
  const { facts, events } = followed(
    segments.flatMap((segment) => segment.facts),
    body,
    ports.hash,
  )
  const files = readFiles(await pieces.read(body.files))
  const contents = new Map<BlobHash, Uint8Array>()
  for (const segment of segments)
    for (const [hash, bytes] of segment.contents) contents.set(hashBytes(bytes) === hash ? hash : broken(), bytes)
  const missing = [...new Set([...blobsOf(events), ...files.map(({ hash }) => hash)])].filter((hash) => !contents.has(hash))
  const { session, title, project, createdAt } = body
  const wire = wireOf(
    segments.flatMap((segment) => segment.rows),
    body,
  )
  return { image: { session, title, project, createdAt, facts, events, wire, files, contents, missing }, epoch: body.epoch }
}

/**
 * Keeps a mirrored session as what it was: the same id, and it can be written.
 * @param replaces hash of the newest fact of the session of that id that goes for it; omitted: there must be none
 * @throws FailureError as {@link ImageStore.put}, `damaged`, `offline`
 */
export async function restoreMirrored(name: string, ports: RestorePorts, replaces?: string): Promise<SessionId> {
  const { image, epoch } = await readMirrored(name, ports)
  // Above every writer that there was: one of a browser that comes back is refused.
  const record = { ...recordOf(image, image.session), epoch: epoch + 1 }
  await ports.store.put({ ...storedImage(image), record, ...(replaces !== undefined && { replaces }) })
  return image.session
}

/** As {@link restoreMirrored}, in the place of the session of that id. What stood there is kept first, as a copy to read and to fork. */
export async function replaceMirrored(
  { name, session }: { readonly name: string; readonly session: SessionId },
  ports: RestorePorts & Pick<PortablePorts, 'clock' | 'random'>,
): Promise<SessionId> {
  const { store, hash } = ports
  const { record } = await store.begin(session)
  // Read whole before anything is changed: a mirror that is not whole replaces nothing.
  await readMirrored(name, ports)
  const local = await readImage(store, session, hash)
  const title = `${local.title.slice(0, MOST_TITLE)} (as it was in this browser)`
  await keepToRead({ ...local, title }, ports)
  return restoreMirrored(name, ports, record.headHash)
}

/** What is left of a title, so that the words behind it are seen in a list. */
const MOST_TITLE = 160

function broken(): never {
  return fail('damaged', 'The mirror of this session is not whole. Nothing was restored from it.')
}

function followed(facts: readonly string[], body: MirrorHeadBody, hash: Hash): Pick<SessionImage, 'facts' | 'events'> {
  const chain = chainReader(1, hash)
  const events = facts.map((line) => chain.next(JSON.parse(line)))
  if (events.length !== body.head || (events.at(-1)?.hash ?? '') !== body.headHash) return broken()
  return { facts, events }
}

function wireOf(rows: readonly PlacedRow[], body: MirrorHeadBody): readonly WireEpoch[] {
  const epochs = new Map<number, WireRow[]>()
  for (const { epoch, i, role, text } of rows) {
    const list = epochs.get(epoch) ?? []
    if (list.length !== i) return broken()
    list.push({ role, text })
    epochs.set(epoch, list)
  }
  const wire = [...epochs].map(([epoch, list]) => ({ epoch, rows: list })).toSorted((a, b) => a.epoch - b.epoch)
  const isWhole =
    wire.length === body.wire.length &&
    wire.every(({ epoch, rows: list }, index) => body.wire[index]?.epoch === epoch && body.wire[index]?.rows === list.length)
  return isWhole ? wire : broken()
}

function readFiles(bytes: Uint8Array): readonly FileEntry[] {
  const parsed = z.safeParse(FILES_SCHEMA, JSON.parse(new TextDecoder().decode(bytes)))
  if (!parsed.success || parsed.data.some(({ path }) => workspacePath(path) !== path)) return broken()
  return parsed.data
}
