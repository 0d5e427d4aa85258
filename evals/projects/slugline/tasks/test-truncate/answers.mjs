const head = (name) => `import assert from 'node:assert/strict'\nimport test from 'node:test'\nimport { ${name} } from '../src/index.js'\n`
const TRUNCATE = `${head('truncate')}
test('keeps what fits, to the last character', () => {
  assert.equal(truncate('exactly', 7), 'exactly')
  assert.equal(truncate('', 3), '')
})

test('cuts between words and says so', () => {
  assert.equal(truncate('one two three', 9), 'one two…')
  assert.equal(truncate('one two three', 8), 'one two…')
  assert.equal(truncate('one two three', 7), 'one…')
})

test('cuts a single long word', () => {
  assert.equal(truncate('incomprehensible', 6), 'incom…')
})
`
const FILL = `${head('fill')}
test('replaces each name wherever it stands', () => {
  assert.equal(fill('{a}-{b}-{a}', { a: 1, b: 2 }), '1-2-1')
})

test('refuses a name without a value', () => {
  assert.throws(() => fill('{missing}', { other: 1 }), /no value for missing/)
})
`
const EMPTY = `
test('takes zero and nothing for values', () => {
  assert.equal(fill('{n}{text}', { n: 0, text: '' }), '0')
})
`
export const right = [
  { read: 'src/truncate.js' },
  { write: 'test/truncate.test.js', text: TRUNCATE },
  { write: 'test/fill.test.js', text: FILL + EMPTY },
  { try: 'npm test' },
]

export const wrong = [{ write: 'test/truncate.test.js', text: TRUNCATE }, { write: 'test/fill.test.js', text: FILL }, { try: 'npm test' }]
