import {
  fail,
  type BlobHash,
  type Claim,
  type Clock,
  type EventLog,
  type FileEntry,
  type Hash,
  type Inbox,
  type SessionId,
  type SnapshotStore,
  type WireStore,
} from '@tabwright/protocol'

/** Everything that is kept of a session, whoever keeps it: `event-log-idb.ts` or, where the browser keeps nothing, `event-log-memory.ts`. */
export interface SessionStore extends EventLog, WireStore, Inbox, FileStore {
  readonly snapshots: SnapshotStore
  /** Where a session stands, for whoever does not write it: what a {@link Claim} tells, without one. @throws FailureError `not_found` */
  newest(session: SessionId): Promise<Pick<Claim, 'head' | 'rewinds'>>
  /**
   * Works out the hash of every fact anew, at leisure: what was sealed long ago is read by its chunk's digest alone.
   * @throws FailureError `damaged` or `newer` with the first number that is not what was written
   */
  check(session: SessionId): Promise<void>
  /** Called when someone, in whichever tab, changed the session. A hint that may be lost: the store is the truth. */
  watch(session: SessionId, listener: (hint: StoreHint) => void): () => void
  /** Stops the hints. What was appended before still gets written. */
  close(): void
}

/** What the log takes from outside. */
export interface LogPorts {
  readonly hash: Hash
  readonly clock: Pick<Clock, 'now'>
}

/** The files of a session as of its last append, for opening its workspace. */
export interface FileStore {
  files(session: SessionId): Promise<readonly FileEntry[]>
  /** A content of a session that was claimed here or whose files were asked for. @throws FailureError `not_found` */
  loadBlob(hash: BlobHash): Promise<Uint8Array>
}

export type StoreHint =
  | { readonly type: 'appended'; readonly head: number }
  | { readonly type: 'posted'; readonly n: number }
  /** A new writer: one that finds its own epoch to be older stops. */
  | { readonly type: 'claimed'; readonly epoch: number }

/** The session is not there: deleted, or the browser removed it. Never answered by an empty session of the same name. */
export function missingSession(session: SessionId): never {
  return fail(
    'not_found',
    `Session ${session} is not in this browser any more: it was deleted, or the browser removed its data. An export or a mirror brings it back (Sessions, Import).`,
  )
}

export function missingBlob(hash: BlobHash): never {
  return fail('not_found', `The stored content ${hash.slice(0, 12)} is not in this browser any more.`)
}

export function fenced(session: SessionId): never {
  return fail('fenced', `Another tab writes session ${session} now. Nothing of this was saved; what was written before is kept.`)
}

/** What came from an archive is read and forked. The page knows it by `detail`. */
export function onlyRead(): never {
  return fail('not_permitted', 'This session was imported: it can be read, and a fork of it can go on. Nothing was changed.', {
    detail: { imported: true },
  })
}

/** The person took a queued message back while its fact was on the way. */
export function takenBack(): never {
  return fail('stale', 'The message was taken back before it was delivered. Nothing of this was saved; read the inbox again.')
}
