import { fail, type CallId, type Decision, type Digest, type InboxAnswer, type Resolution } from '@tabwright/protocol'
import type { Fact } from './journal'
import type { SessionState } from './session-state'

/** A person's answer to a permission card. */
export type Answered = InboxAnswer

/** What a person says became, or is to become, of a call whose end is unknown. */
export interface Resolved {
  readonly call: CallId
  readonly digest: Digest
  readonly choice: Resolution
}

/** A message of 2 MB is a file, not a message. */
const MAX_MESSAGE = 2_000_000

/** @throws FailureError `bad_input`, `too_large` for what is no message */
export function checkMessage(text: string): string {
  if (text.trim() === '') fail('bad_input', 'An empty message was not sent.')
  if (text.length <= MAX_MESSAGE) return text
  return fail(
    'too_large',
    `The message has ${text.length} characters; ${MAX_MESSAGE} is the limit. Put the text into a file of the workspace instead.`,
  )
}

/** The first durable answer wins and covers exactly the bytes that were shown. @throws FailureError `stale` */
export function decided(state: SessionState, { call, digest, answer, note }: Answered): Fact {
  const record = state.calls.find((candidate) => candidate.content.id === call)
  if (!record?.judged || record.judged.verdict.type !== 'ask' || record.ended) return fail('stale', 'This request is no longer open.')
  if (record.decided) return fail('stale', 'This request was already answered.')
  if (record.judged.digest !== digest) return fail('stale', 'This request changed since it was shown; look at it again.')
  return { type: 'call.decided', data: { call, digest, decision: decisionOf(answer, note, record.judged.verdict.offer) } }
}

/** The first durable answer wins here too. @throws FailureError `stale` */
export function resolved(state: SessionState, { call, digest, choice }: Resolved): Fact {
  const record = state.calls.find((candidate) => candidate.content.id === call)
  if (!record?.lost || record.ended) return fail('stale', 'This call is no longer open.')
  if (record.resolved) return fail('stale', 'It was already said what becomes of this call.')
  if (record.judged?.digest !== digest) return fail('stale', 'This call is not the one that was shown; look at it again.')
  return { type: 'call.resolved', data: { call, digest, choice } }
}

function decisionOf(
  answer: Answered['answer'],
  note: string | undefined,
  offer: Extract<Decision, { type: 'allow' }>['remember'],
): Decision {
  if (answer === 'deny') return { type: 'deny', by: 'user', ...(note?.trim() && { note: note.trim() }) }
  return { type: 'allow', by: 'user', ...(answer === 'session' && offer && { remember: offer }) }
}
