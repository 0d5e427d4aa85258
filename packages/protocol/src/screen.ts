import type { Cleared, DocumentContent, ImageContent, TextContent, Usage } from './content'
import type { Failure, FailureCode } from './failure'
import type { BlobHash, CallId, Digest, SessionId } from './ids'
import type { HandsChoice } from './hands-choice'
import type { Delivery } from './inbox-message'
import type { LimitReached } from './limits'
import type { Mode, Rule, Verdict } from './permission'
import type { OpenQuestion } from './question'
import type { EditBase, TurnStop } from './session-event'
import type { SessionTaint } from './taint'
import type { Todo } from './todo'
import type { Outcome } from './tool'

/** What a person sees of a session: a fold over the log plus live deltas that may be lost. UI components take these as props. */
export interface SessionScreen {
  readonly status: SessionStatus
  /** How much may be done without asking. */
  readonly mode: Mode
  /** Where commands run. */
  readonly hands: HandsChoice
  /** `app`: the person left it to the app. */
  readonly handsBy: 'user' | 'app'
  /** What came together in it. */
  readonly taint: SessionTaint
  /** What was allowed for this session alone, in order. */
  readonly rules: readonly Rule[]
  readonly rows: readonly Row[]
  /** In order; the first is the one the card shows. */
  readonly pending: readonly Approval[]
  /** Calls that a worker which is gone had started, oldest first: a person says what becomes of them. */
  readonly unknowns: readonly UnknownCall[]
  /** Questions of the agent's that nobody has answered, in order. */
  readonly questions: readonly OpenQuestion[]
  /** The person stopped the turn: what was queued until then waits until they send something or release it with `retryNow`. */
  readonly held: boolean
  /** Sent while the agent worked, not delivered yet. */
  readonly queue: readonly QueuedMessage[]
  /** The agent's list of what it means to do, as it kept it last. */
  readonly todos: readonly Todo[]
  readonly changes: readonly FileReview[]
  readonly usage: Usage
  /** Tokens in the window after the last answer. */
  readonly contextUsed: number
  readonly window: WindowMeter
  readonly cost: SessionCost
  readonly lastStop: TurnStop | undefined
  /** The limit that stopped the session, until somebody goes on. */
  readonly reached?: LimitReached | undefined
  /** A summary is being made; the work goes on beside it, and stopping drops it. */
  readonly compacting?: Compacting | undefined
}

/** A message that waits to be delivered. */
export interface QueuedMessage {
  readonly n: number
  readonly text: string
  /** Left out: with the next request. */
  readonly when?: Exclude<Delivery, 'step'>
  /** It waits until the person says otherwise. */
  readonly paused?: true
  /** Names of what is attached to it. */
  readonly attached?: readonly string[]
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
  /** For a person: permission cards, questions and calls whose end is unknown. */
  | { readonly type: 'waiting'; readonly approvals: number }
  | { readonly type: 'retrying'; readonly failure: Failure; readonly attempt: number; readonly retryAt: number }

export type Row = UserRow | AgentRow | CallRow | NoticeRow | CompactionRow

/** What is shown of an attachment: a text whole, everything else by the address of its bytes. */
export type AttachedContent = TextContent | ImageContent | DocumentContent

export interface UserRow {
  readonly type: 'user'
  readonly key: string
  readonly text: string
  readonly at: number
  readonly from: 'user' | 'review' | 'app' | 'worker' | 'agent'
  /** What the person attached to it, in their order. */
  readonly attached?: readonly AttachedContent[]
  /** Name of the worker that it is from. */
  readonly by?: string
}

export interface AgentRow {
  readonly type: 'agent'
  readonly key: string
  readonly blocks: readonly { readonly type: 'text' | 'thinking'; readonly text: string }[]
  /** Still streaming: not yet in the log. */
  readonly live: boolean
  readonly at: number
  /** `dollars`: of every line of its bill; absent where one has no price here, or nobody is billed. */
  readonly footer?: { readonly ms: number; readonly usage: Usage; readonly model: string; readonly dollars?: number }
}

export interface CallRow {
  readonly type: 'call'
  readonly key: string
  readonly call: CallId
  readonly name: string
  /** JSON text of the input, possibly still growing. */
  readonly input: string
  /** The person changed it before it ran. */
  readonly isEdited?: true
  readonly state: CallState
  readonly verdict?: Verdict
  readonly outcome?: Outcome
  /** Hosts whose answers its result may hold. */
  readonly from?: readonly string[]
  readonly ms?: number
  readonly startedAt?: number
  /** Output while it runs, newest 64 KB. */
  readonly live?: string
  /** The sub-agent that it asked for. */
  readonly task?: TaskView
}

/** A sub-agent's own conversation, and what it took. */
export interface TaskView {
  readonly title: string
  readonly rows: readonly Row[]
  /** Calls that it made. */
  readonly tools: number
  /** Read anew, written to the cache and answered. */
  readonly tokens: number
}

/** The words a card shows and tests read. */
export type CallState =
  | 'writing'
  | 'queued'
  | 'needs approval'
  | 'needs answer'
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
  /** The same for whatever follows a subcommand. */
  readonly broader?: Rule
  /** The person changed it: this is what they made of it. */
  readonly isEdited?: true
  /** The file that an edit is made against. */
  readonly base?: EditBase
  /** It ran, and what it changed is not kept yet: there is nothing left to change about it. */
  readonly hasRun?: true
  /** A request to the network: the shell call whose command makes it, or the person's own terminal. */
  readonly within?: CallId | 'terminal'
  /** The sub-agent that asks. */
  readonly task?: TaskName
}

/** A sub-agent, by the call that asked for it and the title that the agent gave it. */
export interface TaskName {
  readonly call: CallId
  readonly title: string
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
  /** The sub-agent that had made it. */
  readonly task?: TaskName
}

/** A file that differs from what the person last accepted. */
export interface FileReview {
  readonly path: string
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed'
  /** Of one that is renamed: what it was, which is gone with it. A decision covers both. */
  readonly from?: { readonly path: string; readonly similarity: number }
  readonly added: number
  readonly removed: number
  /** Content that is shown; a decision covers exactly this. `null`: the file was deleted. */
  readonly after: BlobHash | null
  /** Parts that the person refused and can take back. Where nothing else is left, no line differs. */
  readonly refused?: number
  /** A person changed it too while it waited: rejecting it whole would undo that. */
  readonly own?: true
  /** Parts in which both changed the same lines. */
  readonly conflicts?: number
}

/** Text that is kept for a session until it is sent: what is in the box, or comments of a review. */
export type DraftKind = 'message' | 'review' | 'attached'

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
  /** The person wants it on top. */
  readonly isPinned?: true
  /** The person put it aside. */
  readonly isArchived?: true
}

/** A session that a search found. `words`: of the message that says best why; absent where its title alone does. */
export interface FoundSession {
  readonly session: SessionId
  readonly words?: string
}

/** Where a session stands in the list. */
export type SessionShelf = 'pinned' | 'archived'

/** Which model answers and where its key is. */
export type Provider =
  | { readonly type: 'demo' }
  | { readonly type: 'relay'; readonly origin: string; readonly last4: string; readonly source: 'environment' | 'settings' }
  | { readonly type: 'tab'; readonly origin: string; readonly last4: string }

export type RelayState = 'connected' | 'connecting' | 'locked' | 'offline' | 'none'
