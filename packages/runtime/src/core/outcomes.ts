import type { EffectClass, Failure, Outcome } from '@tabwright/protocol'
import type { Fact } from './journal'
import type { CallRecord } from './session-state'
import type { SettleReason } from './step'

/** How calls end, in the words that the model reads. */

/** The fact that ends a call. @param ms how long it ran */
export const ended = (call: CallRecord, outcome: Outcome, ms = 0): Fact => ({
  type: 'call.ended',
  data: { call: call.content.id, outcome, ms },
})
/** @param text what the model reads of it */
export const failed = (failure: Failure, text = failure.message): Outcome => ({ type: 'failed', text, failure })

/** What a call that does not run, or not again, is said to have come to. */
export function settledOutcome(call: CallRecord, why: SettleReason): Outcome {
  if (why === 'said-done')
    return { type: 'done', text: 'The app was restarted while this ran. The person looked and says that it was done.' }
  if (why === 'unknown') return UNKNOWN
  // What was started cannot be called not run.
  if (call.started) return interruptedOutcome(call)
  if (why === 'not-run') return { type: 'skipped', text: 'Not run: the answer that asked for it ended before its tools could be run.' }
  if (why === 'stopped-by-denial') return { type: 'skipped', text: 'Not run: the person denied an earlier call of the same answer.' }
  const decision = call.decided?.decision
  const note = decision?.type === 'deny' ? decision.note : undefined
  const who = decision?.by === 'rule' ? 'A rule' : 'The person'
  return {
    type: 'denied',
    text: note ? `${who} denied this call: ${note}` : `${who} denied this call.`,
    ...(note !== undefined && { note }),
  }
}

/** It was started by a worker that is gone, and nobody knows how far it got. */
export const UNKNOWN: Outcome = {
  type: 'unknown',
  text: 'Outcome unknown: the app was restarted while this ran. Check the state before repeating it.',
}

/** What a call that is open gets when the person stops the turn. Nobody knows how far one got that acts outside. */
export function interruptedOutcome(call: CallRecord): Outcome {
  if (call.started && mayHaveActed(call.started.effect)) return UNKNOWN
  return { type: 'interrupted', text: call.started ? INTERRUPTED : 'Interrupted by the person before it ran.' }
}

const INTERRUPTED = 'Interrupted by the person while it ran; its changes were not kept.'
const STOPPED_OUTSIDE: Outcome = {
  type: 'unknown',
  text: 'Interrupted by the person while it ran. It may have happened all the same: check the state before repeating it.',
}

/** Whether what it did would be there although its result is not. */
export const mayHaveActed = (effect: EffectClass): boolean => effect === 'ask' || effect === 'keyed'

/** What a call that ran when the person stopped is said to have come to. */
export function stoppedOutcome(effect: EffectClass): Outcome {
  return mayHaveActed(effect) ? STOPPED_OUTSIDE : { type: 'interrupted', text: INTERRUPTED }
}

/** What a tool that threw is said to have come to. */
export function thrownOutcome(failure: Failure): Outcome {
  if (failure.code !== 'sandbox_lost') return failed(failure)
  return failed(failure, `${failure.message} ${SANDBOX_LOST}`)
}

/** What the model cannot see by looking. */
const SANDBOX_LOST =
  'Shell variables, functions, the folder it stood in and anything still running are gone too: the next command starts anew in /workspace.'
