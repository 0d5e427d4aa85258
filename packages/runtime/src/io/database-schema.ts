import type { BlobHash, FileEntry, InboxRow, Json, SessionEvent, SessionId } from '@tabwright/protocol'
import type { DBSchema, IDBPDatabase } from 'idb'
import type { WireRecord } from './append-plan'
import type { ChunkRecord } from './chunk'
import type { Fence, HeadRow } from './head-record'
import type { SessionRecord } from './session-record'

/** Raised by any change of the stores below, with a step in {@link upgradeStores}. */
export const DATABASE_VERSION = 2

/** The stores of the one database; every key path is part of the format. */
export interface Schema extends DBSchema {
  sessions: { key: SessionId; value: SessionRecord }
  /** Since version 2: the part of a session's row that its writer changes, and the fence. Absent until its first claim. */
  heads: { key: SessionId | Fence; value: HeadRow; indexes: { fence: Fence } }
  events: { key: [SessionId, number]; value: SessionEvent }
  /** Since version 2: facts that were rows, 256 to a record. */
  chunks: { key: [SessionId, number]; value: ChunkRecord }
  wire: { key: [SessionId, number, number]; value: WireRecord }
  inbox: { key: [SessionId, number]; value: InboxRow & { readonly session: SessionId } }
  files: { key: [SessionId, string]; value: FileRecord }
  blobs: { key: BlobHash; value: { readonly hash: BlobHash; readonly bytes: Uint8Array } }
  /** Which session ever named which blob, so that a purge deletes only what nobody else has. */
  refs: { key: [BlobHash, SessionId]; value: { readonly hash: BlobHash; readonly session: SessionId }; indexes: { session: SessionId } }
  /** Since version 2: what folds were at some fact. Never the truth, deleted without loss. */
  snapshots: { key: [SessionId, string]; value: SnapshotRecord }
  previews: { key: SessionId; value: { readonly session: SessionId; readonly request: number; readonly text: string } }
  terminal: { key: [SessionId, number]; value: { readonly session: SessionId; readonly n: number; readonly text: string } }
  drafts: { key: SessionId; value: { readonly session: SessionId; readonly text: string } }
  settings: { key: string; value: { readonly key: string; readonly value: Json | Uint8Array } }
}

/** One file of one session. */
export interface FileRecord extends FileEntry {
  readonly session: SessionId
}

/** One fold of one session, as JSON text. */
export interface SnapshotRecord {
  readonly session: SessionId
  readonly name: string
  readonly seq: number
  readonly hash: string
  readonly text: string
}

export type Handle = IDBPDatabase<Schema>

/** Makes the stores that a database of version `from` lacks. Nothing that is there is rewritten. */
export function upgradeStores(handle: Handle, from: number): void {
  if (from < 1) createFirst(handle)
  if (from < 2) createSecond(handle)
}

function createFirst(handle: Handle): void {
  handle.createObjectStore('sessions', { keyPath: 'id' })
  handle.createObjectStore('events', { keyPath: ['session', 'seq'] })
  handle.createObjectStore('wire', { keyPath: ['session', 'epoch', 'i'] })
  handle.createObjectStore('inbox', { keyPath: ['session', 'n'] })
  handle.createObjectStore('files', { keyPath: ['session', 'path'] })
  handle.createObjectStore('blobs', { keyPath: 'hash' })
  handle.createObjectStore('refs', { keyPath: ['hash', 'session'] }).createIndex('session', 'session')
  handle.createObjectStore('previews', { keyPath: 'session' })
  handle.createObjectStore('terminal', { keyPath: ['session', 'n'] })
  handle.createObjectStore('drafts', { keyPath: 'session' })
  handle.createObjectStore('settings', { keyPath: 'key' })
}

function createSecond(handle: Handle): void {
  handle.createObjectStore('heads', { keyPath: 'key' }).createIndex('fence', 'fence', { unique: true })
  handle.createObjectStore('chunks', { keyPath: ['session', 'from'] })
  handle.createObjectStore('snapshots', { keyPath: ['session', 'name'] })
}
