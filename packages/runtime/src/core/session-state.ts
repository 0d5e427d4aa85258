import {
  type CallContent,
  type CallId,
  type Content,
  type Decision,
  type Digest,
  type EffectClass,
  type Failure,
  type Outcome,
  type Resolution,
  type Rule,
  type SessionEvent,
  type TraceId,
  type TurnStop,
  type Verdict,
} from '@tabwright/protocol'
import { foldWire, holdsText, NO_WIRE, type WireState } from './wire-state'
import { foldCompaction, NO_COMPACTION, type CompactionState } from './compaction/state'

/** What the loop needs to know of the log. A fold: the same after a crash as before it. */
export interface SessionState {
  readonly head: number
  readonly turn: Turn | undefined
  /** Model of the newest turn, open or ended. */
  readonly model: string | undefined
  /** How the newest turn ended, while none is open. */
  readonly stopped: { readonly stop: TurnStop; readonly failure?: Failure } | undefined
  /** The person stopped the newest turn: inbox rows up to this number wait until they act. */
  readonly held: number
  /** Calls of the newest assistant message, in its order. */
  readonly calls: readonly CallRecord[]
  /** Facts that the model has not been sent yet, in order. */
  readonly unsent: readonly Unsent[]
  /** The newest request has no answer yet. */
  readonly request: RequestRecord | undefined
  /** Why the newest complete answer stopped; undefined while something newer is to be sent. */
  readonly stopReason: string | undefined
  readonly rules: readonly Rule[]
  /** Instruction files as the model knows them. */
  readonly instructions: ReadonlyMap<string, string>
  readonly compaction: CompactionState
  readonly wire: WireState
}

export interface Turn {
  readonly trace: TraceId
  /** Complete answers so far. */
  readonly answers: number
}

export interface RequestRecord {
  /** Number of its fact. */
  readonly seq: number
  readonly attempt: number
  readonly firstAt: number
  readonly failed?: { readonly failure: Failure; readonly retryAt?: number }
}

export interface CallRecord {
  readonly content: CallContent
  readonly judged?: { readonly verdict: Verdict; readonly digest: Digest; readonly bytes: string }
  readonly decided?: { readonly digest: Digest; readonly decision: Decision } | undefined
  readonly started?: { readonly effect: EffectClass; readonly key: string }
  /** Whoever had started it is gone. */
  readonly lost?: true | undefined
  /** What a person said becomes of it; void once it is started again. */
  readonly resolved?: Resolution | undefined
  readonly ended?: Outcome
}

export type Unsent =
  /** `wakes`: a person wrote it, so a turn starts; a note about a review only travels along. */
  | { readonly type: 'message'; readonly content: readonly Content[]; readonly wakes: boolean }
  | { readonly type: 'result'; readonly call: CallId; readonly outcome: Outcome }
  | { readonly type: 'instructions'; readonly path: string; readonly text: string | null }

export const EMPTY_STATE: SessionState = {
  head: 0,
  turn: undefined,
  model: undefined,
  stopped: undefined,
  held: 0,
  calls: [],
  unsent: [],
  request: undefined,
  stopReason: undefined,
  rules: [],
  instructions: new Map(),
  compaction: NO_COMPACTION,
  wire: NO_WIRE,
}

/** Adds one fact. Pure; facts that the loop does not need only move the head. */
export function fold(state: SessionState, event: SessionEvent): SessionState {
  return {
    ...state,
    ...changeOf(state, event),
    compaction: foldCompaction(state.compaction, event),
    wire: foldWire(state.wire, event),
    head: event.seq,
  }
}

