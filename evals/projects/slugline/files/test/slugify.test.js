import assert from 'node:assert/strict'
import test from 'node:test'
import { slugify } from '../src/index.js'

test('makes addresses of titles', () => {
  assert.equal(slugify('Hello, World!'), 'hello-world')
  assert.equal(slugify('  Über uns & mehr '), 'ueber-uns-and-mehr')
  assert.equal(slugify('Crème brûlée'), 'creme-brulee')
})

test('knows another separator, and keeps capitals where asked', () => {
  assert.equal(slugify('Hello World', { separator: '_' }), 'hello_world')
  assert.equal(slugify('Hello World', { lower: false }), 'Hello-World')
})
