import { join } from 'node:path'
import type Database from 'libsql'
import { atomically, isFull, limitSize, openDatabaseFile } from './database-file'
import type { Limits } from './limits'
import { hashedSecret, isSecret } from './secret'
import { rowOf } from './stores/rows'

/** Where a session that is followed stands. */
export interface LiveRow {
  readonly state: 'open' | LiveOver
  readonly epoch: number
  /** The counter that comes next. */
  readonly next: number
  /** 0: never. */
  readonly expires: number
}

export type LiveOver = 'revoked' | 'expired' | 'ended'

/** A frame as its owner sends it. */
export interface NewFrame {
  readonly id: string
  /** Whoever has it may go on and end it; only its hash is kept. */
  readonly token: string
  readonly epoch: number
  readonly counter: number
  readonly expires: number
  readonly bytes: Buffer
}

/** Sealed frames of the present epoch of each session that is followed. Of one that is over its name stays for a while. */
export interface LiveStore {
  standing(id: string): LiveRow | undefined
  /** Whether this is its owner's. */
  isOwn(id: string, token: string): boolean
  /**
   * Keeps a frame. Of a later epoch it must be the first, and all of the one before go. The same frame once more is `kept`; another one under
   * a number that is there, or one that leaves a gap, is `stale`. @throws LiveFull
   */
  put(frame: NewFrame): 'kept' | 'stale' | 'not-yours' | 'too-many' | 'too-large' | LiveOver
  frame(id: string, counter: number): Buffer | undefined
  /** All frames go at once, and no other comes. @throws LiveFull */
  end(id: string, token: string, how: 'revoked' | 'ended'): 'done' | 'not-yours' | 'unknown'
  close(): void
}

/** Neither disk nor limit has room; nothing of what was to be written is kept, what was there is. */
export class LiveFull extends Error {}

/** So long those who follow one that is over are told so. */
const TOLD_MS = 90 * 24 * 60 * 60_000

const full = (): LiveFull => new LiveFull('there is no room for sessions that are followed')

export function openLiveStore(data: string, limits: Pick<Limits, 'liveBytes' | 'liveEach' | 'lives'>, now = Date.now): LiveStore {
  const db = openDatabase(data, limits.liveBytes)
  const { run, find, sweep, drop } = statements(db, now)
  sweep()
  return {
    standing(id) {
      const found = find(id)
      if (found === undefined) return undefined
      const isOver = found.state === 'open' && found.expires > 0 && found.expires <= now()
      return { state: isOver ? 'expired' : found.state, epoch: found.epoch, next: found.next, expires: found.expires }
    },
    isOwn: (id, token) => {
      const found = find(id)
      return found !== undefined && isSecret(token, found.token)
    },
    put(frame) {
      const wrong = refused(frame, { find, sweep, db, limits })
      if (wrong !== undefined) return wrong
      const { id, epoch, counter, bytes, expires } = frame
      const before = find(id)
      const isNew = before === undefined || epoch > before.epoch
      atomically(
        db,
        () => {
          if (isNew) run('DELETE FROM live_frames WHERE id = ?', id)
          run(UPSERT, id, hashedSecret(frame.token), now(), expires, epoch, counter + 1, isNew ? bytes.length : before.size + bytes.length)
          run('INSERT INTO live_frames (id, counter, bytes) VALUES (?, ?, ?)', id, counter, bytes)
        },
        full,
      )
      if (isNew && before !== undefined) drop()
      return 'kept'
    },
    frame: (id, counter) => frameOf(db.prepare('SELECT bytes FROM live_frames WHERE id = ? AND counter = ?').get(id, counter)),
    end(id, token, how) {
      const found = find(id)
      if (found === undefined) return 'unknown'
      if (!isSecret(token, found.token)) return 'not-yours'
      if (found.state === 'open' || how === 'revoked')
        atomically(
          db,
          () => {
            run('DELETE FROM live_frames WHERE id = ?', id)
            run('UPDATE lives SET state = ?, at = ?, size = 0, epoch = epoch + 1, next = 0 WHERE id = ?', how, now(), id)
          },
          full,
        )
      drop()
      return 'done'
    },
    close: () => db.close(),
  }
}

interface Refusing extends Pick<Statements, 'find' | 'sweep'> {
  readonly db: Database.Database
  readonly limits: Pick<Limits, 'liveEach' | 'lives'>
}

