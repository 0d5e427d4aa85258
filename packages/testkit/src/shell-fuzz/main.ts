import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { detailOf, scoreLine, scoreOf } from '../agreement/verdict'
import { fuzz } from './campaign'

// `npm run shell:fuzz -- --seeds 2000 --from 1`: draws so many command lines, compares, prints what differs, the first of them shrunk;
// `--grammar language` draws scripts of the shell's language instead of lines with tools.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    shrink: { type: 'string', default: '10' },
    grammar: { type: 'string', default: 'tools' },
  },
})
const { rows, found } = await fuzz({
  from: Number(values.from),
  seeds: Number(values.seeds),
  shrink: Number(values.shrink),
  grammar: values.grammar === 'language' ? 'language' : 'tools',
})
mkdirSync('test-results/agreement', { recursive: true })
const told = found.map((row) => detailOf(row, 400))
writeFileSync('test-results/agreement/fuzz.txt', told.join('\n'))
console.log(told.join('\n'))
console.log(scoreLine(scoreOf('fuzz', rows)))
process.exit(0)
