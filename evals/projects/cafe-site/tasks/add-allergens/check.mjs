import { assert, isThere, solved, testsPass } from '../../../../kit.mjs'
import { all, attribute, page, text } from '../../../../kit-page.mjs'

const PATH = 'pages/allergens.html'
assert.ok(isThere(PATH), `there is a ${PATH}`)
const made = page(PATH)
const [html] = all(made, 'html')
assert.equal(attribute(html, 'lang'), 'en', 'the language is there')
assert.equal(text(all(made, 'title')[0]).trim(), 'Allergens · Café Linde')
assert.ok(
  all(made, 'link').some((link) => attribute(link, 'href') === '../css/style.css'),
  'the stylesheet is there',
)
assert.ok(
  all(made, 'meta').some((meta) => attribute(meta, 'name') === 'viewport'),
  'it has the viewport of the others',
)
assert.match(text(all(made, 'footer')[0] ?? {}), /Lindenstraße 5/, 'the footer is there')
assert.equal(all(made, 'h1').length, 1)
const rows = all(made, 'tr').map((row) =>
  all(row)
    .filter(({ tagName }) => tagName === 'td' || tagName === 'th')
    .map((cell) => text(cell).trim()),
)
assert.deepEqual(rows[0], ['Item', 'Contains'], 'the table has a header')
assert.equal(all(all(made, 'tr')[0], 'th').length, 2, 'its cells are th')
for (const [item, ...what] of [
  ['Apple', 'gluten', 'egg'],
  ['Cheese', 'gluten', 'egg', 'milk'],
  ['Cappuccino', 'milk'],
]) {
  const row = rows.find(([name]) => name === item)
  assert.ok(row, `${item} is listed`)
  assert.deepEqual(row[1].split(/\s*,\s*/).toSorted(), what.toSorted(), `what ${item} contains`)
}
for (const [path, leads] of [
  ['index.html', 'pages/allergens.html'],
  ['pages/menu.html', 'allergens.html'],
  ['pages/visit.html', 'allergens.html'],
  [PATH, 'allergens.html'],
]) {
  const links = all(all(page(path), 'nav')[0], 'a')
  assert.deepEqual(
    links.map((link) => text(link).trim()),
    ['Home', 'Menu', 'Visit us', 'Allergens'],
    `the navigation of ${path}`,
  )
  assert.equal(attribute(links[3], 'href'), leads, `${path} leads to the page`)
  const current = links.filter((link) => attribute(link, 'aria-current') === 'page')
  assert.equal(current.length, 1, `${path} marks one link as the current one`)
  assert.equal(attribute(current[0], 'href').split('/').at(-1), path.split('/').at(-1), `${path} marks itself`)
}
assert.ok(testsPass(), 'the tests of the project pass')
solved()
