import { describe, expect, it, vi } from 'vitest'
import { seeded, sweep, type Campaign } from './campaign'
import known from './regressions.json'
import { findingText, neverReached, SOMETIMES } from './report'
import { scenarioNamed, SCENARIOS } from './scenarios'
import { LATE_SCENARIOS } from './scenarios-more'

const states = new Set<string>()
const counts = { runs: 0, points: 0 }

// Thousands of runs: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 300_000 })

describe('what went wrong once', () => {
  it.each(known)('holds where $found', async (one) => {
    const scenario = scenarioNamed(one.scenario)
    const { problems, trace } = await seeded(scenario, one.seed)
    expect(problems, trace.join('\n')).toEqual([])
  })
})

// Those that change what came before are a third of all points: they have a file, and so a processor, of their own.
const EARLY = SCENARIOS.filter((scenario) => !LATE_SCENARIOS.includes(scenario))

describe('the session under faults', () => {
  it.each(EARLY)('holds every promise with each fault at each point of: $name', async (scenario) => {
    const swept = await sweep(scenario)
    expect(swept.findings.slice(0, 2).map(findingText)).toEqual([])
    expect(swept.runs).toBeGreaterThan(50)
    note(swept)
  })

  it('was in every state that it must have been in', () => {
    console.log(`simulation: sweep of ${counts.runs} runs, ${counts.points} points`)
    expect(neverReached(states, SOMETIMES)).toEqual([])
  })
})

function note(part: Campaign): void {
  counts.runs += part.runs
  counts.points += part.points
  for (const state of part.states) states.add(state)
}
