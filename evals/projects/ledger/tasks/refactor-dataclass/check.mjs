import { assert, solved } from '../../../../kit.mjs'
import { holds, python, unittestsPass } from '../../../../kit-python.mjs'

holds(`
import dataclasses, datetime
from ledger import Entry, parse
assert dataclasses.is_dataclass(Entry), 'Entry is a dataclass'
assert [f.name for f in dataclasses.fields(Entry)] == ['date', 'to', 'source', 'amount', 'note'], 'the fields are in their order'
day = datetime.date(2026, 2, 1)
one = Entry(day, 'a', 'b', 1.0)
assert one.note == '', 'the note may be left out'
assert one == Entry(date=day, to='a', source='b', amount=1.0, note=''), 'the same fields are the same entry'
assert one != Entry(day, 'a', 'b', 2.0)
assert (one == 5) is False
try:
    one.amount = 5
except dataclasses.FrozenInstanceError:
    pass
else:
    raise AssertionError('it is frozen')
assert len({one, Entry(day, 'a', 'b', 1.0)}) == 1, 'it can be in a set'
assert "amount=1.0" in repr(one) or "1.0" in repr(one)
`)
holds(`
from ledger import parse
entries = parse('2026-03-01 b a 2\\n2026-02-01 z a 1\\n2026-02-01 c a 9')
assert [e.to for e in sorted(entries)] == ['c', 'z', 'b'], 'entries are sortable by date and then by account'
assert entries[1] < entries[0]
`)
assert.equal(python(['-m', 'ledger', 'month', 'accounts.txt', '2026-02']).code, 0)
assert.ok(unittestsPass(), 'the tests of the project pass')
solved()
