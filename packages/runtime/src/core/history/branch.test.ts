import { expect, it } from 'vitest'
import type { Rewind } from '@tabwright/protocol'
import { hiddenBy, isHidden, isOnBranch } from './branch'

/** The path that ends with `head`, followed one fact at a time. */
function pathTo(rewinds: readonly Rewind[], head: number): ReadonlySet<number> {
  const path = new Set<number>()
  for (let at = head; at > 0; at = rewinds.find(({ seq }) => seq === at)?.to ?? at - 1) path.add(at)
  return path
}

/** Numbers that are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
}

it('hides nothing where nothing was taken back', () => {
  expect(hiddenBy([])).toEqual([])
  expect(isHidden([], 1)).toBe(false)
})

it('hides what lies between the place and the rewind, and brings it back when the rewind itself is taken back', () => {
  const first = { seq: 10, to: 4 }
  expect(hiddenBy([first])).toEqual([{ from: 5, to: 9 }])
  expect(hiddenBy([first, { seq: 14, to: 9 }])).toEqual([{ from: 10, to: 13 }])
  expect(hiddenBy([first, { seq: 14, to: 11 }])).toEqual([
    { from: 5, to: 9 },
    { from: 12, to: 13 },
  ])
})

it('knows the path to an older place as it was then', () => {
  const rewinds = [
    { seq: 10, to: 4 },
    { seq: 20, to: 2 },
  ]
  expect(hiddenBy(rewinds, 15)).toEqual([{ from: 5, to: 9 }])
  expect(hiddenBy(rewinds, 9)).toEqual([])
})

it('agrees with the path followed fact by fact, whatever was taken back', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const roll = dice(seed)
    const rewinds: Rewind[] = []
    const head = 5 + roll(60)
    for (let seq = 2; seq <= head; seq++) if (roll(6) === 0) rewinds.push({ seq, to: 1 + roll(seq - 1) })
    const at = 1 + roll(head)
    const path = pathTo(rewinds, at)
    const hidden = hiddenBy(rewinds, at)
    for (let seq = 1; seq <= at; seq++) expect(isHidden(hidden, seq)).toBe(!path.has(seq))
  }
})

it('takes facts about files from everywhere', () => {
  const hidden = hiddenBy([{ seq: 10, to: 4 }])
  expect(isOnBranch(hidden, { seq: 6, type: 'workspace.changed' })).toBe(true)
  expect(isOnBranch(hidden, { seq: 6, type: 'review.decided' })).toBe(true)
  expect(isOnBranch(hidden, { seq: 6, type: 'call.decided' })).toBe(false)
})
