import type { Content, Usage } from './content'
import type { Failure } from './failure'
import type { AgentId, BlobHash, CallId, Digest, SessionId, TraceId } from './ids'
import type { Decision, Verdict } from './permission'
import type { EffectClass, Outcome } from './tool'

export type TurnStop = 'end' | 'requires-action' | 'budget' | 'refusal' | 'interrupted' | 'failed'

/** One file before and after: `null` means that it is not there. Line counts are of a text diff, 0 for binary. */
export interface FileChange {
  readonly path: string
  readonly before: BlobHash | null
  readonly after: BlobHash | null
  readonly added: number
  readonly removed: number
}

/** Every fact that the product can remember. Adding a line here is adding one. */
export interface SessionEventMap {
  'session.opened': { title: string; project: 'demo' | 'blank' }
  'turn.started': { model: string }
  'turn.ended': { stop: TurnStop; failure?: Failure }
  'message.user': { content: readonly Content[]; from: 'user' | 'review' }
  /** A request is about to be sent: the wire holds its bytes. `attempt` starts at 1. */
  'model.requested': { attempt: number; messages: number }
  /** A request gave no complete answer. `retryAt` is the wall-clock deadline of the next attempt; `partial` is for the eye only. */
  'model.failed': { failure: Failure; retryAt?: number; partial?: string }
  /** Calls are in here and nowhere else. */
  'message.assistant': { content: readonly Content[]; stopReason: string; usage: Usage; model: string; ms: number }
  'call.judged': { call: CallId; verdict: Verdict; digest: Digest; bytes: string }
  'call.decided': { call: CallId; digest: Digest; decision: Decision }
  /** Durable before the effect. */
  'call.started': { call: CallId; digest: Digest; effect: EffectClass; key: string }
  'call.ended': { call: CallId; outcome: Outcome; ms: number }
  /** The workspace moved from one version to the next, in the same transaction as this fact. */
  'workspace.changed': { by: 'agent' | 'user' | 'terminal' | 'review' | 'seed'; call?: CallId; changes: readonly FileChange[] }
  'review.decided': { path: string; decision: 'accepted' | 'rejected' }
  /** An instruction file as the model was told it; `text` is null once the file is gone. */
  'context.loaded': { path: string; text: string | null }
}

export type SessionEventType = keyof SessionEventMap

export type SessionEvent<T extends SessionEventType = SessionEventType> = {
  [K in T]: {
    readonly v: 1
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
