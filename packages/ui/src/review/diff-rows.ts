import { structuredPatch } from 'diff'
import { t } from '../language'

/** A line of a unified diff. `mark`: the part of the text that differs from its counterpart, as offsets. */
export type DiffRow =
  | {
      readonly type: 'same' | 'added' | 'removed'
      readonly before?: number
      readonly after?: number
      readonly text: string
      readonly mark?: Mark
    }
  /** Unchanged lines that are not shown. */
  | { readonly type: 'fold'; readonly lines: number }
  /** The file ends here without a newline. */
  | { readonly type: 'note'; readonly text: string }

export interface Mark {
  readonly from: number
  readonly to: number
}

export interface Diff {
  readonly rows: readonly DiffRow[]
  readonly added: number
  readonly removed: number
}

/** Above this a line diff of two unlike texts would hold the page up; 200 ms is a dozen frames. */
const TIME_LIMIT_MS = 200

/**
 * The unified diff of two texts with three lines of context. `null` stands for a file that is not there.
 * `undefined` when the texts are too unlike to be compared in time.
 */
export function diffRows(before: string | null, after: string | null, context = 3): Diff | undefined {
  const patch = structuredPatch('', '', before ?? '', after ?? '', '', '', { context, timeout: TIME_LIMIT_MS })
  if (patch === undefined) return undefined
  const rows: DiffRow[] = []
  let added = 0
  let removed = 0
  let shownTo = 1
  for (const hunk of patch.hunks) {
    if (hunk.oldStart > shownTo) rows.push({ type: 'fold', lines: hunk.oldStart - shownTo })
    shownTo = hunk.oldStart + hunk.oldLines
    rows.push(...hunkRows(hunk.lines, hunk.oldStart, hunk.newStart))
  }
  const rest = lineCount(before ?? '') - shownTo + 1
  if (rest > 0 && rows.length > 0) rows.push({ type: 'fold', lines: rest })
  for (const row of rows) {
    if (row.type === 'added') added += 1
    if (row.type === 'removed') removed += 1
  }
  return { rows: withMarks(rows), added, removed }
}

function lineCount(text: string): number {
  if (text === '') return 0
  const breaks = text.split('\n').length
  return text.endsWith('\n') ? breaks - 1 : breaks
}

function hunkRows(lines: readonly string[], oldStart: number, newStart: number): DiffRow[] {
  let before = oldStart
  let after = newStart
  return lines.map((line): DiffRow => {
    const text = line.slice(1)
    if (line.startsWith('+')) return { type: 'added', after: after++, text }
    if (line.startsWith('-')) return { type: 'removed', before: before++, text }
    if (line.startsWith('\\')) return { type: 'note', text: t('No newline at the end of the file') }
    return { type: 'same', before: before++, after: after++, text }
  })
}

/** A run of removed lines followed by as many added ones is read as lines rewritten: each pair is marked where it differs. */
function withMarks(rows: readonly DiffRow[]): readonly DiffRow[] {
  const marked = [...rows]
  let at = 0
  while (at < rows.length) {
    const removed = runOf(rows, at, 'removed')
    const added = runOf(rows, at + removed, 'added')
    if (removed > 0 && removed === added) for (let i = 0; i < removed; i += 1) markPair(marked, at + i, at + removed + i)
    at += Math.max(removed + added, 1)
  }
  return marked
}

function runOf(rows: readonly DiffRow[], from: number, type: DiffRow['type']): number {
  let length = 0
  while (rows[from + length]?.type === type) length += 1
  return length
}

function markPair(rows: DiffRow[], removedAt: number, addedAt: number): void {
  const removed = rows[removedAt]
  const added = rows[addedAt]
  if (removed?.type !== 'removed' || added?.type !== 'added') return
  const [was, is] = differingParts(removed.text, added.text)
  // Marking nearly the whole line says nothing that its colour does not say.
  const alike = removed.text.length - (was.to - was.from)
  if (alike * 3 < Math.max(removed.text.trim().length, 1)) return
  rows[removedAt] = { ...removed, mark: was }
  rows[addedAt] = { ...added, mark: is }
}

/** The middle of each text that is left when their common ends are taken away. */
export function differingParts(before: string, after: string): readonly [Mark, Mark] {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1
  return [
    { from: head, to: before.length - tail },
    { from: head, to: after.length - tail },
  ]
}
