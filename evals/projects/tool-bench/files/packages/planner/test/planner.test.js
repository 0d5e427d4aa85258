import assert from 'node:assert/strict'
import test from 'node:test'
import { plan, report } from '../src/index.js'

test('cuts the longest first', () => {
  const boards = plan(['80 cm', '1.2 m', '60 cm'], { board: '2 m' })
  assert.deepEqual(boards.map(({ cuts }) => cuts), [[1200, 800], [600]])
})

test('refuses what does not fit', () => {
  assert.throws(() => plan(['3 m'], { board: '2 m' }), /does not fit/)
})

test('tells the workshop', () => {
  assert.equal(report([{ cuts: [1200, 800], left: 0 }, { cuts: [600], left: 1400 }]), 'board 1: 1.2 m + 0.8 m (left 0 m)\nboard 2: 0.6 m (left 1.4 m)\n2 boards, 1.4 m left\n')
})
