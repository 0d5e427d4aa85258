import type {
  CallContent,
  CallId,
  Content,
  Decision,
  Digest,
  EditBase,
  EffectClass,
  Failure,
  Outcome,
  PersonAnswer,
  PersonQuestion,
  Resolution,
  TraceId,
  Verdict,
} from '@tabwright/protocol'
import type { GuardedRecord } from './guards/guarded-record'

/** The turn that is open. */
export interface Turn {
  readonly trace: TraceId
  /** Complete answers so far. */
  readonly answers: number
  /** Only programs and triggers asked for it: no person is known to be there. */
  readonly isUnattended?: true
}

/** The newest request to the model, until its answer. */
export interface RequestRecord {
  /** Number of its fact. */
  readonly seq: number
  readonly attempt: number
  readonly firstAt: number
  readonly failed?: { readonly failure: Failure; readonly retryAt?: number }
}

/** A call of the newest answer, as far as it came. */
export interface CallRecord {
  readonly content: CallContent
  /** No model asked for it: its result is for the check alone. */
  readonly isCheck?: true
  /** The program that wants it; such a call is alone in its turn. */
  readonly by?: string
  /** A person is asked about it whatever rules allow. */
  readonly asks?: true
  readonly judged?: { readonly verdict: Verdict; readonly digest: Digest; readonly bytes: string } | undefined
  /** The file that an edit is made against, from the first judgement on: what a person does to it meanwhile is not written over. */
  readonly base?: EditBase
  /** What a person made of it: this is judged and run instead, and the model is told so. */
  readonly edited?: { readonly bytes: string; readonly told: string }
  readonly decided?: { readonly digest: Digest; readonly decision: Decision } | undefined
  readonly started?: { readonly effect: EffectClass; readonly key: string } | undefined
  /** Guards have looked at it. */
  readonly guarded?: GuardedRecord | undefined
  /** What it asks the person, and what they said. It ends with that. */
  readonly question?: PersonQuestion
  readonly answer?: PersonAnswer
  /** Whoever had started it is gone. */
  readonly lost?: true | undefined
  /** What a person said becomes of it; void once it is started again. */
  readonly resolved?: Resolution | undefined
  readonly ended?: Outcome
  /** Its command reached the network since it was started: nobody knows what that did there. */
  readonly reached?: true | undefined
  /** Hosts and workers that it asked for something. */
  readonly from?: readonly string[] | undefined
}

/** Whether its card asks about what it did: it ran, and nothing of that is kept yet. */
export function asksOfWrites({ judged }: Pick<CallRecord, 'judged'>): boolean {
  return judged?.verdict.type === 'ask' && judged.verdict.writes !== undefined
}

/** A request to the network that a command makes. */
export interface FetchRecord {
  readonly id: CallId
  /** The shell call; undefined: a command of the person's. */
  readonly call: CallId | undefined
  readonly judged: { readonly verdict: Verdict; readonly digest: Digest; readonly bytes: string }
  readonly decided?: { readonly digest: Digest; readonly decision: Decision } | undefined
}

/** What the model has not been sent yet. */
export type Unsent =
  /** `wakes`: somebody wrote it, so a turn starts; a note about a review only travels along. `by`: a worker of this name, not the person. */
  | { readonly type: 'message'; readonly content: readonly Content[]; readonly wakes: boolean; readonly by?: string }
  | { readonly type: 'result'; readonly call: CallId; readonly outcome: Outcome; readonly from?: readonly string[] }
  | { readonly type: 'instructions'; readonly path: string; readonly text: string | null }
