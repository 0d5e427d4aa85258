import { readFileSync } from 'node:fs'
import { csvField } from './csv.js'
import { readMeasurements } from './measurements.js'
import { summarise } from './summary.js'

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: node src/main.js FILE...')
  process.exit(2)
}
try {
  const all = files.flatMap((file) => {
    try {
      return readMeasurements(readFileSync(file, 'utf8'))
    } catch (error) {
      throw new Error(`${file}: ${error.message}`)
    }
  })
  const columns = ['station', 'month', 'days', 'total_mm', 'mean_mm', 'wettest']
  const lines = summarise(all).map((row) => columns.map((name) => csvField(row[name])).join(','))
  console.log([columns.join(','), ...lines].join('\n'))
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
