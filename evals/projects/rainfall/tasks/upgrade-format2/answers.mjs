const csv = [
  { read: 'src/csv.js' },
  { read: 'src/measurements.js' },
  { edit: 'src/csv.js', old: 'export function parseCsv(text) {', new: "export function parseCsv(text, separator = ',') {" },
  { edit: 'src/csv.js', old: "text.split('\\n')", new: 'text.split(/\\r?\\n/)' },
  { edit: 'src/csv.js', old: "character === ',' && !isQuoted", new: 'character === separator && !isQuoted' },
]
const measurements = (amount) => `import { parseCsv } from './csv.js'

const NEW = /^# rainfall 2\\r?\\n/

/**
 * Measurements of a file, of the old or the new format: \`{ station, date, mm }\`. Days without a value are left out.
 * Throws an Error for what is no such file.
 */
export function readMeasurements(text) {
  return NEW.test(text) ? readNew(text.replace(NEW, '')) : readOld(text)
}

function readOld(text) {
  const [header, ...rows] = parseCsv(text)
  if (header?.join() !== 'station,date,mm') throw new Error('the first line has to be station,date,mm')
  return rows.filter(([, , mm]) => mm !== '-').map(([station, date, mm]) => measurement(station, date, mm))
}

function readNew(text) {
  const [header, ...rows] = parseCsv(text, ';')
  if (header?.join(';') !== 'date;station;mm') throw new Error('the second line has to be date;station;mm')
  return rows.filter(([, , mm]) => mm !== '').map(([date, station, mm]) => measurement(station, date, ${amount}))
}

function measurement(station, date, mm) {
  if (!/^\\d{4}-\\d{2}-\\d{2}$/.test(date)) throw new Error(\`no date: \${date}\`)
  if (mm === '' || Number.isNaN(Number(mm)) || Number(mm) < 0) throw new Error(\`no amount: \${mm}\`)
  return { station, date, mm: Number(mm) }
}
`
export const right = [...csv, { write: 'src/measurements.js', text: measurements("mm.replace(',', '.')") }, { try: 'npm test' }]

// "3,2" is read as 3.
export const wrong = [...csv, { write: 'src/measurements.js', text: measurements('String(parseFloat(mm))') }, { try: 'npm test' }]
