import { expect, it } from 'vitest'
import { withNow, withOld } from '../core/review/lines'
import { lineHunks } from './line-hunks'

it('finds each place of a file of 10,000 lines, and not more than the file has', () => {
  const lines = Array.from({ length: 10_000 }, (_, n) => (n % 3 === 0 ? '  }\n' : `  const value${n} = ${n % 13}\n`))
  const old = lines.join('')
  const now = lines.flatMap((line, n) => (n === 40 ? [] : n === 5000 ? [line, 'new\n'] : n === 9_998 ? ['other\n'] : [line])).join('')
  const hunks = lineHunks(old, now)
  expect(hunks).toEqual([
    { old: { start: 40, count: 1 }, now: { start: 40, count: 0 } },
    { old: { start: 5001, count: 0 }, now: { start: 5000, count: 1 } },
    { old: { start: 9998, count: 1 }, now: { start: 9998, count: 1 } },
  ])
})

it('leads from one to the other also where lines moved and none stands once', () => {
  for (const [old, now] of [
    ['a\nb\nc\nd\n', 'd\na\nb\nc\n'],
    ['x\nx\nx\n', 'x\ny\nx\n'],
    ['a\nb\n', 'c\nd\n'],
    ['', 'a'],
    ['a', ''],
  ] as const) {
    const hunks = lineHunks(old, now)
    expect(withNow({ old, now, hunks })).toBe(now)
    expect(withOld({ old, now, hunks })).toBe(old)
  }
})

it('leads from one to the other for whatever lines there are, in no more places than needed', () => {
  let seed = 11
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let round = 0; round < 400; round++) {
    const kinds = 2 + random(round < 200 ? 4 : 60)
    const lines = Array.from({ length: random(60) }, () => `${random(kinds)}\n`)
    const changed = lines.flatMap((line) => (random(5) > 0 ? [line] : random(2) ? [] : [line, `${random(kinds)}\n`]))
    const [old, now] = [lines.join(''), changed.join('') + (random(3) ? '' : 'no end')]
    const hunks = lineHunks(old, now)
    expect(withNow({ old, now, hunks })).toBe(now)
    expect(withOld({ old, now, hunks })).toBe(old)
    for (const [at, hunk] of hunks.entries()) expect(hunk.old.start).toBeGreaterThan(at === 0 ? -1 : (hunks[at - 1]?.old.start ?? 0))
  }
})
