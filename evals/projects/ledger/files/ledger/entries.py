"""Reading entries."""

import datetime


class Entry:
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


def parse(text):
    """Entries of a file, in its order. Raises ValueError that names the line."""
    entries = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        parts = line.split(None, 4)
        if len(parts) < 4:
            raise ValueError("line %d: an entry has a date, two accounts and an amount" % number)
        try:
            date = datetime.date.fromisoformat(parts[0])
        except ValueError:
            raise ValueError("line %d: no such date %s" % (number, parts[0]))
        try:
            amount = float(parts[3])
        except ValueError:
            raise ValueError("line %d: no such amount %s" % (number, parts[3]))
        note = parts[4] if len(parts) > 4 else ""
        entries.append(Entry(date, parts[1], parts[2], amount, note))
    return entries