function changeOf(state: SessionState, event: SessionEvent): Partial<SessionState> {
  switch (event.type) {
    case 'turn.started':
      return {
        turn: { trace: event.trace, answers: 0 },
        model: event.data.model,
        stopped: undefined,
        held: 0,
        request: undefined,
        stopReason: undefined,
      }
    case 'turn.ended':
      return {
        turn: undefined,
        stopped: event.data,
        request: undefined,
        held: event.data.held ?? 0,
        // What could not be sent travels along with the next turn. It starts none of its own: the one that it started has ended.
        unsent: state.unsent.map((item) => (item.type === 'message' ? { ...item, wakes: false } : item)),
      }
    case 'message.user':
      return { unsent: [...state.unsent, { type: 'message', content: event.data.content, wakes: event.data.from === 'user' }] }
    case 'context.loaded':
      return loaded(state, event.data)
    case 'model.requested':
      return {
        unsent: state.unsent.filter((item) => !maySend(state.wire, item)),
        stopReason: undefined,
        request: {
          seq: event.seq,
          attempt: event.data.attempt,
          firstAt: event.data.attempt > 1 ? (state.request?.firstAt ?? event.at) : event.at,
        },
      }
    case 'model.failed':
      return state.request ? { request: { ...state.request, failed: event.data } } : {}
    case 'message.assistant':
      return answered(state, event.data)
    case 'history.rewound':
      return { held: event.data.held ?? 0 }
    case 'compaction.ended':
      return event.data.result.type === 'done' ? afterSummary(state) : {}
    default:
      return callChange(state, event)
  }
}

/** Whether the next request may carry it: behind an answer that is not finished nothing may come but what that answer asked for. */
export function maySend(wire: WireState, item: Unsent): boolean {
  return !holdsText(wire) || (item.type === 'result' && !wire.paused)
}

function loaded(state: SessionState, data: { path: string; text: string | null }): Partial<SessionState> {
  const instructions = new Map(state.instructions)
  if (data.text === null) instructions.delete(data.path)
  else instructions.set(data.path, data.text)
  return { instructions, unsent: [...state.unsent, { type: 'instructions', ...data }] }
}

function answered(state: SessionState, data: { content: readonly Content[]; stopReason: string }): Partial<SessionState> {
  return {
    request: undefined,
    stopReason: data.stopReason,
    calls: data.content.filter((block) => block.type === 'call').map((content) => ({ content })),
    turn: state.turn && { ...state.turn, answers: state.turn.answers + 1 },
  }
}

/** A new wire begins. A request that was too long for the old one is asked again; a summary in words holds the calls and their results too. */
function afterSummary(state: SessionState): Partial<SessionState> {
  const { open } = state.compaction
  const again = open?.trigger === 'overflow' ? { request: undefined, stopReason: undefined } : {}
  if (open?.way !== 'text') return again
  const stopReason = state.stopReason === 'tool_use' || state.stopReason === 'pause_turn' ? undefined : state.stopReason
  return { stopReason, calls: [], unsent: state.unsent.filter((item) => item.type !== 'result'), ...again }
}

function callChange(state: SessionState, event: SessionEvent): Partial<SessionState> {
  switch (event.type) {
    case 'call.judged':
      return { calls: withCall(state, event.data.call, { judged: event.data, decided: undefined }) }
    case 'call.decided': {
      const { decision } = event.data
      const rule = decision.type === 'allow' ? decision.remember : undefined
      return { calls: withCall(state, event.data.call, { decided: event.data }), rules: rule ? [...state.rules, rule] : state.rules }
    }
    case 'call.started':
      return { calls: withCall(state, event.data.call, { started: event.data, lost: undefined, resolved: undefined }) }
    case 'call.lost':
      return { calls: withCall(state, event.data.call, { lost: true }) }
    case 'call.resolved':
      return { calls: withCall(state, event.data.call, { resolved: event.data.choice }) }
    case 'call.ended':
      if (state.calls.find((call) => call.content.id === event.data.call)?.ended) return {}
      return {
        calls: withCall(state, event.data.call, { ended: event.data.outcome }),
        unsent: [...state.unsent, { type: 'result', call: event.data.call, outcome: event.data.outcome }],
      }
    default:
      return {}
  }
}

function withCall(state: SessionState, id: CallId, change: Partial<CallRecord>): readonly CallRecord[] {
  return state.calls.map((call) => (call.content.id === id ? { ...call, ...change } : call))
}
