import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fuzzGit } from './campaign'
import { gitScript } from './steps'

const SEEDS = 16
/** So many sequences must end the same. It only rises. */
const FLOOR = 16
const isThere = (spawnSync('git', ['--version']).stdout?.toString() ?? '').includes('2.39.')
if (!isThere) console.log('skipped: sequences of git commands are compared with git 2.39')

describe.skipIf(!isThere)('sequences of git commands drawn by seed', () => {
  it('are the same for the same seed', () => {
    for (const seed of [1, 2, 3]) expect(gitScript(seed)).toBe(gitScript(seed))
    expect(gitScript(1)).not.toBe(gitScript(2))
  })

  it('end as they end in the real git, at least as often as before', { timeout: 120_000 }, async () => {
    const found = await fuzzGit({ from: 1, seeds: SEEDS, shrink: 0 })
    expect(SEEDS - found.length, found.map(({ seed }) => `seed ${seed}`).join(' ')).toBeGreaterThanOrEqual(FLOOR)
  })
})
