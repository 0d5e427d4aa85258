const OLD = `class Entry:
    """One movement of money."""

    def __init__(self, date, to, source, amount, note=""):
        self.date = date
        self.to = to
        self.source = source
        self.amount = amount
        self.note = note

    def __repr__(self):
        return "Entry(%r, %r, %r, %r, %r)" % (self.date, self.to, self.source, self.amount, self.note)

    def __eq__(self, other):
        if not isinstance(other, Entry):
            return NotImplemented
        return (self.date, self.to, self.source, self.amount, self.note) == (
            other.date,
            other.to,
            other.source,
            other.amount,
            other.note,
        )
`
const entry = (options) => [
  { read: 'ledger/entries.py' },
  { edit: 'ledger/entries.py', old: 'import datetime\n', new: 'import datetime\nfrom dataclasses import dataclass\n' },
  {
    edit: 'ledger/entries.py',
    old: OLD,
    new: `@dataclass(${options})
class Entry:
    """One movement of money."""

    date: datetime.date
    to: str
    source: str
    amount: float
    note: str = ""
`,
  },
]

export const right = [...entry('frozen=True, order=True'), { try: 'python3 -m unittest' }]

// Frozen, and without an order.
export const wrong = [...entry('frozen=True'), { try: 'python3 -m unittest' }]
