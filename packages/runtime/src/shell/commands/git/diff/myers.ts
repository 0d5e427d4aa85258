/** Marks the lines that differ, choosing among equally short answers as git does. */
const FAR = 0x7fffffff
const MIN_COST = 256
const WINDOW = 100
const MAX_EQUAL = 1024

/** Two sides as numbers, and the flags that are set for lines that changed. */
export interface Sides {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly changedA: Uint8Array
  readonly changedB: Uint8Array
}

/** A part of both sides. */
export interface Part {
  readonly a0: number
  readonly a1: number
  readonly b0: number
  readonly b1: number
}

function roughRoot(value: number): number {
  let root = 1
  for (let n = value; n > 0; n >>= 2) root <<= 1
  return root
}

/** Lines that cannot help are set aside first. */
export function myers(sides: Sides, part: Part, isMinimal = false): void {
  let { a0, a1, b0, b1 } = part
  const { a, b } = sides
  const rows = a1 - a0
  const columns = b1 - b0
  const counts = { a: countOf(a, a0, a1), b: countOf(b, b0, b1) }
  while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) {
    a0 += 1
    b0 += 1
  }
  while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) {
    a1 -= 1
    b1 -= 1
  }
  const keptA = kept({ ids: a, from: a0, to: a1, counts: counts.b, total: rows, isMinimal }, sides.changedA)
  const keptB = kept({ ids: b, from: b0, to: b1, counts: counts.a, total: columns, isMinimal }, sides.changedB)
  new Comparison(sides, { keptA, keptB, isMinimal }).run()
}

function countOf(ids: Int32Array, from: number, to: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (let i = from; i < to; i++) counts.set(ids[i] ?? 0, (counts.get(ids[i] ?? 0) ?? 0) + 1)
  return counts
}

interface KeepJob {
  readonly ids: Int32Array
  readonly from: number
  readonly to: number
  readonly counts: ReadonlyMap<number, number>
  readonly total: number
  readonly isMinimal: boolean
}

/** Lines that are compared; the others are changed for sure, or stand among such and are too common to help. */
function kept(job: KeepJob, changed: Uint8Array): Int32Array {
  const limit = Math.min(roughRoot(job.total), MAX_EQUAL)
  const size = job.to - job.from
  const kinds = new Uint8Array(size)
  for (let i = 0; i < size; i++) {
    const matches = job.counts.get(job.ids[job.from + i] ?? 0) ?? 0
    kinds[i] = matches === 0 ? 0 : matches >= limit && !job.isMinimal ? 2 : 1
  }
  const places: number[] = []
  for (let i = 0; i < size; i++) {
    if (kinds[i] === 1 || (kinds[i] === 2 && !isNoise(kinds, i))) places.push(job.from + i)
    else changed[job.from + i] = 1
  }
  return Int32Array.from(places)
}

function isNoise(kinds: Uint8Array, at: number): boolean {
  const before = runOf(kinds, at, -1)
  if (before.lost === 0) return false
  const after = runOf(kinds, at, 1)
  if (after.lost === 0) return false
  const common = before.common + after.common
  return common * 4 < common + before.lost + after.lost
}

function runOf(kinds: Uint8Array, at: number, step: -1 | 1): { readonly lost: number; readonly common: number } {
  let lost = 0
  let common = 1
  for (let r = 1; r <= WINDOW; r++) {
    const kind = kinds[at + r * step]
    if (kind === 0) lost += 1
    else if (kind === 2) common += 1
    else break
  }
  return { lost, common }
}

interface Split {
  readonly i: number
  readonly j: number
  readonly isLowMinimal: boolean
  readonly isHighMinimal: boolean
}

interface Kept {
  readonly keptA: Int32Array
  readonly keptB: Int32Array
  readonly isMinimal: boolean
}

class Comparison {
  readonly #sides: Sides
  readonly #kept: Kept
  readonly #a: Int32Array
  readonly #b: Int32Array
  readonly #forward: Int32Array
  readonly #backward: Int32Array
  readonly #zero: number
  readonly #maxCost: number

  constructor(sides: Sides, kept: Kept) {
    this.#sides = sides
    this.#kept = kept
    this.#a = kept.keptA.map((place) => sides.a[place] ?? 0)
    this.#b = kept.keptB.map((place) => sides.b[place] ?? 0)
    const diagonals = this.#a.length + this.#b.length + 3
    this.#forward = new Int32Array(diagonals + 1)
    this.#backward = new Int32Array(diagonals + 1)
    this.#zero = this.#b.length + 1
    this.#maxCost = Math.max(roughRoot(diagonals), MIN_COST)
  }

  run(): void {
    this.#compare({ a0: 0, a1: this.#a.length, b0: 0, b1: this.#b.length }, this.#kept.isMinimal)
  }

