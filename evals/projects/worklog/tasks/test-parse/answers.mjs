const HEAD = `const test = require('node:test')
const assert = require('node:assert/strict')
const { parseLog } = require('../src/parse')
`
const READS = `
test('reads a day with its spans', () => {
  const [first, second] = parseLog('2026-03-02\\r\\n09:00-11:30 website  new page\\r\\n\\r\\n11:30-12:15 api\\r\\n')
  assert.deepEqual(first, { date: '2026-03-02', start: 540, end: 690, minutes: 150, project: 'website', note: 'new page' })
  assert.equal(second.note, '')
})

test('skips comments', () => {
  assert.deepEqual(parseLog('# nothing\\n'), [])
})
`
const ERRORS = `
test('names the line of what it cannot read', () => {
  assert.throws(() => parseLog('2026-03-02\\nlunch'), /line 2: cannot read "lunch"/)
  assert.throws(() => parseLog('# week\\n09:00-10:00 api'), /line 2: there is no date/)
  assert.throws(() => parseLog('2026-03-02\\n24:00-10:00 api'), /line 2: no such time 24:00/)
  assert.throws(() => parseLog('2026-03-02\\n09:00-10:60 api'), /line 2: no such time 10:60/)
})
`
export const right = [{ read: 'src/parse.js' }, { write: 'test/parse.test.js', text: HEAD + READS + ERRORS }, { try: 'npm test' }]

// Everything but what goes wrong.
export const wrong = [{ write: 'test/parse.test.js', text: HEAD + READS }, { try: 'npm test' }]
