import type { FileHits, LineHit } from '@tabwright/protocol'

/** A line of the list of hits: a file, or a line of it. */
export type HitRow =
  | { readonly type: 'file'; readonly path: string; readonly lines: number; readonly first: number }
  | { readonly type: 'line'; readonly path: string; readonly hit: LineHit }

/** Files and below each its lines. */
export function hitRows(found: readonly FileHits[]): readonly HitRow[] {
  return found.flatMap(({ path, hits }): readonly HitRow[] => [
    { type: 'file', path, lines: hits.length, first: hits[0]?.line ?? 1 },
    ...hits.map((hit): HitRow => ({ type: 'line', path, hit })),
  ])
}

/** A hit's text in three: what comes before, what was found, what comes behind. Where only the line is known, nothing is marked. */
export function markedText({ text, mark }: LineHit): readonly [string, string, string] {
  if (mark === undefined) return [text, '', '']
  return [text.slice(0, mark.from), text.slice(mark.from, mark.to), text.slice(mark.to)]
}
