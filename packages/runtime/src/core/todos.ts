import { TODO_TOOL, todosIn, type Row, type SessionEvent, type Todo } from '@tabwright/protocol'

/** The agent's list, as the newest call that kept one left it. @param rows those that are shown, the call's among them */
export function foldTodos(todos: readonly Todo[], event: SessionEvent, rows: readonly Row[]): readonly Todo[] {
  if (event.type !== 'call.ended' || event.data.outcome.type !== 'done') return todos
  const { call } = event.data
  const row = rows.findLast((candidate) => candidate.type === 'call' && candidate.call === call)
  return row?.type === 'call' && row.name === TODO_TOOL ? (todosIn(row.input) ?? todos) : todos
}

/** The same from the facts of a conversation, for whoever has no rows of it. */
export function todosOf(events: readonly SessionEvent[]): readonly Todo[] {
  const kept = new Set<string>()
  for (const event of events.toReversed()) {
    if (event.type === 'call.ended' && event.data.outcome.type === 'done') kept.add(event.data.call)
    if (event.type !== 'message.assistant') continue
    for (const block of event.data.content.toReversed()) {
      const isList = block.type === 'call' && block.name === TODO_TOOL && kept.has(block.id)
      const todos = isList ? todosIn(block.input) : undefined
      if (todos) return todos
    }
  }
  return []
}
