import { failureOf, type SessionId } from '@tabwright/protocol'
import { circuitsInMemory, type CircuitStore } from '../core/breaker'
import type { Preview } from '../core/ports'
import { circuitsIdb } from './breaker-idb'
import { openDatabase, type DatabaseOptions } from './database'
import { eventLogIdb } from './event-log-idb'
import { previewIdb, type SideStoreOptions } from './preview-idb'
import type { LogPorts, SessionStore } from './session-store'
import { previewMemory, terminalMemory } from './side-memory'
import { terminalIdb, type TerminalText } from './terminal-idb'

/** Everything that one session's worker keeps. */
export interface SessionStorage {
  /** `off`: the browser keeps nothing, all of it ends with the tab. */
  readonly type: 'kept' | 'off'
  readonly store: SessionStore
  readonly preview: Preview
  readonly terminal: TerminalText
  /** What is known of addresses that failed, for all sessions. */
  readonly circuits: CircuitStore
  close(): void
}

/** What {@link openSessionStorage} needs. */
export interface SessionStorageOptions extends LogPorts, SideStoreOptions, DatabaseOptions {
  readonly session: SessionId
  readonly build?: string
  /** Where the sessions are when the browser keeps nothing: the tab's memory store, through a port. */
  readonly elsewhere: () => Promise<SessionStore>
}

/** Opens the database for one session, or the tab's memory where the browser refuses one. @throws FailureError `newer`, `busy` */
export async function openSessionStorage(options: SessionStorageOptions): Promise<SessionStorage> {
  try {
    const database = await openDatabase(options)
    const store = eventLogIdb(database, options)
    return {
      type: 'kept',
      store,
      preview: previewIdb(database, options),
      terminal: terminalIdb(database, options),
      circuits: circuitsIdb(database, options),
      close() {
        store.close()
        database.close()
      },
    }
  } catch (error) {
    if (failureOf(error).code !== 'storage_off') throw error
    const store = await options.elsewhere()
    return {
      type: 'off',
      store,
      preview: previewMemory(),
      terminal: terminalMemory(),
      circuits: circuitsInMemory(),
      close: () => store.close(),
    }
  }
}
