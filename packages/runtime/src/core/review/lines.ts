import { fail, linesOf, type Hunk, type LineSpan } from '@tabwright/protocol'

/** Some lines as one text. */
export function textAt(lines: readonly string[], { start, count }: LineSpan): string {
  return lines.slice(start, start + count).join('')
}

/** Two texts, and places at which they differ. */
export interface Compared {
  readonly old: string
  readonly now: string
  readonly hunks: readonly Hunk[]
}

/** The old text with these hunks as they are now: what is accepted when they are. @throws FailureError `bad_input` */
export function withNow({ old, now, hunks }: Compared): string {
  const [was, is] = [linesOf(old), linesOf(now)]
  checkHunks(hunks, was.length, is.length)
  return spliced(
    was,
    hunks.map((hunk) => ({ at: hunk.old, text: textAt(is, hunk.now) })),
  )
}

/** The new text with these hunks as they were: what is left when they are refused. @throws FailureError `bad_input` */
export function withOld({ old, now, hunks }: Compared): string {
  const [was, is] = [linesOf(old), linesOf(now)]
  checkHunks(hunks, was.length, is.length)
  return spliced(
    is,
    hunks.map((hunk) => ({ at: hunk.now, text: textAt(was, hunk.old) })),
  )
}

/** A text with other lines at one place. @throws FailureError `bad_input` */
export function withText(now: string, at: LineSpan, text: string): string {
  const lines = linesOf(now)
  if (at.start + at.count > lines.length) fail('bad_input', 'This place is not in the file.')
  return spliced(lines, [{ at, text }])
}

interface Splice {
  readonly at: LineSpan
  readonly text: string
}

function spliced(lines: readonly string[], splices: readonly Splice[]): string {
  const parts: string[] = []
  let from = 0
  for (const { at, text } of splices) {
    parts.push(lines.slice(from, at.start).join(''), text)
    from = at.start + at.count
  }
  parts.push(lines.slice(from).join(''))
  return parts.join('')
}

/** In order, apart from each other, and within both texts. */
function checkHunks(hunks: readonly Hunk[], old: number, now: number): void {
  let [oldEnd, nowEnd] = [0, 0]
  for (const hunk of hunks) {
    const isInOrder = hunk.old.start >= oldEnd && hunk.now.start >= nowEnd
    if (!isInOrder || hunk.old.count + hunk.now.count === 0) fail('bad_input', 'These parts are not parts of this change.')
    oldEnd = hunk.old.start + hunk.old.count
    nowEnd = hunk.now.start + hunk.now.count
  }
  if (oldEnd > old || nowEnd > now) fail('bad_input', 'These parts are not parts of this change.')
}

/** Where the old lines of each hunk stand once all of these are refused. */
export function insteadOf(hunks: readonly Hunk[]): readonly LineSpan[] {
  let moved = 0
  return hunks.map(({ old, now }) => {
    const start = now.start + moved
    moved += old.count - now.count
    return { start, count: old.count }
  })
}

/** Lines around a place that have to be there again; fewer where a neighbour was decided on since. */
const CONTEXTS = [3, 2, 1, 0]

/** A place in a text, and what is to stand there. */
export interface Place {
  readonly within: string
  readonly at: LineSpan
  readonly by: string
}

/**
 * Puts lines in place of others in a text that may have moved on. They are looked for by what they are and by the lines on either side; of
 * several places the nearest counts.
 * @returns undefined when the place is not there any more, or two are as near
 */
export function replacedAgain(current: string, { within, at, by }: Place): string | undefined {
  const known = linesOf(within)
  const lines = linesOf(current)
  for (const context of CONTEXTS) {
    const from = Math.max(0, at.start - context)
    const wanted = known.slice(from, at.start + at.count + context)
    // Nothing says where nothing was.
    if (wanted.length === 0) return undefined
    const found = nearest(lines, wanted, from)
    if (found === 'two') return undefined
    if (found !== undefined) return spliced(lines, [{ at: { start: found + at.start - from, count: at.count }, text: by }])
  }
  return undefined
}

function nearest(lines: readonly string[], wanted: readonly string[], from: number): number | 'two' | undefined {
  const far = (at: number): number => Math.abs(at - from)
  const places: number[] = []
  for (let at = 0; at + wanted.length <= lines.length; at++) if (wanted.every((line, index) => lines[at + index] === line)) places.push(at)
  const [first, second] = places.toSorted((a, b) => far(a) - far(b))
  return first !== undefined && second !== undefined && far(first) === far(second) ? 'two' : first
}
