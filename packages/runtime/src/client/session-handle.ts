import { fail, failureOf, HOOKS_FILE, type Failure, type PreviewSight } from '@tabwright/protocol'
import { proxy, transfer, wrap, type Remote } from 'comlink'
import sessionWorkerUrl from '../worker/serve.ts?worker&url'
import type { OpenOptions, SessionHandle } from './api'
import type { PageContainer } from './container/page-container'
import { openKernelFrame } from './frame'
import { proxied } from './remote'
import { createShownPorts } from './shown-ports'
import { createScreenStore } from './screen-store'
import { startWorker } from './trusted-worker'
import type { Batch, PageHost, SessionWorker, WorkerOptions } from './worker-api'
import { keepAlive, type Life, type WorkerLife } from './worker-life'

/** What a session needs from its page. */
export interface HandleOptions extends OpenOptions {
  readonly keyPort: PageHost['keyPort']
  readonly functionsPort: PageHost['functionsPort']
  readonly memoryPort: PageHost['memoryPort']
  readonly fork: SessionHandle['fork']
  readonly container: PageContainer
}

/** Opens a session in a worker of its own. Returns at once; the role tells when it is ready. Stays the same when the worker is another. */
export function openSession(options: HandleOptions): SessionHandle {
  const store = createScreenStore()
  const terminals = terminalListeners(store.tell)
  const ports = createShownPorts((request, rest) => life.ask(async (remote) => remote.askPort(request, rest && transfer(rest, [rest]))))
  const fileWatchers = new Set<(paths: readonly string[]) => void>()
  const previews: ((withPicture?: boolean) => Promise<PreviewSight>)[] = []
  const frames = { agent: frameKeeper(), hooks: frameKeeper(), container: frameKeeper() }
  const chosen = { model: options.model, access: options.access }
  const show = (batch: Batch): void => {
    store.take(batch)
    terminals.take(batch)
    if (batch.ports) ports.take(batch.ports)
    if (batch.writtenAgain) ports.takeWritten(batch.writtenAgain)
    if (batch.paths.length > 0) for (const listener of fileWatchers) listener(batch.paths)
  }
  const life = keepAlive<Remote<SessionWorker>>({
    now: () => performance.now(),
    recovering: () => store.setRole({ type: 'recovering' }),
    gaveUp: (failure) => store.setRole({ type: 'failed', failure }),
    start: (isAgain) => {
      terminals.rest()
      ports.take([])
      const start = {
        host: hostOf(options, frames, (withPicture) => previews.at(-1)?.(withPicture)),
        worker: workerOptions(options, chosen),
        batches: isAgain ? anew(show) : show,
      }
      return startSession(start, (failure) => store.setRole({ type: 'failed', failure }))
    },
  })
  const hooks = hooksOf(life, fileWatchers)
  return {
    id: options.session,
    getScreen: store.screen,
    getRole: store.role,
    subscribe: store.subscribe,
    watchFiles: (listener) => subscribed(fileWatchers, listener),
    ...commandsOf(life),
    ...hooks.commands,
    fork: options.fork,
    setModel: async (model, access) => {
      Object.assign(chosen, { model, access })
      await life.ask((remote) => remote.setModel(model, access))
    },
    ...shellsOf(life, terminals),
    ports,
    showsPreview: (look) => {
      previews.push(look)
      return () => void previews.splice(previews.indexOf(look), 1)
    },
    close: () => {
      hooks.leave(() => {
        life.end()
        closeAll(frames)
        options.container.close(options.session)
      })
    },
  }
}

function shellsOf({ ask }: Alive, { person, agent, isRunning }: TerminalListeners): Pick<SessionHandle, 'terminal' | 'agentTerminal'> {
  return {
    terminal: {
      history: () => ask((remote) => remote.terminalHistory('person')),
      subscribe: (listener) => subscribed(person, listener),
      input: (text) => ask((remote) => remote.terminalInput('person', text)),
      resize: (size) => ask((remote) => remote.terminalResize('person', size)),
      isRunning,
    },
    agentTerminal: {
      history: () => ask((remote) => remote.terminalHistory('agent')),
      subscribe: (listener) => subscribed(agent, listener),
      input: (text) => ask((remote) => remote.terminalInput('agent', text)),
      resize: (size) => ask((remote) => remote.terminalResize('agent', size)),
      takeOver: () => ask((remote) => remote.takeOverShell()),
      giveBack: () => ask((remote) => remote.giveShellBack()),
    },
  }
}

