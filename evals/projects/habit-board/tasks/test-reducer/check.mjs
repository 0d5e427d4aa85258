import { assert, isThere, mutant, node, original, solved, testsNotice } from '../../../../kit.mjs'

assert.ok(isThere('test/reducer.test.js'), 'there is a test/reducer.test.js')
assert.equal(node(['scripts/build.mjs']).code, 0, 'it builds')
// What it builds of this file is the file.
const code = original(import.meta.url, 'src/reducer.js')
const pass = (cwd) => node(['test/reducer.test.js'], { cwd }).code === 0
assert.ok(!testsNotice('dist/reducer.js', code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice('dist/reducer.js', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('names that are not trimmed', 'action.name.trim()', 'action.name')
notices('empty names', "name === '' || ", '')
notices('duplicates in other case', 'habit.name.toLowerCase() === name.toLowerCase()', 'habit.name === name')
notices('ids given twice', 'nextId(habits), name', 'habits.length, name')
notices('a toggle that never goes off', 'isDone ? habit.days.filter((day) => day !== action.day) : ', '')
notices('days out of order', '[...habit.days, action.day].sort()', '[...habit.days, action.day]')
notices('a toggle of every habit', 'if (habit.id !== action.id) return habit', '')
notices('the wrong habit removed', 'habits.filter((habit) => habit.id !== action.id)', 'habits.slice(1)')
notices('unknown actions let pass', 'throw new Error(`unknown action ${action.type}`)', 'return state')
notices(
  'a state that is modified',
  '[...habits, { id: nextId(habits), name, days: [] }]',
  '(habits.push({ id: nextId(habits), name, days: [] }), habits)',
)
solved()
