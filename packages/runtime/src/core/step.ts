import { assertNever, isJsonObject, type Failure, type TurnStop } from '@tabwright/protocol'
import type { CallRecord, SessionState } from './session-state'
import { afterStop, type Nudge } from './stop-reasons'

/** What to do next. Decided from the log alone, so a new worker decides the same. */
export type Action =
  /** Nothing to do until somebody sends something. */
  | { readonly type: 'idle' }
  | { readonly type: 'start-turn' }
  | { readonly type: 'request'; readonly attempt: number; readonly nudge?: Nudge }
  | { readonly type: 'wait-retry'; readonly until: number; readonly attempt: number }
  /** The request was sent by a worker that is gone; its answer is lost. */
  | { readonly type: 'note-lost-request' }
  | { readonly type: 'judge'; readonly call: CallRecord }
  /** Started by a worker that is gone, and not of a kind that may repeat: a person is asked. */
  | { readonly type: 'note-lost-call'; readonly call: CallRecord }
  /** A person has to say whether a call may run, or what became of a lost one. */
  | { readonly type: 'wait-decision' }
  /** Side by side: all are read-only, or there is one. */
  | { readonly type: 'run'; readonly calls: readonly CallRecord[] }
  | { readonly type: 'settle'; readonly call: CallRecord; readonly why: SettleReason }
  | { readonly type: 'end-turn'; readonly stop: TurnStop; readonly failure?: Failure }

/** Why a call ends without running. */
export type SettleReason = 'denied' | 'stopped-by-denial' | 'not-run' | 'unknown' | 'said-done'

/** How the loop knows a tool's nature; the registry answers. */
export interface ToolNature {
  (name: string): { readonly readOnly: boolean } | undefined
}

/** A turn is cut here whatever the model wants. Source: harness.md F70, hard limit. */
export const MAX_ANSWERS = 100
const RUNS_TOOLS = 'tool_use'

export function step(state: SessionState, nature: ToolNature): Action {
  if (!state.turn) return state.unsent.some((item) => item.type === 'message' && item.wakes) ? { type: 'start-turn' } : { type: 'idle' }
  const calls = state.request ? [] : state.calls.filter((call) => !call.ended)
  const runs = state.stopReason === RUNS_TOOLS && !state.calls.some(endsTurn)
  if (calls.length > 0)
    return runs || calls.some(endsTurn)
      ? nextOfCalls(calls, nature)
      : settle(calls, state.calls.some(endsTurn) ? 'stopped-by-denial' : 'not-run')
  if (state.request) return nextOfRequest(state.request)
  return state.stopReason === undefined ? { type: 'request', attempt: 1 } : afterAnswer(state, state.stopReason, state.turn.answers)
}

/** The person said no without a word: the turn ends here. */
function endsTurn(call: CallRecord): boolean {
  const decision = call.decided?.decision
  return decision?.type === 'deny' && decision.by === 'user' && decision.note === undefined
}

function settle(calls: readonly CallRecord[], why: SettleReason): Action {
  const [call] = calls
  return call ? { type: 'settle', call, why } : { type: 'idle' }
}

function nextOfCalls(open: readonly CallRecord[], nature: ToolNature): Action {
  const run: CallRecord[] = []
  for (const call of open) {
    const next = nextOfCall(call)
    if (next !== 'run')
      return run.length > 0 && next.type !== 'judge' && next.type !== 'note-lost-call' ? { type: 'run', calls: run } : next
    if (!nature(call.content.name)?.readOnly) return { type: 'run', calls: run.length > 0 ? run : [call] }
    run.push(call)
  }
  return { type: 'run', calls: run }
}

function nextOfCall(call: CallRecord): Action | 'run' {
  if (call.started) return call.started.effect === 'ask' ? nextOfLost(call) : 'run'
  if (!call.judged) return { type: 'judge', call }
  if (!call.decided) return { type: 'wait-decision' }
  return call.decided.decision.type === 'allow' ? 'run' : { type: 'settle', call, why: 'denied' }
}

/** Nobody but a person can know whether it happened. */
function nextOfLost(call: CallRecord): Action | 'run' {
  if (!call.lost) return { type: 'note-lost-call', call }
  switch (call.resolved) {
    case undefined:
      return { type: 'wait-decision' }
    case 'done':
      return { type: 'settle', call, why: 'said-done' }
    case 'again':
      return 'run'
    case 'skip':
      return { type: 'settle', call, why: 'unknown' }
    default:
      return assertNever(call.resolved)
  }
}

function nextOfRequest(request: NonNullable<SessionState['request']>): Action {
  if (!request.failed) return { type: 'note-lost-request' }
  const { failure, retryAt } = request.failed
  if (retryAt === undefined)
    return {
      type: 'end-turn',
      stop: failure.code === 'aborted' ? 'interrupted' : failure.code === 'not_permitted' ? 'refusal' : 'failed',
      failure,
    }
  return { type: 'wait-retry', until: retryAt, attempt: isOurs(failure) ? 1 : request.attempt + 1 }
}

/** Marks a request that ended on this side (the computer slept, the worker died): the server failed nobody, so no try was used up. */
export const OURS = { ours: true } as const

/** Whether a request ended so. */
export function isOurs({ detail }: Failure): boolean {
  return isJsonObject(detail) && detail['ours'] === true
}

function afterAnswer(state: SessionState, stopReason: string, answers: number): Action {
  if (state.calls.some(endsTurn)) return { type: 'end-turn', stop: 'interrupted' }
  if (answers >= MAX_ANSWERS)
    return {
      type: 'end-turn',
      stop: 'budget',
      failure: { code: 'spend_limit', message: `Stopped after ${MAX_ANSWERS} steps in one turn. Send a message to go on.` },
    }
  const after = afterStop(state, stopReason)
  switch (after.type) {
    case 'ask':
      return { type: 'request', attempt: 1, ...(after.nudge && { nudge: after.nudge }) }
    case 'end':
      return { type: 'end-turn', stop: 'end' }
    case 'fail':
      return { type: 'end-turn', stop: after.stop, failure: after.failure }
    default:
      return assertNever(after)
  }
}
