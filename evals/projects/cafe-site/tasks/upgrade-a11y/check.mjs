import { assert, solved, testsPass } from '../../../../kit.mjs'
import { all, attribute, page, text } from '../../../../kit-page.mjs'

for (const path of ['index.html', 'pages/menu.html', 'pages/visit.html']) {
  const root = page(path)
  for (const image of all(root, 'img'))
    assert.match(attribute(image, 'alt')?.trim() ?? '', /[A-Za-zÀ-ž]{3}/, `an image of ${path} has no alt text`)
  const labels = all(root, 'label')
  for (const field of all(root, 'input')) {
    const id = attribute(field, 'id')
    const label = labels.find((one) => (id !== undefined && attribute(one, 'for') === id) || all(one, 'input').includes(field))
    assert.ok(label, `the field ${attribute(field, 'name')} of ${path} has no label`)
    assert.notEqual(text(label).trim(), '', `the label of ${attribute(field, 'name')} is empty`)
  }
  const ids = all(root).flatMap((element) => attribute(element, 'id') ?? [])
  assert.equal(new Set(ids).size, ids.length, `${path} has an id twice`)
  for (const nav of all(root, 'nav')) assert.equal(attribute(nav, 'aria-label'), 'Main', `the nav of ${path} is not named`)
  const [main] = all(root, 'main')
  const [skip] = all(root, 'a')
  assert.equal(text(skip).trim(), 'Skip to content', `the first link of ${path} is the skip link`)
  assert.match(attribute(skip, 'href') ?? '', /^#./)
  assert.equal(attribute(main, 'id'), attribute(skip, 'href').slice(1), `the skip link of ${path} leads to main`)
}
const tables = all(page('pages/menu.html'), 'table')
assert.equal(tables.length, 2)
for (const table of tables) {
  const [caption] = all(table, 'caption')
  assert.notEqual(text(caption ?? {}).trim(), '', 'a table has no caption')
  for (const row of all(table, 'tr')) {
    const [head] = all(row).slice(1)
    assert.equal(head.tagName, 'th', 'an item name is no th')
    assert.equal(attribute(head, 'scope'), 'row', 'a th has no scope')
  }
}
const items = all(page('pages/menu.html'), 'tr').map((row) => text(row).replaceAll(' ', ''))
assert.deepEqual(items, ['Espresso2.20', 'Cappuccino3.40', 'Apple3.80', 'Cheese4.20'], 'the texts are as they were')
assert.match(text(all(page('pages/visit.html'), 'form')[0]), /Ask for a table/)
assert.ok(testsPass(), 'the tests of the project pass')
solved()
