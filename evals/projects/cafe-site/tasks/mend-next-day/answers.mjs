const OLD = '  const tomorrow = day + 1\n'
const LAST = '  return `Opens on ${DAYS[tomorrow]} at ${clock(HOURS[tomorrow].from)}.`'

export const right = [
  { read: 'js/hours.js' },
  { edit: 'js/hours.js', old: OLD, new: '' },
  {
    edit: 'js/hours.js',
    old: LAST,
    new: `  let next = (day + 1) % 7
  while (HOURS[next] === undefined) next = (next + 1) % 7
  return \`Opens on \${DAYS[next]} at \${clock(HOURS[next].from)}.\``,
  },
  { try: 'npm test' },
]

// Saturday alone.
export const wrong = [{ edit: 'js/hours.js', old: OLD, new: '  const tomorrow = (day + 1) % 7\n' }, { try: 'npm test' }]
