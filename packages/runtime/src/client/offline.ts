import { OFFLINE_WORKER_PATH } from '@tabwright/protocol'
import { keepKernelFrame, pageBuild } from './frame'
import { registerWorker } from './trusted-worker'

const UPDATE_EVERY_MS = 3_600_000

/** Whether this page opens without its server, and whether there is a newer one. */
export interface OfflineState {
  readonly kept:
    /** `reason` is a sentence for a person. */
    | { readonly type: 'none'; readonly reason: string }
    | { readonly type: 'keeping' }
    /** Everything that the page and its sandbox begin with is in this browser. */
    | { readonly type: 'ready'; readonly bytes: number }
  /** A newer build is here whole, and a reload shows it. */
  readonly isUpdateReady: boolean
}

/** What keeps the page in this browser. */
export interface Offline {
  state(): OfflineState
  watch(listener: () => void): () => void
  /** Reloads the page as the newer build. What runs in it ends: nothing calls this but a person. */
  update(): void
  /** Asks the browser anew what is kept. */
  look(): Promise<void>
}

/** What the worker says of itself. */
interface WorkerState {
  readonly build: string
  readonly isWhole: boolean
  readonly bytes: number
}

/**
 * Lets the browser keep this page, so that it opens without its server. Begins when the page has come up.
 * @param parent where the sandbox's frame is put up for a moment, so that it is kept too
 */
export function keepOffline(parent: HTMLElement): Offline {
  const listeners = new Set<() => void>()
  const build = pageBuild()
  let now: OfflineState = { kept: whyNot(build) ?? { type: 'keeping' }, isUpdateReady: false }
  const set = (next: Partial<OfflineState>): void => {
    now = { ...now, ...next }
    for (const listener of listeners) listener()
  }
  const keeper = build === undefined || now.kept.type === 'none' ? undefined : createKeeper({ build, parent, set })
  keeper?.begin().catch((thrown: unknown) => set({ kept: { type: 'none', reason: refused(thrown) } }))
  return {
    state: () => now,
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update: () => void keeper?.update(),
    look: async () => keeper?.look(),
  }
}

function whyNot(build: string | undefined): OfflineState['kept'] | undefined {
  if (build === undefined) return { type: 'none', reason: 'A page in development is never kept.' }
  const { serviceWorker }: { readonly serviceWorker?: ServiceWorkerContainer } = navigator
  return serviceWorker === undefined
    ? { type: 'none', reason: 'This browser keeps no pages here: it wants https or localhost.' }
    : undefined
}

function refused(thrown: unknown): string {
  return `The browser did not keep the page: ${thrown instanceof Error ? thrown.message : String(thrown)}`
}

interface KeeperParts {
  readonly build: string
  readonly parent: HTMLElement
  readonly set: (next: Partial<OfflineState>) => void
}

interface Keeper {
  begin(): Promise<void>
  look(): Promise<void>
  update(): Promise<void>
}

function createKeeper({ build, parent, set }: KeeperParts): Keeper {
  const { serviceWorker } = navigator
  let registration: ServiceWorkerRegistration | undefined
  let framed: Promise<boolean> | undefined

  const look = async (): Promise<void> => {
    if (registration === undefined) return
    const { waiting, active } = registration
    if (waiting !== null) {
      const { build: newest } = await stateOf(waiting)
      // Nothing to say where this page is of that build already: documents come from the network first.
      if (newest === build) waiting.postMessage('take-over')
      else set({ isUpdateReady: true })
    }
    if (active?.state !== 'activated') return
    const state = await stateOf(active)
    if (!state.isWhole) return set({ kept: { type: 'keeping' } })
    framed ??= keepKernelFrame(parent)
    if (await framed) set({ kept: { type: 'ready', bytes: state.bytes } })
    else set({ kept: { type: 'none', reason: 'The page is kept, but not its sandbox: its frame did not answer.' } })
  }
  const again = (): void => void look().catch(reportError)
  const follow = (worker: ServiceWorker | null): void => worker?.addEventListener('statechange', again)

  /** Another tab may have taken the newer build for all. */
  const changed = async (): Promise<void> => {
    const { controller } = serviceWorker
    if (controller !== null && (await stateOf(controller)).build !== build) set({ isUpdateReady: true })
    await look()
  }

  return {
    look,
    begin: async () => {
      await idle()
      await registerWorker(OFFLINE_WORKER_PATH)
      registration = await serviceWorker.getRegistration()
      if (registration === undefined) return set({ kept: { type: 'none', reason: 'The browser keeps no pages of this site.' } })
      const found = registration
      follow(found.installing)
      found.addEventListener('updatefound', () => follow(found.installing))
      serviceWorker.addEventListener('controllerchange', () => void changed().catch(reportError))
      lookForNewer(found)
      await look()
    },
    update: async () => {
      const waiting = registration?.waiting
      if (waiting === undefined || waiting === null) return location.reload()
      serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
      waiting.postMessage('take-over')
    },
  }
}

/** A tab that stays open for days asks now and then. A server that is away has nothing newer. */
function lookForNewer(registration: ServiceWorkerRegistration): void {
  let asked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - asked < UPDATE_EVERY_MS) return
    asked = Date.now()
    registration.update().catch(() => undefined)
  })
}

/** After the first paint and what it needs: keeping the page is never in the way of opening it. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    const rest = (): void => requestIdle(() => resolve())
    if (document.readyState === 'complete') rest()
    else addEventListener('load', rest, { once: true })
  })
}

/** Safari has no idle callback. */
const requestIdle = (run: () => void): void => {
  const { requestIdleCallback }: { readonly requestIdleCallback?: Window['requestIdleCallback'] } = window
  if (requestIdleCallback === undefined) setTimeout(run, 1000)
  else requestIdleCallback(run, { timeout: 5000 })
}

function stateOf(worker: ServiceWorker): Promise<WorkerState> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<WorkerState>) => resolve(data), { once: true })
    port1.start()
    worker.postMessage('state', [port2])
  })
}
