import { assert, isThere, mutant, node, original, solved, testsNotice, testsPass } from '../../../../kit.mjs'

assert.ok(isThere('test/parse.test.js'), 'there is a test/parse.test.js')
const code = original(import.meta.url, 'src/parse.js')
const pass = (cwd) => node(['test/parse.test.js'], { cwd }).code === 0
assert.ok(!testsNotice('src/parse.js', code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice('src/parse.js', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('a wrong line number', 'index + 1', 'index')
notices('comments that are not skipped', "content === '' || content.startsWith('#')", "content === ''")
notices('hours above 23', 'h > 23', 'h > 99')
notices('minutes above 59', 'm > 59', 'm > 99')
notices('a missing date', 'if (date === undefined) throw', 'if (false) throw')
notices('a wrong duration', 'end - start', 'end - start + 1')
notices('a lost note', "span[6] ?? ''", "''")
notices('a date that is not kept', 'date = content', "date = '2000-01-01'")
notices('a line that cannot be read', 'if (!span) throw new Error(`line ${line}: cannot read "${content}"`)', 'if (!span) return')
assert.ok(testsPass(), 'all tests of the project pass')
solved()
