import { fail, failureOf } from '@tabwright/protocol'
import { transfer, wrap, type Remote } from 'comlink'
import sessionWorkerUrl from '../worker/serve.ts?worker&url'
import type { OpenOptions, SessionHandle } from './api'
import { openKernelFrame } from './frame'
import { proxied } from './remote'
import { trackRuns } from './run-tracker'
import { createScreenStore } from './screen-store'
import { startWorker } from './trusted-worker'
import type { Batch, PageHost, SessionWorker } from './worker-api'

/** What a session needs from its page. */
export interface HandleOptions extends OpenOptions {
  readonly keyPort: PageHost['keyPort']
  readonly memoryPort: PageHost['memoryPort']
  readonly fork: SessionHandle['fork']
}

/** Opens a session in a worker of its own. Returns at once; the role tells when it is ready. */
export function openSession(options: HandleOptions): SessionHandle {
  const store = createScreenStore()
  const terminals = new Set<(text: string) => void>()
  const fileWatchers = new Set<(paths: readonly string[]) => void>()
  const worker = startWorker(sessionWorkerUrl, `session ${options.session}`)
  const remote = wrap<SessionWorker>(worker)
  const frames = frameKeeper()
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = (message: MessageEvent<Batch>) => {
    const batch = message.data
    store.take(batch)
    if (batch.terminal !== '') for (const listener of terminals) listener(batch.terminal)
    if (batch.paths.length > 0) for (const listener of fileWatchers) listener(batch.paths)
  }
  worker.addEventListener('error', (event) => {
    const message = `The session’s worker stopped: ${event.message || 'unknown reason'}. What was written is kept; reload to go on.`
    store.setRole({ type: 'failed', failure: { code: 'unexpected', message } })
  })
  const { session, access, model } = options
  remote
    .open({ session, access, model, origin: location.origin }, proxied(hostOf(options, frames)), transfer(port2, [port2]))
    .catch((error: unknown) => {
      store.setRole({ type: 'failed', failure: failureOf(error) })
    })
  return {
    id: session,
    getScreen: store.screen,
    getRole: store.role,
    subscribe: store.subscribe,
    watchFiles: (listener) => subscribed(fileWatchers, listener),
    ...commandsOf(remote),
    fork: options.fork,
    terminal: {
      history: () => remote.terminalHistory(),
      subscribe: (listener) => subscribed(terminals, listener),
      ...trackRuns((command) => remote.terminalRun(command), store.tell),
      interrupt: () => remote.terminalInterrupt(),
      cwd: () => remote.terminalCwd(),
    },
    close: () => {
      worker.terminate()
      frames.close().catch(reportError)
      port1.close()
    },
  }
}

type Command = Exclude<keyof SessionHandle & keyof SessionWorker, 'open'>

/** What goes to the worker as it is. */
function commandsOf(remote: Remote<SessionWorker>): Pick<SessionHandle, Command> {
  return {
    send: (text) => remote.send(text),
    withdraw: (n) => remote.withdraw(n),
    editQueued: (n, text) => remote.editQueued(n, text),
    reorderQueue: (order) => remote.reorderQueue(order),
    stop: () => remote.stop(),
    compact: (instructions) => remote.compact(instructions),
    retryNow: () => remote.retryNow(),
    decide: (answer) => remote.decide(answer),
    resolve: (answer) => remote.resolve(answer),
    review: (shown, decision) => remote.review(shown, decision),
    listFiles: () => remote.listFiles(),
    readFile: (path) => remote.readFile(path),
    saveFile: (path, text, base) => remote.saveFile(path, text, base),
    readChange: (path) => remote.readChange(path),
    points: () => remote.points(),
    checkpoint: (name) => remote.checkpoint(name),
    compare: (from, to) => remote.compare(from, to),
    readPoint: (path, at) => remote.readPoint(path, at),
    planRestore: (to) => remote.planRestore(to),
    restore: (options) => remote.restore(options),
    progress: () => remote.progress(),
    setModel: (model, access) => remote.setModel(model, access),
    takeOver: () => remote.takeOver(),
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
