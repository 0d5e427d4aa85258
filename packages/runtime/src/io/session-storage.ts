import { failureOf, type SessionId } from '@tabwright/protocol'
import { noRuleBook, type RuleBook } from '../core/rule-book'
import { circuitsInMemory, type CircuitStore } from '../core/breaker'
import { daySpendingInMemory, type DaySpending } from '../core/limits/day-spending'
import { modelMemory, type ModelMemory } from '../core/model-traits'
import type { HookTrust } from '../core/hooks/hook-ports'
import type { Preview } from '../core/ports'
import { circuitsIdb } from './breaker-idb'
import { openDatabase, type DatabaseOptions } from './database'
import { daySpendingIdb } from './day-spending-idb'
import { eventLogIdb } from './event-log-idb'
import { folderIdb, type KeptFolder } from './folder-idb'
import { modelsIdb } from './models-idb'
import { hookTrustIdb, hookTrustMemory } from './hook-trust-idb'
import { previewIdb, type SideStoreOptions } from './preview-idb'
import { ruleBookIdb } from './rules-idb'
import type { LogPorts, SessionStore } from './session-store'
import { folderMemory, previewMemory, terminalsMemory } from './side-memory'
import { terminalsIdb, type TerminalTexts } from './terminal-idb'

/** Everything that one session's worker keeps. */
export interface SessionStorage {
  /** `off`: the browser keeps nothing, all of it ends with the tab. */
  readonly type: 'kept' | 'off'
  readonly store: SessionStore
  readonly preview: Preview
  readonly terminals: TerminalTexts
  /** The folder of the person's disk that the files came from. */
  readonly folder: KeptFolder
  /** What is known of addresses that failed, for all sessions. */
  readonly circuits: CircuitStore
  /** What is known of models, for all sessions. */
  readonly models: ModelMemory
  /** What all sessions spent, by day. */
  readonly spent: DaySpending
  /** Rules of its project and of this browser. */
  readonly rules: RuleBook
  /** Which of its project's hooks may run. */
  readonly hookTrust: HookTrust
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
    const rules = ruleBookIdb(database, options)
    return {
      type: 'kept',
      store,
      preview: previewIdb(database, options),
      terminals: terminalsIdb(database, options),
      folder: folderIdb(database, options.session),
      circuits: circuitsIdb(database, options),
      models: modelsIdb(database, options),
      spent: daySpendingIdb(database, options),
      rules,
      hookTrust: hookTrustIdb(database, options.session),
      close() {
        rules.close()
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
      terminals: terminalsMemory(),
      folder: folderMemory(),
      circuits: circuitsInMemory(),
      models: modelMemory(),
      spent: daySpendingInMemory(),
      rules: noRuleBook(),
      hookTrust: hookTrustMemory(),
      close: () => store.close(),
    }
  }
}
