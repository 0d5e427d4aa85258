import unittest

from ledger import balance, month, parse

TEXT = """
2026-02-01 assets:bank income:salary 1200.00 February
2026-02-03 expenses:food assets:bank 19.50 market
2026-03-02 expenses:food assets:bank 23.10
"""


class Reports(unittest.TestCase):
    def test_balance(self):
        sums = balance(parse(TEXT))
        self.assertAlmostEqual(float(sums["assets:bank"]), 1157.40)
        self.assertEqual(list(sums), ["assets:bank", "expenses:food", "income:salary"])

    def test_balance_under_a_prefix(self):
        self.assertEqual(list(balance(parse(TEXT), "expenses")), ["expenses:food"])

    def test_month(self):
        self.assertEqual({name: round(float(amount), 2) for name, amount in month(parse(TEXT), 2026, 3).items()}, {"expenses:food": 23.10})


if __name__ == "__main__":
    unittest.main()
