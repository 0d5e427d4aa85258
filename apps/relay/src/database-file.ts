import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

const PAGE_BYTES = 4096

/** A database of the relay's, made where there is none, for nobody else on this machine to read. What it answered is on the disk. */
export function openDatabaseFile(path: string): Database.Database {
  // Made by us first, because SQLite would make it readable for everybody. Its journal files copy the mode.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('busy_timeout = 5000')
  return db
}

/** The relay's own: keys, tokens and what was spent. Who opens it makes its own table in it. */
export function openRelayDatabase(data: string): Database.Database {
  return openDatabaseFile(join(data, 'relay.db'))
}

/**
 * The database itself refuses to grow beyond it, in the transaction that would, as it does on a full disk.
 * @param limit bytes
 * @param least pages that its empty tables need
 */
export function limitSize(db: Database.Database, limit: number, least: number): void {
  db.pragma(`max_page_count = ${Math.max(least, Math.floor(limit / PAGE_BYTES))}`)
}

/**
 * All of it or nothing. Not the library's own: where the database ended a transaction itself, as a full one does, that hides why.
 * @param full what is thrown where there was no room
 */
export function atomically<T>(db: Database.Database, work: () => T, full: () => Error): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (thrown) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw isFull(thrown) ? full() : thrown
  }
}

/** Neither disk nor limit had room. */
export function isFull(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const code = 'code' in thrown ? thrown.code : undefined
  return code === 'SQLITE_FULL' || /database or disk is full/i.test(thrown.message)
}
