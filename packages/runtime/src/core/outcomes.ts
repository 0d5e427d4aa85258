import { isJsonObject, type EffectClass, type Failure, type Outcome } from '@tabwright/protocol'
import type { Fact } from './fact'
import { OUTCOME_UNKNOWN } from './functions/functions'
import { asksOfWrites, type CallRecord } from './records'

/** How calls end, in the words that the model reads. */

/** Why a call ends without running. */
export type SettleReason = 'denied' | 'stopped-by-denial' | 'stopped-by-hook' | 'not-run' | 'unknown' | 'said-done'

/** The fact that ends a call. @param ms how long it ran */
export const ended = (call: CallRecord, outcome: Outcome, ms = 0): Extract<Fact, { type: 'call.ended' }> => ({
  type: 'call.ended',
  data: { call: call.content.id, outcome: withContext(call, withEdit(call, outcome)), ms, ...(call.from && { from: call.from }) },
})

/** What a person made of a call is told beside what became of it. */
const withEdit = ({ edited }: CallRecord, outcome: Outcome): Outcome =>
  edited ? { ...outcome, text: `${outcome.text}\n[${edited.told}]` } : outcome

/** What hooks of the project had to say about the call. */
const withContext = ({ guarded }: CallRecord, outcome: Outcome): Outcome =>
  guarded?.context === undefined ? outcome : { ...outcome, text: `${outcome.text}\n${guarded.context}` }

/** @param text what the model reads of it */
export const failed = (failure: Failure, text = failure.message): Outcome => ({ type: 'failed', text, failure })

/** What a call that does not run, or not again, is said to have come to. */
export function settledOutcome(call: CallRecord, why: SettleReason): Outcome {
  if (why === 'said-done')
    return { type: 'done', text: 'The app was restarted while this ran. The person looked and says that it was done.' }
  if (why === 'unknown') return UNKNOWN
  // What was started cannot be called not run; denied is then what it did.
  if (call.started && why !== 'denied') return interruptedOutcome(call)
  if (why === 'not-run') return { type: 'skipped', text: 'Not run: the answer that asked for it ended before its tools could be run.' }
  if (why === 'stopped-by-hook') return { type: 'skipped', text: 'Not run: a hook of the project stopped the turn.' }
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
  if (call.started && asksOfWrites(call) && !call.decided) return NOT_KEPT
  if (hasActed(call)) return UNKNOWN
  return { type: 'interrupted', text: call.started ? INTERRUPTED : 'Interrupted by the person before it ran.' }
}

const NOT_KEPT: Outcome = {
  type: 'unknown',
  text: 'It ran, and the person stopped before they said whether what it did is kept: nothing of it is in the workspace. Check the state where it ran before repeating it.',
}
const INTERRUPTED = 'Interrupted by the person while it ran; its changes were not kept.'
const STOPPED_OUTSIDE: Outcome = {
  type: 'unknown',
  text: 'Interrupted by the person while it ran. It may have happened all the same: check the state before repeating it.',
}

/** Whether what it did would be there although its result is not. */
export const mayHaveActed = (effect: EffectClass): boolean => effect === 'ask' || effect === 'keyed'

/** Whether a call that was started may have done something that stays although its result is not there. */
export const hasActed = (call: CallRecord): boolean =>
  call.started !== undefined && (mayHaveActed(call.started.effect) || call.reached === true)

/** What a call that ran when the person stopped is said to have come to. */
export function stoppedOutcome(effect: EffectClass): Outcome {
  return mayHaveActed(effect) ? STOPPED_OUTSIDE : { type: 'interrupted', text: INTERRUPTED }
}

/** What a tool that threw is said to have come to. */
export function thrownOutcome(failure: Failure): Outcome {
  const { detail } = failure
  if (isJsonObject(detail) && detail['outcome'] === OUTCOME_UNKNOWN.outcome) return { type: 'unknown', text: failure.message }
  if (failure.code !== 'sandbox_lost') return failed(failure)
  return failed(failure, `${failure.message} ${SANDBOX_LOST}`)
}

/** What the model cannot see by looking. */
const SANDBOX_LOST =
  'Shell variables, functions, the folder it stood in and anything still running are gone too: the next command starts anew in /workspace.'
