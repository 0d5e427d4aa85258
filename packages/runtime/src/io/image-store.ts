import type { BlobHash, FileEntry, SessionId, WireRow } from '@tabwright/protocol'
import type { SessionRecord } from './session-record'

/** A session whole, as it is stored: what an export reads and an import writes. */
export interface ImageStore {
  /** The row, the files and the wire, as of one moment. @throws FailureError `not_found` */
  begin(session: SessionId): Promise<ImageStart>
  /** The rows of all sessions, those that are about to be purged too. */
  list(): Promise<readonly SessionRecord[]>
  /** What is stored in the place of each fact, `from` (default 1) to `head`; undefined for nothing. Nothing is checked. */
  facts(session: SessionId, head: number, from?: number): AsyncIterable<unknown>
  /** These contents of a session, in the order in which they are read fastest, without those that are not there. Not checked. */
  contents(session: SessionId, wanted: ReadonlySet<BlobHash>): AsyncIterable<readonly [BlobHash, Uint8Array]>
  /** The size of each of these contents of a session that is there. */
  sizes(session: SessionId, wanted: ReadonlySet<BlobHash>): Promise<ReadonlyMap<BlobHash, number>>
  /**
   * Writes a session with everything in one transaction, or nothing.
   * @throws FailureError `not_permitted` when a session of that id is there and is not to be replaced, or has messages that wait; `stale`
   * when it is not the one to be replaced any more; `storage_full`
   */
  put(image: StoredImage): Promise<void>
}

/** What {@link ImageStore.begin} gives. */
export interface ImageStart {
  readonly record: SessionRecord
  readonly files: readonly FileEntry[]
  readonly wire: readonly WireEpoch[]
}

/** The rows of one epoch of the wire, in order. */
export interface WireEpoch {
  readonly epoch: number
  readonly rows: readonly WireRow[]
}

/** Everything that {@link ImageStore.put} writes. */
export interface StoredImage extends ImageStart {
  /** The facts exactly as they were stored; they may bear another session's id than the row when nobody is going to write on. */
  readonly facts: readonly unknown[]
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
  /** Contents that stay where they are, named by this session too. */
  readonly shares?: Shares
  /** Hash of the newest fact of the session of that id that goes; omitted: there must be none. */
  readonly replaces?: string
}

/** What one session takes over from another by reference. */
export interface Shares {
  readonly from: SessionId
  readonly named: ReadonlySet<BlobHash>
}
