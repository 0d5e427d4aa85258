import type { Hash, SessionId } from '@tabwright/protocol'
import { writing, type Handle } from './database'
import { closedRow, headRow } from './head-record'
import { readRecord } from './record-idb'
import type { SessionRecord } from './session-record'
import { missingSession, onlyRead } from './session-store'
import { chainReader, damaged } from './stored-chain'

/** Raises the fence in one transaction and closes the epoch before. Resolves with the session's row. @throws FailureError `not_found`, `damaged`, `newer` */
export function claimSession(handle: Handle, session: SessionId, hash: Hash): Promise<SessionRecord> {
  const tx = handle.transaction(['sessions', 'heads', 'events'], 'readwrite', { durability: 'strict' })
  return writing(tx, async (keep) => {
    const record = await readRecord(tx, session)
    if (!record || record.deletedAt !== undefined) return missingSession(session)
    if (record.imported) return onlyRead()
    // A log that is not what its row says is not written on.
    const tail = await tx.objectStore('events').getAll(IDBKeyRange.bound([session, Math.max(1, record.head)], [session, []]), 2)
    if (record.head > 0) {
      const last = chainReader(record.head, hash).next(tail[0])
      if (last.hash !== record.headHash) throw damaged(record.head, 'it is not the one that was written last')
    }
    if (tail.length > Math.min(1, record.head)) throw damaged(record.head + 1, 'it should not be there')
    const claimed = { ...record, epoch: record.epoch + 1 }
    // First off the old fence, then it is closed.
    keep(tx.objectStore('heads').put(headRow(claimed)))
    keep(tx.objectStore('heads').put(closedRow(session, record.epoch)))
    return claimed
  })
}
