import { linesOf } from '@tabwright/protocol'

/** Whole lines of a text, by offsets. */
interface Place {
  readonly from: number
  readonly to: number
}

/** Where lines occur that are the wanted ones but for white space; where none do, words that name the place that comes nearest. */
export interface Alike {
  readonly places: readonly Place[]
  readonly nearest: string
}

/** Places are looked for so far apart that more than two would say nothing more. */
const MOST_PLACES = 2
/** Lines of the nearest place that are shown. */
const MOST_SHOWN = 12

const plain = (line: string): string => line.trim().replaceAll(/\s+/g, ' ')

/** Blank lines count as they are; a piece of nothing but white space is nowhere. */
export function alikeLines(content: string, wanted: string): Alike {
  const lines = linesOf(content)
  const [have, want] = [lines.map(plain), linesOf(wanted).map(plain)]
  if (want.every((line) => line === '')) return { places: [], nearest: '' }
  const places: Place[] = []
  let best = { at: -1, same: 0 }
  for (let at = 0; at < have.length && places.length < MOST_PLACES; at++) {
    const same = sameFrom(have, want, at)
    if (same === want.length) places.push(placeOf(lines, at, want.length))
    else if (same > best.same) best = { at, same }
  }
  return { places, nearest: best.at < 0 ? '' : nearestText(lines, best.at, want.length) }
}

/** How many lines are the same, if the first is: a place is known by how it begins. */
function sameFrom(have: readonly string[], want: readonly string[], at: number): number {
  if (have[at] !== want[0]) return 0
  let same = 0
  for (let index = 0; index < want.length; index++) if (have[at + index] === want[index]) same++
  return same
}

function placeOf(lines: readonly string[], at: number, count: number): Place {
  const from = lines.slice(0, at).join('').length
  return { from, to: from + lines.slice(at, at + count).join('').length }
}

function nearestText(lines: readonly string[], at: number, count: number): string {
  const shown = lines
    .slice(at, at + Math.min(count, MOST_SHOWN))
    .join('')
    .trimEnd()
  return ` The nearest place begins at line ${at + 1}:\n${shown}\n`
}
