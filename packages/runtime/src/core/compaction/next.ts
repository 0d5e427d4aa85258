import type { CompactionWay, Failure, WireRow } from '@tabwright/protocol'
import type { SessionState } from '../session-state'
import { lengthSaid } from '../attached'
import { reasonOf } from '../wire-state'
import { KEPT_RESULTS, resultsIn } from './clearing'
import { cutPoint, cutThatFits, cutWithin } from './cut'
import { CHARS_PER_TOKEN, tokensAhead, type Limits } from './policy'

/** What to do about the length of the conversation, before the loop's own next action. */
export type CompactionAction =
  | { readonly type: 'none' }
  | {
      readonly type: 'start'
      readonly trigger: 'auto' | 'manual' | 'overflow'
      readonly way: CompactionWay
      readonly messages: number
      /** The next request cannot go before it. */
      readonly isNeeded: boolean
    }
  /** One is under way, and the next request cannot go before it. */
  | { readonly type: 'wait' }
  /** A person asked for one and there is nothing to summarise. */
  | { readonly type: 'refuse'; readonly failure: Failure }
  | { readonly type: 'end-turn'; readonly failure: Failure }

export interface CompactionView {
  readonly state: SessionState
  /** The present wire, header first. */
  readonly rows: readonly WireRow[]
  readonly limits: Limits
  /** The model that would be asked is the one that the conversation is with. */
  readonly isSameModel: boolean
  /** A person asked for it. */
  readonly isWanted: boolean
}

/** Tries for each turn: a server that cannot summarise must not be asked for ever. */
const MAX_FAILURES = 2
/** Without one step in a window below the limit. Source: harness.md rule 103. */
const THRASH = 2
/** Behind these the loop may ask on. */
const ASKS_AGAIN: ReadonlySet<string> = new Set(['tool_use', 'pause_turn', 'max_tokens'])
const NONE: CompactionAction = { type: 'none' }

/** Decided from the log alone, so a new worker decides the same. */
export function nextCompaction(view: CompactionView): CompactionAction {
  const { state, limits } = view
  if (state.compaction.open) return isFull(state, limits) || isTooLong(state) ? { type: 'wait' } : NONE
  if (!isBetweenCalls(state)) return NONE
  if (isTooLong(state)) return rescue(view)
  if (view.isWanted || state.compaction.owed) return start(view, 'manual', false) ?? { type: 'refuse', failure: NOTHING }
  return view.isSameModel ? automatic(view) : NONE
}

/** Never with an open call, and never under a request that is on its way or will be asked again. */
function isBetweenCalls({ request, calls }: SessionState): boolean {
  const isOver = !request || (request.failed && request.failed.retryAt === undefined)
  return Boolean(isOver) && (request !== undefined || calls.every((call) => call.ended))
}

/** The provider said that the conversation does not fit the model's window. A body that is too large for its door is another matter. */
function isTooLong({ turn, request }: SessionState): boolean {
  const failed = turn && request?.failed
  return failed !== undefined && failed.retryAt === undefined && reasonOf(failed.failure) === 'window'
}

function rescue(view: CompactionView): CompactionAction {
  const { compaction } = view.state
  const mayTry = !compaction.isRescued && compaction.failures < MAX_FAILURES
  return (mayTry ? start(view, 'overflow', true) : undefined) ?? { type: 'end-turn', failure: TOO_LONG }
}

function automatic(view: CompactionView): CompactionAction {
  const { state, limits } = view
  const { recent, failures } = state.compaction
  const used = tokensNext(state)
  const mustStop = isFull(state, limits)
  if (used === undefined || (used < limits.compactAt && !mustStop) || mayClear(view)) return NONE
  const isThrash = recent.length >= THRASH && recent.every(({ least }) => least === undefined || least >= limits.compactAt)
  if (isThrash) return asks(state) ? { type: 'end-turn', failure: THRASHING } : NONE
  const begun = failures < MAX_FAILURES ? start(view, 'auto', mustStop) : undefined
  return begun ?? (mustStop ? { type: 'end-turn', failure: TOO_LONG } : NONE)
}

/** What was counted and what would be added leave no room for an answer. */
function isFull(state: SessionState, { full }: Limits): boolean {
  const used = tokensNext(state)
  return full !== undefined && used !== undefined && asks(state) && used + tokensAhead(state.unsent) >= full
}

/** What the model would read of what it has: what was left out comes back when it is no longer asked to be left out. */
function tokensNext({ compaction, wire }: SessionState): number | undefined {
  const { used, cleared } = compaction
  return used === undefined || wire.clearAt !== undefined ? used : used + cleared
}

/** The provider has old results to leave out. Where the newest request was above the border all the same, nothing more is to be had. */
function mayClear({ state, rows }: CompactionView): boolean {
  const { clearAt } = state.wire
  const { read } = state.compaction
  if (clearAt === undefined || (read !== undefined && read >= clearAt)) return false
  return resultsIn(rows) + state.unsent.filter(({ type }) => type === 'result').length > KEPT_RESULTS
}

/** The loop's next action is a request, and what it would send is known. */
function asks({ turn, request, calls, stopReason }: SessionState): boolean {
  if (!turn || request || calls.some((call) => !call.ended)) return false
  return stopReason === undefined || ASKS_AGAIN.has(stopReason)
}

function start(view: CompactionView, trigger: 'auto' | 'manual' | 'overflow', isNeeded: boolean): CompactionAction | undefined {
  const { state, rows } = view
  const any = cutPoint(rows, state.stopReason === 'pause_turn')
  const known = trigger === 'overflow' ? cutThatFits(rows) || any : any
  const messages = (known > 0 && withinWindow(view)) || known
  const way = state.compaction.isBlockRefused ? 'text' : 'block'
  return messages === 0 ? undefined : { type: 'start', trigger, way, messages, isNeeded }
}

/** A summary is asked for with everything that the provider left out: only so many messages as fit. 0 where nothing was left out. */
function withinWindow({ state, rows, limits }: CompactionView): number {
  const { used, read = 0, cleared } = state.compaction
  if (cleared === 0 || limits.full === undefined) return 0
  const characters = rows.reduce((sum, { text }) => sum + lengthSaid(text, CHARS_PER_TOKEN), 0)
  const perToken = used === undefined ? CHARS_PER_TOKEN : characters / (read + cleared)
  const room = Math.floor(limits.full * perToken * SURE)
  return characters <= room ? 0 : cutWithin(rows, room)
}

/** Characters are only a measure of tokens. */
const SURE = 0.8

const NOTHING: Failure = { code: 'bad_input', message: 'There is nothing to summarise yet; the conversation is as it was.' }
const TOO_LONG: Failure = {
  code: 'too_large',
  message:
    'The conversation no longer fits the model, and a summary did not make it fit. Nothing is lost: go back to an earlier point, remove a large attachment, or start a new session.',
}
const THRASHING: Failure = {
  code: 'too_large',
  message:
    'The conversation was summarised twice and was too long again before a step was done, so the turn was stopped. Nothing is lost: go back to an earlier point, ask for a smaller step, or start a new session.',
}
