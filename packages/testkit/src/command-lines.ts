import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { ownFiles } from './agreement/case-list'
import { ourOutcome } from './agreement/our-batch'
import { realOutcomes } from './agreement/real-batch'
import { verdictOf } from './agreement/verdict'
import type { Outcome } from './command-lab'

/** What a list of lines is run on. */
export interface LinesHow {
  /** Tools that the machine must have: without them the lines are skipped. */
  readonly needs?: readonly string[]
}

/** Runs lines of a shell over the files of the own lists, by ours and by the machine's: one bash for all of them, a test a line. */
export function compareLines(title: string, lines: readonly string[], how: LinesHow = {}): void {
  const missing = (how.needs ?? []).filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  describe(title, () => {
    const files = ownFiles()
    let real: readonly Outcome[] = []
    beforeAll(async () => {
      if (missing.length === 0) real = await realOutcomes(lines.map((script) => ({ script, files })))
    }, 120_000)
    for (const [at, script] of lines.entries()) {
      it(`answers as the machine does: ${script}`, async (context) => {
        if (missing.length > 0) return context.skip(`${missing.join(' ')} not installed here`)
        const theirs = real[at]
        if (theirs === undefined) throw new Error(`nothing came of ${script}`)
        const ours = await ourOutcome({ script, files })
        if (verdictOf(theirs, ours) !== 'agree') expect(ours).toEqual(theirs)
        return undefined
      })
    }
  })
}
