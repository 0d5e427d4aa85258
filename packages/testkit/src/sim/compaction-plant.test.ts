import { expect, it, vi } from 'vitest'
import { sweep } from './campaign'
import { scenarioNamed } from './scenarios'

/** What decides about summaries, as a mistake would have it: it does not see the calls. */
interface Decides {
  readonly nextCompaction: (view: { readonly state: object }) => unknown
}

// The one planted mistake that no port can make: the module that decides is replaced by one that looks away.
vi.mock('../../../runtime/src/core/compaction/next', async (original) => {
  const real = await original<Decides>()
  return {
    ...real,
    nextCompaction: (view: { readonly state: object }) => real.nextCompaction({ ...view, state: { ...view.state, calls: [] } }),
  }
})

// Thousands of runs: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 300_000 })

it('is found: compaction with an open call', async () => {
  const { findings } = await sweep(scenarioNamed('compaction'), { first: true })
  expect(findings.flatMap(({ problems }) => problems)).toContain('compaction.started with an open call')
})
