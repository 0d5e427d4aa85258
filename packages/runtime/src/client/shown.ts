import type { BlobHash, Hunk, RefusedName } from '@tabwright/protocol'

/** Both sides of a pending change; `null`: the file is not there on that side. */
export interface ChangeTexts {
  readonly before: FileText | null
  readonly after: FileText | null
  /** What a decision on parts is bound to. */
  readonly shown: { readonly before: BlobHash | null; readonly after: BlobHash | null }
  /** Where the sides differ; none where the file can only be decided on whole. */
  readonly hunks: readonly Hunk[]
  readonly refused: readonly RefusedText[]
  /** Parts in which the person changed what the agent had changed, or the other way round. */
  readonly conflicts: readonly ConflictText[]
  /** Parts that the person made alone, by their index. */
  readonly own: readonly number[]
  /** Version of the file: what is decided on a conflict holds for this one alone. */
  readonly version: number
}

/** The three sides of a part; `at`: its index. */
export interface ConflictText {
  readonly at: number
  readonly base: string
  readonly yours: string
  readonly agents: string
}

/** A part that was refused: `text` is the agent's, `instead` what came in its place. */
export interface RefusedText extends RefusedName {
  /** Of the file as it was when it was refused; the first is 1. */
  readonly line: number
  readonly text: string
  readonly instead: string
  readonly why?: string
}

/** A file as an editor takes it. */
export type FileText =
  | { readonly type: 'text'; readonly text: string; readonly version: number }
  | { readonly type: 'binary'; readonly size: number; readonly version: number }
  /** Over 5 MB: not opened in an editor. */
  | { readonly type: 'large'; readonly size: number; readonly version: number }
