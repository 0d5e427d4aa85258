const summary = {
  edit: 'src/summary.js',
  old: '  for (const one of measurements) {',
  new: `  const last = new Map(measurements.map((one) => [JSON.stringify([one.station, one.date]), one]))
  for (const one of last.values()) {`,
}

export const right = [
  { read: 'src/measurements.js' },
  { read: 'src/summary.js' },
  { read: 'src/main.js' },
  {
    write: 'src/measurements.js',
    text: `import { parseCsv } from './csv.js'

/**
 * Measurements of a file: \`{ station, date, mm }\`. Days without a value are left out.
 * Throws an Error for what is no such file.
 */
export function readMeasurements(text) {
  return readDays(text).filter(({ mm }) => mm !== undefined)
}

/** The same with the days that were not measured, without an amount: they may correct another file. */
export function readDays(text) {
  const [header, ...rows] = parseCsv(text)
  if (header?.join() !== 'station,date,mm') throw new Error('the first line has to be station,date,mm')
  return rows.map(([station, date, mm]) => {
    if (!/^\\d{4}-\\d{2}-\\d{2}$/.test(date)) throw new Error(\`no date: \${date}\`)
    if (mm === '-') return { station, date, mm: undefined }
    if (mm === '' || Number.isNaN(Number(mm)) || Number(mm) < 0) throw new Error(\`no amount: \${mm}\`)
    return { station, date, mm: Number(mm) }
  })
}
`,
  },
  { edit: 'src/summary.js', old: summary.old, new: `${summary.new}\n    if (one.mm === undefined) continue` },
  { run: "sed -i 's/readMeasurements/readDays/g' src/main.js" },
  { try: 'npm test && node src/main.js data/*.csv' },
]

// What was corrected to nothing still counts.
export const wrong = [{ read: 'src/summary.js' }, summary, { try: 'npm test' }]
