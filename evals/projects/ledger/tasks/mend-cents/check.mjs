import { assert, solved } from '../../../../kit.mjs'
import { holds, python, unittestsPass } from '../../../../kit-python.mjs'

holds(`
from decimal import Decimal
from ledger import balance, month, parse
text = '\\n'.join(['2026-02-01 expenses:tea assets:cash 0.10'] * 3 + ['2026-02-02 assets:cash expenses:tea 0.30', '2026-02-03 expenses:food assets:cash 1.05'])
entries = parse(text)
assert isinstance(entries[0].amount, Decimal), 'an amount is a Decimal'
assert entries[0].amount == Decimal('0.10'), 'it is exact'
assert balance(entries)['expenses:tea'] == 0, 'three times 0.10 is 0.30'
assert month(entries, 2026, 2) == {'expenses:food': Decimal('1.05')}, 'an account that is even is not listed'
assert sum(balance(entries).values()) == 0, 'all accounts together are nothing'
assert parse('2026-02-01 a b -5.25')[0].amount == Decimal('-5.25'), 'amounts below zero are taken'
assert parse('2026-02-01 a b 12')[0].amount == 12
`)
holds(`
from ledger import parse
for bad in ['nan', '1e5', 'inf', 'Infinity', '-NaN', 'twelve', '1_000', '1,50']:
    try:
        parse('# first\\n2026-02-01 a b ' + bad)
    except ValueError as error:
        assert 'line 2' in str(error), str(error)
    else:
        raise AssertionError(bad + ' is taken for an amount')
`)
const { out, code } = python(['-m', 'ledger', 'balance', 'accounts.txt'])
assert.equal(code, 0)
assert.match(out, /^assets:bank +1717\.40$/m, 'the command shows what it showed')
assert.ok(unittestsPass(), 'the tests of the project pass')
solved()
