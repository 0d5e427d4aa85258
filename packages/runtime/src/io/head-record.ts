import type { SessionId } from '@tabwright/protocol'
import type { SessionRecord } from './session-record'

/** What any tab may change of a session's row, whoever writes the session. */
type SharedField = 'id' | 'title' | 'project' | 'createdAt' | 'deletedAt' | 'inboxLast' | 'posted'
/** The rest of the row: only the session's writer changes it, so it may do that without reading it first. */
export type WriterPart = Omit<SessionRecord, SharedField>

/**
 * A row of the store `heads`, whose index `fence` is unique. The writer's own row and the mark of a closed epoch claim the same fence, so
 * that the database itself refuses this row of an older writer, as `events` refuses its facts.
 */
export type HeadRow =
  /** What the writer of the epoch in `fence` knew, at most {@link HEAD_LAG} facts ago: what came after is in the facts. */
  { readonly key: SessionId; readonly fence: Fence; readonly part: WriterPart } | ClosedRow

/** Nobody writes in this epoch any more: another tab took over, or the session is deleted. */
export interface ClosedRow {
  readonly key: Fence
  readonly fence: Fence
  /** Since version 3: number of the fact that its writer would write next; a fence has to stand there (`fence-row.ts`). */
  readonly seq?: number
}

/** So many facts may be written before the row that sums them up. */
export const HEAD_LAG = 64

/** One epoch of one session. */
export type Fence = [SessionId, number]

/** The row of the session's writer, as `record` says. */
export function headRow(record: SessionRecord): HeadRow {
  const {
    id,
    title: _title,
    project: _project,
    createdAt: _created,
    deletedAt: _deleted,
    inboxLast: _last,
    posted: _posted,
    ...part
  } = record
  return { key: id, fence: [id, record.epoch], part }
}

/** The same row while the session is deleted: it steps off its fence, so that the epoch can be closed and opened again. */
export function parkedRow(record: SessionRecord): HeadRow {
  return { ...headRow(record), fence: [record.id, -1 - record.epoch] }
}

/** From now on whoever writes in this epoch is refused. */
export function closedRow(session: SessionId, epoch: number, seq: number): ClosedRow {
  return { key: [session, epoch], fence: [session, epoch], seq }
}

/** The whole row of a session: what any tab may change, and over it what its writer wrote last. */
export function joined(record: SessionRecord, head: HeadRow | undefined): SessionRecord {
  return head && 'part' in head ? { ...record, ...head.part } : record
}
