import { sessionId, ulid, type Clock, type FileEntry, type Hash, type Random, type SessionId, type ShareChoice } from '@tabwright/protocol'
import type { ImageStore } from '../io/image-store'
import { emptyRecord, recordAfter, type Imported, type SessionRecord } from '../io/session-record'
import { SESSION_LIMITS, type ArchiveLimits } from './archive-limits'
import { readBundle } from './bundle-read'
import { writeBundle } from './bundle-write'
import { cleanImage, type CleanChoice, type CleanImage } from './clean-image'
import { conversationMarkdown } from './conversation-markdown'
import { readImage, type SessionImage } from './session-image'

/** What carrying sessions takes from outside. */
export interface PortablePorts {
  readonly store: ImageStore
  readonly hash: Hash
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}

/** The archive of a session: facts, wire, files and contents, and two pages to read. @throws FailureError `not_found`, `too_large` */
export async function exportSession(session: SessionId, ports: Pick<PortablePorts, 'store' | 'hash'>): Promise<Uint8Array<ArrayBuffer>> {
  return writeBundle(await readImage(ports.store, session, ports.hash), ports.hash)
}

/**
 * The archive of a session for others: without its secrets, and which those were.
 * @param choice what of it; omitted: all, also what is personal
 * @throws FailureError `not_found`, `too_large`
 */
export async function exportToShare(
  session: SessionId,
  ports: Pick<PortablePorts, 'store' | 'hash'>,
  choice?: ShareChoice & Pick<CleanChoice, 'cleanings'>,
): Promise<SharedArchive> {
  const { image, ...taken } = await cleanImage(await readImage(ports.store, session, ports.hash), ports.hash, choice)
  return { bytes: await writeBundle(image, ports.hash), title: image.title, ...taken }
}

/** The conversation as a page to hand on: without its secrets, and which those were. @throws FailureError `not_found`, `too_large` */
export async function exportMarkdown(session: SessionId, ports: Pick<PortablePorts, 'store' | 'hash'>): Promise<SharedArchive> {
  const { image, ...taken } = await cleanImage(await readImage(ports.store, session, ports.hash), ports.hash)
  return { bytes: new TextEncoder().encode(conversationMarkdown(image)), title: image.title, ...taken }
}

/** What {@link exportToShare} gives. */
interface SharedArchive extends Omit<CleanImage, 'image'> {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Without secrets too: files are named by it. */
  readonly title: string
}

/**
 * Keeps the session of an archive as one that can only be read and forked, under an id of its own. Everything is checked before
 * anything is written.
 * @throws FailureError `bad_input`, `too_large`, `newer` that says what is wrong with the archive; `storage_full`
 */
export async function importSession(bytes: Uint8Array, ports: PortablePorts, limits: ArchiveLimits = SESSION_LIMITS): Promise<SessionId> {
  return keepToRead(await readBundle(bytes, { hash: ports.hash, limits }), ports)
}

/** Keeps a session as one that can only be read and forked, under an id of its own. @throws FailureError `storage_full` */
export async function keepToRead(image: SessionImage, ports: Omit<PortablePorts, 'hash'>): Promise<SessionId> {
  const id = sessionId(ulid(ports.clock.now(), ports.random))
  const imported: Imported = { session: image.session, ...(image.damaged && { damaged: image.damaged }) }
  await ports.store.put({ ...storedImage(image), record: { ...recordOf(image, id), imported, state: 'idle', asking: [] } })
  return id
}

/** What a store writes of an image. */
export function storedImage(image: SessionImage): {
  readonly facts: readonly unknown[]
  readonly files: readonly FileEntry[]
} & Pick<SessionImage, 'wire' | 'contents'> {
  const facts = image.facts.map((line): unknown => JSON.parse(line))
  return { facts, files: image.files, wire: image.wire, contents: image.contents }
}

/** The row that a session with these facts has. */
export function recordOf(image: SessionImage, id: SessionId): SessionRecord {
  const { title, project, createdAt, wire } = image
  const empty = emptyRecord({ id, title, project, at: createdAt })
  const record = image.events.reduce(recordAfter, empty)
  const last = wire.at(-1)
  return { ...record, title, wireEpoch: last?.epoch ?? 0, wireCount: last?.rows.length ?? 0 }
}
