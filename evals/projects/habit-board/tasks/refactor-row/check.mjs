import { readFileSync, writeFileSync } from 'node:fs'
import { assert, isThere, load, node, solved } from '../../../../kit.mjs'

assert.ok(isThere('src/habit-row.jsx'), 'there is a src/habit-row.jsx')
assert.equal(node(['scripts/build.mjs']).code, 0, 'it builds')
const { createElement } = await load('node_modules/react/index.js')
const { renderToStaticMarkup } = await load('node_modules/react-dom/server.node.js')
const { HabitRow } = await load('dist/habit-row.js')
assert.equal(typeof HabitRow, 'function', 'it exports HabitRow')
const today = '2026-03-12'
const habit = { id: 7, name: 'Read', days: ['2026-03-11', today] }
const ROW =
  '<li class="habit done"><label><input type="checkbox" checked=""/>Read</label><span class="streak">2 days</span><button>Remove</button></li>'
const called = []
const row = createElement(HabitRow, {
  habit,
  today,
  onToggle: (...args) => called.push(['toggle', args.length]),
  onRemove: (...args) => called.push(['remove', args.length]),
})
assert.equal(renderToStaticMarkup(row), ROW, 'a row looks as before')
const each = (element, act) => {
  if (Array.isArray(element)) return element.forEach((one) => each(one, act))
  if (typeof element !== 'object' || element === null) return
  act(element)
  each(typeof element.type === 'function' ? element.type(element.props) : element.props.children, act)
}
const press = (root) =>
  each(root, ({ type, props }) => {
    if (type === 'input') props.onChange({ target: { checked: false } })
    if (type === 'button') props.onClick({})
  })
press(row)
assert.deepEqual(
  called.map(([what]) => what),
  ['toggle', 'remove'],
  'a row calls onToggle and onRemove',
)
const { Board } = await load('dist/board.js')
const sent = []
press(createElement(Board, { habits: [habit, { ...habit, id: 8 }], today, dispatch: (action) => sent.push(action), empty: '' }))
assert.deepEqual(
  sent,
  [7, 8].flatMap((id) => [
    { type: 'toggle', id, day: today },
    { type: 'remove', id },
  ]),
  'the board dispatches as before',
)
assert.equal(
  renderToStaticMarkup(createElement(Board, { habits: [habit], today, dispatch: () => undefined, empty: '' })),
  `<ul class="board">${ROW}</ul>`,
)
assert.equal(node(['--test', 'test/']).code, 0, 'the tests of the project pass')
// Another row has to show on the board.
writeFileSync('src/habit-row.jsx', 'export function HabitRow({ habit }) { return <li>row {habit.id}</li> }\n')
assert.equal(node(['scripts/build.mjs']).code, 0)
const script = `import { createElement as h } from 'react'; import { renderToStaticMarkup as r } from 'react-dom/server.edge'; import { Board } from './dist/board.js'
process.stdout.write(r(h(Board, { habits: [{ id: 3, name: 'x', days: [] }], today: '2026-01-01', dispatch() {}, empty: '' })).replace(/<!-- -->/g, ''))`
writeFileSync('shown.mjs', script)
assert.equal(node(['shown.mjs']).out, '<ul class="board"><li>row 3</li></ul>', 'the board uses HabitRow')
assert.doesNotMatch(readFileSync('src/board.jsx', 'utf8'), /type="checkbox"/, 'the row is gone from board.jsx')
solved()
