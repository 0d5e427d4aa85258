import { assert, read, solved } from '../../../../kit.mjs'
import { compiledTestsPass, library, typesHold } from '../../../../kit-typescript.mjs'

const { compilerOptions } = JSON.parse(read('tsconfig.json'))
assert.equal(compilerOptions.noUncheckedIndexedAccess, true, 'noUncheckedIndexedAccess is on')
assert.equal(compilerOptions.exactOptionalPropertyTypes, true, 'exactOptionalPropertyTypes is on')
assert.equal(compilerOptions.strict, true, 'strict is still on')
assert.doesNotMatch(read('src/pick.ts').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''), /\bany\b/, 'there is no any in src/pick.ts')
typesHold({
  head: `import { pick } from './src/index.ts'
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false`,
  good: [
    `const n: number = pick({ a: 1, b: 'x' }, ['a']).a`,
    `const keys = ['a', 'b'] as const\nconst both: { a: number; b: string } = pick({ a: 1, b: 'x', c: true }, keys)`,
    `const p = pick({ a: 1, b: 'x' }, ['a'])\nconst same: Equal<keyof typeof p, 'a'> = true`,
  ],
  bad: [`const n: string = pick({ a: 1, b: 'x' }, ['a']).a`, `pick({ a: 1, b: 'x' }, ['a']).b`, `pick({ a: 1 }, ['c'])`],
  options: { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
})
const { pick } = await library()
assert.deepEqual(pick({ a: 1, b: 2 }, ['a', 'toString', 'missing']), { a: 1 }, 'only own keys are taken')
assert.deepEqual(Object.keys(pick({ a: undefined }, ['a'])), ['a'], 'an own key without a value is taken')
assert.deepEqual(Object.keys(pick(Object.create({ a: 1 }), ['a'])), [], 'an inherited one is not')
assert.ok(compiledTestsPass(), 'the tests of the project pass')
solved()
