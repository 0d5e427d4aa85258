import { fail, type CallId, type PersonAnswer, type PersonQuestion } from '@tabwright/protocol'
import type { Fact } from './fact'
import { land, type Landing } from './landing'
import type { CallRecord } from './records'
import type { SessionState } from './session-state'

/** Longer answers are a message, or a file. */
const MAX_ANSWER = 20_000

/** A person's answer to a question of the agent's. */
export interface Replied {
  readonly call: CallId
  readonly answer: PersonAnswer
}

/** The first durable answer wins. @throws FailureError `stale`, `bad_input` for what is no answer to this question */
export function answeredQuestion(state: SessionState, { call, answer }: Replied): Fact {
  const record = state.calls.find(({ content }) => content.id === call)
  if (!record?.question || record.ended) return fail('stale', 'This question is no longer open.')
  if (record.answer) return fail('stale', 'This question was already answered.')
  return { type: 'question.answered', data: { call, answer: fitting(record.question, answer) } }
}

function fitting({ options, several }: PersonQuestion, answer: PersonAnswer): PersonAnswer {
  if (answer.type === 'declined') return answer
  const chosen = options.map(({ label }) => label).filter((label) => answer.chosen.includes(label))
  const text = answer.text?.trim() ?? ''
  if (chosen.length !== answer.chosen.length || (chosen.length > 1 && !several)) return fail('bad_input', 'That is not among the answers.')
  if (chosen.length === 0 && text === '') return fail('bad_input', 'Choose an answer or write one.')
  if (text.length > MAX_ANSWER) return fail('bad_input', `An answer may have ${MAX_ANSWER} characters; send a message for more.`)
  return { type: 'answered', chosen, ...(text !== '' && { text }) }
}

/** Ends the call with what the person said, by the road of every result: hooks, guards, secrets. */
export async function endAnswered(calling: Landing, call: CallRecord): Promise<void> {
  if (!call.answer) return fail('unexpected', 'A question was to end without an answer.')
  const result = { type: 'result', result: { text: answerText(call.answer) } } as const
  await land(calling, { call, result, files: calling.ports.workspace.draft(), effect: 'pure', ms: 0 })
}

/** As the model reads it. */
function answerText(answer: PersonAnswer): string {
  if (answer.type === 'declined') return 'The person chose not to answer. Go on as you think best, or say what you cannot decide.'
  const chosen = answer.chosen.length === 0 ? [] : [`The person chose: ${answer.chosen.join('; ')}`]
  return [...chosen, ...(answer.text === undefined ? [] : [`The person wrote: ${answer.text}`])].join('\n')
}
