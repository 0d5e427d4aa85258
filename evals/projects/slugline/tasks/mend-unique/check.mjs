import { assert, load, solved, testsPass } from '../../../../kit.mjs'

const { UniqueSlugs } = await load('src/index.js')
const all = (...titles) => {
  const slugs = new UniqueSlugs()
  return titles.map((title) => slugs.add(title))
}
assert.deepEqual(all('Hello', 'Hello', 'Hello'), ['hello', 'hello-2', 'hello-3'], 'plain repeats are numbered')
const distinct = (titles) => {
  const given = all(...titles)
  assert.equal(new Set(given).size, given.length, `${titles.join(', ')} gives ${given.join(', ')}`)
  for (const slug of given) assert.match(slug, /^[a-z0-9-]+$/)
  assert.ok(!given.some((slug) => /nan|function/.test(slug)), given.join(', '))
}
distinct(['Part', 'Part 2', 'Part'])
distinct(['Part', 'Part', 'Part 2'])
distinct(['a 2', 'a', 'a', 'a 3', 'a', 'a 2', 'a 2-2'])
distinct(['Constructor', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'valueOf'])
assert.equal(all('Constructor')[0], 'constructor', 'Constructor is a title like any other')
assert.equal(all('__proto__', 'proto')[1], 'proto-2')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
