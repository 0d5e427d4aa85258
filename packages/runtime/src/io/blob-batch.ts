import type { BlobHash } from '@tabwright/protocol'
import { unwrap } from 'idb'
import type { Database } from './database'
import { missingBlob } from './session-store'

interface Wanted {
  readonly hash: BlobHash
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (error: unknown) => void
}

/** The answer to a request. Without the library's wrapping, which costs as much as the request: there may be thousands. */
function got<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('A content could not be read.'))
  })
}

/** Reads contents; what is asked for in one breath is read in one transaction: 5,000 of their own take seconds. */
export function blobReader(database: Database): (hash: BlobHash) => Promise<Uint8Array> {
  let wanted: Wanted[] = []
  const read = async (batch: readonly Wanted[]): Promise<void> => {
    try {
      const rows = await database.run((handle) => {
        const store = unwrap(handle.transaction('blobs').store)
        return Promise.all(batch.map(({ hash }) => got(store.get(hash))))
      })
      for (const [index, { resolve }] of batch.entries()) resolve(rows[index]?.bytes)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const find = (hash: BlobHash): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      wanted.push({ hash, resolve, reject })
      if (wanted.length > 1) return
      queueMicrotask(() => {
        const batch = wanted
        wanted = []
        void read(batch)
      })
    })
  return async (hash) => (await find(hash)) ?? missingBlob(hash)
}
