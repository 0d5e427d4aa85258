const HEAD = `import assert from 'node:assert/strict'
import test from 'node:test'
import { EMPTY, reduce } from '../dist/reducer.js'

const two = () => ({ habits: [{ id: 1, name: 'Read', days: ['2026-03-10', '2026-03-12'] }, { id: 2, name: 'Run', days: [] }] })
`
const BASICS = `
test('adds what has a name of its own', () => {
  assert.deepEqual(reduce(EMPTY, { type: 'add', name: '  Read ' }).habits, [{ id: 1, name: 'Read', days: [] }])
  assert.equal(reduce(two(), { type: 'add', name: 'Rest' }).habits[2].id, 3)
  for (const name of ['', '  ', 'READ']) assert.equal(reduce(two(), { type: 'add', name }).habits.length, 2)
})

test('toggles one day of one habit', () => {
  const on = reduce(two(), { type: 'toggle', id: 1, day: '2026-03-11' })
  assert.deepEqual(on.habits[0].days, ['2026-03-10', '2026-03-11', '2026-03-12'])
  assert.deepEqual(on.habits[1].days, [])
  assert.deepEqual(reduce(on, { type: 'toggle', id: 1, day: '2026-03-11' }), two())
})

test('removes the one that is named', () => {
  assert.deepEqual(reduce(two(), { type: 'remove', id: 2 }).habits, [two().habits[0]])
})
`
const REST = `
test('refuses what it does not know', () => {
  assert.throws(() => reduce(EMPTY, { type: 'fly' }), /unknown action fly/)
})

test('leaves the old state as it was', () => {
  const before = two()
  reduce(before, { type: 'add', name: 'Rest' })
  reduce(before, { type: 'toggle', id: 1, day: '2026-03-11' })
  reduce(before, { type: 'remove', id: 1 })
  assert.deepEqual(before, two())
})
`
export const right = [{ read: 'src/reducer.js' }, { write: 'test/reducer.test.js', text: HEAD + BASICS + REST }, { try: 'npm test' }]

export const wrong = [{ write: 'test/reducer.test.js', text: HEAD + BASICS }, { try: 'npm test' }]
