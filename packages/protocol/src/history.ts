import type { ChangedBy, FileChange } from './session-event'

/** A place in a session that a person can look at, compare with, go back to or fork from. */
export interface HistoryPoint {
  /** Everything up to this fact, nothing after it. Names the place in every call. */
  readonly seq: number
  readonly at: number
  /** What happens right after it; `named`: a person gave it a name. */
  readonly cause: 'turn' | 'shell' | 'named' | 'restore'
  /** First line of the person's message, of the command, or the name. */
  readonly label: string
  /** Number of the turn that it begins or lies in, from 1. */
  readonly turn: number
  /** Files that are different now. */
  readonly filesChangedSince: number
  /** No turn is open there: the conversation can go back to it, and a fork can begin at it. */
  readonly isBorder: boolean
  /** The conversation went back behind it. The files of that place are still there. */
  readonly isHidden: boolean
}

/** What became of one file between two places. */
export interface PointChange extends FileChange {
  readonly status: 'added' | 'modified' | 'deleted'
}

/** What going back would do to the files. */
export interface RestorePlan {
  readonly to: number
  /** Newest fact that the plan knows of. */
  readonly asOf: number
  /** From now to then. */
  readonly changes: readonly PointChange[]
  /** Of these somebody else changed too: a person says for each whether it goes back or stays. */
  readonly asks: readonly RestoreAsk[]
  /** Their content is not in this browser any more. Nothing is restored while one of them is to go back. */
  readonly missing: readonly string[]
  /** The conversation can go back there too. */
  readonly isBorder: boolean
  /** The message that was sent there; it goes back into the composer with the conversation. */
  readonly prompt: string | undefined
}

/** A file that is not as the agent left it. */
export interface RestoreAsk {
  readonly path: string
  /** Who changed it. */
  readonly by: ChangedBy
  readonly at: number
}

/** What to bring back. `code`: files; `conversation`: what was said. */
export interface RestoreOptions {
  readonly to: number
  readonly scope: 'code' | 'conversation' | 'both'
  /** Files that stay as they are now. */
  readonly keep: readonly string[]
  /** {@link RestorePlan.asOf} of the plan that was shown: what somebody changed after it is not overwritten unasked. */
  readonly asOf?: number
}

/** What came of it. */
export interface Restored {
  /** Restoring to here, with the same scope, undoes it. */
  readonly undo: number
  /** {@link RestoreOptions.asOf} of undoing it: what somebody changes after this restore is not lost by that. */
  readonly asOf: number
  /** The message that was taken back with the conversation, for the composer. */
  readonly prompt: string | undefined
  /** Number of its fact, for what was attached to it. */
  readonly promptSeq?: number
  readonly paths: readonly string[]
  readonly kept: readonly string[]
}
