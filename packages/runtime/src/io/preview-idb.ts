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

/** The streaming text beside the log: at most one relaxed write a second, whatever the speed of the stream. */
export function previewIdb(database: Database, { session, lost }: SideStoreOptions): Preview {
  let text: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = (): void => {
    timer = undefined
    const newest = text
    if (newest === undefined) return
    text = undefined
    // The pause begins before the write, so that a slow disk does not add to it.
    timer = setTimeout(write, EVERY_MS)
    writing = writing.then(() => store(database, session, newest)).catch((error: unknown) => lost(failureOf(error)))
  }

  return {
    save(newest) {
      text = newest
      if (timer === undefined) write()
    },
    async take() {
      clearTimeout(timer)
      timer = undefined
      const unsaved = text
      text = undefined
      await writing
      const saved = await takeStored(database, session)
      return unsaved ?? saved
    },
  }
}

function store(database: Database, session: SessionId, text: string): Promise<void> {
  return database.run(async (handle) => {
    const tx = handle.transaction('previews', 'readwrite', { durability: 'relaxed' })
    await Promise.all([text === '' ? tx.store.delete(session) : tx.store.put({ session, text }), tx.done])
  })
}

function takeStored(database: Database, session: SessionId): Promise<string> {
  return database.run(async (handle) => {
    const tx = handle.transaction('previews', 'readwrite', { durability: 'relaxed' })
    const [row] = await Promise.all([tx.store.get(session), tx.store.delete(session), tx.done])
    return row?.text ?? ''
  })
}
