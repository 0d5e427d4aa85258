import { FailureError, type BlobHash, type Row, type SessionEvent } from '@tabwright/protocol'
import { contentsNamed } from '../core/attached'
import { EMPTY_TRANSCRIPT, foldTranscripts, onScreen } from '../core/facts'
import { hiddenBy } from '../core/history/branch'
import { addFact, emptyPast } from '../core/history/places'
import { hashText } from '../io/hash-noble'
import { SESSION_LIMITS } from './archive-limits'
import { readBundle } from './bundle-read'
import type { SessionImage } from './session-image'

/** A session for people to read: of what is in an archive, checked as for an import. */
export interface SharedSession {
  readonly title: string
  readonly rows: readonly Row[]
  /** Contents that the conversation names, as far as they were shared. */
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
  readonly changes: readonly SharedChange[]
  readonly files: readonly SharedFile[]
}

/** What became of a file from the beginning of the session to its end. */
export interface SharedChange {
  readonly path: string
  /** Undefined: the file was not there. */
  readonly before: SharedContent | undefined
  readonly after: SharedContent | undefined
}

/** A file of the workspace as of the end. */
export interface SharedFile {
  readonly path: string
  readonly content: SharedContent
}

/** `missing`: it was not shared. */
export type SharedContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'bytes'; readonly size: number }
  | { readonly type: 'missing' }

/** @throws FailureError that names what is wrong with the archive; nothing of it is given out then */
export async function readShared(archive: Uint8Array): Promise<SharedSession> {
  return sharedOf(await read(archive))
}

/** What of a session is read: its conversation as it is on screen, changes and files. */
export function sharedOf(image: Pick<SessionImage, 'title' | 'events' | 'files' | 'contents'>): SharedSession {
  const past = emptyPast()
  for (const event of image.events) addFact(past, event, () => false)
  const shown = onScreen(hiddenBy(past.rewinds, image.events.length), image.events)
  return {
    title: image.title,
    rows: foldTranscripts(EMPTY_TRANSCRIPT, shown).rows,
    contents: new Map(image.events.flatMap(contentsNamed).flatMap((hash) => entryOf(image.contents, hash))),
    changes: changesOf(image),
    files: image.files
      .filter(({ mode }) => mode !== 'folder')
      .map(({ path, hash }) => ({ path, content: contentOf(image.contents.get(hash)) })),
  }
}

async function read(archive: Uint8Array): Promise<SessionImage> {
  try {
    return await readBundle(archive, { hash: hashText, limits: SESSION_LIMITS })
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code === 'newer') throw error
    const message = error.failure.message.replace(/\s*Nothing was imported\./, '')
    throw new FailureError({ ...error.failure, message: `${message} Nothing of it is shown.` }, { cause: error })
  }
}

interface Ends {
  readonly first: BlobHash | null
  readonly last: BlobHash | null
}

function changesOf({ events, contents }: Pick<SessionImage, 'events' | 'contents'>): readonly SharedChange[] {
  const ends = new Map<string, Ends>()
  for (const { path, before, after } of events.flatMap(workIn)) ends.set(path, { first: ends.get(path)?.first ?? before, last: after })
  const side = (hash: BlobHash | null): SharedContent | undefined => (hash === null ? undefined : contentOf(contents.get(hash)))
  return [...ends]
    .filter(([, { first, last }]) => first !== last)
    .map(([path, { first, last }]) => ({ path, before: side(first), after: side(last) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function workIn(event: SessionEvent): SessionEvent<'workspace.changed'>['data']['changes'] {
  const isWork = event.type === 'workspace.changed' && event.data.by !== 'seed' && event.data.by !== 'import'
  return isWork ? event.data.changes : []
}

function contentOf(bytes: Uint8Array | undefined): SharedContent {
  if (bytes === undefined) return { type: 'missing' }
  if (bytes.includes(0)) return { type: 'bytes', size: bytes.length }
  try {
    return { type: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    if (error instanceof TypeError) return { type: 'bytes', size: bytes.length }
    throw error
  }
}

function entryOf(contents: ReadonlyMap<BlobHash, Uint8Array>, hash: BlobHash): readonly (readonly [BlobHash, Uint8Array])[] {
  const bytes = contents.get(hash)
  return bytes ? [[hash, bytes]] : []
}
