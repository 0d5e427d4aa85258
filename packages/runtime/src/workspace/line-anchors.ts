/** The same line on two sides, by its index on each. */
export interface Anchor {
  readonly old: number
  readonly now: number
}

/** Two lists of lines as numbers: the same line has the same one, and all are below `different`. */
export interface NumberedSides {
  readonly old: Int32Array
  readonly now: Int32Array
  readonly different: number
}

/** Lines that stand once on either side, as many of them as are in the same order on both; in order. */
export function anchors({ old, now, different }: NumberedSides): readonly Anchor[] {
  const [inOld, inNow] = [onceIn(old, different), onceIn(now, different)]
  const common: Anchor[] = []
  let [isInOrder, last] = [true, -1]
  for (let at = 0; at < old.length; at++) {
    const line = old[at] ?? 0
    const other = (inNow[line] ?? 0) - 1
    if (inOld[line] !== at + 1 || other < 0) continue
    common.push({ old: at, now: other })
    isInOrder &&= other > last
    last = other
  }
  return isInOrder ? common : longestInOrder(common)
}

/** One behind the place of each line; 0: it does not stand there, -1: it does at several places. */
function onceIn(lines: Int32Array, different: number): Int32Array {
  const places = new Int32Array(different)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? 0
    places[line] = places[line] === 0 ? at + 1 : -1
  }
  return places
}

interface Chained extends Anchor {
  readonly before: Chained | undefined
}

/** Of pairs in the order of one side, the most that are in the order of the other too. */
function longestInOrder(pairs: readonly Anchor[]): readonly Anchor[] {
  // The end of the best chain of each length so far.
  const ends: Chained[] = []
  for (const pair of pairs) {
    const length = firstBehind(ends, pair.now)
    ends[length] = { old: pair.old, now: pair.now, before: ends[length - 1] }
  }
  const chain: Anchor[] = []
  for (let one = ends.at(-1); one !== undefined; one = one.before) chain.push(one)
  return chain.reverse()
}

function firstBehind(ends: readonly Chained[], now: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle]?.now ?? Infinity) < now) low = middle + 1
    else high = middle
  }
  return low
}
