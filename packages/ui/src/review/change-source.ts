import type { BlobHash, HistoryPoint, Hunk, PointChange, RefusedName, ResolvedPart, ShownChange, ShownPart } from '@tabwright/protocol'
import type { FileContent } from '../files/file-source'
import type { Sides } from './conflict-text'

/** Both sides of a change; `null`: the file is not there on that side. */
export interface BothSides {
  readonly before: FileContent | null
  readonly after: FileContent | null
}

/** A change that waits for review. */
export interface ChangeContent extends BothSides {
  /** What a decision on parts is bound to. */
  readonly shown: { readonly before: BlobHash | null; readonly after: BlobHash | null }
  /** Where the sides differ; none where the file can only be decided on whole. */
  readonly hunks: readonly Hunk[]
  readonly refused: readonly Refusal[]
  /** Parts in which the person and the agent changed the same lines. */
  readonly conflicts: readonly Conflict[]
  /** Parts that the person made alone, by their index. */
  readonly own: readonly number[]
  /** Version of the file: what is decided on a conflict holds for this one alone. */
  readonly version: number
}

/** The three sides of a part; `at`: its index. */
export interface Conflict extends Sides {
  readonly at: number
}

/** A part that was refused: `text` is the agent's, `instead` what came in its place. */
export interface Refusal extends RefusedName {
  /** Of the file as it was when it was refused; the first is 1. */
  readonly line: number
  readonly text: string
  readonly instead: string
  readonly why?: string
}

/** Where the changes pane reads and decides: an open session of the runtime fits as it is. Every promise rejects with a FailureError. */
export interface ChangeSource {
  readChange(path: string): Promise<ChangeContent>
  /** Covers exactly what was shown; rejects as `stale`, with nothing decided, when a file moved on since. */
  review(shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>
  /** The same for parts of one file. */
  reviewPart(part: ShownPart): Promise<void>
  /** Puts what was chosen in the place of lines that both changed; rejects as `stale` when the file moved on since. */
  resolvePart(part: ResolvedPart): Promise<void>
  /** Puts a refused part into its file again. */
  undoRefusal(path: string, refused: RefusedName): Promise<void>
  /** Places in the past that one can look back to. */
  points(): Promise<readonly HistoryPoint[]>
  /** What became of the files between two places. */
  compare(from: number, to: number | 'now'): Promise<readonly PointChange[]>
  /** A file as it was at a place; `null`: it was not there. */
  readPoint(path: string, at: number | 'now'): Promise<FileContent | null>
  /** A content as it is, for a picture. */
  readBytes(hash: BlobHash): Promise<Uint8Array>
  /** Called with the paths that changed, whoever changed them. */
  watchFiles(listener: (paths: readonly string[]) => void): () => void
}
