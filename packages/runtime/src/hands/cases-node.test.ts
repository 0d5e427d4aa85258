import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { comparedByHands } from '../../../testkit/src/agreement/by-hands'
import type { AgreementCase } from '../../../testkit/src/agreement/case-list'

/** A program of the list for Node: some have what they must write noted, of some only the exit code counts. */
interface NodeCase extends AgreementCase {
  readonly codeOnly: boolean
  readonly wantOut: string | undefined
}

const nodeList = z.object({
  cases: z.record(
    z.string(),
    z.object({
      files: z.record(z.string(), z.string()),
      cmd: z.string(),
      codeOnly: z.optional(z.boolean()),
      wantOut: z.optional(z.string()),
    }),
  ),
})

function nodeCases(list: string): readonly NodeCase[] {
  const { cases } = z.parse(nodeList, JSON.parse(readFileSync(`packages/testkit/cases/${list}.json`, 'utf8')))
  return Object.entries(cases).map(([name, { files, cmd, codeOnly = false, wantOut }]) => ({
    list,
    name,
    script: cmd,
    files,
    codeOnly,
    wantOut,
  }))
}

/** Every third program of the own list, because all take a minute and more; `TABWRIGHT_WHOLE_LISTS=1` runs all. */
const isWhole = process.env['TABWRIGHT_WHOLE_LISTS'] === '1'
/** Shares of these lists that must not get worse. */
const NODE_FLOORS: Readonly<Record<string, number>> = { node: 94, 'own-node': isWhole ? 95 : 92 }
const NODE_STEPS: Readonly<Record<string, number>> = { 'own-node': isWhole ? 1 : 3 }

describe('programs for Node, compared with Node on this machine', () => {
  it.each(Object.entries(NODE_FLOORS))('agree on the list %s at least as often as before', { timeout: 600_000 }, async (list, floor) => {
    const cases = nodeCases(list).filter((_, at) => at % (NODE_STEPS[list] ?? 1) === 0)
    const rows = await comparedByHands(list, cases)
    const good = cases.filter((test) => {
      const row = rows.find(({ name }) => name === test.name)
      if (row === undefined) return false
      const want = test.wantOut === undefined ? row.real : { out: test.wantOut, code: 0 }
      return row.ours.code === want.code && (test.codeOnly || row.ours.out === want.out)
    })
    expect((100 * good.length) / cases.length).toBeGreaterThanOrEqual(floor)
  })
})
