const parts = (write) => [
  { read: 'ledger/__main__.py' },
  { edit: 'README.md', old: '\nTests:', new: '- `export FILE [--out PATH]`: all entries as CSV\n\nTests:' },
  {
    edit: 'ledger/__main__.py',
    old: '    options = parser',
    new: '    three = commands.add_parser("export")\n    three.add_argument("file")\n    three.add_argument("--out")\n    options = parser',
  },
  {
    edit: 'ledger/__main__.py',
    old: '        else:\n            year',
    new: `        elif options.command == "export" and options.out:
            with open(options.out, "w", encoding="utf-8", newline="") as out:
                export(entries, out)
        elif options.command == "export":
            export(entries, sys.stdout)
        else:
            year`,
  },
  { edit: 'ledger/__main__.py', old: 'def main(', new: write },
]

export const right = [
  ...parts(`def export(entries, out):
    writer = csv.writer(out, lineterminator="\\n")
    writer.writerow(["date", "to", "from", "amount", "note"])
    for e in entries:
        writer.writerow([e.date.isoformat(), e.to, e.source, "%.2f" % e.amount, e.note])


def main(`),
  { edit: 'ledger/__main__.py', old: 'import argparse\n', new: 'import argparse\nimport csv\n' },
  { try: 'python3 -m ledger export accounts.txt && python3 -m unittest' },
]

// Joined with commas.
export const wrong = [
  ...parts(`def export(entries, out):
    out.write("date,to,from,amount,note\\n")
    for e in entries:
        out.write("%s,%s,%s,%.2f,%s\\n" % (e.date, e.to, e.source, e.amount, e.note))


def main(`),
  { try: 'python3 -m ledger export accounts.txt' },
]
