import assert from 'node:assert/strict'
import test from 'node:test'
import { isOpen, sentence } from '../js/hours.js'
import { brokenLinks } from '../scripts/check-links.mjs'

test('every link leads somewhere', () => {
  assert.deepEqual(brokenLinks('.'), [])
})

test('open on a Tuesday, closed on a Monday', () => {
  assert.equal(isOpen(new Date(2026, 2, 3, 12, 0)), true)
  assert.equal(isOpen(new Date(2026, 2, 2, 12, 0)), false)
})

test('says when', () => {
  assert.equal(sentence(new Date(2026, 2, 3, 12, 0)), 'Open today until 18:00.')
  assert.equal(sentence(new Date(2026, 2, 3, 8, 0)), 'Opens today at 9:00.')
  assert.equal(sentence(new Date(2026, 2, 3, 20, 0)), 'Opens on Wednesday at 9:00.')
})
