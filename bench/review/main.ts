import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countLines } from '../../packages/runtime/src/workspace/diff-lines'
import { lineHunks } from '../../packages/runtime/src/workspace/line-hunks'

/** Milliseconds of one round, medians. */
export interface ReviewSample {
  /** The parts of a change of 10,000 lines, and the same by `git diff` in a process of its own, less an empty one. */
  readonly parts: number
  readonly git: number
  /** The first of 200 changed files, and all of them. */
  readonly first: number
  readonly all: number
}

const LINES = 10_000
const EVERY = 20
const FILES = 200
const TIMES = 15

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Lines of code as they come: many alike, every twentieth rewritten, some gone, some new. */
function pair(lines: number, salt: number): { readonly before: string; readonly after: string } {
  const before = Array.from({ length: lines }, (_, n) =>
    n % 3 === 0 ? '  }\n' : `  const value${(n * 7 + salt) % 997} = compute(${n % 13})\n`,
  )
  const after = before.flatMap((line, n) => {
    if (n % EVERY !== 0) return [line]
    return n % 3 === 0 ? [`  // step ${n}\n`, line] : n % 7 === 0 ? [] : [line.replace('compute', 'measure')]
  })
  return { before: before.join(''), after: after.join('') }
}

function timed(work: () => number): number {
  const start = performance.now()
  if (work() === 0) throw new Error('nothing differs')
  return performance.now() - start
}

const folder = mkdtempSync(join(tmpdir(), 'tabwright-bench-'))
try {
  const large = pair(LINES, 0)
  const [a, b] = [join(folder, 'a'), join(folder, 'b')]
  writeFileSync(a, large.before)
  writeFileSync(b, large.after)
  const git = (...args: readonly string[]): number => timed(() => spawnSync('git', args, { maxBuffer: 1e9 }).stdout.length)
  const files = Array.from({ length: FILES }, (_, salt) => pair(400, salt))
  const [parts, real, empty, first, all]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
  for (let time = 0; time < TIMES; time++) {
    parts.push(timed(() => lineHunks(large.before, large.after).length))
    real.push(git('diff', '--no-index', '-U0', a, b))
    empty.push(git('--version'))
    const start = performance.now()
    files.forEach(({ before, after }, index) => {
      if (lineHunks(before, after).length + countLines(before, after).added === 0) throw new Error('nothing differs')
      if (index === 0) first.push(performance.now() - start)
    })
    all.push(performance.now() - start)
  }
  const sample: ReviewSample = { parts: median(parts), git: median(real) - median(empty), first: median(first), all: median(all) }
  console.log(JSON.stringify(sample))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
