import { lineKey, linesOf } from './diff/lines'
import type { FilePatch, PatchHunk } from './patch-file'

/** How a patch is put onto a text. */
export interface HunkStyle {
  /** Lines around a change that have to be there; undefined: all. */
  readonly context: number | undefined
  readonly isUnifiedZero: boolean
  readonly ignoresSpace: boolean
}

/** A text after a patch, or the hunk that did not fit. */
export type Patched = { readonly type: 'text'; readonly text: string } | { readonly type: 'failed'; readonly hunk: PatchHunk }

/** Puts all hunks of a patch onto a text. */
export function patched(text: string, patch: FilePatch, style: HunkStyle): Patched {
  const image: Image = { lines: linesOf(text), isDone: [] }
  image.isDone = image.lines.map(() => false)
  for (const hunk of patch.hunks) if (!applyHunk(image, hunk, style)) return { type: 'failed', hunk }
  return { type: 'text', text: image.lines.join('') }
}

interface Image {
  lines: string[]
  isDone: boolean[]
}

function applyHunk(image: Image, hunk: PatchHunk, style: HunkStyle): boolean {
  let lines = [...hunk.lines]
  const leading = (): number => lines.findIndex(({ sign }) => sign !== ' ')
  const trailing = (): number => lines.length - 1 - lines.findLastIndex(({ sign }) => sign !== ' ')
  let isBegin = hunk.oldStart === 0 || (hunk.oldStart === 1 && !style.isUnifiedZero)
  let isEnd = !style.isUnifiedZero && trailing() === 0
  let place = Math.max(0, hunk.newStart - 1)
  for (;;) {
    const old = lines.flatMap(({ sign, text }) => (sign === '+' ? [] : [text]))
    const at = placeOf(image, old, { place, isBegin, isEnd, ignoresSpace: style.ignoresSpace })
    if (at !== undefined) {
      splice(image, lines, at)
      return true
    }
    const least = style.context ?? Number.POSITIVE_INFINITY
    if (leading() <= least && trailing() <= least) return false
    if (isBegin || isEnd) {
      isBegin = false
      isEnd = false
      continue
    }
    const [before, after] = [leading(), trailing()]
    if (before >= after) {
      lines = lines.slice(1)
      place += 1
    }
    if (after >= before) lines = lines.slice(0, -1)
  }
}

function splice(image: Image, lines: PatchHunk['lines'], at: number): void {
  const fresh: string[] = []
  const isDone: boolean[] = []
  let from = at
  for (const { sign, text } of lines) {
    if (sign === '+') {
      fresh.push(text)
      isDone.push(true)
      continue
    }
    if (sign === ' ') {
      fresh.push(image.lines[from] ?? text)
      isDone.push(true)
    }
    from += 1
  }
  image.lines.splice(at, from - at, ...fresh)
  image.isDone.splice(at, from - at, ...isDone)
}

interface Wanted {
  readonly place: number
  readonly isBegin: boolean
  readonly isEnd: boolean
  readonly ignoresSpace: boolean
}

/** The place nearest to where the lines are said to be; later ones are tried first. */
function placeOf(image: Image, old: readonly string[], wanted: Wanted): number | undefined {
  const last = image.lines.length
  const start = Math.min(last, wanted.isBegin ? 0 : wanted.isEnd ? Math.max(0, last - old.length) : wanted.place)
  if (fits(image, old, { ...wanted, place: start })) return start
  for (let step = 1; start + step <= last || start - step >= 0; step++) {
    if (start + step <= last && fits(image, old, { ...wanted, place: start + step })) return start + step
    if (start - step >= 0 && fits(image, old, { ...wanted, place: start - step })) return start - step
  }
  return undefined
}

function fits(image: Image, old: readonly string[], { place, isBegin, isEnd, ignoresSpace }: Wanted): boolean {
  if (isBegin && place !== 0) return false
  if (place + old.length > image.lines.length) return false
  if (isEnd && place + old.length !== image.lines.length) return false
  return old.every((line, i) => {
    if (image.isDone[place + i]) return false
    const there = image.lines[place + i] ?? ''
    return there === line || (ignoresSpace && lineKey(there, { space: 'amount' }) === lineKey(line, { space: 'amount' }))
  })
}
