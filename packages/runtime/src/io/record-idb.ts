import type { SessionId } from '@tabwright/protocol'
import type { Handle } from './database'
import { joined, type HeadRow } from './head-record'
import type { SessionRecord } from './session-record'

/** A transaction that may read the rows of sessions. */
export interface RecordTx {
  objectStore(name: 'sessions'): { get(key: SessionId): Promise<SessionRecord | undefined> }
  objectStore(name: 'heads'): { get(key: SessionId): Promise<HeadRow | undefined> }
}

/** The whole row of a session, from the two stores that hold it. */
export async function readRecord(tx: RecordTx, session: SessionId): Promise<SessionRecord | undefined> {
  const [record, head] = await Promise.all([tx.objectStore('sessions').get(session), tx.objectStore('heads').get(session)])
  return record && joined(record, head)
}

/** The whole rows of all sessions, deleted ones too. */
export async function readRecords(handle: Handle): Promise<readonly SessionRecord[]> {
  const tx = handle.transaction(['sessions', 'heads'])
  const [records, heads] = await Promise.all([
    tx.objectStore('sessions').getAll(),
    // Arrays, the keys of closed epochs, come after every string.
    tx.objectStore('heads').getAll(IDBKeyRange.upperBound([], true)),
  ])
  const byKey = new Map(heads.map((head) => [head.key, head]))
  return records.map((record) => joined(record, byKey.get(record.id)))
}
