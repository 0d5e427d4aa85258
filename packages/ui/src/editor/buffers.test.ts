import { expect, test } from 'vitest'
import { type BufferAction, type Buffers, NO_BUFFERS, nextBuffers } from './buffers'

const run = (actions: readonly BufferAction[], from: Buffers = NO_BUFFERS): Buffers => actions.reduce(nextBuffers, from)
const path = 'src/a.ts'
const text = (content: string, version: number) => ({ type: 'text', text: content, version }) as const
const clean = run([
  { type: 'opened', path },
  { type: 'read', path, file: text('one', 1) },
])
const dirty = run([{ type: 'edited', path, dirty: true }], clean)

test('opening a file twice shows the buffer that is there', () => {
  const state = run([{ type: 'opened', path }], run([{ type: 'opened', path: 'b.ts' }], dirty))
  expect(state.active).toBe(path)
  expect(state.open).toHaveLength(2)
  expect(state.open[0]?.dirty).toBe(true)
})

test('a clean buffer follows what the agent writes', () => {
  const state = run([{ type: 'read', path, file: text('two', 2) }], clean)
  expect(state.open[0]).toEqual({ path, content: text('two', 2), dirty: false, base: 2 })
})

test('a dirty buffer keeps its text and learns of the newer one', () => {
  const state = run([{ type: 'read', path, file: text('two', 2) }], dirty)
  expect(state.open[0]).toMatchObject({ content: text('one', 1), dirty: true, base: 1, newer: text('two', 2) })
})

test('reload takes the newer text, keep saves over it', () => {
  const conflict = run([{ type: 'read', path, file: text('two', 2) }], dirty)
  expect(run([{ type: 'reloaded', path }], conflict).open[0]).toEqual({ path, content: text('two', 2), dirty: false, base: 2 })
  const kept = run([{ type: 'kept', path }], conflict).open[0]
  expect(kept).toMatchObject({ content: text('one', 1), dirty: true, base: 2 })
  expect(kept?.newer).toBeUndefined()
})

test('a file deleted under a dirty buffer is saved as a new one when kept', () => {
  const state = run(
    [
      { type: 'read', path, file: { type: 'gone' } },
      { type: 'kept', path },
    ],
    dirty,
  )
  expect(state.open[0]?.base).toBe(0)
})

test('the echo of an own save is no conflict', () => {
  const saving = run([{ type: 'saveStarted', path, text: 'mine' }], dirty)
  const echoed = run([{ type: 'read', path, file: text('mine', 2) }], saving)
  expect(echoed.open[0]?.newer).toBeUndefined()
  const saved = run([{ type: 'saved', path, text: 'mine', version: 2, dirty: false }], echoed)
  expect(saved.open[0]).toEqual({ path, content: text('mine', 2), dirty: false, base: 2 })
})

test('a failed save keeps the buffer dirty and says why', () => {
  const state = run(
    [
      { type: 'saveStarted', path, text: 'mine' },
      { type: 'saveFailed', path, message: 'no room' },
    ],
    dirty,
  )
  expect(state.open[0]).toMatchObject({ dirty: true, error: 'no room' })
  expect(state.open[0]?.saving).toBeUndefined()
})

test('closing the active file shows its right neighbour, else the left one', () => {
  const three = run(
    ['a', 'b', 'c'].map((name) => ({ type: 'opened', path: name }) as const),
    NO_BUFFERS,
  )
  expect(run([{ type: 'closed', path: 'c' }], three).active).toBe('b')
  expect(
    run(
      [
        { type: 'opened', path: 'a' },
        { type: 'closed', path: 'a' },
      ],
      three,
    ).active,
  ).toBe('b')
  expect(run([{ type: 'closed', path: 'a' }], three).active).toBe('c')
})
