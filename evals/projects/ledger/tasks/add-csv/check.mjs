import { writeFileSync } from 'node:fs'
import { assert, isThere, read, solved } from '../../../../kit.mjs'
import { python, unittestsPass } from '../../../../kit-python.mjs'

writeFileSync(
  'some.txt',
  '# notes\n2026-02-01 assets:bank income:salary 1200 February, and "bonus"\n2026-02-03 expenses:food assets:bank 19.5 Käse\n2026-02-04 a b 3\n',
)
const CSV =
  'date,to,from,amount,note\n2026-02-01,assets:bank,income:salary,1200.00,"February, and ""bonus"""\n2026-02-03,expenses:food,assets:bank,19.50,Käse\n2026-02-04,a,b,3.00,\n'
const shown = python(['-m', 'ledger', 'export', 'some.txt'])
assert.equal(shown.code, 0, shown.err)
assert.equal(shown.out, CSV, 'it prints what was asked for')
const written = python(['-m', 'ledger', 'export', 'some.txt', '--out', 'out.csv'])
assert.equal(written.code, 0, written.err)
assert.ok(isThere('out.csv'), '--out writes a file')
assert.equal(read('out.csv'), CSV)
assert.equal(written.out, '', 'and prints nothing')
const missing = python(['-m', 'ledger', 'export', 'nowhere.txt'])
assert.equal(missing.code, 1, 'a file that is missing ends with 1')
assert.match(missing.err, /^ledger: /)
assert.match(read('README.md'), /export/, 'the README has it')
assert.equal(python(['-m', 'ledger', 'balance', 'accounts.txt']).code, 0)
assert.ok(unittestsPass(), 'the tests of the project pass')
solved()
