import { assert, load, solved, testsPass } from '../../../../kit.mjs'

const { sentence, isOpen } = await load('js/hours.js')
// March 1st 2026 is a Sunday.
const at = (day, hour, minute = 0) => sentence(new Date(2026, 2, day, hour, minute))
assert.equal(at(7, 18), 'Opens on Sunday at 10:00.', 'Saturday evening')
assert.equal(at(1, 18), 'Opens on Tuesday at 9:00.', 'Sunday evening')
assert.equal(at(2, 8), 'Opens on Tuesday at 9:00.', 'Monday morning')
assert.equal(at(2, 23, 59), 'Opens on Tuesday at 9:00.', 'Monday night')
assert.equal(at(6, 18), 'Opens on Saturday at 10:00.', 'Friday, the minute it closes')
assert.equal(at(6, 17, 59), 'Open today until 18:00.')
assert.equal(at(7, 9, 59), 'Opens today at 10:00.')
assert.equal(at(3, 20), 'Opens on Wednesday at 9:00.')
assert.equal(isOpen(new Date(2026, 2, 2, 12)), false)
assert.ok(testsPass(), 'the tests of the project pass')
solved()
