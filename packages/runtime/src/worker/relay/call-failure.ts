import { FailureError, type FailureCode } from '@tabwright/protocol'
import type { CallError } from '@tabwright/relay-client/worker'
import { OUTCOME_UNKNOWN } from '../../core/functions/functions'
import { plainWords } from './plain-words'

/** Codes of calls that were not passed on, where it is the relay that says so. */
const REFUSED: ReadonlyMap<string, FailureCode> = new Map([
  ['function_not_found', 'not_found'],
  ['function_not_invokable', 'not_found'],
  ['FORBIDDEN', 'not_permitted'],
  ['busy', 'busy'],
  ['too_deep', 'not_permitted'],
  ['unavailable', 'unavailable'],
])
/** Where nothing was sent at all. From a program the same word says that its answer was too large, so that it ran. */
const NOT_SENT: ReadonlyMap<string, FailureCode> = new Map([['too_large', 'too_large']])
/** It was passed on, and no answer came. */
const NO_ANSWER: ReadonlyMap<string, string> = new Map([
  ['invocation_stopped', 'was gone before it answered.'],
  ['invocation_cancelled', 'was called off.'],
  ['TIMEOUT', 'did not answer in time.'],
])

const MOST_MESSAGE = 2000

/** What a call that went wrong came to: whether it was made at all is the first thing that it says. */
export function failureOfCall(id: string, { code, message, isNotCalled }: CallError, signal?: AbortSignal): FailureError {
  const said = plainWords(message, MOST_MESSAGE)
  const refused = REFUSED.get(code)
  if (isNotCalled) return new FailureError({ code: refused ?? NOT_SENT.get(code) ?? 'unexpected', message: `${said} Nothing was called.` })
  if (code === 'invocation_cancelled' && signal?.aborted) return new FailureError({ code: 'aborted', message: `${id} was called off.` })
  // A code of the relay's from the program itself is that of a call of its own, which may have come after the effect.
  const what = NO_ANSWER.get(code) ?? (refused && `failed with: ${said}`)
  if (what === undefined) return new FailureError({ code: 'unexpected', message: `${id} answered with an error: ${said}` })
  const unknown = `Outcome unknown: the program behind ${id} ${what} It may have happened all the same: check before you repeat it.`
  return new FailureError({ code: 'unavailable', message: unknown, detail: OUTCOME_UNKNOWN })
}
