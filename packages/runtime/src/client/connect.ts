import { proxy, wrap } from 'comlink'
import catalogueWorkerUrl from '../worker/catalogue.ts?worker&url'
import type { Catalogue, Runtime } from './api'
import { afterFirstTurn } from './first-turn'
import { askToKeep } from './keep-storage'
import { createKeyRing } from './key-ring'
import { createPageMarker, withMarker } from './page-marker'
import { carryFailures } from './remote'
import { openSession } from './session-handle'
import { startWorker } from './trusted-worker'
import type { CatalogueWorker } from './worker-api'

/** Starts the runtime of this page: one worker for the list of sessions, one more for each session that is open. */
export function connectRuntime(): Runtime {
  carryFailures()
  const remote = wrap<CatalogueWorker>(startWorker(catalogueWorkerUrl, 'sessions'))
  const keys = createKeyRing()
  const keep = afterFirstTurn(() => void askToKeep().catch(reportError))
  const marker = createPageMarker(pageMemory())
  const opened = remote.open()
  // Whoever asks for the list or for storage is told why it cannot be opened.
  opened.catch(() => undefined)
  const removed = async (): Promise<string | undefined> => {
    const state = await opened
    return marker.missing(state.type === 'kept' && state.isNew)
  }
  const catalogue: Catalogue = {
    list: async () => {
      await removed()
      const rows = await remote.list()
      marker.saw(rows.length)
      return rows
    },
    watch: (listener) => {
      const unwatch = remote.watch(proxy(listener))
      return () => {
        unwatch.then((stop) => stop()).catch(reportError)
      }
    },
    create: (options) => remote.create(options),
    rename: (session, title) => remote.rename(session, title),
    remove: (session) => remote.remove(session),
    restore: (session) => remote.restore(session),
    readDraft: (session) => remote.readDraft(session),
    saveDraft: (session, text) => remote.saveDraft(session, text),
    storage: async () => {
      const state = await remote.storage()
      return state.type === 'kept' ? withMarker(state, await removed()) : state
    },
    watchStorage: (listener) => {
      const unwatch = remote.watchStorage(proxy(listener))
      return () => {
        unwatch.then((stop) => stop()).catch(reportError)
      }
    },
    persist: askToKeep,
    exportSession: (session) => remote.exportSession(session),
    importSession: (bytes) => remote.importSession(bytes),
  }
  return {
    catalogue,
    keys,
    open: (options) => {
      const handle = openSession({ ...options, keyPort: () => keys.grant(), memoryPort: () => remote.memoryPort() })
      keep(handle)
      return handle
    },
  }
}

/** A page may be refused even the question. */
function pageMemory(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}
