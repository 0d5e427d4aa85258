import { parseCsv } from './csv.js'

/**
 * Measurements of a file: `{ station, date, mm }`. Days without a value are left out.
 * Throws an Error for what is no such file.
 */
export function readMeasurements(text) {
  const [header, ...rows] = parseCsv(text)
  if (header?.join() !== 'station,date,mm') throw new Error('the first line has to be station,date,mm')
  return rows
    .filter(([, , mm]) => mm !== '-')
    .map(([station, date, mm]) => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new Error(`no date: ${date}`)
      if (mm === '' || Number.isNaN(Number(mm)) || Number(mm) < 0) throw new Error(`no amount: ${mm}`)
      return { station, date, mm: Number(mm) }
    })
}
