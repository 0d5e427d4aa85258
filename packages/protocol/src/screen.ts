import type { Cleared, Usage } from './content'
import type { Failure, FailureCode } from './failure'
import type { BlobHash, CallId, Digest, SessionId } from './ids'
import type { Rule, Verdict } from './permission'
import type { TurnStop } from './session-event'
import type { Outcome } from './tool'

/** What a person sees of a session: a fold over the log plus live deltas that may be lost. UI components take these as props. */
export interface SessionScreen {
  readonly status: SessionStatus
  readonly rows: readonly Row[]
  /** In order; the first is the one the card shows. */
  readonly pending: readonly Approval[]
  /** Calls that a worker which is gone had started, oldest first: a person says what becomes of them. */
  readonly unknowns: readonly UnknownCall[]
  /** The person stopped the turn: what was queued until then waits until they send something or release it with `retryNow`. */
  readonly held: boolean
  /** Sent while the agent worked, not delivered yet. */
  readonly queue: readonly { readonly n: number; readonly text: string }[]
  readonly changes: readonly FileReview[]
  readonly usage: Usage
  /** Tokens in the window after the last answer. */
  readonly contextUsed: number
  readonly window: WindowMeter
  readonly cost: SessionCost
  readonly lastStop: TurnStop | undefined
  /** A summary is being made; the work goes on beside it, and stopping drops it. */
  readonly compacting?: Compacting | undefined
}

/** A summary that is under way. */
export interface Compacting {
  readonly since: number
  readonly trigger: 'auto' | 'manual' | 'overflow'
  readonly messages: number
}

/** How full the model's window is, in tokens as the provider counted them. */
export interface WindowMeter {
  readonly used: number
  /** From the provider's model list; absent where it names none. */
  readonly limit?: number
  /** Where a summary is made, or where the provider begins to leave out old tool results. */
  readonly compactAt?: number
  /** At `compactAt` the provider leaves out old tool results. */
  readonly isCleared?: boolean
  /** What the provider left out of the newest request. */
  readonly cleared?: Cleared
}

/** What the session cost so far. */
export interface SessionCost {
  /** US dollars of everything that has a price here. */
  readonly dollars: number
  /** Models that answered and have no price here. Where there are any, the cost is unknown and `dollars` is only a part of it. */
  readonly unknown: readonly string[]
  /** Part of it was counted from what streamed, because an answer was cut. */
  readonly estimated: boolean
  /** Bills: a retry and a helper's question are bills of their own. */
  readonly bills: number
}

export type SessionStatus =
  | { readonly type: 'idle' }
  | { readonly type: 'running'; readonly what: string; readonly since: number }
  /** For a person: permission cards and calls whose end is unknown. */
  | { readonly type: 'waiting'; readonly approvals: number }
  | { readonly type: 'retrying'; readonly failure: Failure; readonly attempt: number; readonly retryAt: number }

export type Row = UserRow | AgentRow | CallRow | NoticeRow | CompactionRow

export interface UserRow {
  readonly type: 'user'
  readonly key: string
  readonly text: string
  readonly at: number
  readonly from: 'user' | 'review' | 'app'
}

export interface AgentRow {
  readonly type: 'agent'
  readonly key: string
  readonly blocks: readonly { readonly type: 'text' | 'thinking'; readonly text: string }[]
  /** Still streaming: not yet in the log. */
  readonly live: boolean
  readonly at: number
  readonly footer?: { readonly ms: number; readonly usage: Usage; readonly model: string }
}

export interface CallRow {
  readonly type: 'call'
  readonly key: string
  readonly call: CallId
  readonly name: string
  /** JSON text of the input, possibly still growing. */
  readonly input: string
  readonly state: CallState
  readonly verdict?: Verdict
  readonly outcome?: Outcome
  readonly ms?: number
  readonly startedAt?: number
  /** Output while it runs, newest 64 KB. */
  readonly live?: string
}

/** The words a card shows and tests read. */
export type CallState =
  | 'writing'
  | 'queued'
  | 'needs approval'
  | 'running'
  | 'done'
  | 'failed'
  | 'denied'
  | 'skipped'
  | 'interrupted'
  | 'unknown'

export interface NoticeRow {
  readonly type: 'notice'
  readonly key: string
  readonly tone: 'info' | 'warn' | 'error'
  readonly text: string
  /** Text that was cut off, shown as interrupted. */
  readonly partial?: string
  /** What failed, so that the page can offer the one action that helps. */
  readonly code?: FailureCode
}

/** A fold line: a summary took the place of what is above it, for the model. What is above it stays to read. */
export interface CompactionRow {
  readonly type: 'compaction'
  readonly key: string
  readonly at: number
  readonly state: 'running' | 'done' | 'failed'
  readonly trigger: Compacting['trigger']
  /** Messages that the summary stands for. */
  readonly messages: number
  /** Tokens in the window before it, and with the first request after it, as the provider counted them; absent until that was sent. */
  readonly before: number
  readonly after?: number
  /** What the model has of it all from here on. */
  readonly summary?: string
  /** Why there is none. */
  readonly failure?: Failure
}

/** A call that waits for a person. */
export interface Approval {
  readonly call: CallId
  readonly tool: string
  /** Exactly what was digested. */
  readonly bytes: string
  readonly digest: Digest
  readonly reason: string
  readonly offer?: Rule
}

/** A call that was started by a worker which is gone and may have happened. */
export interface UnknownCall {
  readonly call: CallId
  readonly tool: string
  /** Exactly what was started. */
  readonly bytes: string
  /** An answer is bound to it. */
  readonly digest: Digest
  readonly startedAt: number
}

/** A file that differs from what the person last accepted. */
export interface FileReview {
  readonly path: string
  readonly status: 'added' | 'modified' | 'deleted'
  readonly added: number
  readonly removed: number
  /** Content that is shown; a decision covers exactly this. `null`: the file was deleted. */
  readonly after: BlobHash | null
}

/** A row of the session list. */
export interface SessionRow {
  readonly id: SessionId
  readonly title: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly state: 'idle' | 'running' | 'waiting' | 'failed'
  readonly project: 'demo' | 'blank'
  /** Came from an archive: it can be read, exported and forked, not written. */
  readonly isImported?: true
}

/** Which model answers and where its key is. */
export type Provider =
  | { readonly type: 'demo' }
  | { readonly type: 'relay'; readonly origin: string; readonly last4: string; readonly source: 'environment' | 'settings' }
  | { readonly type: 'tab'; readonly origin: string; readonly last4: string }

export type RelayState = 'connected' | 'connecting' | 'offline' | 'none'
