import type { SessionEvent, SessionId } from '@tabwright/protocol'
import type { WriteTx } from './database'
import { isFact, type EventRow } from './fence-row'
import { HEAD_LAG, headRow, joined } from './head-record'
import { readRow, rolledOn, rowsAfter, type RolledRecord } from './record-idb'
import type { SessionRecord } from './session-record'

/** A session as its writer knows it. */
export interface KnownSession {
  readonly record: SessionRecord
  /** Number of the newest fact that the row in `heads` sums up. */
  readonly savedHead: number
  /** Places behind the newest fact where a fence stands: after a claim the next one, until a fact takes it. */
  readonly fences: ReadonlySet<number>
}

/** A session as it was found. */
export interface FoundSession extends KnownSession, Pick<RolledRecord, 'damagedAt'> {
  /** `writes` of the row in `heads`. */
  readonly savedWrites: number
}

/** What is stored of a session. @param known what the asking store wrote last: what it summed up itself is not summed up again */
export async function findSession(tx: WriteTx, session: SessionId, known: KnownSession | undefined): Promise<FoundSession | undefined> {
  const [row, behind] = await Promise.all([readRow(tx, session), known ? rowsAfter(tx, session, known.record.head) : undefined])
  if (!row) return undefined
  // In one epoch one store writes, so its own row is at least as new.
  if (known && behind && known.record.epoch === row.epoch && known.record.head >= row.head) {
    return found(row, joined(row, headRow(known.record)), behind)
  }
  return found(row, row, await rowsAfter(tx, session, row.head))
}

function found(saved: SessionRecord, base: SessionRecord, behind: readonly EventRow[]): FoundSession {
  const fences = new Set(behind.flatMap((row) => (isFact(row) ? [] : [row.seq])))
  return { ...rolledOn(base, behind), savedHead: saved.head, savedWrites: saved.writes, fences }
}

/** Whether the row in `heads` has to go along: its wire is exact always, what the list shows too, the rest may be a few facts behind. */
export function isHeadDue(before: KnownSession, after: SessionRecord): boolean {
  const { state, wireEpoch, wireCount } = before.record
  return (
    after.state !== state || after.wireEpoch !== wireEpoch || after.wireCount !== wireCount || after.head - before.savedHead >= HEAD_LAG
  )
}

/** Whether this very fact is stored. */
export async function isStored(tx: WriteTx, { session, seq, hash }: SessionEvent): Promise<boolean> {
  const row = await tx.objectStore('events').get([session, seq])
  return row !== undefined && isFact(row) && row.hash === hash
}
