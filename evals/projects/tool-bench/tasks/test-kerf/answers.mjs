const HEAD = `import assert from 'node:assert/strict'
import test from 'node:test'
import { plan } from '../src/index.js'

test('nothing needs no board', () => {
  assert.deepEqual(plan([], { board: '2 m' }), [])
})

test('what fits exactly fits', () => {
  assert.deepEqual(plan(['2 m'], { board: '200 cm' }), [{ cuts: [2000], left: 0 }])
  assert.deepEqual(plan(['1 m', '1000 mm'], { board: '2 m' }), [{ cuts: [1000, 1000], left: 0 }])
})

test('takes the longest first, to the first board with room', () => {
  const pieces = ['20 cm', '1.5 m', '1.6 m']
  assert.deepEqual(plan(pieces, { board: '2 m' }), [{ cuts: [1600, 200], left: 200 }, { cuts: [1500], left: 500 }])
  assert.deepEqual(pieces, ['20 cm', '1.5 m', '1.6 m'])
})
`
const KERF = `
test('loses the kerf at each cut', () => {
  assert.deepEqual(plan(['1 m', '50 cm'], { board: '2 m', kerf: '3 mm' }), [{ cuts: [1000, 500], left: 494 }])
  assert.deepEqual(plan(['1 m', '1 m'], { board: '2 m', kerf: '3 mm' }).length, 2)
})
`
export const right = [
  { read: 'packages/planner/src/plan.js' },
  { write: 'packages/planner/test/plan.test.js', text: HEAD + KERF },
  { try: 'npm test' },
]

export const wrong = [{ write: 'packages/planner/test/plan.test.js', text: HEAD }, { try: 'npm test' }]
