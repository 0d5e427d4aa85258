import type { Json, SnapshotStore } from '@tabwright/protocol'
import { writing, type Database } from './database'

/**
 * Folds beside the log: written relaxed, read back as they were or not at all.
 * @param build code of another build may fold otherwise: what it saved is not loaded
 */
export function snapshotsIdb(database: Database, build: string): SnapshotStore {
  return {
    load: (session, name) =>
      database.run(async (handle) => {
        const row = await handle.get('snapshots', [session, name])
        if (row?.build !== build) return undefined
        const data: Json = JSON.parse(row.text)
        return { seq: row.seq, hash: row.hash, data }
      }),
    save: (session, name, { seq, hash, data }) =>
      database.run(async (handle) => {
        const tx = handle.transaction(['snapshots', 'sessions'], 'readwrite', { durability: 'relaxed' })
        await writing(tx, async (keep) => {
          // A purged session leaves nothing behind.
          if ((await tx.objectStore('sessions').getKey(session)) === undefined) return
          keep(tx.objectStore('snapshots').put({ session, name, build, seq, hash, text: JSON.stringify(data) }))
        })
      }),
  }
}
