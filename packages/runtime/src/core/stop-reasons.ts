import type { Failure } from '@tabwright/protocol'
import type { SessionState } from './session-state'

/** Why the harness itself asks the model to go on: its answer was cut at the length limit, or said nothing. */
export type Nudge = 'cut' | 'empty'

/** What a stop reason asks for, once every call of the answer has its result. */
export type AfterStop =
  /** Nothing that the person sees as an end: ask again, with a word of the harness where there is one. */
  | { readonly type: 'ask'; readonly nudge?: Nudge }
  | { readonly type: 'end' }
  | { readonly type: 'fail'; readonly stop: 'budget' | 'failed'; readonly failure: Failure }

/** Source: harness.md rules 8, 10 and 60. */
const MAX_PAUSES = 5
const MAX_CUTS = 3
const MAX_EMPTIES = 1
/** Source: security.md C29. */
const MAX_BROKEN = 3
const ENDS_WELL: ReadonlySet<string> = new Set(['end_turn', 'stop_sequence', 'tool_use'])

/** Table of the stop reasons; one that is not known here ends the turn and is shown. */
export function afterStop({ wire, calls, unsent }: SessionState, stopReason: string): AfterStop {
  if (stopReason === 'tool_use' && calls.length > 0) return wire.broken < MAX_BROKEN ? { type: 'ask' } : fails('failed', BROKEN_TOO_OFTEN)
  if (stopReason === 'pause_turn') return wire.pauses <= MAX_PAUSES ? { type: 'ask' } : fails('budget', PAUSED_TOO_OFTEN)
  if (stopReason === 'max_tokens')
    return wire.cuts <= MAX_CUTS ? { type: 'ask', ...(calls.length === 0 && { nudge: 'cut' }) } : fails('failed', CUT_TOO_OFTEN)
  if (!ENDS_WELL.has(stopReason)) return fails('failed', unknownReason(stopReason))
  // Written while an answer was not finished: it had to wait, and now it is its turn.
  if (unsent.some((item) => item.type === 'message' && item.wakes)) return { type: 'ask' }
  return wire.isEmpty && wire.empties <= MAX_EMPTIES ? { type: 'ask', nudge: 'empty' } : { type: 'end' }
}

const fails = (stop: 'budget' | 'failed', failure: Failure): AfterStop => ({ type: 'fail', stop, failure })

const PAUSED_TOO_OFTEN: Failure = {
  code: 'spend_limit',
  message: `The provider paused its own work ${MAX_PAUSES + 1} times in a row, so the turn was stopped. What it did is kept; send a message to go on.`,
}
const BROKEN_TOO_OFTEN: Failure = {
  code: 'bad_response',
  message: `The model sent ${MAX_BROKEN} tool calls in a row that cannot be read, so the turn was stopped. None of them was run; send a message to go on.`,
}
const CUT_TOO_OFTEN: Failure = {
  code: 'too_large',
  message: `The answer was cut at the length limit ${MAX_CUTS + 1} times in a row. What came is kept; ask for smaller steps.`,
}

function unknownReason(stopReason: string): Failure {
  return { code: 'bad_response', message: `The model stopped for a reason that is not known here: ${stopReason}. No tool was run.` }
}
