import { readdirSync } from 'node:fs'
import { assert, load, node, read, solved } from '../../../../kit.mjs'

assert.equal(node(['scripts/build.mjs']).code, 0, 'it builds')
const { createElement } = await load('node_modules/react/index.js')
const { renderToStaticMarkup } = await load('node_modules/react-dom/server.node.js')
const shown = async (file, name, props) => renderToStaticMarkup(createElement((await load(`dist/${file}.js`))[name], props))
const today = '2026-03-12'
const app = await shown('app', 'App', { today })
assert.match(app, /<h1>Today<\/h1>/, 'the heading is back')
assert.match(app, /<p class="count">0 of 0 done<\/p>/, 'the count is back')
assert.match(app, /<p class="empty">No habits yet\. Add the first one below\.<\/p>/, 'the text of an empty board is back')
assert.match(
  await shown('summary', 'Summary', { habits: [], today, title: 'Week', unit: 'ready' }),
  /<h1>Week<\/h1>.*0 of 0 ready/,
  'what is given still counts',
)
assert.match(await shown('board', 'Board', { habits: [], today, empty: 'None' }), />None</)
assert.match(
  await shown('board', 'Board', { habits: [], today, empty: '' }),
  /<p class="empty"><\/p>/,
  'an empty text that is given is kept',
)
for (const file of readdirSync('src')) assert.doesNotMatch(read(`src/${file}`), /defaultProps/, `src/${file} still has defaultProps`)
assert.equal(node(['--test', 'test/']).code, 0, 'the tests of the project pass')
solved()
