const HEAD = `import assert from 'node:assert/strict'
import test from 'node:test'
import { csvField, parseCsv } from '../src/csv.js'

test('reads rows', () => {
  assert.deepEqual(parseCsv('a,b\\n\\n1,\\n,\\n'), [['a', 'b'], ['1', ''], ['', '']])
  assert.deepEqual(parseCsv(''), [])
})

test('reads quoted fields', () => {
  assert.deepEqual(parseCsv('"a, b",c\\n"say ""hi""",""'), [['a, b', 'c'], ['say "hi"', '']])
})

test('writes fields', () => {
  assert.equal(csvField(1.5), '1.5')
  assert.equal(csvField('plain'), 'plain')
  assert.equal(csvField('a, b'), '"a, b"')
`
const QUOTES = `  assert.equal(csvField('say "hi"'), '"say ""hi"""')
`
const END = `})

test('what is written is read back', () => {
  const row = ['plain', 'a, b', '', 'x']
  assert.deepEqual(parseCsv(row.map(csvField).join(',')), [row])
})
`
export const right = [{ read: 'src/csv.js' }, { write: 'test/csv.test.js', text: HEAD + QUOTES + END }, { try: 'npm test' }]

// Quotes are read and never written.
export const wrong = [{ write: 'test/csv.test.js', text: HEAD + END }, { try: 'npm test' }]
