import { ownFiles } from '../agreement/case-list'
import { ourOutcome } from '../agreement/our-batch'
import { realOutcomes } from '../agreement/real-batch'
import { verdictOf, type Compared } from '../agreement/verdict'
import { deepScriptOf } from './deep'
import { scriptOf } from './grammar'
import { scriptText, smaller, type Script } from './script'

/** What one run of the fuzzer found. */
export interface Campaign {
  readonly rows: readonly Compared[]
  readonly found: readonly Compared[]
}

/** What is drawn. */
export interface Fuzzing {
  readonly from: number
  readonly seeds: number
  /** So many findings are made small. */
  readonly shrink: number
  /** Command lines with tools, or scripts of the shell's language alone. */
  readonly grammar: 'tools' | 'language'
}

/** A smaller script is looked for so many times. */
const STEPS = 12
/** And among so many at a time. */
const WIDTH = 24

/** Runs the scripts of so many seeds by both shells, and makes the first findings small. */
export async function fuzz(how: Fuzzing): Promise<Campaign> {
  const seeds = Array.from({ length: how.seeds }, (_, index) => how.from + index)
  const scripts = seeds.map(how.grammar === 'language' ? deepScriptOf : scriptOf)
  const rows = await compare(scripts, (index) => `seed ${how.from + index}`)
  const found: Compared[] = []
  // The silent ones first: nobody sees them otherwise.
  const missed = [...rows.keys()].filter((index) => rows[index]?.verdict !== 'agree')
  const ordered = missed.toSorted((a, b) => Number(rows[b]?.verdict === 'silent') - Number(rows[a]?.verdict === 'silent'))
  for (const [rank, index] of ordered.entries()) {
    const row = rows[index]
    const script = scripts[index]
    if (row !== undefined && script !== undefined) found.push(rank < how.shrink ? await shrunk(script, row) : row)
  }
  return { rows, found }
}

async function compare(scripts: readonly Script[], nameOf: (index: number) => string): Promise<readonly Compared[]> {
  const files = ownFiles()
  const trials = scripts.map((script) => ({ script: scriptText(script), files }))
  const real = await realOutcomes(trials)
  const rows: Compared[] = []
  for (const [index, trial] of trials.entries()) {
    const theirs = real[index]
    if (theirs === undefined) throw new Error(`nothing came of ${trial.script}`)
    const ours = await ourOutcome(trial, 5000)
    rows.push({ list: 'fuzz', name: nameOf(index), script: trial.script, real: theirs, ours, verdict: verdictOf(theirs, ours) })
  }
  return rows
}

/** The smallest script that is found to differ in the same way. */
async function shrunk(script: Script, row: Compared): Promise<Compared> {
  let [small, seen] = [script, row]
  for (let step = 0; step < STEPS; step++) {
    const next = smaller(small).slice(0, WIDTH)
    const rows = await compare(next, () => row.name)
    const at = rows.findIndex(({ verdict }) => verdict === row.verdict)
    const [one, better] = [next[at], rows[at]]
    if (one === undefined || better === undefined) break
    ;[small, seen] = [one, better]
  }
  return seen
}
