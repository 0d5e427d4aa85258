import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { realCommand, tryCommand } from '../../../../../testkit/src/command-lab'
import { gawkCommand } from './awk'

const PROGRAM = '{ key = substr($0, 2); if (/^\\+/) a[key]; else delete a[key] } END { for (key in a) print key }'
const hasGawk = realCommand({ argv: ['gawk', 'BEGIN{}'] }) !== undefined
if (!hasGawk) console.warn('gawk is not installed on this machine: the order of its arrays is not compared (apt-get install gawk)')

const key = fc.oneof(
  fc.integer({ min: -60, max: 2500 }).map(String),
  fc.integer({ min: 0, max: 2 ** 31 + 5 }).map(String),
  fc.stringMatching(/^[a-zé]{1,3}[0-9]{0,3}$/),
)
const steps = fc.array(fc.record({ key, goes: fc.boolean(), which: fc.nat() }), { minLength: 1, maxLength: 300 })

/** Insertions, and deletions of what is there. */
function script(made: readonly { readonly key: string; readonly goes: boolean; readonly which: number }[]): string {
  const live: string[] = []
  const lines = made.map((step) => {
    const gone = step.goes && step.which % 3 === 0 ? live.splice(step.which % Math.max(live.length, 1), 1)[0] : undefined
    if (gone !== undefined) return `-${gone}`
    if (!live.includes(step.key)) live.push(step.key)
    return `+${step.key}`
  })
  return `${lines.join('\n')}\n`
}

describe.skipIf(!hasGawk)('the order of an array', () => {
  it("is gawk's, whatever was put in and taken out", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (made) => {
        const trial = { argv: ['gawk', PROGRAM], stdin: script(made) }
        const ours = await tryCommand([gawkCommand], trial)
        expect(ours.out).toBe(realCommand(trial)?.out)
      }),
      { numRuns: 60 },
    )
  })
})
