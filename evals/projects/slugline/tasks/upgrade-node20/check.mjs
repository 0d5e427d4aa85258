import { assert, load, read, solved, testsPass } from '../../../../kit.mjs'

const { slugify } = await load('src/index.js')
const manifest = JSON.parse(read('package.json'))
assert.equal(manifest.version, '3.0.0')
assert.match(manifest.engines.node, /^>=\s*20(\.0){0,2}$/, 'engines say >=20')
assert.match(read('README.md'), /Node(\.js)? ?(>= ?)?20/i, 'the README says that Node 20 is needed')
for (const separator of ['.', '+', '*', '|', '$', '^', '?', '\\', '--', ''])
  assert.equal(
    slugify(' Hello, big World! ', { separator }),
    `hello${separator}big${separator}world`,
    `the separator ${JSON.stringify(separator)}`,
  )
assert.equal(slugify('!!!', { separator: '.' }), '')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
