import type { Change } from './diff/lines'

/** Lines from 0, the end not included; in order, and apart from each other. */
export type Ranges = readonly (readonly [from: number, to: number])[]

/** One set of ranges of several. */
export function joinedRanges(...all: readonly Ranges[]): Ranges {
  const out: [number, number][] = []
  for (const [from, to] of all.flat().toSorted(([a, x], [b, y]) => a - b || x - y)) {
    if (from === to) continue
    const last = out.at(-1)
    if (last === undefined || last[1] < from) out.push([from, to])
    else last[1] = Math.max(last[1], to)
  }
  return out
}

/** Changes that reach into ranges of the newer text. */
export function touching(changes: readonly Change[], ranges: Ranges): Change[] {
  return changes.filter(({ b0, b1 }) => ranges.some(([from, to]) => b1 > from && to > b0))
}

/** Where lines of the newer text were before: what was changed counts as a whole. */
export function rangesBefore(changes: readonly Change[], ranges: Ranges): Ranges {
  const touched = touching(changes, ranges)
  const rest = ranges.flatMap((range) => without(range, touched))
  const moved = rest.map(([from, to]): [number, number] => {
    const shift = changes.reduce((sum, { a0, a1, b0, b1 }) => (from >= b0 ? sum + (a1 - a0) - (b1 - b0) : sum), 0)
    return [from + shift, to + shift]
  })
  return joinedRanges(
    moved,
    touched.map(({ a0, a1 }): [number, number] => [a0, a1]),
  )
}

function without([from, to]: readonly [number, number], changes: readonly Change[]): [number, number][] {
  const out: [number, number][] = []
  let at = from
  for (const { b0, b1 } of changes) {
    if (b1 <= at || b0 >= to) continue
    if (b0 > at) out.push([at, b0])
    at = b1
  }
  if (at < to) out.push([at, to])
  return out
}
