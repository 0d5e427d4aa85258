import { assert, isThere, mutant, node, original, solved, testsNotice } from '../../../../kit.mjs'

const FILE = 'packages/planner/test/plan.test.js'
const PLAN = 'packages/planner/src/plan.js'
assert.ok(isThere(FILE), `there is a ${FILE}`)
const code = original(import.meta.url, PLAN)
const pass = (cwd) => node([FILE], { cwd }).code === 0
assert.ok(!testsNotice(PLAN, code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice(PLAN, mutant(code, from, to), pass), `the tests notice ${what}`)
notices('a kerf that is not lost', 'fitting.left -= piece + lost', 'fitting.left -= piece')
notices('a kerf that is not lost on a new board', 'length - piece - lost', 'length - piece')
notices('a piece that fits exactly', 'one.left >= piece', 'one.left > piece')
notices('a whole board', 'piece > length', 'piece >= length')
notices('the last board in place of the first', 'boards.find(', 'boards.findLast(')
notices('the shortest first', 'b - a', 'a - b')
notices('a list that is changed', 'pieces.map(parseLength).sort(', 'pieces.splice(0).map(parseLength).sort(')
notices('units that are ignored', 'pieces.map(parseLength)', 'pieces.map((text) => 10 * parseFloat(text))')
solved()
