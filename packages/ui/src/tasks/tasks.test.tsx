import { callId, type CallRow, type Todo } from '@tabwright/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { workIn } from './at-work'
import { TasksPane } from './tasks-pane'
import { TodoStrip } from './todo-strip'

const todos: readonly Todo[] = [
  { text: 'Look', state: 'done' },
  { text: 'Mend', state: 'in_hand' },
  { text: 'Try', state: 'pending' },
]

function call(name: string, input: object, state: CallRow['state']): CallRow {
  return { type: 'call', key: name + state, call: callId(name + state), name, input: JSON.stringify(input), state }
}

const words = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

test('the line over the box says how far the list is and what is in hand; it is gone when all is done and the agent rests', () => {
  const strip = (list: readonly Todo[], isResting: boolean): string =>
    words(renderToStaticMarkup(<TodoStrip todos={list} isResting={isResting} />))
  expect(strip(todos, false)).toBe('1 of 3 done Mend')
  expect(strip(todos, true)).toBe('1 of 3 done Mend')
  const done = todos.map(({ text }): Todo => ({ text, state: 'done' }))
  expect(strip(done, false)).toBe('3 of 3 done')
  expect(strip(done, true)).toBe('')
  expect(strip([], false)).toBe('')
})

test('the pane tells each task with its state in words, sub-agents that are there, and only commands that run', () => {
  const rows = [
    call('task', { title: 'Read the docs' }, 'running'),
    call('shell', { command: 'npm test' }, 'running'),
    call('shell', { command: 'ls' }, 'done'),
  ]
  const pane = words(
    renderToStaticMarkup(<TasksPane todos={todos} {...workIn(rows)} ports={[5173]} isTerminalBusy onTerminal={() => undefined} />),
  )
  expect(pane).toContain('1 of 3 done done: Look in hand: Mend pending: Try')
  expect(pane).toContain('Sub-agents running Read the docs')
  expect(pane).toContain('running npm test')
  expect(pane).not.toContain('ls')
  expect(pane).toContain('A command runs in your terminal A program listens on port 5173')
})

test('where there is nothing it says so', () => {
  const pane = words(
    renderToStaticMarkup(<TasksPane todos={[]} agents={[]} commands={[]} ports={[]} isTerminalBusy={false} onTerminal={() => undefined} />),
  )
  expect(pane).toContain('The agent keeps no list.')
  expect(pane).toContain('None was asked for.')
  expect(pane).toContain('No command runs.')
})
