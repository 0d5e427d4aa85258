import { fail } from '@tabwright/protocol'
import { expose } from 'comlink'
import { carryFailures } from '../client/remote'
import { DiagnosticsEngine } from '../diagnostics/engine'
import { LIBRARIES_PATH, type DiagnosticsWorker } from '../diagnostics/worker-words'

/** Entry of the checker's worker: the compiler is here and nowhere else, so that neither page nor loop ever wait for it. */
let engine: Promise<DiagnosticsEngine> | undefined

function opened(): Promise<DiagnosticsEngine> {
  engine ??= readLibraries().then((libraries) => new DiagnosticsEngine(libraries))
  // Asked for again by the next check.
  engine.catch(() => (engine = undefined))
  return engine
}

async function readLibraries(): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(LIBRARIES_PATH).catch(() => undefined)
  if (!response?.ok)
    return fail(
      'unavailable',
      `The checker’s libraries could not be loaded (${response?.status ?? 'the server of this page does not answer'}).`,
    )
  const libraries: Readonly<Record<string, string>> = await response.json()
  return libraries
}

const worker: DiagnosticsWorker = {
  check: async (wish) => (await opened()).check(wish),
  news: async (wish) => (await opened()).news(wish),
}

carryFailures()
expose(worker)
