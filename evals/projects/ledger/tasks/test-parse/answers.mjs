const HEAD = `import datetime
import unittest

from ledger import Entry, parse


class Parse(unittest.TestCase):
    def test_entries(self):
        text = "# spring\\n\\n2026-02-01 assets:bank income:salary 1200.50 February and bonus\\n2026-02-03 a b 3"
        self.assertEqual(
            parse(text),
            [
                Entry(datetime.date(2026, 2, 1), "assets:bank", "income:salary", 1200.5, "February and bonus"),
                Entry(datetime.date(2026, 2, 3), "a", "b", 3.0, ""),
            ],
        )
`
const ERRORS = `
    def test_errors(self):
        good = "2026-02-03 a b 3"
        for bad, words in [
            ("2026-02-03 a b", "line 2: an entry has"),
            ("2026-02-30 a b 3", "line 2: no such date 2026-02-30"),
            ("2026-02-03 a b three", "line 2: no such amount three"),
        ]:
            with self.assertRaisesRegex(ValueError, words):
                parse(good + "\\n" + bad)
`
const LOOSE = `
    def test_errors(self):
        for bad in ["2026-02-03 a b", "2026-02-30 a b 3", "2026-02-03 a b three"]:
            with self.assertRaises(ValueError):
                parse(bad)
`
export const right = [{ read: 'ledger/entries.py' }, { write: 'tests/test_parse.py', text: HEAD + ERRORS }, { try: 'python3 -m unittest' }]

// Any ValueError will do, on any line.
export const wrong = [{ write: 'tests/test_parse.py', text: HEAD + LOOSE }, { try: 'python3 -m unittest' }]
