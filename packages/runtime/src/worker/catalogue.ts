import { expose } from 'comlink'
import { carryFailures } from '../client/remote'
import { createCatalogueWorker } from './catalogue-worker'

carryFailures()
expose(createCatalogueWorker())
