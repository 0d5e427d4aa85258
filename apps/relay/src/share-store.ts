import { join } from 'node:path'
import type Database from 'libsql'
import { isFull, limitSize, openDatabaseFile } from './database-file'
import { hashedSecret, isSecret } from './secret'
import { rowOf, type Row } from './stores/rows'

/** What is told of a shared session to who shares on this relay. */
export interface ShareRow {
  readonly id: string
  /** Wall clock of the newest version, milliseconds. */
  readonly at: number
  /** 0: never. */
  readonly expires: number
  readonly size: number
  /** How often it was fetched to be read. */
  readonly opens: number
  readonly state: ShareState
}

type ShareState = 'open' | 'revoked' | 'expired'

/** A shared session as it is kept. */
export interface NewShare {
  readonly id: string
  /** Whoever has it may replace and revoke; only its hash is kept. */
  readonly token: string
  readonly expires: number
  readonly bytes: Buffer
}

/** Ciphertext of shared sessions. Of one that ended its name stays for a while, so that its readers are told why. */
export interface ShareStore {
  list(): readonly ShareRow[]
  /** Keeps it, or replaces the one of this name. @throws ShareFull */
  put(share: NewShare): 'kept' | 'not-yours' | 'revoked' | 'too-many'
  /** The ciphertext; `counts`: it is fetched to be read. */
  open(id: string, counts: boolean): Buffer | 'unknown' | Exclude<ShareState, 'open'>
  /** Bytes that {@link open} would give. */
  size(id: string): number
  /** The ciphertext goes at once. @throws ShareFull */
  revoke(id: string, token: string): 'done' | 'not-yours' | 'unknown'
  close(): void
}

/** Neither disk nor limit has room; nothing of what was to be written is kept, what was there is. */
export class ShareFull extends Error {}

/** So long readers of one that ended are told that it did. */
const TOLD_MS = 90 * 24 * 60 * 60_000

/** @param most sessions that may be shared at the same time; `bytes`: of all together */
export function openShareStore(data: string, most: { readonly bytes: number; readonly shares: number }, now = Date.now): ShareStore {
  const db = openDatabase(data, most.bytes)
  const { run, forget, sweep, find, size } = statements(db, now)

  function put({ id, token, expires, bytes }: NewShare): ReturnType<ShareStore['put']> {
    sweep()
    const before = find(id)
    if (before !== undefined && !isSecret(token, before.token)) return 'not-yours'
    if (before?.state === 'revoked') return 'revoked'
    const open = db.prepare(`SELECT count(*) AS n FROM shares WHERE state = 'open'`).get()
    if (before?.state !== 'open' && rowOf(open).number('n') >= most.shares) return 'too-many'
    const at = now()
    if (before === undefined) run(INSERT, id, hashedSecret(token), at, expires, bytes)
    else {
      run(`UPDATE shares SET at = ?, expires = ?, state = 'open', bytes = ? WHERE id = ?`, at, expires, bytes, id)
      forget()
    }
    return 'kept'
  }

  sweep()
  return {
    list: () => {
      sweep()
      return db.prepare(LIST).all().map(shareOf)
    },
    put: (share) => {
      try {
        return put(share)
      } catch (thrown) {
        throw isFull(thrown) ? new ShareFull('there is no room for shared sessions') : thrown
      }
    },
    open: (id, counts) => {
      whereThereIsRoom(sweep)
      const found = find(id)
      if (found === undefined) return 'unknown'
      const isOver = found.expires > 0 && found.expires <= now()
      if (found.state !== 'open' || found.bytes === null || isOver) return found.state === 'revoked' ? 'revoked' : 'expired'
      if (counts) whereThereIsRoom(() => void run('UPDATE shares SET opens = opens + 1 WHERE id = ?', id))
      return found.bytes
    },
    size,
    revoke: (id, token) => {
      const found = find(id)
      if (found === undefined) return 'unknown'
      if (!isSecret(token, found.token)) return 'not-yours'
      try {
        run(`UPDATE shares SET state = 'revoked', bytes = NULL, at = ? WHERE id = ?`, now(), id)
      } catch (thrown) {
        throw isFull(thrown) ? new ShareFull('there is no room to note that it ended') : thrown
      }
      forget()
      return 'done'
    },
    close: () => {
      db.close()
    },
  }
}

