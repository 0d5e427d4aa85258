const typed = [
  { read: 'ledger/entries.py' },
  { read: 'ledger/__main__.py' },
  { edit: 'pyproject.toml', old: '>=3.9', new: '>=3.10' },
  {
    edit: 'ledger/entries.py',
    old: 'def __init__(self, date, to, source, amount, note=""):',
    new: 'def __init__(self, date: datetime.date, to: str, source: str, amount: float, note: str = "") -> None:',
  },
  {
    edit: 'ledger/entries.py',
    old: '    def __repr__(self):\n        return "Entry(%r, %r, %r, %r, %r)" % (self.date, self.to, self.source, self.amount, self.note)',
    new: '    def __repr__(self) -> str:\n        return f"Entry({self.date!r}, {self.to!r}, {self.source!r}, {self.amount!r}, {self.note!r})"',
  },
  { edit: 'ledger/entries.py', old: 'def __eq__(self, other):', new: 'def __eq__(self, other: object) -> bool:' },
  { edit: 'ledger/entries.py', old: 'def parse(text):', new: 'def parse(text: str) -> list[Entry]:' },
  {
    edit: 'ledger/entries.py',
    old: 'raise ValueError("line %d: an entry has a date, two accounts and an amount" % number)',
    new: 'raise ValueError(f"line {number}: an entry has a date, two accounts and an amount")',
  },
  {
    edit: 'ledger/reports.py',
    old: '"""Adding up."""\n',
    new: '"""Adding up."""\n\nfrom collections.abc import Iterable\n\nfrom .entries import Entry\n',
  },
  {
    edit: 'ledger/reports.py',
    old: 'def balance(entries, under=""):',
    new: 'def balance(entries: Iterable[Entry], under: str = "") -> dict[str, float]:',
  },
  {
    edit: 'ledger/reports.py',
    old: 'def month(entries, year, number):',
    new: 'def month(entries: Iterable[Entry], year: int, number: int) -> dict[str, float]:',
  },
  { edit: 'ledger/reports.py', old: '    sums = {}', new: '    sums: dict[str, float] = {}' },
  { edit: 'ledger/__main__.py', old: 'def show(sums):', new: 'def show(sums: dict[str, float]) -> None:' },
  { edit: 'ledger/__main__.py', old: 'def main(arguments=None):', new: 'def main(arguments: list[str] | None = None) -> int:' },
  {
    edit: 'ledger/__main__.py',
    old: 'print("%s %10.2f" % (name.ljust(width), amount))',
    new: 'print(f"{name.ljust(width)} {amount:10.2f}")',
  },
  { edit: 'ledger/__main__.py', old: 'print("ledger: %s" % error, file=sys.stderr)', new: 'print(f"ledger: {error}", file=sys.stderr)' },
]
const raised = (what, part, from) => ({
  edit: 'ledger/entries.py',
  old: `        except ValueError:\n            raise ValueError("line %d: no such ${what} %s" % (number, parts[${part}]))`,
  new: `        except ValueError${from ? ' as error' : ''}:\n            raise ValueError(f"line {number}: no such ${what} {parts[${part}]}")${from ? ' from error' : ''}`,
})

export const right = [...typed, raised('date', 0, true), raised('amount', 3, true), { try: 'python3 -m unittest' }]

// The causes are not chained.
export const wrong = [...typed, raised('date', 0, false), raised('amount', 3, false), { try: 'python3 -m unittest' }]
