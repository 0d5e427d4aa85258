"""Adding up."""


def balance(entries, under=""):
    """What is in each account whose name begins with a prefix, by name."""
    sums = {}
    for entry in entries:
        sums[entry.to] = sums.get(entry.to, 0) + entry.amount
        sums[entry.source] = sums.get(entry.source, 0) - entry.amount
    return {name: sums[name] for name in sorted(sums) if name.startswith(under)}


def month(entries, year, number):
    """What was spent in a month, by account below expenses."""
    chosen = [e for e in entries if e.date.year == year and e.date.month == number]
    return {name: amount for name, amount in balance(chosen, "expenses:").items() if amount}
