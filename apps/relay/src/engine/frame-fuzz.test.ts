import { expect, it } from 'vitest'
import { fuzzFrames } from './frame-fuzz'

it('[O09] [O39] mutated frames harm nobody else, tell nothing of the inside, and leave nothing behind', async () => {
  const report = await fuzzFrames({ seed: 7, frames: 100_000 })
  expect(report.findings).toEqual([])
  expect(report.refused).toBeGreaterThan(10_000)
  expect(report.closed).toBeGreaterThan(0)
})
