import type { Bill, Cleared, Content, Usage } from './content'
import type { Failure } from './failure'
import type { AgentId, BlobHash, CallId, Digest, SessionId, TraceId } from './ids'
import type { Decision, Verdict } from './permission'
import type { Effort, FileEntry } from './ports'
import type { EffectClass, Outcome } from './tool'
import type { LOG_FORMAT } from './version'

export type TurnStop = 'end' | 'requires-action' | 'budget' | 'refusal' | 'interrupted' | 'failed'

/** One file before and after: `null` means that it is not there. Line counts are of a text diff, 0 for binary. */
export interface FileChange {
  readonly path: string
  readonly before: BlobHash | null
  readonly after: BlobHash | null
  readonly added: number
  readonly removed: number
  /** Kind of the file before and after, where one of them is not a plain file. */
  readonly modes?: { readonly before: FileEntry['mode'] | null; readonly after: FileEntry['mode'] | null }
}

/** How a summary came about: by the API's own block, or as text that begins a new wire. */
export type CompactionWay = 'block' | 'text'
export type CompactionEnd =
  /** `dropped`: messages of the old wire that the summary stands for. */
  { readonly type: 'done'; readonly summary: string; readonly dropped: number } | { readonly type: 'failed'; readonly failure: Failure }

/** What to do about a call whose end is unknown. */
export type Resolution = 'done' | 'again' | 'skip'

/** Every fact that the product can remember. Adding a line here is adding one. */
export interface SessionEventMap {
  /** `parent`: forked from there. */
  'session.opened': { title: string; project: 'demo' | 'blank'; parent?: { session: SessionId; seq: number } }
  /** What a turn is asked with stays so until it ends, over restarts too: the provider binds thinking to it. */
  /** `clearAt`: from so many tokens on the provider leaves old tool results out of what the model sees. */
  'turn.started': { model: string; thinking?: boolean; effort?: Effort; clearAt?: number }
  /** `held`: the person stopped the turn; inbox rows up to this number wait until a person acts. */
  'turn.ended': { stop: TurnStop; failure?: Failure; held?: number }
  /** `app`: the harness itself asks the model to go on. Only a person's message starts a turn. */
  'message.user': { content: readonly Content[]; from: 'user' | 'review' | 'app' }
  /** A request is about to be sent: epoch `wire` of the wire holds its bytes, `messages` of them. `attempt` starts at 1. */
  'model.requested': { attempt: number; messages: number; wire: number }
  /** A request gave no complete answer. `retryAt` is the wall-clock deadline of the next attempt; `partial` is for the eye only. */
  'model.failed': { failure: Failure; retryAt?: number; partial?: string; bills?: readonly Bill[] }
  /** Calls are in here and nowhere else. `usage` is what fills the window; `bills` is there when what was billed is more than that. */
  'message.assistant': {
    content: readonly Content[]
    stopReason: string
    usage: Usage
    model: string
    ms: number
    bills?: readonly Bill[]
    /** What the model did not see of what was sent; `usage` is without it. */
    cleared?: Cleared
  }
  /** The provider found another prefix than the one its thinking is bound to: it refused the request, or dropped `blocks` of thinking. */
  'wire.mismatched': { how: 'refused' | 'dropped'; blocks: number }
  'call.judged': { call: CallId; verdict: Verdict; digest: Digest; bytes: string }
  'call.decided': { call: CallId; digest: Digest; decision: Decision }
  /** Durable before the effect. */
  'call.started': { call: CallId; digest: Digest; effect: EffectClass; key: string }
  'call.ended': { call: CallId; outcome: Outcome; ms: number }
  /** Started by a worker that is gone, and not of a kind that may repeat: a person says what becomes of it. */
  'call.lost': { call: CallId }
  'call.resolved': { call: CallId; digest: Digest; choice: Resolution }
  /** A tool that was stopped came to an end after its call had ended: its result and its file changes were dropped. */
  'call.late': { call: CallId; how: 'done' | 'failed'; ms: number }
  /** The workspace moved from one version to the next, in the same transaction as this fact. */
  'workspace.changed': { by: ChangedBy; call?: CallId; changes: readonly FileChange[] }
  'review.decided': { path: string; decision: 'accepted' | 'rejected' }
  /** An instruction file as the model was told it; `text` is null once the file is gone. */
  'context.loaded': { path: string; text: string | null }
  /** The first `messages` messages of the present wire are being summarised. */
  'compaction.started': { trigger: 'auto' | 'manual' | 'overflow'; way: CompactionWay; messages: number; instructions?: string }
  'compaction.ended': { result: CompactionEnd; bills: readonly Bill[] }
  /** A place to come back to, by name. Turns and shell commands are such places without a fact of their own. */
  'checkpoint.made': { name: string }
  /** Files are again as they were after fact `to`; those in `kept` were left as somebody else had changed them since. */
  'history.restored': { to: number; paths: readonly string[]; kept: readonly string[] }
  /**
   * The conversation goes on from after fact `to`: what lies between stays in the log and is no longer part of it. Epoch `wire` holds
   * what was sent up to there; 0 when that is nothing. `held`: rows of the inbox up to this number wait until a person acts.
   */
  'history.rewound': { to: number; wire: number; held?: number }
}

/** Whose hand moved the workspace. */
export type ChangedBy = 'agent' | 'user' | 'terminal' | 'review' | 'seed' | 'restore' | 'import'

export type SessionEventType = keyof SessionEventMap

export type SessionEvent<T extends SessionEventType = SessionEventType> = {
  [K in T]: {
    readonly v: typeof LOG_FORMAT
    readonly session: SessionId
    readonly agent: AgentId
    /** Starts at 1, no gaps. */
    readonly seq: number
    /** The writer's fence when this was written. */
    readonly epoch: number
    /** Wall clock, milliseconds. For people; order is `seq`. */
    readonly at: number
    readonly trace: TraceId
    readonly type: K
    readonly data: SessionEventMap[K]
    /** Hash of the event before this one; empty for the first. */
    readonly prev: string
    /** SHA-256 of the canonical text of everything above. */
    readonly hash: string
  }
}[T]

/** A fact not yet written: the log adds number, time, fence and hash. */
export type Draft<T extends SessionEventType = SessionEventType> = {
  [K in T]: { readonly type: K; readonly data: SessionEventMap[K]; readonly agent: AgentId; readonly trace: TraceId }
}[T]
