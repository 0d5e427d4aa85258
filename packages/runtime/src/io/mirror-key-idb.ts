import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { openFailure, storageFailure } from './storage-failure'

interface Schema extends DBSchema {
  keys: { key: 'mirror' | 'retired'; value: CryptoKey }
}

/** Where this browser keeps the key of its mirror: as one that derives others and cannot be read, so not even our own code can copy it. */
export interface MirrorKeys {
  load(): Promise<CryptoKey | undefined>
  save(key: CryptoKey): Promise<void>
  /** Nothing is mirrored with it any more; it is kept to erase what was. */
  retire(): Promise<void>
  retired(): Promise<CryptoKey | undefined>
  /** There is nothing left to erase. */
  dropRetired(): Promise<void>
}

/** A database of its own: no transaction of a session ever covers it. @param name of the database */
export function mirrorKeysIdb(name = 'tabwright-mirror'): MirrorKeys {
  const run = async <T>(task: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> => {
    const database = await openDB<Schema>(name, 1, { upgrade: (opened) => void opened.createObjectStore('keys') }).catch(
      (error: unknown) => {
        throw openFailure(error)
      },
    )
    try {
      return await task(database)
    } catch (error) {
      throw storageFailure(error)
    } finally {
      database.close()
    }
  }
  return {
    load: () => run((database) => database.get('keys', 'mirror')),
    save: (key) =>
      run(async (database) => {
        const tx = database.transaction('keys', 'readwrite', { durability: 'strict' })
        await Promise.all([tx.store.put(key, 'mirror'), tx.done])
      }),
    retire: () =>
      run(async (database) => {
        const tx = database.transaction('keys', 'readwrite', { durability: 'strict' })
        const key = await tx.store.get('mirror')
        if (key) await Promise.all([tx.store.put(key, 'retired'), tx.store.delete('mirror')])
        await tx.done
      }),
    retired: () => run((database) => database.get('keys', 'retired')),
    dropRetired: () =>
      run(async (database) => {
        await database.delete('keys', 'retired')
      }),
  }
}
