import { parseArgs } from 'node:util'
import { fuzzGit } from './campaign'

// `npm run git:fuzz -- --seeds 500 --from 1 --shrink 5`: sequences of git commands in both gits, and what ended otherwise.
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' }, shrink: { type: 'string', default: '3' } },
})
const found = await fuzzGit({ from: Number(values.from), seeds: Number(values.seeds), shrink: Number(values.shrink) })
for (const { seed, steps, ours, real } of found) {
  const [a, b] = [ours.split('\n'), real.split('\n')]
  const at = a.findIndex((line, i) => line !== b[i])
  console.log(
    `#### seed ${seed}\n${steps.join('\n')}\n  ours ${a.slice(at, at + 4).join('\n       ')}\n  real ${b.slice(at, at + 4).join('\n       ')}`,
  )
}
console.log(`git: ${Number(values.seeds) - found.length} of ${values.seeds} sequences agree`)
process.exit(0)
