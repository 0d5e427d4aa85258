const parts = (check) => [
  { read: 'bin/worklog.js' },
  { edit: 'bin/worklog.js', old: '[--project NAME] FILE', new: '[--project NAME] [--since DATE] FILE' },
  {
    edit: 'bin/worklog.js',
    old: `    else if (arg.startsWith('-'))`,
    new: `    else if (arg === '--since') options.since = ${check}\n    else if (arg.startsWith('-'))`,
  },
  {
    edit: 'bin/worklog.js',
    old: '    const sums = ',
    new: '    if (options.since !== undefined) entries = entries.filter((entry) => entry.date >= options.since)\n    const sums = ',
  },
  {
    edit: 'README.md',
    old: '| `--project NAME` | only this project |',
    new: '| `--project NAME` | only this project |\n| `--since DATE` | only from this day on |',
  },
]

export const right = [
  ...parts('dateOf(args[++i])'),
  {
    edit: 'bin/worklog.js',
    old: 'function readOptions',
    new: `function dateOf(text) {
  if (!/^\\d{4}-\\d{2}-\\d{2}$/.test(text ?? '') || Number.isNaN(Date.parse(text))) throw new Error('--since needs a date such as 2026-03-02')
  return text
}

function readOptions`,
  },
  { try: 'npm test && node bin/worklog.js --since 2026-03-03 examples/week.log' },
]

// Counts well and takes anything for a date.
export const wrong = [...parts('args[++i]'), { try: 'npm test' }]
