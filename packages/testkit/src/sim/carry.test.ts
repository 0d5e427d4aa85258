import { describe, expect, it, vi } from 'vitest'
import { carry } from './carry'
import { SCENARIOS } from './scenarios'

// Hundreds of runs: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 300_000 })

describe('a session carried elsewhere', () => {
  it.each(SCENARIOS)('[O40] exports, imports and forks at every fact of: $name', async (scenario) => {
    const { problems, runs } = await carry(scenario)
    expect(problems).toEqual([])
    expect(runs).toBeGreaterThan(1)
  })
})
