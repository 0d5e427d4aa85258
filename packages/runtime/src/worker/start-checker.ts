/// <reference types="vite/client" />
import { wrap } from 'comlink'
import { startWorker } from '../client/trusted-worker'
import type { StartedChecker } from '../diagnostics/checker'
import type { DiagnosticsWorker } from '../diagnostics/worker-words'

/** Starts the checker in a worker below this one: it ends with the session. */
export async function startChecker(): Promise<StartedChecker> {
  const { default: url } = await import('./diagnostics-worker.ts?worker&url')
  const worker = startWorker(url, 'diagnostics')
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      reject(new Error(event.message || 'its worker could not be started'))
    })
  })
  // Nobody may be waiting when it dies.
  died.catch(() => undefined)
  const api = wrap<DiagnosticsWorker>(worker)
  return { api: { check: (wish) => api.check(wish), news: (wish) => api.news(wish) }, died, end: () => worker.terminate() }
}
