import { fail, failureOf, type Failure } from '@tabwright/protocol'
import { transfer, wrap, type Remote } from 'comlink'
import sessionWorkerUrl from '../worker/serve.ts?worker&url'
import type { OpenOptions, SessionHandle } from './api'
import { openKernelFrame } from './frame'
import { proxied } from './remote'
import { trackRuns } from './run-tracker'
import { createScreenStore } from './screen-store'
import { startWorker } from './trusted-worker'
import type { Batch, PageHost, SessionWorker, WorkerOptions } from './worker-api'
import { keepAlive, type Life, type WorkerLife } from './worker-life'

/** What a session needs from its page. */
export interface HandleOptions extends OpenOptions {
  readonly keyPort: PageHost['keyPort']
  readonly memoryPort: PageHost['memoryPort']
  readonly fork: SessionHandle['fork']
}

/** Opens a session in a worker of its own. Returns at once; the role tells when it is ready. Stays the same when the worker is another. */
export function openSession(options: HandleOptions): SessionHandle {
  const store = createScreenStore()
  const terminals = new Set<(text: string) => void>()
  const fileWatchers = new Set<(paths: readonly string[]) => void>()
  const frames = frameKeeper()
  const chosen = { model: options.model, access: options.access }
  const show = (batch: Batch): void => {
    store.take(batch)
    if (batch.terminal !== '') for (const listener of terminals) listener(batch.terminal)
    if (batch.paths.length > 0) for (const listener of fileWatchers) listener(batch.paths)
  }
  const life = keepAlive<Remote<SessionWorker>>({
    now: () => performance.now(),
    recovering: () => store.setRole({ type: 'recovering' }),
    gaveUp: (failure) => store.setRole({ type: 'failed', failure }),
    start: (isAgain) => {
      const { session } = options
      const batches = isAgain ? anew(show) : show
      return startSession({ host: hostOf(options, frames), worker: { session, ...chosen, origin: location.origin }, batches }, (failure) =>
        store.setRole({ type: 'failed', failure }),
      )
    },
  })
  return {
    id: options.session,
    getScreen: store.screen,
    getRole: store.role,
    subscribe: store.subscribe,
    watchFiles: (listener) => subscribed(fileWatchers, listener),
    ...commandsOf(life),
    fork: options.fork,
    setModel: async (model, access) => {
      Object.assign(chosen, { model, access })
      await life.ask((remote) => remote.setModel(model, access))
    },
    terminal: {
      history: () => life.ask((remote) => remote.terminalHistory()),
      subscribe: (listener) => subscribed(terminals, listener),
      ...trackRuns((command) => life.ask((remote) => remote.terminalRun(command)), store.tell),
      interrupt: () => life.ask((remote) => remote.terminalInterrupt()),
      cwd: () => life.ask((remote) => remote.terminalCwd()),
    },
    close: () => {
      life.end()
      frames.close().catch(reportError)
    },
  }
}

/** What is on the screen stays there until the next worker has something to show. */
function anew(show: (batch: Batch) => void): (batch: Batch) => void {
  let isFirst = true
  return (batch) => {
    const begins = isFirst && (batch.events.length > 0 || batch.past !== undefined)
    if (begins) isFirst = false
    show(begins ? { ...batch, reset: true } : batch)
  }
}

interface SessionStart {
  readonly host: PageHost
  readonly worker: WorkerOptions
  readonly batches: (batch: Batch) => void
}

/** @param failed the session could not be opened: starting it again would not help */
function startSession({ host, worker: options, batches }: SessionStart, failed: (failure: Failure) => void): Life<Remote<SessionWorker>> {
  const worker = startWorker(sessionWorkerUrl, `session ${options.session}`)
  const api = wrap<SessionWorker>(worker)
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = (message: MessageEvent<Batch>) => batches(message.data)
  const over = new AbortController()
  const died = new Promise<string>((resolve) => {
    worker.addEventListener('error', (event) => resolve(event.message || 'it could not be started'))
    watchLock(api, over.signal, () => resolve('it was ended from outside, or ran out of memory'))
  })
  api.open(options, proxied(host), transfer(port2, [port2])).catch((error: unknown) => {
    if (!over.signal.aborted) failed(failureOf(error))
  })
  // The page is told of it in every browser, a worker is not.
  const online = (): void => {
    api.online().catch((error: unknown) => {
      if (!over.signal.aborted) reportError(error)
    })
  }
  addEventListener('online', online, { signal: over.signal })
  return {
    api,
    died,
    end: () => {
      over.abort()
      worker.terminate()
      port1.close()
    },
  }
}

