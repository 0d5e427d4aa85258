import {
  checkAttachments,
  fail,
  type Attachment,
  type CallId,
  type Decision,
  type Digest,
  type InboxAnswer,
  type InboxMessage,
  type QueuedChange,
  type Resolution,
  type Sending,
  type Verdict,
} from '@tabwright/protocol'
import type { Fact } from './fact'
import type { FetchRecord } from './records'
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

type Message = Extract<InboxMessage, { type: 'message' }>

/** What a person sends, as the inbox has it. @throws FailureError as {@link checkMessage} */
export function messageOf(text: string, { attachments = [], when }: Sending = {}): Message {
  return { type: 'message', text: checkMessage(text, attachments), ...(attachments.length > 0 && { attachments }), ...(when && { when }) }
}

/** @throws FailureError as {@link checkMessage}, for a text that is no message */
export function checkChange(change: QueuedChange): QueuedChange {
  if (change.text !== undefined) checkMessage(change.text)
  return change
}

/** @throws FailureError `bad_input`, `too_large` for what is no message */
export function checkMessage(text: string, attachments: readonly Attachment[] = []): string {
  checkAttachments(attachments)
  if (text.trim() === '' && attachments.length === 0) fail('bad_input', 'An empty message was not sent.')
  if (text.length <= MAX_MESSAGE) return text
  return fail(
    'too_large',
    `The message has ${text.length} characters; ${MAX_MESSAGE} is the limit. Put the text into a file of the workspace instead.`,
  )
}

/**
 * The first durable answer wins and covers exactly the bytes that were shown: of the call, and of each edit that it lets pass as well. All of them
 * or none. @throws FailureError `stale`
 */
export function decided(state: SessionState, answered: Answered): readonly Decided[] {
  const fetch = state.fetches.find(({ id }) => id === answered.call)
  if (fetch) return [decidedFetch(fetch, answered)]
  const first = decidedCall(state, answered)
  const also = answered.also ?? []
  if (also.length > 0 && answered.answer === 'deny') return fail('bad_input', 'A no speaks of one request alone.')
  return [first, ...also.map(({ call, digest }) => decidedEdit(state, { call, digest, answer: 'once' }))]
}

/** The facts of an answer. */
export type Decided = Extract<Fact, { type: 'call.decided' | 'fetch.decided' }>

function decidedCall(state: SessionState, { call, digest, ...answer }: Answered): Decided {
  const record = state.calls.find((candidate) => candidate.content.id === call)
  if (!record?.judged || record.judged.verdict.type !== 'ask' || record.ended) return fail('stale', 'This request is no longer open.')
  if (record.decided) return fail('stale', 'This request was already answered.')
  if (record.judged.digest !== digest) return fail('stale', 'This request changed since it was shown; look at it again.')
  return { type: 'call.decided', data: { call, digest, decision: decisionOf(answer, record.judged.verdict) } }
}

/** One of several. What is asked about each time has a card of its own: only what a rule for its file could allow goes along. */
function decidedEdit(state: SessionState, answered: Answered): Decided {
  const verdict = state.calls.find(({ content }) => content.id === answered.call)?.judged?.verdict
  if (verdict?.type === 'ask' && verdict.offer?.pattern.type !== 'path')
    return fail('bad_input', 'This request has to be answered by itself.')
  return decidedCall(state, answered)
}

function decidedFetch({ id, judged, decided }: FetchRecord, answered: Answered): Decided {
  if (judged.verdict.type !== 'ask' || decided) return fail('stale', 'This request was already answered.')
  const { digest } = answered
  if (judged.digest !== digest) return fail('stale', 'This request changed since it was shown; look at it again.')
  return { type: 'fetch.decided', data: { fetch: id, digest, decision: decisionOf(answered, judged.verdict) } }
}

/** The first durable answer wins here too. @throws FailureError `stale` */
export function resolved(state: SessionState, { call, digest, choice }: Resolved): Fact {
  const record = state.calls.find((candidate) => candidate.content.id === call)
  if (!record?.lost || record.ended) return fail('stale', 'This call is no longer open.')
  if (record.resolved) return fail('stale', 'It was already said what becomes of this call.')
  if (record.judged?.digest !== digest) return fail('stale', 'This call is not the one that was shown; look at it again.')
  return { type: 'call.resolved', data: { call, digest, choice } }
}

function decisionOf({ answer, note, rule }: Pick<Answered, 'answer' | 'note' | 'rule'>, verdict: Asking): Decision {
  if (answer === 'deny') return { type: 'deny', by: 'user', ...(note?.trim() && { note: note.trim() }) }
  const offer = rule === 'broad' ? verdict.broader : verdict.offer
  if (answer === 'once') return { type: 'allow', by: 'user' }
  if (!offer)
    return answer === 'session'
      ? { type: 'allow', by: 'user' }
      : fail('stale', 'This rule is not offered any more; look at the request again.')
  return {
    type: 'allow',
    by: 'user',
    remember: answer === 'session' ? offer : { ...offer, scope: 'project', why: 'you allowed it on a card' },
  }
}

type Asking = Extract<Verdict, { type: 'ask' }>