interface Statements {
  readonly run: (sql: string, ...values: unknown[]) => number
  readonly forget: () => void
  /** Ends what is over. */
  readonly sweep: () => void
  readonly find: (id: string) => Found | undefined
  readonly size: ShareStore['size']
}

function statements(db: Database.Database, now: () => number): Statements {
  const run = (sql: string, ...values: unknown[]): number => db.prepare(sql).run(...values).changes
  /** What is gone is to be gone from the log of writes too, where its pages lie until others come over them. */
  const forget = (): void => {
    db.pragma('wal_checkpoint(TRUNCATE)')
  }
  const sweep = (): void => {
    const ended = run(`UPDATE shares SET state = 'expired', bytes = NULL WHERE state = 'open' AND expires > 0 AND expires <= ?`, now())
    run(`DELETE FROM shares WHERE state <> 'open' AND max(at, expires) < ?`, now() - TOLD_MS)
    if (ended > 0) forget()
  }
  const find = (id: string): Found | undefined =>
    foundOf(db.prepare('SELECT token, state, expires, bytes FROM shares WHERE id = ?').get(id))
  const size = (id: string): number => {
    const row = db.prepare(`SELECT coalesce(length(bytes), 0) AS size FROM shares WHERE id = ?`).get(id)
    return row === undefined ? 0 : rowOf(row).number('size')
  }
  return { run, forget, sweep, find, size }
}

/** On a full disk what is there can still be read: it is not counted, and what is over is told by the clock. */
function whereThereIsRoom(write: () => void): void {
  try {
    write()
  } catch (thrown) {
    if (!isFull(thrown)) throw thrown
  }
}

const INSERT = `INSERT INTO shares (id, token, at, expires, opens, state, bytes) VALUES (?, ?, ?, ?, 0, 'open', ?)`

const LIST = 'SELECT id, at, expires, opens, state, coalesce(length(bytes), 0) AS size FROM shares ORDER BY at DESC'

function openDatabase(data: string, limit: number): Database.Database {
  const db = openDatabaseFile(join(data, 'shares.db'))
  // What is revoked is to be gone from the disk, not only from the table.
  db.pragma('secure_delete = ON')
  db.exec(`CREATE TABLE IF NOT EXISTS shares (id TEXT PRIMARY KEY, token BLOB NOT NULL, at INTEGER NOT NULL, expires INTEGER NOT NULL,
    opens INTEGER NOT NULL, state TEXT NOT NULL, bytes BLOB)`)
  limitSize(db, limit, 16)
  return db
}

interface Found {
  readonly token: Buffer
  readonly state: ShareState
  readonly expires: number
  readonly bytes: Buffer | null
}

function foundOf(given: unknown): Found | undefined {
  if (given === undefined) return undefined
  const row = rowOf(given)
  return { token: row.bytes('token'), state: stateOf(row), expires: row.number('expires'), bytes: row.optionalBytes('bytes') ?? null }
}

function shareOf(given: unknown): ShareRow {
  const row = rowOf(given)
  const [at, expires, size, opens] = [row.number('at'), row.number('expires'), row.number('size'), row.number('opens')]
  return { id: row.text('id'), at, expires, size, opens, state: stateOf(row) }
}

function stateOf({ text }: Row): ShareState {
  const state = text('state')
  if (state === 'open' || state === 'revoked' || state === 'expired') return state
  throw new TypeError(`the stores gave a row of another shape: a link that is ${state}`)
}
