import { Shifter, type Side } from './diff-shift'

/** One place where two files differ. Lines count from 0. */
export interface Change {
  readonly line0: number
  readonly line1: number
  readonly deleted: number
  readonly inserted: number
}

/** How hard to look. */
export interface ScriptHow {
  /** The fewest changes there are, whatever it takes: `-d`. */
  readonly isMinimal: boolean
  /** The lines themselves, where the keys leave something out: what is equal at both ends is found by them. */
  readonly ends?: readonly [readonly string[], readonly string[]]
  /** So many lines of the equal start and end stay in sight of what moves changes. */
  readonly horizon: number
  tick(): void
}

/** What has to be changed to make the second list of the first, the way GNU diff picks among the ways that there are. */
export function changesBetween(keys0: readonly string[], keys1: readonly string[], how: ScriptHow): readonly Change[] {
  const { start, end0, end1 } = differentPart(how.ends?.[0] ?? keys0, how.ends?.[1] ?? keys1, how.horizon)
  const known = new Map<string, number>()
  const sideOf = (keys: readonly string[], end: number): Side => {
    const classes = new Int32Array(end - start)
    for (let i = start; i < end; i++) {
      const key = keys[i] ?? ''
      const number = known.get(key) ?? known.size + 1
      known.set(key, number)
      classes[i - start] = number
    }
    return { classes, changed: new Uint8Array(classes.length + 2) }
  }
  const sides: readonly [Side, Side] = [sideOf(keys0, end0), sideOf(keys1, end1)]
  const kept = undiscarded(sides, known.size + 1, how.isMinimal)
  new Comparison(sides, kept, how).run()
  new Shifter(sides[0], sides[1]).run()
  new Shifter(sides[1], sides[0]).run()
  return scriptOf(sides, start)
}

/** Without what is equal at both ends, but for the horizon. */
function differentPart(
  keys0: readonly string[],
  keys1: readonly string[],
  horizon: number,
): { readonly start: number; readonly end0: number; readonly end1: number } {
  let start = 0
  while (start < keys0.length && start < keys1.length && keys0[start] === keys1[start]) start += 1
  let end0 = keys0.length
  let end1 = keys1.length
  while (end0 > start && end1 > start && keys0[end0 - 1] === keys1[end1 - 1]) {
    end0 -= 1
    end1 -= 1
  }
  const room = Math.min(horizon, keys0.length - end0)
  return { start: Math.max(0, start - horizon), end0: end0 + room, end1: end1 + room }
}

interface Kept {
  readonly classes: Int32Array
  readonly places: Int32Array
}

function countsOf({ classes }: Side, size: number): Int32Array {
  const counts = new Int32Array(size)
  for (const one of classes) counts[one] = (counts[one] ?? 0) + 1
  return counts
}

const SURE = 1
const MAYBE = 2

/** Lines that match nothing, or far too much, only confuse the search: they are changed without being looked at. */
function undiscarded(sides: readonly [Side, Side], size: number, isMinimal: boolean): readonly [Kept, Kept] {
  const [side0, side1] = sides
  const keep = (side: Side, others: Int32Array): Kept => {
    const discards = discardable(side, others)
    settle(discards)
    const classes: number[] = []
    const places: number[] = []
    for (const [i, one] of side.classes.entries()) {
      if (isMinimal || discards[i] === 0) {
        classes.push(one)
        places.push(i)
      } else side.changed[i + 1] = 1
    }
    return { classes: Int32Array.from(classes), places: Int32Array.from(places) }
  }
  return [keep(side0, countsOf(side1, size)), keep(side1, countsOf(side0, size))]
}

function discardable({ classes }: Side, others: Int32Array): Uint8Array {
  let many = 5
  for (let rest = (classes.length >> 6) >> 2; rest > 0; rest >>= 2) many *= 2
  return Uint8Array.from(classes, (one) => {
    const matches = others[one] ?? 0
    return matches === 0 ? SURE : matches > many ? MAYBE : 0
  })
}

/** A provisional discard stands only inside a run that begins and ends with sure ones. */
function settle(discards: Uint8Array): void {
  for (let i = 0; i < discards.length; i++) {
    if (discards[i] === MAYBE) discards[i] = 0
    else if (discards[i] === SURE) i = settleRun(discards, i)
  }
}

