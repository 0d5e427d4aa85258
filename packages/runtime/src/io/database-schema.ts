import type { BlobHash, FileEntry, InboxRow, Json, SessionEvent, SessionEventMap, SessionId } from '@tabwright/protocol'
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import type { WireRecord } from './append-plan'
import type { ChunkRecord } from './chunk'
import type { FenceRow } from './fence-row'
import type { Fence, HeadRow } from './head-record'
import type { SessionRecord } from './session-record'

/** Raised by any change of the stores below, with what is new in {@link upgradeStores}. */
export const DATABASE_VERSION = 4

/** The stores of the one database; every key path is part of the format. */
export interface Schema extends DBSchema {
  sessions: { key: SessionId; value: SessionRecord }
  /** Since version 2: the part of a session's row that its writer changes, and the fence. Absent until its first claim. */
  heads: { key: SessionId | Fence; value: HeadRow; indexes: { fence: Fence } }
  /** Since version 3 with a fence where a writer was put aside, and a row in `heads` that may be some facts behind. */
  events: { key: [SessionId, number]; value: SessionEvent | FenceRow }
  /** Since version 2: facts that were rows, 256 to a record. */
  chunks: { key: [SessionId, number]; value: ChunkRecord }
  wire: { key: [SessionId, number, number]; value: WireRecord }
  inbox: { key: [SessionId, number]; value: InboxRow & { readonly session: SessionId } }
  files: { key: [SessionId, string]; value: FileRecord }
  /** Contents: one under its own hash, or since version 3 many, one behind the other. */
  blobs: { key: BlobHash; value: BlobRow }
  /** Which session ever named what in which record, so that a purge deletes only what nobody else has. */
  refs: { key: [BlobHash, SessionId]; value: ContentRef; indexes: { session: SessionId } }
  /** Since version 2: what folds were at some fact. Never the truth, deleted without loss. */
  snapshots: { key: [SessionId, string]; value: SnapshotRecord }
  previews: { key: SessionId; value: { readonly session: SessionId; readonly request: number; readonly text: string } }
  terminal: { key: [SessionId, number]; value: TerminalRow }
  /** Since version 4: the folder of the person's disk that a session's files came from. */
  folders: { key: SessionId; value: FolderRow }
  /** Since version 4: what a file of that folder was when it was last read or written. */
  folderFiles: { key: [SessionId, string]; value: FolderFileRow }
  drafts: { key: SessionId; value: { readonly session: SessionId; readonly text: string } }
  settings: { key: string; value: { readonly key: string; readonly value: Json | Uint8Array } }
}

/** A piece of what a terminal showed. Without `screen` it is the agent's. */
export interface TerminalRow {
  readonly session: SessionId
  readonly n: number
  readonly text: string
  readonly screen?: 'person' | 'typed'
}

/** A session's folder: the browser keeps the handle, and asks the person again before it lets anybody use it. */
export interface FolderRow {
  readonly session: SessionId
  readonly name: string
  readonly handle: FileSystemDirectoryHandle
  /** What is being written to it: stays where the page dies on the way. */
  readonly begun?: SessionEventMap['folder.started']['files']
}

/** One file of it. */
export interface FolderFileRow {
  readonly session: SessionId
  readonly path: string
  readonly hash: BlobHash
  readonly size: number
  readonly lastModified: number
}

/** A record of contents. */
export interface BlobRow {
  readonly hash: BlobHash
  readonly bytes: Uint8Array
}

/** What a session names in one record of `blobs`. */
export interface ContentRef {
  /** Key of the record. */
  readonly hash: BlobHash
  readonly session: SessionId
  /** Since version 3: a line for each content, its hash, its first byte and its size. Omitted: the record is the content. */
  readonly table?: string
  /** Since version 3: bytes of the record, those that this session does not name too. */
  readonly size?: number
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

/**
 * Makes the stores that are not there yet. Nothing that is there is rewritten: version 2 only adds stores to those of version 1, and version 3
 * only keeps out what would take a fence for a damaged fact, version 4 adds two stores.
 */
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
  // Since version 4.
  make('folders', 'session')
  make('folderFiles', ['session', 'path'])
}
