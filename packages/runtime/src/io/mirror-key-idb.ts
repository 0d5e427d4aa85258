import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { openFailure, storageFailure } from './storage-failure'

interface Schema extends DBSchema {
  keys: { key: 'mirror' | 'retired' | 'code'; value: CryptoKey | string }
}

/**
 * Where this browser keeps the key of its mirror: as one that derives others and cannot be read, so not even our own code can copy it. Its
 * recovery code stands beside it only until the person has kept it: a reload in between must not leave a mirror that nobody can open.
 */
export interface MirrorKeys {
  load(): Promise<CryptoKey | undefined>
  /** @param code what the person has not kept yet */
  save(key: CryptoKey, code?: string): Promise<void>
  /** The recovery code, until the person has kept it. */
  code(): Promise<string | undefined>
  dropCode(): Promise<void>
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
    load: () => run(async (database) => keyOf(await database.get('keys', 'mirror'))),
    save: (key, code) =>
      run(async (database) => {
        const tx = database.transaction('keys', 'readwrite', { durability: 'strict' })
        // A code of the key before opens nothing that this one seals.
        const beside = code === undefined ? tx.store.delete('code') : tx.store.put(code, 'code')
        await Promise.all([tx.store.put(key, 'mirror'), beside, tx.done])
      }),
    code: () =>
      run(async (database) => {
        const kept = await database.get('keys', 'code')
        return typeof kept === 'string' ? kept : undefined
      }),
    dropCode: () =>
      run(async (database) => {
        const tx = database.transaction('keys', 'readwrite', { durability: 'strict' })
        await Promise.all([tx.store.delete('code'), tx.done])
      }),
    retire: () =>
      run(async (database) => {
        const tx = database.transaction('keys', 'readwrite', { durability: 'strict' })
        const key = await tx.store.get('mirror')
        if (key) await Promise.all([tx.store.put(key, 'retired'), tx.store.delete('mirror')])
        await tx.done
      }),
    retired: () => run(async (database) => keyOf(await database.get('keys', 'retired'))),
    dropRetired: () =>
      run(async (database) => {
        const tx = database.transaction('keys', 'readwrite', { durability: 'strict' })
        // With the copies goes what opens them, unless it is another mirror's by now.
        const isOn = (await tx.store.getKey('mirror')) !== undefined
        await Promise.all([tx.store.delete('retired'), ...(isOn ? [] : [tx.store.delete('code')]), tx.done])
      }),
  }
}

function keyOf(stored: CryptoKey | string | undefined): CryptoKey | undefined {
  return typeof stored === 'string' ? undefined : stored
}
