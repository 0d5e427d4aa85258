import type { Compacting, CompactionRow, Row, SessionEvent, Usage } from '@tabwright/protocol'

/** What the fold line needs of the screen under construction. */
interface Screen {
  readonly rows: Row[]
  readonly contextUsed: number
}

/** Puts the fold line there or completes it. Gives the summary that is under way afterwards. */
export function addSummary(screen: Screen, event: SessionEvent<'compaction.started' | 'compaction.ended'>): Compacting | undefined {
  if (event.type === 'compaction.started') {
    const { trigger, messages } = event.data
    screen.rows.push({
      type: 'compaction',
      key: `c${event.seq}`,
      at: event.at,
      state: 'running',
      trigger,
      messages,
      before: screen.contextUsed,
    })
    return { since: event.at, trigger, messages }
  }
  const { result } = event.data
  changeNewest(screen.rows, 'running', (row) =>
    result.type === 'done'
      ? { ...row, state: 'done', messages: result.dropped, summary: result.summary }
      : { ...row, state: 'failed', failure: result.failure },
  )
  return undefined
}

/** The first answer on the new wire tells how much room the summary made. */
export function noteRoom(rows: Row[], { input, cacheRead, cacheWrite }: Usage): void {
  changeNewest(rows, 'done', (row) => (row.after === undefined ? { ...row, after: input + cacheRead + cacheWrite } : row))
}

function changeNewest(rows: Row[], state: CompactionRow['state'], change: (row: CompactionRow) => CompactionRow): void {
  const at = rows.findLastIndex((row) => row.type === 'compaction' && row.state === state)
  const row = rows[at]
  if (row?.type === 'compaction') rows[at] = change(row)
}