/** Gives the last line of the run. */
function settleRun(discards: Uint8Array, i: number): number {
  let j = i
  let provisional = 0
  for (; j < discards.length && discards[j] !== 0; j++) if (discards[j] === MAYBE) provisional += 1
  while (j > i && discards[j - 1] === MAYBE) {
    j -= 1
    discards[j] = 0
    provisional -= 1
  }
  const length = j - i
  if (provisional * 4 > length) {
    for (let k = i; k < j; k++) if (discards[k] === MAYBE) discards[k] = 0
    // The real one goes on right behind the first line; what is left there is sure, and judged alone.
    return i
  }
  cancelLongRuns(discards, i, length)
  cancelFrom(discards, i, { length, step: 1 })
  cancelFrom(discards, i + length - 1, { length, step: -1 })
  return i + length - 1
}

function cancelLongRuns(discards: Uint8Array, start: number, length: number): void {
  let minimum = 1
  for (let rest = length >> 4; rest > 0; rest >>= 2) minimum <<= 1
  minimum += 1
  let consecutive = 0
  for (let j = 0; j < length; j++) {
    if (discards[start + j] !== MAYBE) consecutive = 0
    else {
      consecutive += 1
      // Back to the start of the run, to cancel all of it.
      if (consecutive === minimum) j -= consecutive
      else if (consecutive > minimum) discards[start + j] = 0
    }
  }
}

/** From an end of a run: provisional ones are cancelled until three sure ones follow each other, or one that is far enough in. */
function cancelFrom(discards: Uint8Array, start: number, { length, step }: { readonly length: number; readonly step: 1 | -1 }): void {
  let consecutive = 0
  for (let j = 0; j < length && consecutive < 3; j++) {
    const at = start + step * j
    if (j >= 8 && discards[at] === SURE) return
    if (discards[at] === SURE) consecutive += 1
    else {
      consecutive = 0
      discards[at] = 0
    }
  }
}

interface Box {
  readonly x0: number
  readonly x1: number
  readonly y0: number
  readonly y1: number
}

interface Middle {
  readonly x: number
  readonly y: number
  readonly isLowMinimal: boolean
  readonly isHighMinimal: boolean
}

const FAR = 0x7f_ff_ff_ff

/** Myers' search from both ends at once, over the lines that were kept. */
class Comparison {
  readonly #xs: Kept
  readonly #ys: Kept
  readonly #sides: readonly [Side, Side]
  readonly #how: ScriptHow
  readonly #forward: Int32Array
  readonly #backward: Int32Array
  readonly #zero: number
  readonly #expensive: number

  constructor(sides: readonly [Side, Side], [xs, ys]: readonly [Kept, Kept], how: ScriptHow) {
    this.#xs = xs
    this.#ys = ys
    this.#sides = sides
    this.#how = how
    const diagonals = xs.classes.length + ys.classes.length + 3
    this.#forward = new Int32Array(diagonals + 2)
    this.#backward = new Int32Array(diagonals + 2)
    this.#zero = ys.classes.length + 1
    let expensive = 1
    for (let rest = diagonals; rest !== 0; rest >>= 2) expensive <<= 1
    this.#expensive = Math.max(4096, expensive)
  }

  run(): void {
    this.#compare({ x0: 0, x1: this.#xs.classes.length, y0: 0, y1: this.#ys.classes.length }, this.#how.isMinimal)
  }

