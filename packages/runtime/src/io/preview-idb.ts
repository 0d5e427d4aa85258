import { failureOf, type Failure, type SessionId } from '@tabwright/protocol'
import type { Preview } from '../core/ports'
import type { Database } from './database'

// A killed tab may lose the last second of what was streaming, no more.
const EVERY_MS = 1_000

/** What the stores beside the log need. */
export interface SideStoreOptions {
  readonly session: SessionId
  /** A write beside the log failed: something that may be lost was lost. */
  readonly lost: (failure: Failure) => void
}

/** What streamed, and for which request. */
interface Streamed {
  readonly request: number
  readonly text: string
}

/** The streaming text beside the log: at most one relaxed write a second, whatever the speed of the stream. */
export function previewIdb(database: Database, { session, lost }: SideStoreOptions): Preview {
  let unsaved: Streamed | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = (): void => {
    timer = undefined
    const newest = unsaved
    if (newest === undefined) return
    unsaved = undefined
    // The pause begins before the write, so that a slow disk does not add to it.
    timer = setTimeout(write, EVERY_MS)
    writing = writing.then(() => store(database, session, newest)).catch((error: unknown) => lost(failureOf(error)))
  }

  return {
    save(request, text) {
      unsaved = { request, text }
      if (timer === undefined) write()
    },
    async take(request) {
      clearTimeout(timer)
      timer = undefined
      const newest = unsaved
      unsaved = undefined
      await writing
      const stored = await takeStored(database, session)
      const found = newest?.request === request ? newest : stored
      return found?.request === request ? found.text : ''
    },
  }
}

function store(database: Database, session: SessionId, { request, text }: Streamed): Promise<void> {
  return database.run(async (handle) => {
    const tx = handle.transaction('previews', 'readwrite', { durability: 'relaxed' })
    await Promise.all([text === '' ? tx.store.delete(session) : tx.store.put({ session, request, text }), tx.done])
  })
}

function takeStored(database: Database, session: SessionId): Promise<Streamed | undefined> {
  return database.run(async (handle) => {
    const tx = handle.transaction('previews', 'readwrite', { durability: 'relaxed' })
    const [row] = await Promise.all([tx.store.get(session), tx.store.delete(session), tx.done])
    return row
  })
}
