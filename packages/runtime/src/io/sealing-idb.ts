import { failureOf, sealedText, type Failure, type Hash, type SessionId } from '@tabwright/protocol'
import { CHUNK_EVENTS, packText } from './chunk'
import { sessionRange, writing, type Database, type WriteTx } from './database'
import { factsAmong, fencesOf } from './fence-row'
import { chainReader } from './stored-chain'

/** So many of the newest facts stay rows: they are read most, and one of them is always there to be checked against the session's row. */
const KEPT_AS_ROWS = CHUNK_EVENTS
/** After the newest append, so that sealing does not stand in the way of a burst. */
const DELAY_MS = 200
/** So many facts more than are due, and it is not put off any longer. */
const PUT_OFF = 8 * CHUNK_EVENTS

/** Moves old facts from rows into chunks, in the background: a third of the space, a third of the time to open. */
export interface Sealer {
  /** The session's log ends at `head` now. */
  grown(session: SessionId, head: number): void
  close(): void
}

/** What a sealer needs. */
export interface SealerOptions {
  readonly hash: Hash
  /** Sealing stopped for this session. Nothing is lost: its facts stay rows. */
  readonly stopped: (session: SessionId, failure: Failure) => void
}

export function createSealer(database: Database, options: SealerOptions): Sealer {
  /** Number of the newest sealed fact, as far as it is known here. */
  const sealed = new Map<SessionId, number>()
  const due = new Map<SessionId, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined

  const run = async (): Promise<void> => {
    for (const [session, head] of due) {
      due.delete(session)
      try {
        sealed.set(session, await sealSession(database, { session, head, hash: options.hash }))
      } catch (error) {
        // Not tried again before the session is opened anew: a damaged fact does not heal, a full disk is told by the appends.
        sealed.set(session, Number.MAX_SAFE_INTEGER)
        options.stopped(session, failureOf(error))
      }
    }
  }
  return {
    grown(session, head) {
      const over = head - (sealed.get(session) ?? 0) - CHUNK_EVENTS - KEPT_AS_ROWS
      if (over < 0) return
      due.set(session, head)
      if (over < PUT_OFF) clearTimeout(timer)
      else if (timer !== undefined) return
      timer = setTimeout(() => {
        timer = undefined
        running = (running ?? Promise.resolve()).then(run)
      }, DELAY_MS)
    },
    close() {
      clearTimeout(timer)
      due.clear()
    },
  }
}

/** Seals all but the newest facts. Resolves with the number of the newest sealed one. @throws FailureError `damaged`: nothing is moved then */
export async function sealSession(database: Database, log: { session: SessionId; head: number; hash: Hash }): Promise<number> {
  const { session, head, hash } = log
  let to = await sealedTo(database, session)
  while (head - to >= CHUNK_EVENTS + KEPT_AS_ROWS) {
    if (await sealChunk(database, { session, from: to + 1, hash })) to += CHUNK_EVENTS
    else {
      // Another tab was first, and this one goes on after it; or the session is gone.
      const now = await sealedTo(database, session)
      if (now <= to) return now
      to = now
    }
  }
  return to
}

function sealedTo(database: Database, session: SessionId): Promise<number> {
  return database.run(async (handle) => {
    const last = await handle.transaction('chunks').store.openKeyCursor(sessionRange(session), 'prev')
    return last ? last.primaryKey[1] + CHUNK_EVENTS - 1 : 0
  })
}

/** False: another tab sealed them, or the session is gone. */
async function sealChunk(database: Database, { session, from, hash }: { session: SessionId; from: number; hash: Hash }): Promise<boolean> {
  const to = from + CHUNK_EVENTS - 1
  const range = IDBKeyRange.bound([session, from], [session, to])
  const rows = factsAmong(await database.run((handle) => handle.getAll('events', range)))
  if (rows.length < CHUNK_EVENTS) return false
  // What is moved is whole: from here on its digest stands for the hashes of its facts.
  const chain = chainReader(from, hash)
  const facts = rows.map((row) => chain.next(row))
  const [first, last] = [facts[0], facts.at(-1)]
  if (!first || !last) return false
  const packed = await packText(sealedText(rows))
  const chunk = { session, from, to, prev: first.prev, last: last.hash, ...packed }
  return database.run(async (handle) => {
    const tx: WriteTx = handle.transaction(['chunks', 'events', 'heads'], 'readwrite', { durability: 'relaxed' })
    return writing(tx, async (keep) => {
      const [there, isSealed, fences] = await Promise.all([
        tx.objectStore('events').count(range),
        tx.objectStore('chunks').getKey([session, from]),
        fencesOf(tx, session, { from, to }),
      ])
      if (there !== CHUNK_EVENTS || isSealed !== undefined) return false
      keep(tx.objectStore('chunks').add(chunk))
      keep(tx.objectStore('events').delete(range))
      // Where a writer was put aside its next fact still finds the place taken, however long it slept.
      for (const fence of fences) keep(tx.objectStore('events').put(fence))
      return true
    })
  })
}
