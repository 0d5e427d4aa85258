import { changesBetween } from './diff-script'
import { endedLine, type DiffText } from './diff-text'

/** Lines of a file, from 1; where there is none, the last is one less than the first. */
export interface Lines {
  readonly first: number
  readonly last: number
  readonly text: readonly string[]
}

/** Which file is other than the two that agree, in the order of the block; `all`: no two agree. */
export type Odd = 0 | 1 | 2 | 'all'

/** A place where three files differ. The third is the one that the two others were compared with. */
export interface Block3 {
  readonly odd: Odd
  readonly lines: readonly [Lines, Lines, Lines]
}

/** A difference of one file and the common one. */
interface Two {
  readonly own: Lines
  readonly common: Lines
}

/** So many equal lines around the changes take part, that both comparisons put their changes to the same place. */
const HORIZON = 100

function linesOf(text: DiffText, start: number, count: number): Lines {
  return { first: start + 1, last: start + count, text: Array.from({ length: count }, (_, i) => endedLine(text, start + i)) }
}

function differences(own: DiffText, common: DiffText, tick: () => void): Two[] {
  const [keys0, keys1] = [own, common].map((text) => text.lines.map((_, at) => endedLine(text, at)))
  const changes = changesBetween(keys0 ?? [], keys1 ?? [], { isMinimal: false, horizon: HORIZON, tick })
  return changes.map(({ line0, line1, deleted, inserted }) => ({
    own: linesOf(own, line0, deleted),
    common: linesOf(common, line1, inserted),
  }))
}

type Side = 0 | 1
type Pair = readonly [Two[], Two[]]

interface Group {
  readonly used: Pair
  /** Whose difference is the first. */
  readonly low: Side
  /** Whose reaches furthest. */
  readonly high: Side
}

/** Takes the differences that touch one another in the common file. */
function nextGroup(left: Pair): Group {
  const [one, two] = [left[0][0], left[1][0]]
  const low: Side = one === undefined ? 1 : two === undefined ? 0 : one.common.first > two.common.first ? 1 : 0
  const used: Pair = [[], []]
  let high: Side = low
  let reach = 0
  const take = (side: Side): number => {
    const taken = left[side].shift()
    if (taken === undefined) return reach
    used[side].push(taken)
    return taken.common.last
  }
  reach = take(low)
  for (;;) {
    const other: Side = high === 0 ? 1 : 0
    const next = left[other][0]
    if (next === undefined || next.common.first > reach + 1) return { used, low, high }
    const end = take(other)
    if (end > reach) {
      high = other
      reach = end
    }
  }
}

const NONE: Lines = { first: 0, last: 0, text: [] }

/** The lines of the common file in a group: each is in one of its differences. */
function commonLines({ used, low, high }: Group): Lines {
  const first = used[low][0]?.common.first ?? 0
  const last = used[high].at(-1)?.common.last ?? 0
  const text: string[] = []
  for (const { common } of used.flat()) for (const [i, line] of common.text.entries()) text[common.first - first + i] = line
  return { first, last, text }
}

/** The lines of one of the two files in a group: its differences, and what it has in common between them. */
function ownLines(used: readonly Two[], common: Lines, before: readonly [Lines, Lines]): Lines {
  const [start, end] = [used[0], used.at(-1)]
  // A file without a difference here is the common one, moved by what came before.
  const shift = before[0].last - before[1].last
  if (start === undefined || end === undefined) return { first: common.first + shift, last: common.last + shift, text: common.text }
  const text: string[] = []
  let at = common.first
  for (const two of used) {
    text.push(...common.text.slice(at - common.first, two.common.first - common.first), ...two.own.text)
    at = two.common.last + 1
  }
  text.push(...common.text.slice(at - common.first))
  return {
    first: common.first - start.common.first + start.own.first,
    last: common.last - end.common.last + end.own.last,
    text,
  }
}

/** Where two files differ from a common one, in order. That one is given for each: a pipe has nothing left when it is read again. */
export function blocksOf3(
  files: readonly [DiffText, DiffText],
  commons: readonly [DiffText, DiffText],
  tick: () => void,
): readonly Block3[] {
  const left: Pair = [differences(files[0], commons[0], tick), differences(files[1], commons[1], tick)]
  const blocks: Block3[] = []
  let before: Block3['lines'] = [NONE, NONE, NONE]
  while (left[0].length > 0 || left[1].length > 0) {
    const group = nextGroup(left)
    const common = commonLines(group)
    const [one, two] = [ownLines(group.used[0], common, [before[0], before[2]]), ownLines(group.used[1], common, [before[1], before[2]])]
    const isSame = one.text.join('') === two.text.join('')
    const odd: Odd = group.used[0].length === 0 ? 1 : group.used[1].length === 0 ? 0 : isSame ? 2 : 'all'
    before = [one, two, common]
    blocks.push({ odd, lines: before })
  }
  return blocks
}