  #compare(part: Part, isMinimal: boolean): void {
    let { a0, a1, b0, b1 } = part
    while (a0 < a1 && b0 < b1 && this.#a[a0] === this.#b[b0]) {
      a0 += 1
      b0 += 1
    }
    while (a0 < a1 && b0 < b1 && this.#a[a1 - 1] === this.#b[b1 - 1]) {
      a1 -= 1
      b1 -= 1
    }
    if (a0 === a1) for (let j = b0; j < b1; j++) this.#sides.changedB[this.#kept.keptB[j] ?? 0] = 1
    else if (b0 === b1) for (let i = a0; i < a1; i++) this.#sides.changedA[this.#kept.keptA[i] ?? 0] = 1
    else {
      const split = this.#split({ a0, a1, b0, b1 }, isMinimal)
      this.#compare({ a0, a1: split.i, b0, b1: split.j }, split.isLowMinimal)
      this.#compare({ a0: split.i, a1, b0: split.j, b1 }, split.isHighMinimal)
    }
  }

  /** Where a shortest way passes, searched from both ends. */
  #split(part: Part, isMinimal: boolean): Split {
    const { a0, a1, b0, b1 } = part
    const low = a0 - b1
    const high = a1 - b0
    const f = { middle: a0 - b0, min: a0 - b0, max: a0 - b0 }
    const g = { middle: a1 - b1, min: a1 - b1, max: a1 - b1 }
    const isOdd = ((f.middle - g.middle) & 1) !== 0
    this.#forward[this.#zero + f.middle] = a0
    this.#backward[this.#zero + g.middle] = a1
    for (let cost = 1; ; cost++) {
      this.#widen(f, { low, high }, { values: this.#forward, edge: -1 })
      const met = this.#forwardStep(part, f, isOdd ? g : undefined)
      if (met !== undefined) return met
      this.#widen(g, { low, high }, { values: this.#backward, edge: FAR })
      const back = this.#backwardStep(part, g, isOdd ? undefined : f)
      if (back !== undefined) return back
      if (!isMinimal && cost >= this.#maxCost) return this.#furthest(part, f, g)
    }
  }

  #widen(
    range: Range,
    limits: { readonly low: number; readonly high: number },
    side: { readonly values: Int32Array; readonly edge: number },
  ): void {
    if (range.min > limits.low) side.values[this.#zero + --range.min - 1] = side.edge
    else range.min += 1
    if (range.max < limits.high) side.values[this.#zero + ++range.max + 1] = side.edge
    else range.max -= 1
  }

  #forwardStep({ a1, b1 }: Part, range: Range, other: Range | undefined): Split | undefined {
    const { zero, values, back } = { zero: this.#zero, values: this.#forward, back: this.#backward }
    for (let d = range.max; d >= range.min; d -= 2) {
      const left = values[zero + d - 1] ?? 0
      const right = values[zero + d + 1] ?? 0
      let i = left >= right ? left + 1 : right
      let j = i - d
      while (i < a1 && j < b1 && this.#a[i] === this.#b[j]) {
        i += 1
        j += 1
      }
      values[zero + d] = i
      if (other !== undefined && other.min <= d && d <= other.max && (back[zero + d] ?? 0) <= i)
        return { i, j, isLowMinimal: true, isHighMinimal: true }
    }
    return undefined
  }

  #backwardStep({ a0, b0 }: Part, range: Range, other: Range | undefined): Split | undefined {
    const { zero, values, fore } = { zero: this.#zero, values: this.#backward, fore: this.#forward }
    for (let d = range.max; d >= range.min; d -= 2) {
      const left = values[zero + d - 1] ?? 0
      const right = values[zero + d + 1] ?? 0
      let i = left < right ? left : right - 1
      let j = i - d
      while (i > a0 && j > b0 && this.#a[i - 1] === this.#b[j - 1]) {
        i -= 1
        j -= 1
      }
      values[zero + d] = i
      if (other !== undefined && other.min <= d && d <= other.max && i <= (fore[zero + d] ?? 0))
        return { i, j, isLowMinimal: true, isHighMinimal: true }
    }
    return undefined
  }

  /** It costs too much: the way that came furthest is taken. */
  #furthest({ a0, a1, b0, b1 }: Part, f: Range, g: Range): Split {
    let bestF = { sum: -1, i: -1 }
    for (let d = f.max; d >= f.min; d -= 2) {
      let i = Math.min(this.#forward[this.#zero + d] ?? 0, a1)
      if (b1 < i - d) i = b1 + d
      if (bestF.sum < i + i - d) bestF = { sum: i + i - d, i }
    }
    let bestG = { sum: FAR, i: FAR }
    for (let d = g.max; d >= g.min; d -= 2) {
      let i = Math.max(a0, this.#backward[this.#zero + d] ?? 0)
      if (i - d < b0) i = b0 + d
      if (i + i - d < bestG.sum) bestG = { sum: i + i - d, i }
    }
    const isForward = a1 + b1 - bestG.sum < bestF.sum - (a0 + b0)
    const best = isForward ? bestF : bestG
    return { i: best.i, j: best.sum - best.i, isLowMinimal: isForward, isHighMinimal: !isForward }
  }
}

interface Range {
  min: number
  max: number
}
