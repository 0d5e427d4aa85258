const OLD = `  const [year, month, date] = day.split('-').map(Number)
  return [year, String(month).padStart(2, '0'), String(date - 1).padStart(2, '0')].join('-')`

export const right = [
  { search: 'dayBefore' },
  { read: 'src/dates.js' },
  {
    edit: 'src/dates.js',
    old: OLD,
    new: `  const date = new Date(\`\${day}T00:00:00Z\`)
  date.setUTCDate(date.getUTCDate() - 1)
  return date.toISOString().slice(0, 10)`,
  },
  { try: 'npm test' },
]

// Right where the clock of the machine is right of Greenwich or on it, and nowhere else.
export const wrong = [
  {
    edit: 'src/dates.js',
    old: OLD,
    new: `  const date = new Date(day)
  date.setHours(0, 0, 0, 0)
  return new Date(date.getTime() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10)`,
  },
  { try: 'npm test' },
]
