export const right = [
  { search: 'float' },
  { read: 'ledger/entries.py' },
  {
    edit: 'ledger/entries.py',
    old: 'import datetime\n',
    new: 'import datetime\nimport re\nfrom decimal import Decimal\n\nAMOUNT = re.compile(r"[+-]?\\d+(\\.\\d+)?", re.ASCII)\n',
  },
  {
    edit: 'ledger/entries.py',
    old: `        try:
            amount = float(parts[3])
        except ValueError:
            raise ValueError("line %d: no such amount %s" % (number, parts[3]))
`,
    new: `        if not AMOUNT.fullmatch(parts[3]):
            raise ValueError("line %d: no such amount %s" % (number, parts[3]))
        amount = Decimal(parts[3])
`,
  },
  { try: 'python3 -m unittest' },
]

// Exact, and "nan" is still an amount.
export const wrong = [
  { edit: 'ledger/entries.py', old: 'import datetime\n', new: 'import datetime\nfrom decimal import Decimal, InvalidOperation\n' },
  {
    edit: 'ledger/entries.py',
    old: 'amount = float(parts[3])\n        except ValueError:',
    new: 'amount = Decimal(parts[3])\n        except InvalidOperation:',
  },
  { try: 'python3 -m unittest' },
]