/** A worker that is killed says nothing, but the lock that it held is free at once. */
function watchLock(api: Remote<SessionWorker>, over: AbortSignal, freed: () => void): void {
  const name = `alive:${crypto.randomUUID()}`
  const watch = async (): Promise<void> => {
    if (await api.hold(name)) await navigator.locks.request(name, { signal: over }, () => (over.aborted ? undefined : freed()))
  }
  watch().catch((error: unknown) => {
    if (!over.aborted) reportError(error)
  })
}

type Command = Exclude<keyof SessionHandle & keyof SessionWorker, 'open' | 'setModel'>
type Alive = WorkerLife<Remote<SessionWorker>>

/** What goes to the worker as it is. */
function commandsOf({ ask, insist }: Alive): Pick<SessionHandle, Command> {
  return {
    send: (text) => {
      // Asked again by the same name, the next worker knows whether the last one had stored it: neither lost nor sent twice.
      const id = crypto.randomUUID()
      return insist((remote) => remote.send(text, id))
    },
    withdraw: (n) => ask((remote) => remote.withdraw(n)),
    editQueued: (n, text) => ask((remote) => remote.editQueued(n, text)),
    reorderQueue: (order) => ask((remote) => remote.reorderQueue(order)),
    stop: () => ask((remote) => remote.stop()),
    compact: (instructions) => ask((remote) => remote.compact(instructions)),
    retryNow: () => ask((remote) => remote.retryNow()),
    decide: (answer) => ask((remote) => remote.decide(answer)),
    resolve: (answer) => ask((remote) => remote.resolve(answer)),
    review: (shown, decision) => ask((remote) => remote.review(shown, decision)),
    listFiles: () => ask((remote) => remote.listFiles()),
    readFile: (path) => ask(async (remote) => remote.readFile(path)),
    saveFile: (path, text, base) => ask((remote) => remote.saveFile(path, text, base)),
    readChange: (path) => ask((remote) => remote.readChange(path)),
    points: () => ask((remote) => remote.points()),
    checkpoint: (name) => ask((remote) => remote.checkpoint(name)),
    compare: (from, to) => ask((remote) => remote.compare(from, to)),
    readPoint: (path, at) => ask(async (remote) => remote.readPoint(path, at)),
    planRestore: (to) => ask((remote) => remote.planRestore(to)),
    restore: (options) => ask((remote) => remote.restore(options)),
    progress: () => ask((remote) => remote.progress()),
    takeOver: () => ask((remote) => remote.takeOver()),
  }
}

function hostOf(options: HandleOptions, frames: ReturnType<typeof frameKeeper>): PageHost {
  return {
    openFrame: frames.open,
    closeFrame: frames.close,
    keyPort: async () => {
      const key = await options.keyPort()
      return transfer(key, [key.port])
    },
    renewToken: async () =>
      options.renewToken ? options.renewToken() : fail('denied', 'The relay ended this tab’s session. Reload the page; nothing is lost.'),
    memoryPort: async () => {
      const port = await options.memoryPort()
      return port && transfer(port, [port])
    },
  }
}

function subscribed<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** At most one locked frame for this session: opening another drops the one before. */
function frameKeeper(): { open: () => Promise<MessagePort>; close: () => Promise<void> } {
  let current: { close(): void } | undefined
  const close = async (): Promise<void> => {
    current?.close()
    current = undefined
  }
  return {
    open: async () => {
      await close()
      const frame = await openKernelFrame(document.body)
      current = frame
      return transfer(frame.port, [frame.port])
    },
    close,
  }
}
