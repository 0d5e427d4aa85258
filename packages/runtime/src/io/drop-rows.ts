import type { SessionId } from '@tabwright/protocol'
import { sessionRange, type Keep, type WriteTx } from './database'
import { fencesOf } from './fence-row'

/** Stores whose keys begin with the session. */
const OF_SESSION = ['events', 'chunks', 'snapshots', 'wire', 'inbox', 'files', 'terminal', 'folderFiles'] as const

/** Stores that {@link dropRows} writes to. */
export const DROPPED_FROM = [...OF_SESSION, 'sessions', 'heads', 'blobs', 'refs', 'previews', 'folders'] as const

/** Takes everything of a session out of the database except its draft; contents that another session names stay. */
export async function dropRows(tx: WriteTx, session: SessionId, keep: Keep): Promise<void> {
  const refs = await tx.objectStore('refs').index('session').getAllKeys(session)
  const others = await Promise.all(refs.map(([hash]) => tx.objectStore('refs').count(IDBKeyRange.bound([hash], [hash, []]))))
  const fences = await fencesOf(tx, session)
  for (const [index, key] of refs.entries()) {
    keep(tx.objectStore('refs').delete(key))
    if (others[index] === 1) keep(tx.objectStore('blobs').delete(key[0]))
  }
  for (const name of OF_SESSION) keep(tx.objectStore(name).delete(sessionRange(session)))
  // The marks of its closed epochs stay, and their fences: a writer that slept through all this is refused by them.
  for (const fence of fences) keep(tx.objectStore('events').put(fence))
  for (const name of ['previews', 'folders', 'sessions', 'heads'] as const) keep(tx.objectStore(name).delete(session))
}
