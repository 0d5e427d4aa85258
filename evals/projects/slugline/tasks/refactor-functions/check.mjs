import { assert, load, read, solved, testsPass } from '../../../../kit.mjs'

const library = await load('src/index.js')
assert.equal(typeof library.uniqueSlugs, 'function', 'uniqueSlugs is exported')
assert.equal(library.UniqueSlugs, undefined, 'the class is gone')
const [one, other] = [library.uniqueSlugs(), library.uniqueSlugs({ separator: '_', lower: false })]
assert.deepEqual(
  ['Hello', 'hello!', 'World'].map((title) => one(title)),
  ['hello', 'hello-2', 'world'],
)
assert.equal(other('Hello World'), 'Hello_World', 'options are passed on')
assert.equal(other('Hello World'), 'Hello_World-2', 'each has its own memory')
const { add = one } = { add: one }
assert.equal(add('Hello'), 'hello-3', 'it needs no this')
for (const file of ['README.md', 'src/index.js', 'test/unique.test.js'])
  assert.doesNotMatch(read(file), /UniqueSlugs/, `${file} still has UniqueSlugs`)
assert.match(read('README.md'), /uniqueSlugs/, 'the README shows it')
assert.match(read('test/unique.test.js'), /uniqueSlugs/, 'its test is still there')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
