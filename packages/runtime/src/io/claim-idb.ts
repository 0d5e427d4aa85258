import type { Hash, SessionId } from '@tabwright/protocol'
import { writing, type Handle, type WriteTx } from './database'
import { closeEpoch, factsAmong } from './fence-row'
import { headRow } from './head-record'
import { readRow, rowsAfter } from './record-idb'
import { recordAfter, type SessionRecord } from './session-record'
import { missingSession, onlyRead } from './session-store'
import { chainReader, damaged } from './stored-chain'

/**
 * Raises the fence in one transaction and closes the epoch before: where the older writer would go on there is a fence now. Resolves with
 * the session's row. @throws FailureError `not_found`, `damaged`, `newer`
 */
export function claimSession(handle: Handle, session: SessionId, hash: Hash): Promise<SessionRecord> {
  const tx: WriteTx = handle.transaction(['sessions', 'heads', 'events'], 'readwrite', { durability: 'strict' })
  return writing(tx, async (keep) => {
    const row = await readRow(tx, session)
    if (!row || row.deletedAt !== undefined) return missingSession(session)
    if (row.imported) return onlyRead()
    const record = await checkedEnd(tx, row, hash)
    const claimed = { ...record, epoch: record.epoch + 1 }
    // First off the old fence, then it is closed.
    keep(tx.objectStore('heads').put(headRow(claimed)))
    closeEpoch(tx, { session, epoch: record.epoch, seq: record.head + 1 }, keep)
    return claimed
  })
}

/** The row as of the newest fact. A log that is not what its row says, or that does not follow it, is not written on. */
async function checkedEnd(tx: WriteTx, row: SessionRecord, hash: Hash): Promise<SessionRecord> {
  const facts = factsAmong(await rowsAfter(tx, row.id, Math.max(0, row.head - 1)))
  const chain = chainReader(Math.max(1, row.head), hash)
  if (row.head > 0 && chain.next(facts[0]).hash !== row.headHash) throw damaged(row.head, 'it is not the one that was written last')
  return facts.slice(row.head > 0 ? 1 : 0).reduce((record, fact) => recordAfter(record, chain.next(fact)), row)
}
