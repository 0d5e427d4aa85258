import type { SessionEvent, TurnStop } from '@tabwright/protocol'
import { progressOf } from '../../../runtime/src/core/progress/progress'
import { ranCalls } from './ran-calls'
import type { Driven } from './drive'

/** What a session took, by its own log: the same figures that its page shows to a person. */
export type Figures = Omit<Driven, 'files' | 'ms'>

/** @param events all of a session with one turn */
export function figuresOf(events: readonly SessionEvent[]): Figures {
  const { totals } = progressOf(events)
  const { answers: steps, tokens, cost } = totals
  return { stop: stopIn(events), steps, tokens, cost, prompts: promptsIn(events), calls: ranCalls(events) }
}

function stopIn(events: readonly SessionEvent[]): TurnStop | undefined {
  const ended = events.findLast((event) => event.type === 'turn.ended')
  return ended?.type === 'turn.ended' ? ended.data.stop : undefined
}

/** Cards and questions that came before a person. */
function promptsIn(events: readonly SessionEvent[]): number {
  const cards = events.filter((event) => event.type === 'call.judged' && event.data.verdict.type === 'ask')
  const questions = events.flatMap((event) =>
    event.type === 'message.assistant' ? event.data.content.filter((block) => block.type === 'call' && block.name === 'ask_person') : [],
  )
  return cards.length + questions.length
}