  #compare(box: Box, isMinimal: boolean): void {
    let { x0, x1, y0, y1 } = box
    const a = this.#xs.classes
    const b = this.#ys.classes
    while (x0 < x1 && y0 < y1 && a[x0] === b[y0]) {
      x0 += 1
      y0 += 1
    }
    while (x0 < x1 && y0 < y1 && a[x1 - 1] === b[y1 - 1]) {
      x1 -= 1
      y1 -= 1
    }
    if (x0 === x1) for (let y = y0; y < y1; y++) this.#sides[1].changed[(this.#ys.places[y] ?? 0) + 1] = 1
    else if (y0 === y1) for (let x = x0; x < x1; x++) this.#sides[0].changed[(this.#xs.places[x] ?? 0) + 1] = 1
    else {
      const { x, y, isLowMinimal, isHighMinimal } = this.#middle({ x0, x1, y0, y1 }, isMinimal)
      this.#compare({ x0, x1: x, y0, y1: y }, isLowMinimal)
      this.#compare({ x0: x, x1, y0: y, y1 }, isHighMinimal)
    }
  }

  #middle(box: Box, isMinimal: boolean): Middle {
    const { x0, x1, y0, y1 } = box
    const zero = this.#zero
    const low = x0 - y1
    const high = x1 - y0
    const forwardAt = x0 - y0
    const backwardAt = x1 - y1
    const isOdd = ((forwardAt - backwardAt) & 1) !== 0
    const front = { min: forwardAt, max: forwardAt }
    const back = { min: backwardAt, max: backwardAt }
    this.#forward[zero + forwardAt] = x0
    this.#backward[zero + backwardAt] = x1
    for (let cost = 1; ; cost++) {
      this.#how.tick()
      widen(front, { low, high, at: this.#forward, zero, edge: -1 })
      const met = this.#stepForward(box, front, isOdd ? back : undefined)
      if (met !== undefined) return met
      widen(back, { low, high, at: this.#backward, zero, edge: FAR })
      const metBack = this.#stepBackward(box, back, isOdd ? undefined : front)
      if (metBack !== undefined) return metBack
      if (!isMinimal && cost >= this.#expensive) return this.#giveUp(box, front, back)
    }
  }

  #stepForward({ x1, y1 }: Box, front: Range, back: Range | undefined): Middle | undefined {
    const [a, b, at, zero] = [this.#xs.classes, this.#ys.classes, this.#forward, this.#zero]
    for (let d = front.max; d >= front.min; d -= 2) {
      const low = at[zero + d - 1] ?? -1
      const high = at[zero + d + 1] ?? -1
      let x = low < high ? high : low + 1
      while (x < x1 && x - d < y1 && a[x] === b[x - d]) x += 1
      at[zero + d] = x
      if (back !== undefined && back.min <= d && d <= back.max && (this.#backward[zero + d] ?? FAR) <= x)
        return { x, y: x - d, isLowMinimal: true, isHighMinimal: true }
    }
    return undefined
  }

  #stepBackward({ x0, y0 }: Box, back: Range, front: Range | undefined): Middle | undefined {
    const [a, b, at, zero] = [this.#xs.classes, this.#ys.classes, this.#backward, this.#zero]
    for (let d = back.max; d >= back.min; d -= 2) {
      const low = at[zero + d - 1] ?? FAR
      const high = at[zero + d + 1] ?? FAR
      let x = low < high ? low : high - 1
      while (x > x0 && x - d > y0 && a[x - 1] === b[x - d - 1]) x -= 1
      at[zero + d] = x
      if (front !== undefined && front.min <= d && d <= front.max && x <= (this.#forward[zero + d] ?? -1))
        return { x, y: x - d, isLowMinimal: true, isHighMinimal: true }
    }
    return undefined
  }

  /** It took too long: the best place so far has to do. */
  #giveUp({ x0, x1, y0, y1 }: Box, front: Range, back: Range): Middle {
    let best = { sum: -1, x: x0 }
    for (let d = front.max; d >= front.min; d -= 2) {
      let x = Math.min(this.#forward[this.#zero + d] ?? -1, x1)
      if (x - d > y1) x = y1 + d
      if (best.sum < 2 * x - d) best = { sum: 2 * x - d, x }
    }
    let least = { sum: FAR, x: x1 }
    for (let d = back.max; d >= back.min; d -= 2) {
      let x = Math.max(x0, this.#backward[this.#zero + d] ?? FAR)
      if (x - d < y0) x = y0 + d
      if (2 * x - d < least.sum) least = { sum: 2 * x - d, x }
    }
    const isForward = x1 + y1 - least.sum < best.sum - (x0 + y0)
    const { sum, x } = isForward ? best : least
    return { x, y: sum - x, isLowMinimal: isForward, isHighMinimal: !isForward }
  }
}

interface Range {
  min: number
  max: number
}

/** One more diagonal on either side, as far as there are any. */
function widen(
  range: Range,
  on: { readonly low: number; readonly high: number; readonly at: Int32Array; readonly zero: number; readonly edge: number },
): void {
  if (range.min > on.low) {
    range.min -= 1
    on.at[on.zero + range.min - 1] = on.edge
  } else range.min += 1
  if (range.max < on.high) {
    range.max += 1
    on.at[on.zero + range.max + 1] = on.edge
  } else range.max -= 1
}

function scriptOf([side0, side1]: readonly [Side, Side], offset: number): readonly Change[] {
  const changes: Change[] = []
  let i = 0
  let j = 0
  while (i < side0.classes.length || j < side1.classes.length) {
    const [line0, line1] = [i, j]
    while (side0.changed[i + 1] === 1) i += 1
    while (side1.changed[j + 1] === 1) j += 1
    if (i > line0 || j > line1) changes.push({ line0: line0 + offset, line1: line1 + offset, deleted: i - line0, inserted: j - line1 })
    i += 1
    j += 1
  }
  return changes
}
