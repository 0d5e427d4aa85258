import { proxy, wrap } from 'comlink'
import catalogueWorkerUrl from '../worker/catalogue.ts?worker&url'
import type { Catalogue, Runtime } from './api'
import { createKeyRing } from './key-ring'
import { carryFailures } from './remote'
import { openSession } from './session-handle'
import { startWorker } from './trusted-worker'
import type { CatalogueWorker } from './worker-api'

/** Starts the runtime of this page: one worker for the list of sessions, one more for each session that is open. */
export function connectRuntime(): Runtime {
  carryFailures()
  const remote = wrap<CatalogueWorker>(startWorker(catalogueWorkerUrl, 'sessions'))
  const keys = createKeyRing()
  const catalogue: Catalogue = {
    list: () => remote.list(),
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
    storage: () => remote.storage(),
    exportSession: (session) => remote.exportSession(session),
    importSession: (bytes) => remote.importSession(bytes),
  }
  return {
    catalogue,
    keys,
    open: (options) => openSession({ ...options, keyPort: () => keys.grant(), memoryPort: () => remote.memoryPort() }),
  }
}
