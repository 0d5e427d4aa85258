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
  /**
   * One row in the next transaction, in its place among what else is waiting, written together with rows that came beside it: what a row
   * costs is for the most part that the database is asked. False: a row is there that it may not stand beside, and nothing was written.
   * @throws StoreFull
   */
  insert(into: RowInsert, values: readonly unknown[]): Promise<boolean>
  /** Commits what waits, then closes. */
  close(): void
}

/** A statement that inserts any number of rows: `into` them, each one `row`, `otherwise` where one is there already. */
export interface RowInsert {
  readonly into: string
  readonly row: string
  readonly otherwise: 'ON CONFLICT (id) DO NOTHING'
}

/** One transaction holds the process: more than this waits for the next one. */
const GROUP = 512
/** So many rows a statement, so that few statements have to be known. */
const TOGETHER = [16, 4, 1] as const

interface Waiting {
  /** What it does in a transaction, and then what is told when that is on the disk. */
  readonly run: () => () => void
  readonly reject: (thrown: unknown) => void
  readonly row?: { readonly into: RowInsert; readonly values: readonly unknown[]; readonly resolve: (isWritten: boolean) => void }
}

/** One of several rows that were written together was there already: which is found out one by one. */
class SomeThere extends Error {}

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
  const run: Run = (sql, values) => prepare(sql).run(values).changes
  const { flush, ...group } = createGroup(db, run)
  return {
    all: (sql, ...values) => prepare(sql).all(values),
    get: (sql, ...values) => prepare(sql).get(values),
    run: (sql, ...values) => run(sql, values),
    ...group,
    close: () => {
      flush()
      db.close()
    },
  }
}

type Run = (sql: string, values: readonly unknown[]) => number

function createGroup(db: Database.Database, run: Run): Pick<StoreDatabase, 'commit' | 'insert'> & { flush: () => void } {
  let waiting: Waiting[] = []
  let scheduled = false

  function flush(): void {
    scheduled = false
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP)
      waiting = waiting.slice(GROUP)
      commitGroup(db, group, run)
    }
  }

  function wait(one: Waiting): void {
    waiting.push(one)
    if (scheduled) return
    scheduled = true
    // After the messages of this turn were read: all that came together is written together, and one alone waits for nobody.
    setImmediate(flush)
  }

  return {
    flush,
    commit: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        const todo = () => {
          const result = work()
          return () => resolve(result)
        }
        wait({ run: todo, reject })
      }),
    insert: (into, values) =>
      new Promise<boolean>((resolve, reject) => {
        const todo = () => {
          const isWritten = insertRows(run, into, [values]) === 1
          return () => resolve(isWritten)
        }
        wait({ run: todo, reject, row: { into, values, resolve } })
      }),
  }
}

const full = (): StoreFull => new StoreFull('there is no room for it')

function commitGroup(db: Database.Database, group: readonly Waiting[], run: Run): void {
  try {
    for (const settle of atomically(db, () => runTogether(group, run), full)) settle()
  } catch (thrown) {
    if (thrown instanceof SomeThere) commitEach(db, group)
    else alone(db, group, thrown)
  }
}

/** In one transaction still, but no rows together. */
function commitEach(db: Database.Database, group: readonly Waiting[]): void {
  try {
    for (const settle of atomically(db, () => group.map((one) => one.run()), full)) settle()
  } catch (thrown) {
    alone(db, group, thrown)
  }
}

/** One that fails must not take the others with it. */
function alone(db: Database.Database, group: readonly Waiting[], thrown: unknown): void {
  if (group.length === 1) group[0]?.reject(thrown)
  else for (const one of group) commitEach(db, [one])
}

/** @throws SomeThere when rows have to be written one by one */
function runTogether(group: readonly Waiting[], run: Run): readonly (() => void)[] {
  const settles: (() => void)[] = []
  for (let at = 0; at < group.length;) {
    const rows = rowsFrom(group, at)
    const [first] = rows
    if (first === undefined || rows.length === 1) settles.push(...group.slice(at, at + 1).map((one) => one.run()))
    else if (
      insertRows(
        run,
        first.into,
        rows.map((row) => row.values),
      ) < rows.length
    )
      throw new SomeThere()
    else settles.push(...rows.map((row) => () => row.resolve(true)))
    at += Math.max(1, rows.length)
  }
  return settles
}

/** Rows of one statement that stand there one behind the other, as many as are written together. */
function rowsFrom(group: readonly Waiting[], at: number): readonly NonNullable<Waiting['row']>[] {
  const into = group[at]?.row?.into
  let length = 0
  while (into !== undefined && length < TOGETHER[0] && group[at + length]?.row?.into === into) length++
  const most = TOGETHER.find((size) => size <= length) ?? 0
  return group.slice(at, at + most).flatMap((one) => (one.row === undefined ? [] : [one.row]))
}

/** How many were written. */
function insertRows(run: Run, into: RowInsert, rows: readonly (readonly unknown[])[]): number {
  return run(textFor(into, rows.length), rows.flat())
}

const texts = new Map<RowInsert, Map<number, string>>()

/** Made once: the same text is found by what it is. */
function textFor(insert: RowInsert, rows: number): string {
  const known = texts.get(insert)?.get(rows)
  if (known !== undefined) return known
  const { into, row, otherwise } = insert
  const made = `${into} VALUES ${Array.from({ length: rows }, () => row).join(', ')} ${otherwise}`
  texts.set(insert, (texts.get(insert) ?? new Map<number, string>()).set(rows, made))
  return made
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
