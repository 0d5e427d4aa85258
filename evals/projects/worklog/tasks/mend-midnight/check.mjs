import { assert, load, node, solved, testsPass } from '../../../../kit.mjs'

const { parseLog } = await load('src/parse.js')
const minutes = (span) => parseLog(`2026-03-02\n${span} website deploy\n`)[0].minutes
assert.equal(minutes('22:30-01:15'), 165, '22:30-01:15 is 2 hours and 45 minutes')
assert.equal(minutes('23:59-00:00'), 1, '23:59-00:00 is one minute')
assert.equal(minutes('12:00-11:00'), 23 * 60, '12:00-11:00 is 23 hours')
assert.equal(minutes('09:00-11:30'), 150, 'spans within a day stay as they were')
assert.equal(minutes('09:00-09:00'), 0, 'an empty span is nothing')
assert.throws(() => parseLog('2026-03-02\n24:00-01:00 x\n'), /line 2/, 'a time that is none still names its line')
assert.match(node(['bin/worklog.js', 'examples/week.log']).out, /^total\s+8h 00m$/m, 'the example still adds up')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
