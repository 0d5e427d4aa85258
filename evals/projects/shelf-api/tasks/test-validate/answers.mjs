const tests = (limits) => `import assert from 'node:assert/strict'
import test from 'node:test'
import { readBook, readNumber } from '../src/validate.js'

test('reads a book', () => {
  assert.deepEqual(readBook({ title: ' Emma ', author: ' Jane Austen ', year: 1815 }), { title: 'Emma', author: 'Jane Austen', year: 1815 })
  assert.deepEqual(readBook({ title: 'Emma', author: 'Jane Austen' }), { title: 'Emma', author: 'Jane Austen' })
})

test('refuses what is no book, and names why', () => {
  const good = { title: 'Emma', author: 'Jane Austen', year: 1815 }
  for (const [body, message] of [
    [null, /object/],
    ['Emma', /object/],
    [{ ...good, title: undefined }, /title/],
    [{ ...good, title: '  ' }, /title/],
    [{ ...good, author: 7 }, /author/],
    [{ ...good, author: ' ' }, /author/],
    [{ ...good, year: 1815.5 }, /year/],
    [{ ...good, year: '1815' }, /year/],
  ])
    assert.throws(() => readBook(body), (error) => error.status === 400 && message.test(error.message))
})

test('reads a number', () => {
  const limits = { min: 1, max: 50, otherwise: 10 }
  assert.equal(readNumber('7', 'size', limits), 7)
  assert.equal(readNumber(undefined, 'size', limits), 10)
${limits}  for (const bad of ['x', '1x', '-1', '']) assert.throws(() => readNumber(bad, 'size', limits), (error) => error.status === 400 && /size/.test(error.message))
})
`
export const right = [
  { read: 'src/validate.js' },
  {
    write: 'test/validate.test.js',
    text: tests("  assert.equal(readNumber('999', 'size', limits), 50)\n  assert.equal(readNumber('0', 'size', limits), 1)\n"),
  },
  { try: 'npm test' },
]

// Nothing goes to the limits.
export const wrong = [{ write: 'test/validate.test.js', text: tests('') }, { try: 'npm test' }]