function workerOptions({ session }: HandleOptions, chosen: Pick<WorkerOptions, 'model' | 'access'>): WorkerOptions {
  return { session, ...chosen, origin: location.origin }
}

type TextListeners = Set<(text: string) => void>

interface TerminalListeners {
  readonly person: TextListeners
  readonly agent: TextListeners
  isRunning(): boolean
  take(batch: Batch): void
  /** Whatever ran ended with its worker. */
  rest(): void
}

/** @param changed called when a command of the person's began or ended */
function terminalListeners(changed: () => void): TerminalListeners {
  const [person, agent]: [TextListeners, TextListeners] = [new Set(), new Set()]
  let isRunning = false
  const run = (isBusy: boolean): void => {
    if (isBusy === isRunning) return
    isRunning = isBusy
    changed()
  }
  return {
    person,
    agent,
    isRunning: () => isRunning,
    rest: () => run(false),
    take: ({ terminal, agentTerminal, isTerminalBusy = isRunning }) => {
      if (terminal !== '') for (const listener of person) listener(terminal)
      if (agentTerminal !== '') for (const listener of agent) listener(agentTerminal)
      run(isTerminalBusy)
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

type Command = Exclude<keyof SessionHandle & keyof SessionWorker, 'open' | 'setModel' | 'hooks' | 'trustHooks'>
type Alive = WorkerLife<Remote<SessionWorker>>

/** All handlers of an end have 1.5 s together; the rest is for the way there and back. */
const LEAVING_MS = 2000

/**
 * Hooks of the project. A session that has none that may run is not kept waiting for them.
 * @param watchers told when others may run than before, as of a change of their file
 */
function hooksOf(
  { ask }: Alive,
  watchers: ReadonlySet<(paths: readonly string[]) => void>,
): { readonly commands: Pick<SessionHandle, 'hooks' | 'trustHooks'>; leave(end: () => void): void } {
  let mayRun = false
  return {
    leave: (end) => {
      if (!mayRun) return end()
      // Whatever they say, or do not say, it is over then.
      const over = new Promise((resolve) => setTimeout(resolve, LEAVING_MS))
      Promise.race([ask((remote) => remote.leave()).catch(reportError), over]).then(end, reportError)
    },
    commands: {
      hooks: async () => {
        const view = await ask(async (remote) => remote.hooks())
        mayRun = view.type === 'found' && view.isTrusted
        return view
      },
      trustHooks: async (digest) => {
        await ask((remote) => remote.trustHooks(digest))
        mayRun = digest !== undefined
        for (const listener of watchers) listener([HOOKS_FILE])
      },
    },
  }
}

/** What goes to the worker as it is. */
function commandsOf({ ask, insist }: Alive): Pick<SessionHandle, Command> {
  return {
    send: (text, attachments = [], when = 'step') => {
      // Asked again by the same name, the next worker knows whether the last one had stored it: neither lost nor sent twice.
      const id = crypto.randomUUID()
      return insist((remote) => remote.send(text, id, { attachments, ...(when === 'after' && { when }) }))
    },
    attachmentsOf: (message) => ask(async (remote) => remote.attachmentsOf(message)),
    withdraw: (n) => ask((remote) => remote.withdraw(n)),
    changeQueued: (n, change) => ask((remote) => remote.changeQueued(n, change)),
    reorderQueue: (order) => ask((remote) => remote.reorderQueue(order)),
    stop: () => ask((remote) => remote.stop()),
    compact: (instructions) => ask((remote) => remote.compact(instructions)),
    retryNow: () => ask((remote) => remote.retryNow()),
    raise: (raise) => ask((remote) => remote.raise(raise)),
    setNetwork: (open) => ask((remote) => remote.setNetwork(open)),
    revokeRule: (rule) => ask((remote) => remote.revokeRule(rule)),
    setHands: (hands, automatic) => ask((remote) => remote.setHands(hands, automatic)),
    setMode: (mode) => ask((remote) => remote.setMode(mode)),
    decide: (answer) => ask((remote) => remote.decide(answer)),
    edit: (edit) => ask((remote) => remote.edit(edit)),
    resolve: (answer) => ask((remote) => remote.resolve(answer)),
    answer: (replied) => ask((remote) => remote.answer(replied)),
    review: (shown, decision) => ask((remote) => remote.review(shown, decision)),
    reviewPart: (part) => ask((remote) => remote.reviewPart(part)),
    resolvePart: (part) => ask((remote) => remote.resolvePart(part)),
    undoRefusal: (path, refused) => ask((remote) => remote.undoRefusal(path, refused)),
    listFiles: () => ask((remote) => remote.listFiles()),
    readBytes: (hash) => ask(async (remote) => remote.readBytes(hash)),
    readContent: (hash) => ask(async (remote) => remote.readContent(hash)),
    problems: (path, text) => ask(async (remote) => remote.problems(path, text)),
    readFile: (path) => ask(async (remote) => remote.readFile(path)),
    saveFile: (path, text, base) => ask((remote) => remote.saveFile(path, text, base)),
    searchFiles: (wish, told) => ask((remote) => remote.searchFiles(wish, proxy(told))),
    changeFiles: (wish) => ask((remote) => remote.changeFiles(wish)),
    undoFiles: (changes) => ask((remote) => remote.undoFiles(changes)),
    listFolders: () => ask((remote) => remote.listFolders()),
    importFiles: (source, progress) => ask((remote) => remote.importFiles(source, proxy(progress))),
    folder: () => ask(async (remote) => remote.folder()),
    planFolder: () => ask((remote) => remote.planFolder()),
    readConflict: (plan, path) => ask((remote) => remote.readConflict(plan, path)),
    writeFolder: (plan, overwrite) => ask((remote) => remote.writeFolder(plan, overwrite)),
    exportFiles: (what) => ask(async (remote) => remote.exportFiles(what)),
    readChange: (path) => ask((remote) => remote.readChange(path)),
    points: () => ask((remote) => remote.points()),
    checkpoint: (name) => ask((remote) => remote.checkpoint(name)),
    compare: (from, to) => ask((remote) => remote.compare(from, to)),
    readPoint: (path, at) => ask(async (remote) => remote.readPoint(path, at)),
    planRestore: (to) => ask((remote) => remote.planRestore(to)),
    restore: (options) => ask((remote) => remote.restore(options)),
    progress: () => ask((remote) => remote.progress()),
    contextWindow: () => ask((remote) => remote.contextWindow()),
    costs: () => ask((remote) => remote.costs()),
    trace: (opened) => ask((remote) => remote.trace(opened)),
    fact: (seq) => ask(async (remote) => remote.fact(seq)),
    takeOver: () => ask((remote) => remote.takeOver()),
  }
}

function closeAll({ agent, hooks, container }: Frames): void {
  for (const frame of [agent, hooks, container]) frame.close().catch(reportError)
}

type Frames = Readonly<Record<'agent' | 'hooks' | 'container', ReturnType<typeof frameKeeper>>>

function hostOf(
  options: HandleOptions,
  { agent, hooks, container }: Frames,
  sight: (withPicture?: boolean) => Promise<PreviewSight> | undefined,
): PageHost {
  return {
    lookAtPreview: async (withPicture) => sight(withPicture),
    openFrame: agent.open,
    closeFrame: agent.close,
    openHookFrame: hooks.open,
    closeHookFrame: hooks.close,
    openContainerFrame: container.open,
    closeContainerFrame: container.close,
    openContainer: async () => {
      const opened = await options.container.open(options.session)
      return transfer(opened, [opened.port])
    },
    keyPort: async () => {
      const key = await options.keyPort()
      return transfer(key, [key.port])
    },
    renewToken: async () =>
      options.renewToken ? options.renewToken() : fail('denied', 'The relay ended this tab’s session. Reload the page; nothing is lost.'),
    gitPerson: () => Promise.resolve(options.gitPerson?.() ?? { name: '', email: '' }),
    functionsPort: async () => {
      const port = await options.functionsPort()
      return transfer(port, [port])
    },
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

/** At most one locked frame: opening another drops the one before. */
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
