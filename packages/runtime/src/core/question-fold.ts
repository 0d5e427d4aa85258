import type { SessionEvent } from '@tabwright/protocol'
import type { CallRecord } from './records'

/** The calls after a fact about a question. */
export function foldQuestion(calls: readonly CallRecord[], event: SessionEvent): readonly CallRecord[] {
  if (event.type !== 'question.asked' && event.type !== 'question.answered') return calls
  const change = event.type === 'question.asked' ? { question: event.data.question } : { answer: event.data.answer }
  return calls.map((call) => (call.content.id === event.data.call ? { ...call, ...change } : call))
}
