import type { Hunk, LineSpan } from './review'

/** A place that some of several texts changed of the one they come from: where it is in that one, and in each of them. */
export interface Region {
  readonly base: LineSpan
  readonly sides: readonly LineSpan[]
}

/**
 * The places at which any of several texts differs from the one they all come from; changes that touch are one place, as nobody can say which
 * of the two comes first.
 * @param changes for each text, where it differs, in order
 */
export function regionsOf(changes: readonly (readonly Hunk[])[]): readonly Region[] {
  const spans = changes.flatMap((hunks) => hunks.map(({ old }) => old)).toSorted((a, b) => a.start - b.start || a.count - b.count)
  const places: LineSpan[] = []
  for (const span of spans) {
    const last = places.at(-1)
    if (!last || span.start > last.start + last.count) places.push(span)
    else places[places.length - 1] = { start: last.start, count: Math.max(last.count, span.start + span.count - last.start) }
  }
  const found = changes.map((hunks) => sideSpans(hunks, places))
  return places.map((base, at) => ({ base, sides: found.map((spansOf) => spansOf[at] ?? base) }))
}

/** Where the places are in a text; no place cuts one of its hunks. */
function sideSpans(hunks: readonly Hunk[], places: readonly LineSpan[]): readonly LineSpan[] {
  let [next, moved] = [0, 0]
  return places.map(({ start, count }) => {
    const from = start + moved
    for (let hunk = hunks[next]; hunk && hunk.old.start <= start + count; hunk = hunks[++next]) moved += hunk.now.count - hunk.old.count
    return { start: from, count: start + count + moved - from }
  })
}
