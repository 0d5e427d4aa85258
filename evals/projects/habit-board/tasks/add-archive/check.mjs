import { assert, load, node, solved } from '../../../../kit.mjs'

assert.equal(node(['scripts/build.mjs']).code, 0, 'it builds')
const { reduce } = await load('dist/reducer.js')
const { App } = await load('dist/app.js')
const { Board } = await load('dist/board.js')
const { createElement } = await load('node_modules/react/index.js')
const { renderToStaticMarkup } = await load('node_modules/react-dom/server.node.js')
const today = '2026-03-12'
const before = {
  habits: [
    { id: 1, name: 'Read', days: [today] },
    { id: 2, name: 'Run', days: [today] },
    { id: 3, name: 'Rest', days: [] },
  ],
}
const copy = structuredClone(before)
const after = reduce(before, { type: 'archive', id: 2 })
assert.deepEqual(before, copy, 'the old state is not changed')
assert.equal(after.habits.length, 3, 'an archived habit is kept')
assert.equal(after.habits[1].archived, true)
assert.deepEqual(after.habits[1].days, [today])
const shown = renderToStaticMarkup(createElement(App, { today, initial: after }))
assert.doesNotMatch(shown, /Run/, 'an archived habit is not shown')
assert.match(shown, /Read/)
assert.match(shown, /<p class="count">1 of 2/, 'nor counted')
assert.equal(shown.match(/<button[^>]*>Archive<\/button>/g)?.length, 2, 'each row has an Archive button')
const back = reduce(after, { type: 'add', name: ' run ' })
assert.equal(back.habits.length, 3, 'adding it again makes no second one')
const run = back.habits.find((habit) => habit.id === 2)
assert.ok(!run.archived, 'it is back')
assert.deepEqual(run.days, [today], 'with its days')
assert.equal(reduce(before, { type: 'add', name: 'READ' }).habits.length, 3, 'a name that is there is still not added twice')
const sent = []
const find = (element) => {
  if (Array.isArray(element)) return element.forEach(find)
  if (typeof element !== 'object' || element === null) return
  if (typeof element.type === 'function') return find(element.type(element.props))
  if (element.type === 'button' && [element.props.children].flat().includes('Archive')) element.props.onClick({})
  find(element.props.children)
}
find(Board({ habits: before.habits, today, dispatch: (action) => sent.push(action), empty: '' }))
assert.deepEqual(
  sent,
  [1, 2, 3].map((id) => ({ type: 'archive', id })),
  'the button dispatches what was agreed',
)
const all = before.habits.reduce((state, { id }) => reduce(state, { type: 'archive', id }), before)
assert.doesNotMatch(renderToStaticMarkup(createElement(App, { today, initial: all })), /<li/, 'nothing is shown when all are archived')
assert.equal(node(['--test', 'test/']).code, 0, 'the tests of the project pass')
solved()
