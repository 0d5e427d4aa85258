const main = (check) => `import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { csvField } from './csv.js'
import { readMeasurements } from './measurements.js'
import { summarise } from './summary.js'

const USAGE = 'usage: node src/main.js [--json] [--station NAME]... FILE...'
const COLUMNS = ['station', 'month', 'days', 'total_mm', 'mean_mm', 'wettest']

function read(files) {
  return files.flatMap((file) => {
    try {
      return readMeasurements(readFileSync(file, 'utf8'))
    } catch (error) {
      throw new Error(\`\${file}: \${error.message}\`)
    }
  })
}

function main() {
  let options
  try {
    options = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, station: { type: 'string', multiple: true } } })
  } catch (error) {
    console.error(\`\${error.message}\\n\${USAGE}\`)
    return 2
  }
  const { values, positionals } = options
  if (positionals.length === 0) {
    console.error(USAGE)
    return 2
  }
  try {
    const all = read(positionals)
    const stations = [...new Set(all.map(({ station }) => station))]
${check}
    const rows = summarise(all.filter(({ station }) => values.station === undefined || values.station.includes(station)))
    const lines = rows.map((row) => COLUMNS.map((name) => csvField(row[name])).join(','))
    console.log(values.json ? JSON.stringify(rows, undefined, 2) : [COLUMNS.join(','), ...lines].join('\\n'))
    return 0
  } catch (error) {
    console.error(error.message)
    return 1
  }
}

process.exitCode = main()
`
export const right = [
  { read: 'src/main.js' },
  {
    write: 'src/main.js',
    text: main(
      "    const unknown = (values.station ?? []).filter((name) => !stations.includes(name))\n    if (unknown.length > 0) throw new Error(`no station ${unknown.join(', ')}; there are: ${stations.join('; ')}`)",
    ),
  },
  { try: 'node src/main.js data/*.csv --json --station Harbour' },
]

// An error only where nothing at all is left.
export const wrong = [
  {
    write: 'src/main.js',
    text: main(
      "    if (values.station && !values.station.some((name) => stations.includes(name))) throw new Error(`no such station; there are: ${stations.join('; ')}`)",
    ),
  },
  { try: 'node src/main.js data/*.csv --json' },
]
