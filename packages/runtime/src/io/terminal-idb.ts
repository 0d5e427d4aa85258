import { failureOf, type SessionId } from '@tabwright/protocol'
import { sessionRange, writing, type Database } from './database'
import type { SideStoreOptions } from './preview-idb'

const BATCH_MS = 250
/** How much of a terminal is kept, in UTF-16 units. */
export const TERMINAL_KEPT = 1_000_000
// Trimmed only after this much more, because finding the edge reads everything.
const SLACK = 250_000

/** What a terminal showed, newest 1 MB, ANSI included. */
export interface TerminalText {
  append(text: string): void
  /** Resolves when what was shown so far is stored. */
  flush(): Promise<void>
  read(): Promise<string>
}

/** Output beside the log: joined for 250 ms, written relaxed. While a command runs its last quarter second may be lost. */
export function terminalIdb(database: Database, { session, lost }: SideStoreOptions): TerminalText {
  let waiting = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let written = 0
  let queue: Promise<void> = Promise.resolve()

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const text = waiting
    waiting = ''
    if (text !== '') {
      written += text.length
      const isTrimDue = written > SLACK
      if (isTrimDue) written = 0
      queue = queue.then(() => addChunk(database, { session, text, isTrimDue })).catch((error: unknown) => lost(failureOf(error)))
    }
    return queue
  }

  return {
    append(text) {
      // A flood is not hoarded: what will be trimmed anyway is not even written.
      waiting = newest(waiting + text, TERMINAL_KEPT)
      timer ??= setTimeout(() => void flush(), BATCH_MS)
    },
    flush,
    async read() {
      await flush()
      const rows = await database.run((handle) => handle.getAll('terminal', sessionRange(session)))
      return newest(rows.map((row) => row.text).join(''), TERMINAL_KEPT)
    },
  }
}

/** The end of a text, cut where a line begins so that no escape sequence or character is torn. */
export function newest(text: string, most: number): string {
  if (text.length <= most) return text
  const end = text.slice(text.length - most)
  return end.slice(end.indexOf('\n') + 1)
}

function addChunk(database: Database, chunk: { session: SessionId; text: string; isTrimDue: boolean }): Promise<void> {
  const { session, text, isTrimDue } = chunk
  return database.run(async (handle) => {
    const tx = handle.transaction('terminal', 'readwrite', { durability: 'relaxed' })
    await writing(tx, async (keep) => {
      const last = await tx.store.openKeyCursor(sessionRange(session), 'prev')
      keep(tx.store.add({ session, n: (last?.primaryKey[1] ?? 0) + 1, text }))
      if (!isTrimDue) return
      let kept = text.length
      for (let row = await tx.store.openCursor(sessionRange(session), 'prev'); row; row = await row.continue()) {
        kept += row.value.text.length
        if (kept < TERMINAL_KEPT) continue
        keep(tx.store.delete(IDBKeyRange.bound([session], row.primaryKey, false, true)))
        return
      }
    })
  })
}
