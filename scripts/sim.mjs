import './node-version.mjs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'
import { ROOT, runNode, seconds } from './steps.mjs'

/**
 * The simulation for longer than `npm test` has time: `npm run sim -- --seeds 1000000` a night of seeds after the sweep,
 * `--seed N --scenario X` one run again with its trace. Ends with 1 for a finding, or when a full campaign never was in a state that it
 * must have been in.
 */
const OUT = join(ROOT, 'node_modules/.cache/tabwright-sim/main.mjs')
/** Fewer seeds than that need not have been everywhere. */
const FULL = 2000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
    plant: { type: 'string' },
  },
})

// Workers of a page are named by Vite, and none starts here.
const external = /[?&]worker\b/
const bundle = await rolldown({ input: join(ROOT, 'packages/testkit/src/sim/main.ts'), platform: 'node', external })
await bundle.write({ file: OUT, format: 'esm', codeSplitting: false })
await bundle.close()

const passed = /** @type {const} */ (['scenario', 'plant']).flatMap((name) => {
  const value = values[name]
  return value === undefined ? [] : [`--${name}`, value]
})

if (values.seed !== undefined) {
  process.exitCode = (await runNode([OUT, '--seed', values.seed, ...passed], { show: true })).code
} else {
  await campaign(Number(values.from), Number(values.seeds))
}

/**
 * @param {number} from
 * @param {number} count
 */
async function campaign(from, count) {
  const since = performance.now()
  const workers = Math.max(1, availableParallelism())
  const share = Math.ceil(count / workers)
  const parts = Array.from({ length: workers }, (_, at) => {
    const first = from + at * share
    const last = Math.min(from + count - 1, first + share - 1)
    return runNode([OUT, '--from', String(first), '--to', String(last), ...(at === 0 ? ['--sweep'] : []), ...passed])
  })
  const totals = { runs: 0, points: 0, findings: 0 }
  const states = new Set()
  /** @type {string[]} */
  let never = []
  for (const { output, code } of await Promise.all(parts)) {
    const lines = output.trimEnd().split('\n')
    const sum = parsed(lines.at(-1) ?? '')
    console.log(lines.slice(0, sum ? -1 : undefined).join('\n'))
    if (!sum) {
      process.exitCode = code === 0 ? 1 : code
      continue
    }
    totals.runs += sum.runs
    totals.points += sum.points
    totals.findings += sum.findings
    for (const state of sum.states) states.add(state)
    never = [...never, ...sum.never]
  }
  const missing = [...new Set(never)].filter((state) => !states.has(state))
  for (const state of missing) console.log(`never reached: ${state}`)
  console.log(`${totals.runs} runs, ${totals.points} points, ${totals.findings} findings in ${seconds(performance.now() - since)}`)
  if (totals.findings > 0 || (missing.length > 0 && count >= FULL)) process.exitCode = 1
}

/**
 * @param {string} line
 * @returns {{ runs: number, points: number, findings: number, states: string[], never: string[] } | undefined} nothing when a part broke before its last line
 */
function parsed(line) {
  return line.startsWith('{') ? JSON.parse(line) : undefined
}
