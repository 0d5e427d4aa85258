import { assert, isThere, mutant, original, solved, testsNotice } from '../../../../kit.mjs'
import { unittestsPass } from '../../../../kit-python.mjs'

assert.ok(isThere('tests/test_parse.py'), 'there is a tests/test_parse.py')
const code = original(import.meta.url, 'ledger/entries.py')
const pass = (cwd) => unittestsPass(cwd, ['tests.test_parse'])
assert.ok(!testsNotice('ledger/entries.py', code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice('ledger/entries.py', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('a wrong line number', 'start=1', 'start=0')
notices('comments that are not skipped', 'if not line or line.startswith("#"):', 'if not line:')
notices('notes that are cut', 'line.split(None, 4)', 'line.split()')
notices('accounts exchanged', 'Entry(date, parts[1], parts[2]', 'Entry(date, parts[2], parts[1]')
notices('a missing note', 'else ""', 'else None')
notices('an entry that is too short', 'if len(parts) < 4:', 'if len(parts) < 3:')
notices('another error for a date', 'raise ValueError("line %d: no such date %s" % (number, parts[0]))', 'raise')
notices('another error for an amount', 'raise ValueError("line %d: no such amount %s" % (number, parts[3]))', 'amount = 0')
solved()
