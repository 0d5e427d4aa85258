import type { BlobHash, FileEntry, InboxRow, Json, SessionEvent, SessionId } from '@tabwright/protocol'
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import type { WireRecord } from './append-plan'
import type { ChunkRecord } from './chunk'
import type { Fence, HeadRow } from './head-record'
import type { SessionRecord } from './session-record'

/** Raised by any change of the stores below, with what is new in {@link upgradeStores}. */
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

/** Where a file of a session is: later rows say it over the list. */
export type FileRecord =
  | (FileEntry & { readonly session: SessionId })
  /** Since version 2: no file is at this path any more, whatever the list says. */
  | { readonly session: SessionId; readonly path: string; readonly gone: true }
  /** Since version 2, under the empty path: many files at once, as JSON text of a list of {@link FileEntry}. */
  | { readonly session: SessionId; readonly path: ''; readonly list: string }

/** One fold of one session, as JSON text. */
export interface SnapshotRecord {
  readonly session: SessionId
  readonly name: string
  /** Of the code that folded. */
  readonly build: string
  readonly seq: number
  readonly hash: string
  readonly text: string
}

export type Handle = IDBPDatabase<Schema>
/** A transaction that may write. Which stores it covers is its opener's business. */
export type WriteTx = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>

/** Makes the stores that are not there yet. Nothing that is there is rewritten: version 2 only adds stores to those of version 1. */
export function upgradeStores(handle: Handle): void {
  const make = (name: StoreNames<Schema>, keyPath: string | string[]): void => {
    if (!handle.objectStoreNames.contains(name)) handle.createObjectStore(name, { keyPath })
  }
  make('sessions', 'id')
  make('events', ['session', 'seq'])
  make('wire', ['session', 'epoch', 'i'])
  make('inbox', ['session', 'n'])
  make('files', ['session', 'path'])
  make('blobs', 'hash')
  if (!handle.objectStoreNames.contains('refs'))
    handle.createObjectStore('refs', { keyPath: ['hash', 'session'] }).createIndex('session', 'session')
  make('previews', 'session')
  make('terminal', ['session', 'n'])
  make('drafts', 'session')
  make('settings', 'key')
  // Since version 2.
  if (!handle.objectStoreNames.contains('heads'))
    handle.createObjectStore('heads', { keyPath: 'key' }).createIndex('fence', 'fence', { unique: true })
  make('chunks', ['session', 'from'])
  make('snapshots', ['session', 'name'])
}
