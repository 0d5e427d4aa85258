/** Slides groups of changed lines to where people expect them, as git does. */
const MAX_SLIDE = 100
const MAX_BLANKS = 20
const MAX_INDENT = 200

interface Group {
  start: number
  end: number
}

/** One side that is worked on. */
export interface CompactSide {
  readonly ids: Int32Array
  readonly changed: Uint8Array
  readonly lines: readonly string[]
}

class Groups {
  readonly side: CompactSide
  readonly group: Group = { start: 0, end: 0 }

  constructor(side: CompactSide) {
    this.side = side
    while (side.changed[this.group.end]) this.group.end += 1
  }

  get isEmpty(): boolean {
    return this.group.start === this.group.end
  }

  next(): boolean {
    const { group, side } = this
    if (group.end >= side.ids.length) return false
    group.start = group.end + 1
    group.end = group.start
    while (side.changed[group.end]) group.end += 1
    return true
  }

  previous(): boolean {
    const { group, side } = this
    if (group.start === 0) return false
    group.end = group.start - 1
    group.start = group.end
    while (side.changed[group.start - 1]) group.start -= 1
    return true
  }

  slideDown(): boolean {
    const { group, side } = this
    if (group.end >= side.ids.length || side.ids[group.start] !== side.ids[group.end]) return false
    side.changed[group.start++] = 0
    side.changed[group.end++] = 1
    while (side.changed[group.end]) group.end += 1
    return true
  }

  slideUp(): boolean {
    const { group, side } = this
    if (group.start <= 0 || side.ids[group.start - 1] !== side.ids[group.end - 1]) return false
    side.changed[--group.start] = 1
    side.changed[--group.end] = 0
    while (side.changed[group.start - 1]) group.start -= 1
    return true
  }
}

/** @param isIndented tries to begin and end where the indentation says so */
export function compact(side: CompactSide, other: CompactSide, isIndented: boolean): void {
  const mine = new Groups(side)
  const theirs = new Groups(other)
  do {
    if (!mine.isEmpty) settle(mine, theirs, isIndented)
    theirs.next()
  } while (mine.next())
}

function settle(mine: Groups, theirs: Groups, isIndented: boolean): void {
  let size: number
  let earliest: number
  let matching: number
  do {
    size = mine.group.end - mine.group.start
    matching = -1
    while (mine.slideUp()) theirs.previous()
    earliest = mine.group.end
    if (!theirs.isEmpty) matching = mine.group.end
    while (mine.slideDown()) {
      theirs.next()
      if (!theirs.isEmpty) matching = mine.group.end
    }
  } while (size !== mine.group.end - mine.group.start)
  if (mine.group.end === earliest) return
  if (matching !== -1) {
    while (theirs.isEmpty && mine.slideUp()) theirs.previous()
  } else if (isIndented) {
    const best = bestEnd(mine, size, earliest)
    while (mine.group.end > best && mine.slideUp()) theirs.previous()
  }
}

function bestEnd(mine: Groups, size: number, earliest: number): number {
  const { end } = mine.group
  const { lines } = mine.side
  let best = -1
  let bestScore = { indent: 0, penalty: 0 }
  for (let shift = Math.max(earliest, end - size - 1, end - MAX_SLIDE); shift <= end; shift++) {
    const score = { indent: 0, penalty: 0 }
    addSplit(lines, shift, score)
    addSplit(lines, shift - size, score)
    const order = 60 * Math.sign(score.indent - bestScore.indent) + (score.penalty - bestScore.penalty)
    if (best === -1 || order <= 0) {
      best = shift
      bestScore = score
    }
  }
  return best
}

function indentOf(line: string): number {
  let indent = 0
  for (const character of line) {
    if (character === ' ') indent += 1
    else if (character === '\t') indent += 8 - (indent % 8)
    else if (!/\s/.test(character)) return indent
    if (indent >= MAX_INDENT) return MAX_INDENT
  }
  return -1
}

function nearest(lines: readonly string[], from: number, step: 1 | -1): { readonly indent: number; readonly blank: number } {
  let blank = 0
  for (let i = from; i >= 0 && i < lines.length; i += step) {
    const indent = indentOf(lines[i] ?? '')
    if (indent !== -1) return { indent, blank }
    blank += 1
    if (blank === MAX_BLANKS) return { indent: 0, blank }
  }
  return { indent: -1, blank }
}

/** How bad it is to cut before a line; the weights are git's. */
function addSplit(lines: readonly string[], split: number, score: { indent: number; penalty: number }): void {
  const isEnd = split >= lines.length
  const own = isEnd ? -1 : indentOf(lines[split] ?? '')
  const before = nearest(lines, split - 1, -1)
  const after = nearest(lines, split + 1, 1)
  if (before.indent === -1 && before.blank === 0) score.penalty += 1
  if (isEnd) score.penalty += 21
  const postBlank = own === -1 ? 1 + after.blank : 0
  const blank = before.blank + postBlank
  score.penalty += -30 * blank + 6 * postBlank
  const indent = own === -1 ? after.indent : own
  score.indent += indent
  if (indent === -1 || before.indent === -1 || indent === before.indent) return
  const hasBlank = blank !== 0
  if (indent > before.indent) score.penalty += hasBlank ? 10 : -4
  else if (after.indent !== -1 && after.indent > indent) score.penalty += hasBlank ? 17 : 24
  else score.penalty += hasBlank ? 17 : 23
}
