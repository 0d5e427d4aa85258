import type { SessionEvent } from '@tabwright/protocol'
import type { RanCall } from './drive'

/** The calls of a session that came to an end, in the order in which the model made them. */
export function ranCalls(events: readonly SessionEvent[]): readonly RanCall[] {
  const calls = events.flatMap((event) =>
    event.type === 'message.assistant' ? event.data.content.flatMap((block) => (block.type === 'call' ? [block] : [])) : [],
  )
  const ends = new Map(events.flatMap((event) => (event.type === 'call.ended' ? [[event.data.call, event.data.outcome] as const] : [])))
  return calls.flatMap(({ id, name }) => {
    const outcome = ends.get(id)
    if (outcome === undefined) return []
    const isDone = outcome.type === 'done' && (outcome.detail?.exitCode ?? 0) === 0
    return [{ tool: name, isDone, text: outcome.text }]
  })
}
