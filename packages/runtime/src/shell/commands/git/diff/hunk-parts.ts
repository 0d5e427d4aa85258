import { lineChanges } from './line-diff'
import type { Change } from './lines'
import type { PatchStyle } from './patch'

/** The lines of both sides. */
export interface TwoTexts {
  readonly a: readonly string[]
  readonly b: readonly string[]
}

/** Changes that are shown together, and the lines around them. */
export interface HunkPart {
  readonly changes: readonly Change[]
  readonly from: { readonly a: number; readonly b: number }
  readonly to: { readonly a: number; readonly b: number }
}

interface Marked extends Change {
  /** It does not count: only lines that are to be ignored. */
  readonly isIgnored: boolean
}

type PartStyle = Pick<PatchStyle, 'context' | 'interHunk' | 'isFunctionContext' | 'heading'>

const functionHead = (line: string): string | undefined => (/^[A-Za-z_$]/.test(line) ? line : undefined)

/** What a line tells of the part that it begins. */
export function headingOf(line: string, heading: PatchStyle['heading'] = functionHead): string | undefined {
  return heading(line.replace(/\n$/, ''))
}

function markedChanges({ a, b }: TwoTexts, style: PatchStyle): readonly Marked[] {
  return lineChanges(a, b, style).map((change) => {
    const lines = [...a.slice(change.a0, change.a1), ...b.slice(change.b0, change.b1)]
    const isBlank = style.ignoreBlankLines && lines.every((line) => (style.space === undefined ? line.length <= 1 : line.trim() === ''))
    return { ...change, isIgnored: isBlank || (style.ignores !== undefined && lines.every(style.ignores)) }
  })
}

/** Changes that count when nothing is shown around them. */
export function countedChanges(texts: TwoTexts, style: PatchStyle): readonly Change[] {
  return markedChanges(texts, style).filter(({ isIgnored }) => !isIgnored)
}

/** The hunks of two texts. */
export function hunkParts(texts: TwoTexts, style: PatchStyle): readonly HunkPart[] {
  const changes = markedChanges(texts, style)
  const out: HunkPart[] = []
  for (let at = 0; ;) {
    const found = hunkFrom(changes, at, style)
    if (found === undefined) return out
    const { part, end } = new Around(texts, changes, style).of({ from: at, ...found })
    out.push(part)
    at = end
  }
}

/** The next changes that share a hunk. One that does not count is shown where it stands between others, and nowhere else. */
function hunkFrom(
  changes: readonly Marked[],
  from: number,
  { context, interHunk }: PartStyle,
): { readonly start: number; readonly end: number } | undefined {
  const gap = (left: Marked, right: Marked): number => right.a0 - left.a1
  let start = from
  for (let at = from; changes[at]?.isIgnored === true; at++) {
    const [here, next] = [changes[at], changes[at + 1]]
    if (here !== undefined && (next === undefined || gap(here, next) >= context)) start = at + 1
  }
  let last = changes[start]
  if (last === undefined) return undefined
  let [end, ignored] = [start + 1, 0]
  for (let at = start + 1; at < changes.length; at++) {
    const [before, change] = [changes[at - 1], changes[at]]
    if (before === undefined || change === undefined) break
    const distance = gap(before, change)
    const most = 2 * context + interHunk
    const isNear = distance < context
    if (distance > most) break
    if (!isNear && last !== before && change.a0 + ignored - last.a1 > most) break
    if (change.isIgnored && !(isNear && last === before)) ignored += change.b1 - change.b0
    else [last, end, ignored] = [change, at + 1, 0]
  }
  return { start, end }
}

/** Where a hunk is in the list of changes; `from` is where the one before it ended. */
interface Place {
  readonly from: number
  readonly start: number
  readonly end: number
}

const NO_CHANGE: Change = { a0: 0, a1: 0, b0: 0, b1: 0 }

/** Finds the lines around changes: so many, or the whole functions that they stand in. */
class Around {
  readonly #texts: TwoTexts
  readonly #changes: readonly Marked[]
  readonly #style: PartStyle

  constructor(texts: TwoTexts, changes: readonly Marked[], style: PartStyle) {
    this.#texts = texts
    this.#changes = changes
    this.#style = style
  }

  of(place: Place): { readonly part: HunkPart; readonly end: number } {
    const above = this.#above(place)
    const below = this.#below(place)
    return { part: { changes: this.#changes.slice(above.start, below.end), from: above.from, to: below.to }, end: below.end }
  }

  #above({ from, start }: Place): { readonly from: HunkPart['from']; readonly start: number } {
    const first = this.#changes[start] ?? NO_CHANGE
    const { context } = this.#style
    const usual = { a: Math.max(0, first.a0 - context), b: Math.max(0, first.b0 - context) }
    const top = this.#functionTop(first)
    if (top === undefined || top >= usual.a) return { from: usual, start }
    const at = { a: top, b: Math.max(usual.b - (usual.a - top), 0) }
    let reached = from
    while (reached < start) {
      const change = this.#changes[reached] ?? NO_CHANGE
      if (change.a1 > at.a || change.b1 > at.b) break
      reached += 1
    }
    // A change that does not count is shown after all where the function that is shown reaches up to it.
    return reached < start ? this.#above({ from: reached, start: reached, end: start }) : { from: at, start }
  }

  /** Where the function begins that a change is in; undefined where whole functions are not wanted, or one came as a whole. */
  #functionTop({ a0, b0 }: Change): number | undefined {
    const { a, b } = this.#texts
    if (!this.#style.isFunctionContext) return undefined
    if (a0 >= a.length && b.slice(b0).some((line) => this.#isHead(line))) return undefined
    let top = this.#headFrom(Math.min(a0, a.length - 1), -1)
    while (top > 0 && !isEmpty(a[top - 1]) && !this.#isHead(a[top - 1] ?? '')) top -= 1
    return Math.max(top, 0)
  }

  #below({ end }: Pick<Place, 'end'>): { readonly to: HunkPart['to']; readonly end: number } {
    const { a, b } = this.#texts
    const { context } = this.#style
    const last = this.#changes[end - 1] ?? NO_CHANGE
    const after = Math.min(context, a.length - last.a1, b.length - last.b1)
    const usual = { a: last.a1 + after, b: last.b1 + after }
    if (!this.#style.isFunctionContext) return { to: usual, end }
    let bottom = this.#headFrom(last.a1, a.length)
    while (bottom > 0 && isEmpty(a[bottom - 1])) bottom -= 1
    if (bottom < 0) bottom = a.length
    const to = bottom > usual.a ? { a: bottom, b: Math.min(usual.b + (bottom - usual.a), b.length) } : usual
    const next = this.#changes[end]
    if (next === undefined) return { to, end }
    const line = Math.min(next.a0, a.length - 1)
    return line - context <= to.a || this.#headFrom(line, to.a) < 0 ? this.#below({ end: end + 1 }) : { to, end }
  }

  #isHead(line: string): boolean {
    return headingOf(line, this.#style.heading) !== undefined
  }

  /** The first line that begins a function, from one line up or down to another, which is not looked at. */
  #headFrom(start: number, limit: number): number {
    const { a } = this.#texts
    const step = start > limit ? -1 : 1
    for (let i = start; i !== limit && i >= 0 && i < a.length; i += step) if (this.#isHead(a[i] ?? '')) return i
    return -1
  }
}

function isEmpty(line: string | undefined): boolean {
  return line === undefined || line.trim() === ''
}
