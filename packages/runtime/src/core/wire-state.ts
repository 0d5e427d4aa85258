import { isJsonObject, type Content, type Effort, type Failure, type Json, type Outcome, type SessionEvent } from '@tabwright/protocol'
import { tokensIn } from './window'

/** What the next request depends on beside its messages. A fold, so a worker that starts anew asks in the same way. */
export interface WireState {
  /** The newest answer is not finished: it is sent back as it is, and everything else waits. */
  readonly paused: boolean
  /** A tool of the provider's is still at work: only results may be sent. */
  readonly serverOpen: boolean
  /** In a row, in this turn: answers that paused, answers cut at the length limit, answers of nothing. */
  readonly pauses: number
  readonly cuts: number
  readonly empties: number
  /** The newest answer said nothing at all. */
  readonly isEmpty: boolean
  /** Calls in a row, in this turn, whose input was no JSON. */
  readonly broken: number
  /** How often the length limit was raised for the answer that is asked for. */
  readonly raised: number
  /** The provider found thinking that does not fit: for the rest of the session it may leave such blocks out. */
  readonly dropsThinking: boolean
  /** How many blocks it left out last. */
  readonly dropped: number
  /** How the open turn asks, whatever was chosen since. */
  readonly thinking: boolean | undefined
  readonly effort: Effort | undefined
  readonly clearAt: number | undefined
  /** A tool or a person has taken longer than the cache lives by default. */
  readonly slow: boolean
  /** Messages of the newest request and of the one before it in the same epoch: where the cache was written. */
  readonly epoch: number
  readonly tail: number
  readonly previousTail: number | undefined
  readonly requestedAt: number
  /** Tokens in the window after the newest answer. */
  readonly used: number
}

export const NO_WIRE: WireState = {
  paused: false,
  serverOpen: false,
  pauses: 0,
  cuts: 0,
  empties: 0,
  isEmpty: false,
  broken: 0,
  raised: 0,
  dropsThinking: false,
  dropped: 0,
  thinking: undefined,
  effort: undefined,
  clearAt: undefined,
  slow: false,
  epoch: 0,
  tail: 0,
  previousTail: undefined,
  requestedAt: 0,
  used: 0,
}

const REASONS = ['cut_call', 'prefix_mismatch', 'window', 'portal', 'system_role', 'tool_search'] as const
/** Why a failure wants the same request again with another setting; kept in the failure's detail. */
export type Reason = (typeof REASONS)[number]

/** The cache lives five minutes from the start of a request; a minute is left for the next one to arrive. */
const SLOW_MS = 4 * 60_000

/** Adds one fact. */
export function foldWire(wire: WireState, event: SessionEvent): WireState {
  switch (event.type) {
    case 'turn.started':
      return {
        ...wire,
        pauses: 0,
        cuts: 0,
        empties: 0,
        broken: 0,
        raised: 0,
        thinking: event.data.thinking,
        effort: event.data.effort,
        clearAt: event.data.clearAt,
        // A new turn began with a person: how long they took says nothing about tools.
        requestedAt: 0,
      }
    case 'model.requested':
      return requested(wire, event)
    case 'message.assistant':
      return answered(wire, event.data)
    case 'model.failed':
      return reasonOf(event.data.failure) === 'cut_call' ? { ...wire, raised: wire.raised + 1 } : wire
    case 'call.ended':
      return { ...wire, broken: isBroken(event.data.outcome) ? wire.broken + 1 : 0 }
    case 'wire.mismatched':
      return event.data.how === 'refused' ? { ...wire, dropsThinking: true } : { ...wire, dropped: event.data.blocks }
    case 'compaction.ended':
      // A new wire begins: whatever was unfinished is in the summary.
      return event.data.result.type === 'done' ? { ...wire, paused: false, serverOpen: false } : wire
    default:
      return wire
  }
}

function requested(wire: WireState, { at, data }: SessionEvent<'model.requested'>): WireState {
  const isSame = data.wire === wire.epoch
  const moved = data.messages !== wire.tail
  const waited = data.attempt === 1 && wire.requestedAt > 0 ? at - wire.requestedAt : 0
  return {
    ...wire,
    epoch: data.wire,
    tail: data.messages,
    previousTail: isSame ? (moved ? wire.tail : wire.previousTail) : undefined,
    requestedAt: at,
    slow: wire.slow || waited > SLOW_MS,
  }
}

function answered(wire: WireState, data: SessionEvent<'message.assistant'>['data']): WireState {
  const { stopReason, content, usage } = data
  const calls = content.some((block) => block.type === 'call')
  return {
    ...wire,
    paused: stopReason === 'pause_turn' && !calls,
    serverOpen: hasOpenServerTool(content),
    pauses: stopReason === 'pause_turn' ? wire.pauses + 1 : 0,
    cuts: stopReason === 'max_tokens' ? wire.cuts + 1 : 0,
    empties: content.length === 0 ? wire.empties + 1 : wire.empties,
    isEmpty: content.length === 0,
    raised: 0,
    used: tokensIn(usage),
  }
}

/** As the model is told it: see the answer to a call that cannot be parsed. */
function isBroken(outcome: Outcome): boolean {
  return outcome.type === 'failed' && outcome.text.startsWith('{"INVALID_JSON"')
}

/** A use of the provider's own tools whose result is in no block of the same answer. */
function hasOpenServerTool(content: readonly Content[]): boolean {
  const raws = content.flatMap((block) => (block.type === 'unknown' && isJsonObject(block.raw) ? [block.raw] : []))
  const uses = raws.flatMap((raw) => (isServerUse(raw['type']) ? [raw['id']] : []))
  return uses.some((id) => !raws.some((raw) => raw['tool_use_id'] === id))
}

function isServerUse(type: Json | undefined): boolean {
  return typeof type === 'string' && /(server|mcp)_tool_use$/.test(type)
}

/** Only what answers the newest message may be sent now: nothing behind a pause, nothing but results beside an open tool of the provider's. */
export function holdsText({ paused, serverOpen }: WireState): boolean {
  return paused || serverOpen
}

/** @returns the reason that the wire gave a failure, if it gave one */
export function reasonOf({ detail }: Pick<Failure, 'detail'>): Reason | undefined {
  const reason = isJsonObject(detail) ? detail['reason'] : undefined
  return REASONS.find((known) => known === reason)
}
