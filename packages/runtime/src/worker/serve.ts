import { expose } from 'comlink'
import { carryFailures } from '../client/remote'
import { createSessionWorker } from './session-worker'

carryFailures()
const worker = createSessionWorker()
expose(worker)
addEventListener('online', () => {
  worker.online().catch((error: unknown) => reportError(error))
})
