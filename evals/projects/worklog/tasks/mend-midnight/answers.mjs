const OLD = 'minutes: end - start,'

export const right = [
  { read: 'src/parse.js' },
  { edit: 'src/parse.js', old: OLD, new: 'minutes: end < start ? end + DAY_MINUTES - start : end - start,' },
  { edit: 'src/parse.js', old: 'const DAY = ', new: 'const DAY_MINUTES = 24 * 60\nconst DAY = ' },
  { try: 'npm test' },
]

// Positive, and still not the time that was worked.
export const wrong = [{ edit: 'src/parse.js', old: OLD, new: 'minutes: Math.abs(end - start),' }, { try: 'npm test' }]
