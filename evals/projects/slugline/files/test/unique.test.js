import assert from 'node:assert/strict'
import test from 'node:test'
import { UniqueSlugs, fill, truncate } from '../src/index.js'

test('gives each slug once', () => {
  const slugs = new UniqueSlugs()
  assert.equal(slugs.add('Hello'), 'hello')
  assert.equal(slugs.add('hello!'), 'hello-2')
})

test('truncates between words', () => {
  assert.equal(truncate('A rather long title', 12), 'A rather…')
  assert.equal(truncate('short', 12), 'short')
})

test('fills templates', () => {
  assert.equal(fill('/{year}/{slug}', { year: 2026, slug: 'a' }), '/2026/a')
  assert.throws(() => fill('{nothing}', {}), RangeError)
})
