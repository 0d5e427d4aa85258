import type { CallRow, Row } from '@tabwright/protocol'

/** What one place in the transcript holds: a row, or several finished look-ups folded into one. `times`: the same notice, one after the other. */
export type TranscriptItem =
  | { readonly type: 'row'; readonly key: string; readonly row: Row; readonly times?: number }
  | { readonly type: 'group'; readonly key: string; readonly rows: readonly CallRow[] }

const LOOKS = new Set(['read_file', 'list_files', 'glob', 'grep', 'diagnostics', 'preview'])
/** Two cards are quicker to read than a group of two. */
const SMALLEST_GROUP = 3

function isFinishedLook(row: Row): row is CallRow {
  return row.type === 'call' && row.state === 'done' && LOOKS.has(row.name)
}

function isSameNotice(before: Row, row: Row): boolean {
  if (before.type !== 'notice' || row.type !== 'notice' || before.tone !== row.tone) return false
  return before.text === row.text && before.partial === undefined && row.partial === undefined
}

/** Folds each run of three or more finished reads and searches. A group keeps its key while it grows at the end. */
export function groupRows(rows: readonly Row[]): readonly TranscriptItem[] {
  const items: TranscriptItem[] = []
  let run: CallRow[] = []
  const flush = (): void => {
    const [first] = run
    if (first !== undefined && run.length >= SMALLEST_GROUP) items.push({ type: 'group', key: `group ${first.key}`, rows: run })
    else items.push(...run.map((row) => ({ type: 'row' as const, key: row.key, row })))
    run = []
  }
  for (const row of rows) {
    if (isFinishedLook(row)) {
      run.push(row)
      continue
    }
    flush()
    const last = items.at(-1)
    // A server that is tried again says the same each time.
    if (last?.type === 'row' && isSameNotice(last.row, row)) items.splice(-1, 1, { ...last, row, times: (last.times ?? 1) + 1 })
    else items.push({ type: 'row', key: row.key, row })
  }
  flush()
  return items
}

/** `Explored 5 files, searched twice`: what a group holds, in words. */
export function groupTitle(rows: readonly CallRow[]): string {
  const reads = rows.filter((row) => row.name === 'read_file').length
  const searches = rows.length - reads
  const parts = [
    ...(reads > 0 ? [`Read ${reads} ${reads === 1 ? 'file' : 'files'}`] : []),
    ...(searches > 0 ? [`${reads > 0 ? 'looked' : 'Looked'} around ${searches === 1 ? 'once' : `${searches} times`}`] : []),
  ]
  return parts.join(', ')
}
