import type { SessionEvent, SessionId } from '@tabwright/protocol'
import type { Keep, Schema, WriteTx } from './database'
import { closedRow, type ClosedRow, type HeadRow } from './head-record'

/**
 * Stands among the facts, in the place where the writer of a closed epoch would put its next one: its `add` finds the key taken, and its
 * transaction writes nothing. It is no fact. The first fact of the next writer takes its place and does the same.
 */
export interface FenceRow {
  readonly session: SessionId
  readonly seq: number
  /** The epoch that was closed. */
  readonly fence: number
}

/** A row of the store `events`. */
export type EventRow = Schema['events']['value']

/** Whether a row is what a writer wrote; what else is wrong with it is for who reads it. */
export function isFact(row: EventRow): row is SessionEvent {
  return !('fence' in row)
}

/** The facts among some rows. */
export function factsAmong(rows: readonly EventRow[]): readonly SessionEvent[] {
  return rows.filter(isFact)
}

/** Where a writer would go on. */
interface Place {
  readonly session: SessionId
  readonly epoch: number
  /** Number of its next fact. */
  readonly seq: number
}

/** Whoever writes in this epoch is refused from now on, by the keys alone. */
export function closeEpoch(tx: WriteTx, { session, epoch, seq }: Place, keep: Keep): void {
  keep(tx.objectStore('heads').put(closedRow(session, epoch, seq)))
  keep(tx.objectStore('events').put({ session, seq, fence: epoch }))
}

/** What is read to know where the fences of a session have to stand. */
interface MarkTx {
  objectStore(name: 'heads'): { getAll(range: IDBKeyRange): Promise<HeadRow[]> }
}

/** The fences of a session, in the places between `from` and `to`: to be left where its facts are moved away. */
export async function fencesOf(
  tx: MarkTx,
  session: SessionId,
  { from, to }: { from: number; to: number } = { from: 1, to: Number.MAX_SAFE_INTEGER },
): Promise<readonly FenceRow[]> {
  // The marks of closed epochs: their keys are the arrays that begin with the session.
  const marks = await tx.objectStore('heads').getAll(IDBKeyRange.bound([session], [session, []]))
  return marks.filter(isClosed).flatMap(({ fence: [, epoch], seq }) => {
    return seq !== undefined && seq >= from && seq <= to ? [{ session, seq, fence: epoch }] : []
  })
}

function isClosed(row: HeadRow): row is ClosedRow {
  return !('part' in row)
}
