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
  /** Stored content; undefined when it is not there. Not checked. */
  content(hash: BlobHash): Promise<Uint8Array | undefined>
  /**
   * Writes a session with everything in one transaction, or nothing.
   * @throws FailureError `not_permitted` when a session of that id is there, `storage_full`
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
}
