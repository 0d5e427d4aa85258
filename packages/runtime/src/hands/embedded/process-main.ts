import { runWorker } from './process-worker'

/** Entry of a process worker. */
runWorker(globalThis.postMessage.bind(globalThis))
