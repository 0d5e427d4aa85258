import { parseStoredEvent, type SessionId } from '@tabwright/protocol'
import type { Handle } from './database'
import { factsAmong, type EventRow } from './fence-row'
import { joined, type HeadRow } from './head-record'
import { recordAfter, type SessionRecord } from './session-record'

/** A transaction that may read the rows of sessions. */
export interface RowTx {
  objectStore(name: 'sessions'): { get(key: SessionId): Promise<SessionRecord | undefined> }
  objectStore(name: 'heads'): { get(key: SessionId): Promise<HeadRow | undefined> }
}

/** A transaction that may read what was written since the row, too. */
export interface RecordTx extends RowTx {
  objectStore(name: 'sessions'): { get(key: SessionId): Promise<SessionRecord | undefined> }
  objectStore(name: 'heads'): { get(key: SessionId): Promise<HeadRow | undefined> }
  objectStore(name: 'events'): { getAll(range: IDBKeyRange): Promise<EventRow[]> }
}

/** The whole row of a session as it stands in the two stores that hold it: the newest facts may be missing in it, the wire is not. */
export async function readRow(tx: RowTx, session: SessionId): Promise<SessionRecord | undefined> {
  const [record, head] = await Promise.all([tx.objectStore('sessions').get(session), tx.objectStore('heads').get(session)])
  return record && joined(record, head)
}

/** The whole row of a session as of its newest fact. */
export async function readRecord(tx: RecordTx, session: SessionId): Promise<SessionRecord | undefined> {
  const row = await readRow(tx, session)
  // What nobody writes is whole, and its facts are no rows.
  if (!row || row.imported) return row
  return rolledOn(row, await rowsAfter(tx, session, row.head)).record
}

/** The rows of `events` behind a fact: facts, or a fence. */
export function rowsAfter(tx: RecordTx, session: SessionId, seq: number): Promise<EventRow[]> {
  return tx.objectStore('events').getAll(IDBKeyRange.bound([session, seq + 1], [session, []]))
}

/** A row brought up to its newest fact. */
export interface RolledRecord {
  readonly record: SessionRecord
  /** The first fact behind the row that does not follow the one before. `record.head` is the newest all the same, so that a reader finds it. */
  readonly damagedAt?: number
}

/** What a row is after the facts that were written behind it. Hashes are not worked out anew. */
export function rolledOn(row: SessionRecord, rows: readonly EventRow[]): RolledRecord {
  let record = row
  const facts = factsAmong(rows)
  for (const fact of facts) {
    const stored = parseStoredEvent(fact)
    const follows = stored.type === 'event' && stored.event.seq === record.head + 1 && stored.event.prev === record.headHash
    if (!follows) return { record: { ...record, head: facts.at(-1)?.seq ?? fact.seq, headHash: '' }, damagedAt: record.head + 1 }
    record = recordAfter(record, stored.event)
  }
  return { record }
}

/** The whole rows of all sessions as they stand, deleted ones too: enough for a list. */
export async function readRows(handle: Handle): Promise<readonly SessionRecord[]> {
  const tx = handle.transaction(['sessions', 'heads'])
  const [records, heads] = await Promise.all([
    tx.objectStore('sessions').getAll(),
    // Arrays, the keys of closed epochs, come after every string.
    tx.objectStore('heads').getAll(IDBKeyRange.upperBound([], true)),
  ])
  const byKey = new Map(heads.map((head) => [head.key, head]))
  return records.map((record) => joined(record, byKey.get(record.id)))
}

/** The whole rows of all sessions as of their newest facts, deleted ones too. */
export async function readRecords(handle: Handle): Promise<readonly SessionRecord[]> {
  const tx = handle.transaction(['sessions', 'heads', 'events'])
  const sessions = await tx.objectStore('sessions').getAllKeys()
  const records = await Promise.all(sessions.map((session) => readRecord(tx, session)))
  return records.filter((record) => record !== undefined)
}
