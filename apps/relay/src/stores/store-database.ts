import { join } from 'node:path'
import type Database from 'libsql'
import { atomically, limitSize, openDatabaseFile } from '../database-file'
import { migrate } from './migrations'

/** Neither disk nor limit has room. Nothing of the write is kept; what was there is, and can be read. */
export class StoreFull extends Error {}

/** The file that is there was written by a newer relay. */
export class StoreTooNew extends Error {}

/** One file for state, queue, bindings and schedules, so that a change and what it causes are one transaction. */
export interface StoreDatabase {
  /** Rows, now. Sees what is committed. */
  all(sql: string, ...values: readonly unknown[]): readonly unknown[]
  get(sql: string, ...values: readonly unknown[]): unknown
  /** One statement inside the work of a `commit`; how many rows it changed. */
  run(sql: string, ...values: readonly unknown[]): number
  /**
   * Does the work in the next transaction, together with what else is waiting, and returns when that is on the disk. The work runs again,
   * alone, when another of the group made it fail: it may only read, write and compute.
   * @throws StoreFull; whatever the work throws, of which then nothing is kept
   */
  commit<T>(work: () => T): Promise<T>
  /** Commits what waits, then closes. */
  close(): void
}

/** One transaction holds the process: more than this waits for the next one. */
const GROUP = 512

interface Waiting {
  readonly run: () => () => void
  readonly reject: (thrown: unknown) => void
}

/**
 * @param limit bytes that the file may take
 * @throws StoreTooNew
 */
export function openStoreDatabase(data: string, limit: number): StoreDatabase {
  const db = openFile(data, limit)
  const statements = new Map<string, Database.Statement>()
  const prepare = (sql: string): Database.Statement => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const made = db.prepare(sql)
    statements.set(sql, made)
    return made
  }
  const group = createGroup(db)
  return {
    all: (sql, ...values) => prepare(sql).all(...values),
    get: (sql, ...values) => prepare(sql).get(...values),
    run: (sql, ...values) => prepare(sql).run(...values).changes,
    commit: group.commit,
    close: () => {
      group.flush()
      db.close()
    },
  }
}

function createGroup(db: Database.Database): { commit: StoreDatabase['commit']; flush: () => void } {
  let waiting: Waiting[] = []
  let scheduled = false

  function flush(): void {
    scheduled = false
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP)
      waiting = waiting.slice(GROUP)
      commitGroup(db, group)
    }
  }

  function commit<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        run: () => {
          const result = work()
          return () => resolve(result)
        },
        reject,
      })
      if (scheduled) return
      scheduled = true
      // After the messages of this turn were read: all that came together is written together, and one alone waits for nobody.
      setImmediate(flush)
    })
  }

  return { commit, flush }
}

const full = (): StoreFull => new StoreFull('there is no room for it')

function commitGroup(db: Database.Database, group: readonly Waiting[]): void {
  try {
    for (const settle of atomically(db, () => group.map((one) => one.run()), full)) settle()
  } catch (thrown) {
    if (group.length === 1) {
      group[0]?.reject(thrown)
      return
    }
    // One that fails must not take the others with it.
    for (const one of group) commitGroup(db, [one])
  }
}

function openFile(data: string, limit: number): Database.Database {
  const db = openDatabaseFile(join(data, 'stores.db'))
  const problem = migrate(db)
  if (problem !== undefined) {
    db.close()
    throw new StoreTooNew(problem)
  }
  limitSize(db, limit, 64)
  return db
}
