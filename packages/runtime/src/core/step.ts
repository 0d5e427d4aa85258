import { assertNever, type Failure, type TurnStop } from '@tabwright/protocol'
import { EDITS } from './gate/mode'
import type { Correction } from './guards/stages'
import { loopFailure, loopOf, type Loop } from './limits/loop-guard'
import type { SettleReason } from './outcomes'
import { isOurs } from './own-failure'
import { asksOfWrites, type CallRecord } from './records'
import type { SessionState } from './session-state'
import { afterStop, type Nudge } from './stop-reasons'

/** What to do next. Decided from the log alone, so a new worker decides the same. */
export type Action =
  /** Nothing to do until somebody sends something. */
  | { readonly type: 'idle' }
  | { readonly type: 'start-turn' }
  | { readonly type: 'request'; readonly attempt: number; readonly nudge?: Nudge | Loop | Correction }
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
  /** The person answered what it asks. */
  | { readonly type: 'answer'; readonly call: CallRecord }
  | { readonly type: 'settle'; readonly call: CallRecord; readonly why: SettleReason }
  | { readonly type: 'end-turn'; readonly stop: TurnStop; readonly failure?: Failure; readonly loop?: Loop }

/** How the loop knows a tool's nature; the registry answers. */
export interface ToolNature {
  (name: string): { readonly readOnly: boolean } | undefined
}

/** A turn is cut here whatever the model wants and whatever the person's own limit of steps is. */
const MAX_ANSWERS = 1000
const RUNS_TOOLS = 'tool_use'

/** @param most answers after which a turn is cut */
export function step(state: SessionState, nature: ToolNature, most = MAX_ANSWERS): Action {
  if (!state.turn) return state.unsent.some((item) => item.type === 'message' && item.wakes) ? { type: 'start-turn' } : { type: 'idle' }
  const calls = state.request ? [] : state.calls.filter((call) => !call.ended)
  if (state.halted !== undefined && !state.request) return haltedBy(state.halted, calls, nature)
  const runs = (state.stopReason === RUNS_TOOLS || calls.every(({ isCheck }) => isCheck)) && !state.calls.some(endsTurn)
  if (calls.length > 0)
    return runs || calls.some(endsTurn)
      ? nextOfCalls(calls, nature)
      : settle(calls, state.calls.some(endsTurn) ? 'stopped-by-denial' : 'not-run')
  if (state.request) return nextOfRequest(state.request)
  // What another program wanted is done; the model was not asked for anything.
  if (state.calls.some(({ by }) => by !== undefined)) return { type: 'end-turn', stop: 'end' }
  return state.stopReason === undefined
    ? { type: 'request', attempt: 1 }
    : afterAnswer(state, state.stopReason, { answers: state.turn.answers, most })
}

/** A hook of the project ends the turn: what runs comes to its end, nothing else begins. */
function haltedBy(reason: string, open: readonly CallRecord[], nature: ToolNature): Action {
  const waiting = open.filter((call) => !call.started || (call.question && !call.answer))
  if (waiting.length > 0) return settle(waiting, 'stopped-by-hook')
  if (open.length > 0) return nextOfCalls(open, nature)
  const message = `A hook of the project stopped the turn: ${reason} What was done is kept; send a message to go on.`
  return { type: 'end-turn', stop: 'requires-action', failure: { code: 'denied', message } }
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
    if (next !== 'run' && next.type === 'wait-decision') {
      // Edits of one answer wait together. What they are judged by may change until they start; then they are judged again.
      const ahead = isEdit(call) ? open.find((other) => isEdit(other) && !other.judged && !other.started) : undefined
      if (ahead) return { type: 'judge', call: ahead }
    }
    if (next !== 'run')
      return run.length > 0 && next.type !== 'judge' && next.type !== 'note-lost-call' ? { type: 'run', calls: run } : next
    if (!nature(call.content.name)?.readOnly) return { type: 'run', calls: run.length > 0 ? run : [call] }
    run.push(call)
  }
  return { type: 'run', calls: run }
}

function isEdit({ content }: CallRecord): boolean {
  return EDITS.has(content.name)
}

function nextOfCall(call: CallRecord): Action | 'run' {
  if (call.question) return call.answer ? { type: 'answer', call } : { type: 'wait-decision' }
  // A command that reached the network did something there, whatever class its tool has.
  if (call.started && !(asksOfWrites(call) && !call.lost)) return call.started.effect === 'ask' || call.reached ? nextOfLost(call) : 'run'
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

function afterAnswer(state: SessionState, stopReason: string, { answers, most }: { answers: number; most: number }): Action {
  if (state.calls.some(endsTurn)) return { type: 'end-turn', stop: 'interrupted' }
  if (answers >= most)
    return {
      type: 'end-turn',
      stop: 'budget',
      failure: { code: 'spend_limit', message: `Stopped after ${most} steps in one turn. Send a message to go on.` },
    }
  const after = afterStop(state, stopReason)
  switch (after.type) {
    case 'ask': {
      const loop = stopReason === 'tool_use' ? loopOf(state.loop, state.calls) : undefined
      if (loop?.how === 'stopped') return { type: 'end-turn', stop: 'requires-action', failure: loopFailure(loop), loop }
      if (loop) return { type: 'request', attempt: 1, nudge: loop }
      return { type: 'request', attempt: 1, ...(after.nudge && { nudge: after.nudge }) }
    }
    case 'end':
      return state.objections.length > 0
        ? { type: 'request', attempt: 1, nudge: { how: 'corrected', objections: state.objections } }
        : { type: 'end-turn', stop: 'end' }
    case 'fail':
      return { type: 'end-turn', stop: after.stop, failure: after.failure }
    default:
      return assertNever(after)
  }
}
