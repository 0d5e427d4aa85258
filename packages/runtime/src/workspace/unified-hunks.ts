import { structuredPatch } from 'diff'

// As for line counts: beyond either bound the whole is replaced, which is true too.
const MAX_EDITS = 20_000
const MAX_MS = 2000

/** What leads from one text to the other, as the part of a patch behind its names; empty where they are equal. */
export function unifiedHunks(before: string, after: string): string {
  if (before === after) return ''
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: 3, maxEditLength: MAX_EDITS, timeout: MAX_MS })
  if (patch === undefined) return replaced(before, after)
  return patch.hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => hunk(span(oldStart, oldLines), span(newStart, newLines), lines))
    .join('')
}

function hunk(old: string, now: string, lines: readonly string[]): string {
  return `@@ -${old} +${now} @@\n${lines.map((line) => `${line}\n`).join('')}`
}

function span(start: number, lines: number): string {
  return lines === 1 ? `${start}` : `${start},${lines}`
}

function replaced(before: string, after: string): string {
  const [old, now] = [marked('-', before), marked('+', after)]
  return hunk(span(old.count > 0 ? 1 : 0, old.count), span(now.count > 0 ? 1 : 0, now.count), [...old.lines, ...now.lines])
}

function marked(mark: string, text: string): { readonly count: number; readonly lines: readonly string[] } {
  if (text === '') return { count: 0, lines: [] }
  const lines = text.split('\n')
  const isEnded = lines.at(-1) === ''
  if (isEnded) lines.pop()
  const shown = lines.map((line) => `${mark}${line}`)
  return { count: lines.length, lines: isEnded ? shown : [...shown, '\\ No newline at end of file'] }
}
