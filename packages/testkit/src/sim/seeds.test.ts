import { describe, expect, it, vi } from 'vitest'
import { sweep, swarm, type Finding } from './campaign'
import { PLANTS } from './plants'
import type { Plant } from './planted'
import { findingText } from './report'
import { scenarioNamed, SCENARIOS } from './scenarios'

/** In two parts, because one test may not take all the time there is; a night has a million: `npm run sim`. */
const PARTS = [1, 1001]
const SEEDS = 1000
/** For a planted mistake that its story does not show. */
const FEW_SEEDS = 300

const seeds = (count: number, from = 1): readonly number[] => Array.from({ length: count }, (_, at) => at + from)

// Thousands of runs: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 300_000 })

describe('the session in worlds drawn by seed', () => {
  it.each(PARTS)(`holds every promise in ${SEEDS} of them from %i on`, async (from) => {
    const { findings, runs, points } = await swarm(SCENARIOS, seeds(SEEDS, from))
    console.log(`simulation: ${runs} seeds, ${points} points`)
    expect(findings.slice(0, 2).map(findingText)).toEqual([])
    expect(runs).toBe(SEEDS)
  })
})

describe('a mistake put in on purpose', () => {
  it.each(PLANTS)('is found: $name', async (plant) => {
    expect(await hunt(plant)).toBeDefined()
  })
})

async function hunt(plant: Plant): Promise<Finding | undefined> {
  const { findings } = await sweep(scenarioNamed(plant.where), { plant, first: true })
  return findings[0] ?? (await swarm(SCENARIOS, seeds(FEW_SEEDS), { plant, first: true })).findings[0]
}
