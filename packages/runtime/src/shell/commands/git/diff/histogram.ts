import { myers, type Part, type Sides } from './myers'

const MAX_CHAIN = 64

/** Marks the lines that differ by matching the rarest common lines first, as git does when it merges. */
export function histogram(sides: Sides, part: Part): void {
  const { a0, a1, b0, b1 } = part
  if (a0 === a1 || b0 === b1) {
    sides.changedA.fill(1, a0, a1)
    sides.changedB.fill(1, b0, b1)
    return
  }
  const found = rarest(sides, part)
  if (found === 'too-common') return myers(sides, part)
  if (found === undefined) {
    sides.changedA.fill(1, a0, a1)
    sides.changedB.fill(1, b0, b1)
    return
  }
  histogram(sides, { a0, a1: found.a0, b0, b1: found.b0 })
  histogram(sides, { a0: found.a1, a1, b0: found.b1, b1 })
}

interface Best {
  part: Part | undefined
  count: number
  hasCommon: boolean
}

function rarest(sides: Sides, part: Part): Part | 'too-common' | undefined {
  const places = new Map<number, number[]>()
  for (let i = part.a0; i < part.a1; i++) {
    const id = sides.a[i] ?? 0
    const list = places.get(id)
    if (list === undefined) places.set(id, [i])
    else list.push(i)
  }
  const best: Best = { part: undefined, count: MAX_CHAIN + 1, hasCommon: false }
  for (let j = part.b0; j < part.b1;) j = tryAt({ sides, part, places, best }, j)
  if (best.hasCommon && best.count > MAX_CHAIN) return 'too-common'
  return best.part
}

interface Search {
  readonly sides: Sides
  readonly part: Part
  readonly places: ReadonlyMap<number, readonly number[]>
  readonly best: Best
}

/** The longest or rarest run through a line of the new side; gives the next line to try. */
function tryAt({ sides, part, places, best }: Search, j: number): number {
  const list = places.get(sides.b[j] ?? 0)
  if (list === undefined) return j + 1
  best.hasCommon = true
  if (list.length > best.count) return j + 1
  let next = j + 1
  let last = -1
  for (const i of list) {
    if (i < last) continue
    const run = runAt({ sides, part, places }, i, j)
    next = Math.max(next, run.b1)
    last = run.a1
    if ((best.part === undefined ? 0 : best.part.a1 - best.part.a0) < run.a1 - run.a0 || run.count < best.count) {
      best.part = run
      best.count = run.count
    }
  }
  return next
}

function runAt({ sides, part, places }: Omit<Search, 'best'>, i: number, j: number): Part & { readonly count: number } {
  const { a, b } = sides
  const countAt = (place: number): number => places.get(a[place] ?? 0)?.length ?? 0
  let count = countAt(i)
  let a0 = i
  let b0 = j
  while (a0 > part.a0 && b0 > part.b0 && a[a0 - 1] === b[b0 - 1]) {
    a0 -= 1
    b0 -= 1
    count = Math.min(count, countAt(a0))
  }
  let a1 = i + 1
  let b1 = j + 1
  while (a1 < part.a1 && b1 < part.b1 && a[a1] === b[b1]) {
    count = Math.min(count, countAt(a1))
    a1 += 1
    b1 += 1
  }
  return { a0, a1, b0, b1, count }
}
