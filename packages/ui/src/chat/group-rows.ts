import type { CallRow, Row } from '@tabwright/protocol'
import { plural, t } from '../language'
import type { Density } from './density'

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

/** What is folded, and from how many on; a call that failed or waits stands alone in every density. */
const FOLDS: Readonly<Record<Density, { readonly is: (row: Row) => row is CallRow; readonly from: number }>> = {
  normal: { is: isFinishedLook, from: SMALLEST_GROUP },
  verbose: { is: isNothing, from: Infinity },
  summary: { is: isFinished, from: 1 },
}

function isFinished(row: Row): row is CallRow {
  return row.type === 'call' && row.state === 'done'
}

function isNothing(_row: Row): _row is CallRow {
  return false
}

/** Folds each run of finished calls as the density says. A group keeps its key while it grows at the end. */
export function groupRows(all: readonly Row[], density: Density = 'normal'): readonly TranscriptItem[] {
  const folds = FOLDS[density]
  const rows = density === 'summary' ? all.flatMap(withoutThought) : all
  const items: TranscriptItem[] = []
  let run: CallRow[] = []
  const flush = (): void => {
    const [first] = run
    if (first !== undefined && run.length >= folds.from) items.push({ type: 'group', key: `group ${first.key}`, rows: run })
    else items.push(...run.map((row) => ({ type: 'row' as const, key: row.key, row })))
    run = []
  }
  for (const row of rows) {
    if (folds.is(row)) {
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

/** The same row gives the same, so that memoised messages hold while others stream. */
const SPOKEN = new WeakMap<Row, readonly Row[]>()

/** Only what was said; nothing of an answer that was only thought. */
function withoutThought(row: Row): readonly Row[] {
  if (row.type !== 'agent' || row.blocks.every(({ type }) => type === 'text')) return [row]
  const known = SPOKEN.get(row)
  if (known) return known
  const blocks = row.blocks.filter(({ type }) => type === 'text')
  const spoken = blocks.length === 0 && !row.live ? [] : [{ ...row, blocks }]
  SPOKEN.set(row, spoken)
  return spoken
}

/** `Read 5 files, looked around twice`, or `5 calls: shell, edit_file`: what a group holds, in words. */
export function groupTitle(rows: readonly CallRow[]): string {
  if (rows.some((row) => !LOOKS.has(row.name))) {
    const names = [...new Set(rows.map(({ name }) => name))].join(', ')
    return rows.length === 1 ? t('One call: {names}', { names }) : t('{n} calls: {names}', { n: rows.length, names })
  }
  const reads = rows.filter((row) => row.name === 'read_file').length
  const searches = rows.length - reads
  const files = plural(reads, 'file')
  const times = searches === 1 ? t('once') : plural(searches, 'time')
  if (searches === 0) return t('Read {files}', { files })
  return reads === 0 ? t('Looked around {times}', { times }) : t('Read {files}, looked around {times}', { files, times })
}
