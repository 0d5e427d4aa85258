import { expect, it } from 'vitest'
import { VersionedMap } from './versioned-map'

const KEYS = Array.from('abcdef')

/** Numbers that are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % below
  }
}

function apply(model: Map<string, number>, key: string, value: number | undefined): void {
  if (value === undefined) model.delete(key)
  else model.set(key, value)
}

it('shows each view what was there when it was taken, whatever steps follow', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const roll = dice(seed)
    const map = new VersionedMap<number>([['a', 1]])
    const model = new Map([['a', 1]])
    const views: { readonly view: ReturnType<typeof map.view>; readonly was: ReadonlyMap<string, number> }[] = []
    for (let i = 0; i < 60; i++) {
      const changes = new Map<string, number | undefined>()
      for (let n = roll(4); n > 0; n--) changes.set('abcdef'.charAt(roll(6)), roll(3) === 0 ? undefined : roll(100))
      map.step(changes)
      for (const [key, value] of changes) apply(model, key, value)
      if (roll(3) === 0) views.push({ view: map.view(), was: new Map(model) })
      const seen = views[roll(Math.max(1, views.length))]
      if (seen) expect(new Map(seen.view.entries())).toEqual(seen.was)
    }
    for (const { view, was } of views) {
      expect(KEYS.map((key) => view.get(key))).toEqual(KEYS.map((key) => was.get(key)))
    }
    expect(map.size).toBe(model.size)
  }
})
