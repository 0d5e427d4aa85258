"""The command line."""

import argparse
import sys

from . import balance, month, parse


def show(sums):
    width = max([len(name) for name in sums] + [1])
    for name, amount in sums.items():
        print("%s %10.2f" % (name.ljust(width), amount))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="ledger")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("balance")
    one.add_argument("file")
    one.add_argument("--under", default="")
    two = commands.add_parser("month")
    two.add_argument("file")
    two.add_argument("month")
    options = parser.parse_args(arguments)
    try:
        with open(options.file, encoding="utf-8") as file:
            entries = parse(file.read())
        if options.command == "balance":
            show(balance(entries, options.under))
        else:
            year, number = options.month.split("-")
            show(month(entries, int(year), int(number)))
    except (OSError, ValueError) as error:
        print("ledger: %s" % error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
