import { join } from 'node:path'
import type Database from 'libsql'
import { atomically, isFull, limitSize, openDatabaseFile } from './database-file'
import { rowOf } from './stores/rows'

/** What is told of a mirrored session without its key: that there is one, how large and how old. */
export interface MirrorRow {
  readonly session: string
  readonly version: number
  /** Wall clock of the newest head, milliseconds. */
  readonly at: number
  /** Bytes of the head and all parts. */
  readonly size: number
}

/** The newest head of a session and its number. */
export interface MirrorHead {
  readonly bytes: Buffer
  readonly version: number
}

/**
 * Ciphertext of sessions: a head for each, which is replaced as a whole, and parts, which are written once. What a call has
 * returned from is on the disk.
 */
export interface MirrorStore {
  list(): readonly MirrorRow[]
  head(session: string): MirrorHead | undefined
  /**
   * Replaces head `expected` (0: there is none yet) and gives the next number; `stale` when another one is there, `incomplete` when a part
   * that it names is not. Parts that it does not name go, in the same transaction: nobody else ever removes one. @throws MirrorFull
   */
  putHead(session: string, head: NewHead, expected: number): number | 'stale' | 'incomplete'
  parts(session: string): readonly { readonly part: string; readonly size: number }[]
  part(session: string, part: string): Buffer | undefined
  /** A part that is there already stays what it is. @throws MirrorFull */
  putPart(session: string, part: string, bytes: Buffer): void
  /** Head and parts. False: there was nothing. */
  remove(session: string): boolean
  close(): void
}

/** A head as a tab sends it, with the names of the parts that it is nothing without. */
export interface NewHead {
  readonly bytes: Buffer
  readonly parts: readonly string[]
}

/** Neither disk nor limit has room; nothing of what was to be written is kept, what was there is. */
export class MirrorFull extends Error {}

/** @param limit bytes that all mirrors together may take */
export function openMirrorStore(data: string, limit: number): MirrorStore {
  const db = openDatabase(data, limit)
  const all = (sql: string, ...values: unknown[]): readonly unknown[] => db.prepare(sql).all(...values)
  const write = (sql: string, ...values: unknown[]): number => {
    try {
      return db.prepare(sql).run(...values).changes
    } catch (thrown) {
      throw isFull(thrown) ? full() : thrown
    }
  }

  const versionOf = (session: string): number => {
    const row: unknown = db.prepare('SELECT version FROM heads WHERE session = ?').get(session)
    return row === undefined ? 0 : rowOf(row).number('version')
  }

  /** What it does not name goes first: on a full disk that is the room for it. */
  function putHead(session: string, { bytes, parts }: NewHead, expected: number): number | 'stale' | 'incomplete' {
    if (versionOf(session) !== expected) return 'stale'
    const there = new Set(all('SELECT part FROM parts WHERE session = ?', session).map((row) => rowOf(row).text('part')))
    if (parts.some((part) => !there.has(part))) return 'incomplete'
    const named = new Set(parts)
    for (const part of there) if (!named.has(part)) write('DELETE FROM parts WHERE session = ? AND part = ?', session, part)
    const at = Date.now()
    write('INSERT OR REPLACE INTO heads (session, version, at, bytes) VALUES (?, ?, ?, ?)', session, expected + 1, at, bytes)
    return expected + 1
  }

  return {
    list: () =>
      all(LIST).map((row) => ({
        session: rowOf(row).text('session'),
        version: rowOf(row).number('version'),
        at: rowOf(row).number('at'),
        size: rowOf(row).number('size'),
      })),
    head: (session) => {
      const row: unknown = db.prepare('SELECT bytes, version FROM heads WHERE session = ?').get(session)
      return row === undefined ? undefined : { bytes: rowOf(row).bytes('bytes'), version: rowOf(row).number('version') }
    },
    putHead: (session, head, expected) => atomically(db, () => putHead(session, head, expected), full),
    parts: (session) =>
      all('SELECT part, length(bytes) AS size FROM parts WHERE session = ? ORDER BY part', session).map((row) => ({
        part: rowOf(row).text('part'),
        size: rowOf(row).number('size'),
      })),
    part: (session, part) => {
      const row: unknown = db.prepare('SELECT bytes FROM parts WHERE session = ? AND part = ?').get(session, part)
      return row === undefined ? undefined : rowOf(row).bytes('bytes')
    },
    putPart: (session, part, bytes) =>
      void write('INSERT OR IGNORE INTO parts (session, part, bytes) VALUES (?, ?, ?)', session, part, bytes),
    // The head first: parts without a head are nothing, a head without its parts would promise a session.
    remove: (session) => write('DELETE FROM heads WHERE session = ?', session) + write('DELETE FROM parts WHERE session = ?', session) > 0,
    close: () => {
      db.close()
    },
  }
}

const LIST = `SELECT session, version, at,
  length(bytes) + coalesce((SELECT sum(length(parts.bytes)) FROM parts WHERE parts.session = heads.session), 0) AS size
  FROM heads ORDER BY at DESC`

function openDatabase(data: string, limit: number): Database.Database {
  const db = openDatabaseFile(join(data, 'mirror.db'))
  db.exec('CREATE TABLE IF NOT EXISTS heads (session TEXT PRIMARY KEY, version INTEGER NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL)')
  db.exec('CREATE TABLE IF NOT EXISTS parts (session TEXT NOT NULL, part TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (session, part))')
  limitSize(db, limit, 16)
  return db
}

const full = (): MirrorFull => new MirrorFull('there is no room for the mirror')
