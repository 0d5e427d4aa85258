import { failureOf, type SessionId } from '@tabwright/protocol'
import { sessionRange, writing, type Database } from './database'
import type { TerminalRow } from './database-schema'
import type { SideStoreOptions } from './preview-idb'

const BATCH_MS = 250
/** How much of a terminal is kept, in UTF-16 units. */
export const TERMINAL_KEPT = 1_000_000
// Trimmed only after this much more, because finding the edge reads everything.
const SLACK = 250_000

/** The agent's commands and their output, a person's shell, and the command lines that were entered there. */
export type TerminalScreen = 'agent' | NonNullable<TerminalRow['screen']>

/** What each of a session's screens showed. */
export type TerminalTexts = Readonly<Record<TerminalScreen, TerminalText>>

/** What a terminal showed, newest 1 MB, ANSI included. */
export interface TerminalText {
  append(text: string): void
  /** Resolves when what was shown so far is stored. */
  flush(): Promise<void>
  read(): Promise<string>
}

/** The texts of all screens of a session. */
export function terminalsIdb(database: Database, options: SideStoreOptions): TerminalTexts {
  return {
    agent: terminalIdb(database, options, 'agent'),
    person: terminalIdb(database, options, 'person'),
    typed: terminalIdb(database, options, 'typed'),
  }
}

const screenOf = ({ screen }: TerminalRow): TerminalScreen => screen ?? 'agent'

/** Output beside the log: joined for 250 ms, written relaxed. While a command runs its last quarter second may be lost. */
function terminalIdb(database: Database, { session, lost }: SideStoreOptions, screen: TerminalScreen): TerminalText {
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
      queue = queue.then(() => addChunk(database, { session, screen, text, isTrimDue })).catch((error: unknown) => lost(failureOf(error)))
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
      const mine = rows.filter((row) => screenOf(row) === screen)
      return newest(mine.map((row) => row.text).join(''), TERMINAL_KEPT)
    },
  }
}

/** The end of a text, cut where a line begins so that no escape sequence or character is torn. */
export function newest(text: string, most: number): string {
  if (text.length <= most) return text
  const end = text.slice(text.length - most)
  return end.slice(end.indexOf('\n') + 1)
}

interface Chunk {
  readonly session: SessionId
  readonly screen: TerminalScreen
  readonly text: string
  readonly isTrimDue: boolean
}

function addChunk(database: Database, { session, screen, text, isTrimDue }: Chunk): Promise<void> {
  return database.run(async (handle) => {
    const tx = handle.transaction('terminal', 'readwrite', { durability: 'relaxed' })
    await writing(tx, async (keep) => {
      const last = await tx.store.openKeyCursor(sessionRange(session), 'prev')
      keep(tx.store.add({ session, n: (last?.primaryKey[1] ?? 0) + 1, text, ...(screen !== 'agent' && { screen }) }))
      if (!isTrimDue) return
      let kept = text.length
      for (let row = await tx.store.openCursor(sessionRange(session), 'prev'); row; row = await row.continue()) {
        if (screenOf(row.value) !== screen) continue
        if (kept >= TERMINAL_KEPT) keep(row.delete())
        kept += row.value.text.length
      }
    })
  })
}
