import type { JsonObject } from '@tabwright/protocol'
import { unwrap, type StoreNames } from 'idb'
import type { Handle, Keep, Schema, WriteTx } from './database'

/** Writes rows in one transaction. Whoever opened it hears of what fails. */
export interface RowWriter {
  add<Name extends StoreNames<Schema>>(store: Name, row: Schema[Name]['value']): void
  put<Name extends StoreNames<Schema>>(store: Name, row: Schema[Name]['value']): void
  delete<Name extends StoreNames<Schema>>(store: Name, key: Schema[Name]['key']): void
}

/** Writes facts that are read back before the transaction is over. */
export interface FactWriter extends RowWriter {
  addFact(row: JsonObject): void
}

/** The rows of a transaction that reads as well. */
export function rowsOf(tx: WriteTx, keep: Keep): RowWriter {
  return {
    add: (store, row) => keep(tx.objectStore(store).add(row)),
    put: (store, row) => keep(tx.objectStore(store).put(row)),
    delete: (store, key) => keep(tx.objectStore(store).delete(key)),
  }
}

/** What {@link writingAtOnce} opens. */
export interface Scope {
  readonly stores: readonly StoreNames<Schema>[]
  readonly durability: 'strict' | 'relaxed'
}

/**
 * Runs `body`, which only writes, in a transaction of its own, and resolves with its result once all of it is durable. Without the library's
 * wrapping, and with the transaction opened first, so that the database gets ready while `body` works out what to write: that is a tenth of
 * an append. @throws the error that undid the transaction, or that of `body`; nothing is written then
 */
export function writingAtOnce<T>(handle: Handle, { stores, durability }: Scope, body: (rows: FactWriter) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const tx = unwrap(handle).transaction([...stores], 'readwrite', { durability })
    const rows: FactWriter = {
      addFact: (row) => void tx.objectStore('events').add(row),
      add: (store, row) => void tx.objectStore(store).add(row),
      put: (store, row) => void tx.objectStore(store).put(row),
      delete: (store, key) => void tx.objectStore(store).delete(key),
    }
    let cause: unknown
    tx.onerror = ({ target }) => {
      if (target instanceof IDBRequest) cause ??= target.error
    }
    try {
      const result = body(rows)
      tx.oncomplete = () => resolve(result)
      tx.onabort = () => reject(cause ?? tx.error ?? new DOMException('The connection to the database was lost.', 'AbortError'))
      tx.commit()
    } catch (error) {
      tx.onabort = () => reject(error)
      tx.abort()
    }
  })
}
