const report = (all) => `import { csvField } from './csv.js'
import { readMeasurements } from './measurements.js'
import { summarise } from './summary.js'

const COLUMNS = ['station', 'month', 'days', 'total_mm', 'mean_mm', 'wettest']

/** The table of some files. \`read\` gives the text of one. */
export function report(files, read) {
${all}
  const lines = summarise(all).map((row) => COLUMNS.map((name) => csvField(row[name])).join(','))
  return [COLUMNS.join(','), ...lines].join('\\n')
}
`
const MAIN = `import { readFileSync } from 'node:fs'
import { report } from './report.js'

function main(files) {
  if (files.length === 0) {
    console.error('usage: node src/main.js FILE...')
    return 2
  }
  try {
    console.log(report(files, (file) => readFileSync(file, 'utf8')))
    return 0
  } catch (error) {
    console.error(error.message)
    return 1
  }
}

process.exitCode = main(process.argv.slice(2))
`
export const right = [
  { read: 'src/main.js' },
  {
    write: 'src/report.js',
    text: report(`  const all = files.flatMap((file) => {
    try {
      return readMeasurements(read(file))
    } catch (error) {
      throw new Error(\`\${file}: \${error.message}\`)
    }
  })`),
  },
  { write: 'src/main.js', text: MAIN },
  { try: 'npm test && node src/main.js data/*.csv' },
]

// Errors no longer say which file it was.
export const wrong = [
  { write: 'src/report.js', text: report('  const all = files.flatMap((file) => readMeasurements(read(file)))') },
  { write: 'src/main.js', text: MAIN },
  { try: 'npm test' },
]
