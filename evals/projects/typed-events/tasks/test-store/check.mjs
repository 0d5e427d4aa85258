import { assert, isThere, mutant, original, solved, testsNotice } from '../../../../kit.mjs'
import { compiledTestsPass } from '../../../../kit-typescript.mjs'

assert.ok(isThere('test/store.test.ts'), 'there is a test/store.test.ts')
const code = original(import.meta.url, 'src/store.ts')
const pass = (cwd) => compiledTestsPass(cwd, ['test/store.test.js'])
assert.ok(!testsNotice('src/store.ts', code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice('src/store.ts', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('fields that get lost', '{ ...current, ...part }', '{ ...part } as T')
notices('an old object that is modified', 'set({ ...current, ...part })', 'set(Object.assign(current, part))')
notices('old and new exchanged', 'listener(value, before)', 'listener(before, value)')
notices('a value that is not kept', 'current = value\n', '\n')
notices('nobody told', "events.emit('change', { value, before })", '')
notices(
  'a subscription that cannot be ended',
  "events.on('change', ({ value, before }) => listener(value, before))",
  "(events.on('change', ({ value, before }) => listener(value, before)), () => undefined)",
)
solved()