/** Why a frame is not written, or that it is there already. */
function refused(
  { id, token, epoch, counter, bytes }: NewFrame,
  { find, sweep, db, limits }: Refusing,
): ReturnType<LiveStore['put']> | undefined {
  sweep()
  const before = find(id)
  if (before !== undefined && !isSecret(token, before.token)) return 'not-yours'
  if (before !== undefined && before.state !== 'open') return before.state
  const isNew = before === undefined || epoch > before.epoch
  if (isNew && counter !== 0) return 'stale'
  if (bytes.length + (isNew ? 0 : before.size) > limits.liveEach) return 'too-large'
  if (isNew) {
    const open = db.prepare(`SELECT count(*) AS n FROM lives WHERE state = 'open'`).get()
    return before === undefined && rowOf(open).number('n') >= limits.lives ? 'too-many' : undefined
  }
  if (epoch < before.epoch || counter > before.next) return 'stale'
  if (counter === before.next) return undefined
  // The answer did not reach its owner. Other bytes under one number would be two texts under one nonce.
  const there = frameOf(db.prepare('SELECT bytes FROM live_frames WHERE id = ? AND counter = ?').get(id, counter))
  return there?.equals(bytes) === true ? 'kept' : 'stale'
}

interface Statements {
  readonly run: (sql: string, ...values: unknown[]) => number
  readonly find: (id: string) => Found | undefined
  /** Ends what is over. */
  readonly sweep: () => void
  /** What is gone is to be gone from the log of writes too. */
  readonly drop: () => void
}

function statements(db: Database.Database, now: () => number): Statements {
  const run = (sql: string, ...values: unknown[]): number => db.prepare(sql).run(...values).changes
  const drop = (): void => {
    db.pragma('wal_checkpoint(TRUNCATE)')
  }
  const sweep = (): void => {
    try {
      const over = `SELECT id FROM lives WHERE state = 'open' AND expires > 0 AND expires <= ?`
      run(`DELETE FROM live_frames WHERE id IN (${over})`, now())
      const ended = run(`UPDATE lives SET state = 'expired', size = 0 WHERE id IN (${over})`, now())
      run(`DELETE FROM lives WHERE state <> 'open' AND max(at, expires) < ?`, now() - TOLD_MS)
      if (ended > 0) drop()
    } catch (thrown) {
      // On a full disk what is over is told by the clock.
      if (!isFull(thrown)) throw thrown
    }
  }
  const find = (id: string): Found | undefined =>
    foundOf(db.prepare('SELECT token, expires, epoch, next, size, state FROM lives WHERE id = ?').get(id))
  return { run, find, sweep, drop }
}

const UPSERT = `INSERT INTO lives (id, token, at, expires, epoch, next, size, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')
  ON CONFLICT (id) DO UPDATE SET at = excluded.at, expires = excluded.expires, epoch = excluded.epoch, next = excluded.next, size = excluded.size`

function openDatabase(data: string, limit: number): Database.Database {
  const db = openDatabaseFile(join(data, 'live.db'))
  db.pragma('secure_delete = ON')
  db.exec(`CREATE TABLE IF NOT EXISTS lives (id TEXT PRIMARY KEY, token BLOB NOT NULL, at INTEGER NOT NULL, expires INTEGER NOT NULL,
    epoch INTEGER NOT NULL, next INTEGER NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL)`)
  db.exec(
    'CREATE TABLE IF NOT EXISTS live_frames (id TEXT NOT NULL, counter INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (id, counter))',
  )
  limitSize(db, limit, 24)
  return db
}

interface Found extends LiveRow {
  readonly token: Buffer
  readonly size: number
}

function foundOf(given: unknown): Found | undefined {
  if (given === undefined) return undefined
  const { bytes, number, text } = rowOf(given)
  const state = text('state')
  if (state !== 'open' && state !== 'revoked' && state !== 'expired' && state !== 'ended')
    throw new TypeError(`the stores gave a row of another shape: a link that is ${state}`)
  const [expires, epoch, next, size] = [number('expires'), number('epoch'), number('next'), number('size')]
  return { token: bytes('token'), state, expires, epoch, next, size }
}

function frameOf(given: unknown): Buffer | undefined {
  return given === undefined ? undefined : rowOf(given).bytes('bytes')
}
