import { ourOutcome } from '../agreement/our-batch'
import { realOutcomes } from '../agreement/real-batch'
import { gitSteps, scriptOfSteps } from './steps'

/** A sequence of git commands that ended otherwise than in the real git. */
export interface GitFinding {
  readonly seed: number
  readonly steps: readonly string[]
  readonly ours: string
  readonly real: string
}

async function compared(scripts: readonly string[]): Promise<readonly { readonly ours: string; readonly real: string }[]> {
  const trials = scripts.map((script) => ({ script, files: {} }))
  const real = await realOutcomes(trials)
  const out: { ours: string; real: string }[] = []
  for (const [i, trial] of trials.entries()) {
    const ours = await ourOutcome(trial)
    out.push({ ours: `${ours.out}${ours.code}`, real: `${real[i]?.out ?? ''}${real[i]?.code ?? ''}` })
  }
  return out
}

/** Runs the sequences of so many seeds in both gits. The first findings are made small. */
export async function fuzzGit(how: {
  readonly from: number
  readonly seeds: number
  readonly shrink: number
}): Promise<readonly GitFinding[]> {
  const seeds = Array.from({ length: how.seeds }, (_, i) => how.from + i)
  const all = await compared(seeds.map((seed) => scriptOfSteps(gitSteps(seed))))
  const found = seeds.flatMap((seed, i): GitFinding[] => {
    const one = all[i]
    return one === undefined || one.ours === one.real ? [] : [{ seed, steps: gitSteps(seed), ...one }]
  })
  const out: GitFinding[] = []
  for (const [i, finding] of found.entries()) out.push(i < how.shrink ? await smaller(finding) : finding)
  return out
}

/** Without steps that are not needed for the difference. */
async function smaller(finding: GitFinding): Promise<GitFinding> {
  let best = finding
  for (let isShrinking = true; isShrinking;) {
    const tries = best.steps.map((_, i) => best.steps.filter((_step, at) => at !== i))
    const all = await compared(tries.map(scriptOfSteps))
    const at = all.findIndex(({ ours, real }) => ours !== real)
    const [steps, seen] = [tries[at], all[at]]
    isShrinking = steps !== undefined && seen !== undefined && steps.length > 0
    if (isShrinking && steps !== undefined && seen !== undefined) best = { seed: finding.seed, steps, ...seen }
  }
  return best
}
