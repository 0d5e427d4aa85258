import { writeFileSync } from 'node:fs'
import { assert, isThere, load, node, solved, testsPass } from '../../../../kit.mjs'

assert.ok(isThere('src/format.js'), 'there is a src/format.js')
const { formatMinutes } = await load('src/format.js')
assert.equal(typeof formatMinutes, 'function', 'it exports formatMinutes')
for (const [minutes, text] of [
  [0, '0h 00m'],
  [5, '0h 05m'],
  [60, '1h 00m'],
  [125, '2h 05m'],
  [6000, '100h 00m'],
])
  assert.equal(formatMinutes(minutes), text)
const text = () => node(['bin/worklog.js', 'examples/week.log']).out
const table = () => node(['bin/worklog.js', '--markdown', 'examples/week.log']).out
assert.equal(text(), 'website    5h 15m\napi        2h 45m\ntotal      8h 00m\n')
assert.equal(table(), '| project | time |\n| --- | --- |\n| website | 5h 15m |\n| api | 2h 45m |\n| **total** | 8h 00m |\n')
assert.ok(testsPass(), 'the tests of the project pass')
// Another format in the one place has to show everywhere.
writeFileSync('src/format.js', 'module.exports = { formatMinutes: (minutes) => `<${minutes}>` }\n')
assert.deepEqual(text().match(/<\d+>/g), ['<315>', '<165>', '<480>'], 'all lines of the text come from formatMinutes')
assert.deepEqual(table().match(/<\d+>/g), ['<315>', '<165>', '<480>'], 'all rows of the table come from formatMinutes')
solved()
