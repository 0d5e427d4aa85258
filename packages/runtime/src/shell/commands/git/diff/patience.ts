import { myers, type Part, type Sides } from './myers'

/** Lines that must be told as unchanged, when they stand once on both sides. */
export type IsAnchor = (line: number) => boolean

interface Entry {
  readonly a: number
  b: number
  readonly isAnchored: boolean
  /** The entry before it in the longest run that ends here. */
  previous: Entry | undefined
}

const TWICE = -2
const NOWHERE = -1

/** Marks the lines that differ by matching those first that stand once on both sides. */
export function patience(sides: Sides, part: Part, isAnchor: IsAnchor = () => false): void {
  const { a0, a1, b0, b1 } = part
  const found = a0 === a1 || b0 === b1 ? undefined : entriesOf(sides, part, isAnchor)
  if (found === undefined) {
    sides.changedA.fill(1, a0, a1)
    sides.changedB.fill(1, b0, b1)
    return
  }
  const run = longest(found)
  if (run.length === 0) return myers(sides, part)
  alongside({ sides, part, isAnchor }, run)
}

/** Lines of the old side in their order; undefined where the sides have none in common. */
function entriesOf({ a, b }: Sides, { a0, a1, b0, b1 }: Part, isAnchor: IsAnchor): readonly Entry[] | undefined {
  const byId = new Map<number, Entry>()
  for (let i = a0; i < a1; i++) {
    const known = byId.get(a[i] ?? 0)
    if (known === undefined) byId.set(a[i] ?? 0, { a: i, b: NOWHERE, isAnchored: isAnchor(i), previous: undefined })
    else known.b = TWICE
  }
  let hasCommon = false
  for (let j = b0; j < b1; j++) {
    const known = byId.get(b[j] ?? 0)
    if (known === undefined) continue
    hasCommon = true
    known.b = known.b === NOWHERE ? j : TWICE
  }
  return hasCommon ? [...byId.values()] : undefined
}

/** The longest run of lines that stand once on both sides and in the same order; nothing goes over an anchor. */
function longest(entries: readonly Entry[]): Entry[] {
  const ends: Entry[] = []
  let anchored = -1
  for (const entry of entries) {
    if (entry.b < 0) continue
    let [left, right] = [-1, ends.length]
    while (left + 1 < right) {
      const middle = left + Math.floor((right - left) / 2)
      if ((ends[middle]?.b ?? 0) > entry.b) right = middle
      else left = middle
    }
    entry.previous = ends[left]
    const at = left + 1
    if (at <= anchored) continue
    ends[at] = entry
    if (!entry.isAnchored) continue
    anchored = at
    ends.length = at + 1
  }
  const out: Entry[] = []
  for (let entry = ends.at(-1); entry !== undefined; entry = entry.previous) out.push(entry)
  return out.reverse()
}

interface Job {
  readonly sides: Sides
  readonly part: Part
  readonly isAnchor: IsAnchor
}

/** Compares what stands between the lines of a run. */
function alongside({ sides, part, isAnchor }: Job, run: readonly Entry[]): void {
  const { a, b } = sides
  let { a0, b0 } = part
  for (let at = 0; ; at++) {
    const next = run[at]
    let [a1, b1] = next === undefined ? [part.a1, part.b1] : [next.a, next.b]
    if (next !== undefined)
      while (a1 > a0 && b1 > b0 && a[a1 - 1] === b[b1 - 1]) {
        a1 -= 1
        b1 -= 1
      }
    while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) {
      a0 += 1
      b0 += 1
    }
    if (a1 > a0 || b1 > b0) patience(sides, { a0, a1, b0, b1 }, isAnchor)
    if (next === undefined) return
    while (run[at + 1]?.a === (run[at]?.a ?? 0) + 1 && run[at + 1]?.b === (run[at]?.b ?? 0) + 1) at += 1
    a0 = (run[at]?.a ?? 0) + 1
    b0 = (run[at]?.b ?? 0) + 1
  }
}
