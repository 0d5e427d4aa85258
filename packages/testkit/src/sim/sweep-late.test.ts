import { describe, expect, it, vi } from 'vitest'
import { sweep } from './campaign'
import { findingText, neverReached, SOMETIMES_LATE } from './report'
import { LATE_SCENARIOS } from './scenarios-more'

const states = new Set<string>()

// Thousands of runs: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 300_000 })

describe('a session whose past is changed, under faults', () => {
  it.each(LATE_SCENARIOS)('holds every promise with each fault at each point of: $name', async (scenario) => {
    const swept = await sweep(scenario)
    console.log(`simulation: sweep of ${swept.runs} runs, ${swept.points} points`)
    expect(swept.findings.slice(0, 2).map(findingText)).toEqual([])
    expect(swept.runs).toBeGreaterThan(50)
    for (const state of swept.states) states.add(state)
  })

  it('was in every state that it must have been in', () => {
    expect(neverReached(states, SOMETIMES_LATE)).toEqual([])
  })
})
