import { lineChanges } from './line-diff'
import { linesOf, type Change } from './lines'

/** What stands at the conflict markers, and whom to prefer. */
export interface MergeStyle {
  readonly ours: string
  readonly theirs: string
  readonly base: string
  readonly style: 'merge' | 'diff3'
  readonly favor?: 'ours' | 'theirs' | 'union' | undefined
  readonly space?: 'all' | 'amount' | 'end' | 'cr' | undefined
  readonly markerSize?: number
}

export interface MergedText {
  readonly text: string
  readonly conflicts: number
}

/** A place that was changed: by us (1), by them (2), by both the same way (4) or in conflict (0). */
interface Place {
  mode: number
  i0: number
  n0: number
  i1: number
  n1: number
  i2: number
  n2: number
}

/** Merges two texts that come from one. */
export function mergeTexts(base: string, texts: { readonly ours: string; readonly theirs: string }, style: MergeStyle): MergedText {
  const lines = { base: linesOf(base), ours: linesOf(texts.ours), theirs: linesOf(texts.theirs) }
  const how = { algorithm: 'histogram' as const, isIndented: false, space: style.space }
  const ours = lineChanges(lines.base, lines.ours, how)
  const theirs = lineChanges(lines.base, lines.theirs, how)
  if (ours.length === 0) return { text: texts.theirs, conflicts: 0 }
  if (theirs.length === 0) return { text: texts.ours, conflicts: 0 }
  let places = placesOf(ours, theirs, lines)
  if (style.style === 'merge') places = joinedPlaces(places.flatMap((place) => refined(place, lines, how)))
  return written(places, lines, style)
}

interface Lines {
  readonly base: readonly string[]
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

function append(places: Place[], place: Place): void {
  const last = places.at(-1)
  if (last === undefined || (place.i1 > last.i1 + last.n1 && place.i2 > last.i2 + last.n2)) {
    places.push(place)
    return
  }
  if (place.mode !== last.mode) last.mode = 0
  last.n0 = place.i0 + place.n0 - last.i0
  last.n1 = place.i1 + place.n1 - last.i1
  last.n2 = place.i2 + place.n2 - last.i2
}

function placesOf(ours: readonly Change[], theirs: readonly Change[], lines: Lines): Place[] {
  const places: Place[] = []
  let x = 0
  let y = 0
  while (x < ours.length || y < theirs.length) {
    const a = ours[x]
    const b = theirs[y]
    if (a !== undefined && (b === undefined || a.a1 < b.a0)) {
      const shift = b === undefined ? lines.theirs.length - lines.base.length : b.b0 - b.a0
      append(places, { mode: 1, i0: a.a0, n0: a.a1 - a.a0, i1: a.b0, n1: a.b1 - a.b0, i2: a.a0 + shift, n2: a.a1 - a.a0 })
      x += 1
    } else if (b !== undefined && (a === undefined || b.a1 < a.a0)) {
      const shift = a === undefined ? lines.ours.length - lines.base.length : a.b0 - a.a0
      append(places, { mode: 2, i0: b.a0, n0: b.a1 - b.a0, i1: b.a0 + shift, n1: b.a1 - b.a0, i2: b.b0, n2: b.b1 - b.b0 })
      y += 1
    } else if (a !== undefined && b !== undefined) {
      if (!isSameChange(a, b, lines)) append(places, conflictOf(a, b))
      if (a.a1 >= b.a1) y += 1
      if (b.a1 >= a.a1) x += 1
    }
  }
  return places
}

function isSameChange(a: Change, b: Change, lines: Lines): boolean {
  if (a.a0 !== b.a0 || a.a1 !== b.a1 || a.b1 - a.b0 !== b.b1 - b.b0) return false
  for (let i = 0; i < a.b1 - a.b0; i++) if (lines.ours[a.b0 + i] !== lines.theirs[b.b0 + i]) return false
  return true
}

function conflictOf(a: Change, b: Change): Place {
  const start = Math.min(a.a0, b.a0)
  const end = Math.max(a.a1, b.a1)
  const i1 = a.b0 - (a.a0 - start)
  const i2 = b.b0 - (b.a0 - start)
  return { mode: 0, i0: start, n0: end - start, i1, n1: a.b1 + (end - a.a1) - i1, i2, n2: b.b1 + (end - b.a1) - i2 }
}

/** A conflict without the lines that both sides have. */
function refined(place: Place, lines: Lines, how: Parameters<typeof lineChanges>[2]): Place[] {
  if (place.mode !== 0 || place.n1 === 0 || place.n2 === 0) return [place]
  const changes = lineChanges(lines.ours.slice(place.i1, place.i1 + place.n1), lines.theirs.slice(place.i2, place.i2 + place.n2), how)
  if (changes.length === 0) return [{ ...place, mode: 4 }]
  return changes.map(({ a0, a1, b0, b1 }) => ({ ...place, i1: place.i1 + a0, n1: a1 - a0, i2: place.i2 + b0, n2: b1 - b0 }))
}

/** Conflicts with at most three lines between them become one. */
function joinedPlaces(places: readonly Place[]): Place[] {
  const out: Place[] = []
  for (const place of places) {
    const last = out.at(-1)
    if (last?.mode !== 0 || place.mode !== 0 || place.i1 - (last.i1 + last.n1) > 3) out.push(place)
    else {
      last.n1 = place.i1 + place.n1 - last.i1
      last.n2 = place.i2 + place.n2 - last.i2
    }
  }
  return out
}

function ended(lines: readonly string[]): string {
  const text = lines.join('')
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function written(places: readonly Place[], lines: Lines, style: MergeStyle): MergedText {
  const out: string[] = []
  let at = 0
  let conflicts = 0
  const favor = style.favor === undefined ? 0 : { ours: 1, theirs: 2, union: 3 }[style.favor]
  for (const place of places) {
    const mode = place.mode === 0 ? favor : place.mode
    if (mode === 4) continue
    const ours = lines.ours.slice(place.i1, place.i1 + place.n1)
    const theirs = lines.theirs.slice(place.i2, place.i2 + place.n2)
    out.push(...lines.ours.slice(at, place.i1))
    if (mode === 0) {
      conflicts += 1
      out.push(conflictText({ ours, theirs, base: lines.base.slice(place.i0, place.i0 + place.n0) }, style))
    } else {
      if (mode & 1) out.push(mode === 3 ? ended(ours) : ours.join(''))
      if (mode & 2) out.push(theirs.join(''))
    }
    at = place.i1 + place.n1
  }
  out.push(...lines.ours.slice(at))
  return { text: out.join(''), conflicts }
}

function conflictText(part: Lines, style: MergeStyle): string {
  const marker = (sign: string, label: string): string => `${sign.repeat(style.markerSize ?? 7)}${label === '' ? '' : ` ${label}`}\n`
  const eol = [...part.ours, ...part.theirs].some((line) => line.endsWith('\r\n')) ? '\r\n' : '\n'
  const line = (sign: string, label: string): string => marker(sign, label).replace(/\n$/, eol)
  const base = style.style === 'diff3' ? line('|', style.base) + ended(part.base) : ''
  return line('<', style.ours) + ended(part.ours) + base + line('=', '') + ended(part.theirs) + line('>', style.theirs)
}
