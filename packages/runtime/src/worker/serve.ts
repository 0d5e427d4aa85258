import { expose } from 'comlink'
import { carryFailures } from '../client/remote'
import { createSessionWorker } from './session-worker'

carryFailures()
expose(createSessionWorker())
