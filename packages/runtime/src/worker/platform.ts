import type { Remote } from 'comlink'
import {
  DEFAULT_GUARDS,
  DEFAULT_LIMITS,
  NO_QUALITY,
  fail,
  failureOf,
  type ChosenModel,
  type Failure,
  type Hands,
  type Model,
  type ModelInfo,
  type SessionId,
  type Workspace,
} from '@tabwright/protocol'
import type { ModelAccess } from '../client/api'
import type { PageHost, WorkerOptions } from '../client/worker-api'
import { trustKey } from '../core/breaker'
import { canaryOf } from '../core/canary'
import type { HookPorts } from '../core/hooks/hook-ports'
import type { ModelChoice } from '../core/ports'
import { Checker } from '../diagnostics/checker'
import { embeddedHands } from '../hands/embedded/embedded-hands'
import type { EmbeddedOptions } from '../hands/embedded/embedded-options'
import { hookPlace } from '../hands/hook-place'
import { ContainerLink } from '../hands/webcontainer/container-link'
import { webcontainerHands, type WebcontainerHands } from '../hands/webcontainer/webcontainer-hands'
import { broadcasts } from '../io/broadcast'
import { systemClock } from '../io/clock-system'
import { outdated } from '../io/database'
import { digestBytes, hashText } from '../io/hash-noble'
import { keyFetch } from '../io/key-fetch'
import { sessionLock, type SessionLock } from '../io/lock-web'
import { anthropicModel, type AnthropicOptions } from '../io/model-anthropic'
import { demoModel } from '../io/model-demo'
import { relayFetch, type RelayFetch } from '../io/relay-fetch'
import { networkOfRelay } from '../io/network-relay'
import type { KeptFolder } from '../io/folder-idb'
import { packagesIdb } from '../io/packages-idb'
import { BUNDLER_PACK, loadPack, PYTHON_PACK } from '../io/program-pack'
import type { DaySpending } from '../core/limits/day-spending'
import { openSessionStorage, type SessionStorage } from '../io/session-storage'
import type { SessionStore } from '../io/session-store'
import type { TerminalTexts } from '../io/terminal-idb'
import { openWorkspace } from '../workspace/workspace'
import type { Tool } from '../core/tool'
import type { Parts } from './compose'
import { storeOverPort } from './memory-port'
import type { LiveChannel } from './live-channel'
import { functionsOverPort } from './relay/functions-port'
import { startChecker } from './start-checker'
import type { Timers } from './timers'

/** This tab's real parts for one session. */
export interface Platform {
  readonly session: SessionId
  readonly store: SessionStore
  readonly lock: SessionLock
  /** To the session's other tabs, for what is not in the log. */
  readonly channel: LiveChannel
  readonly terminals: TerminalTexts
  /** The folder of the person's disk that files came from. Default: known as long as this worker lives. */
  readonly folder?: KeptFolder
  /** What the project's own hooks need. Default: there are none. */
  readonly hooks?: HookPorts
  /** What other sessions of this browser spent. Default: nothing. */
  readonly spent?: DaySpending
  /** For what is shown. Default: the platform's. */
  readonly timers?: Timers
  /** What the model may call. Default: the built-in ones. */
  readonly tools?: readonly Tool[]
  /** Called when the app was updated in another tab: the database is closed to this one and nothing more is read or written. */
  onOutdated(listener: (failure: Failure) => void): void
  /** The workspace as it was durable when asked. */
  openWorkspace(): Promise<Workspace>
  parts(workspace: Workspace): Omit<Parts, 'live' | 'shell'>
  /** The model that is chosen. */
  info(): ChosenModel
  /** Another model from the next turn on. */
  setModel(info: ChosenModel, access: ModelAccess): Promise<void>
}

/** @throws FailureError `newer`, `busy` when the database cannot be opened */
export async function openPlatform(options: WorkerOptions, host: Remote<PageHost>): Promise<Platform> {
  const { session } = options
  const outdatedListeners = new Set<(failure: Failure) => void>()
  const kept = await openKept(session, host, () => outdatedListeners.forEach((listener) => listener(outdated().failure)))
  const { store, preview, circuits, models: memory, spent, rules } = kept
  const shared = { circuits, models: memory, spent, rules, hooks: openHooks(host, session, kept), diagnostics: openChecker() }
  const models = new Map<string, Model>()
  let choice = { info: options.model, access: options.access }
  let keys: Keys | undefined
  const relay = relayFetch({ renew: () => host.renewToken() })

  const modelOf = (info: ChosenModel = choice.info): Model => {
    const { access } = choice
    if (access.type === 'demo') return (DEMO.model ??= demoModel({ clock: systemClock }))
    const reach = access.type === 'relay' ? throughRelay(relay, options.origin) : throughKeys(keys)
    return once(models, `${access.type}:${info.id}`, () => anthropicModel({ id: info.id, label: info.label, clock: systemClock, ...reach }))
  }
  const prepare = async (access: ModelAccess): Promise<void> => {
    if (access.type === 'keys') keys = await host.keyPort()
    if (access.type === 'relay') relay.setToken(access.token)
  }
  await prepare(options.access)

  const hands = openHands(host, { open: () => host.openFrame(), close: () => host.closeFrame() })
  const network = networkOfRelay({ relay, origin: options.origin })
  const functions = functionsOverPort(() => host.functionsPort())
  return {
    session,
    store,
    lock: sessionLock(session),
    channel: liveChannel(session),
    ...besides(kept),
    hooks: shared.hooks,
    onOutdated: (listener) => void outdatedListeners.add(listener),
    openWorkspace: () => openFiles(store, session),
    parts: (workspace) => ({
      session,
      store,
      workspace,
      hands,
      webcontainers: openContainers(host),
      network,
      sight: (withPicture) => host.lookAtPreview(withPicture),
      ...overRelay(functions),
      model: () => choiceOf(modelOf(), choice.info),
      preview,
      ...shared,
      ...wishes(() => choice.info),
      stronger: () => strongerOf(choice, modelOf),
      clock: systemClock,
      hash: hashText,
    }),
    info: () => choice.info,
    setModel: async (info, access) => {
      await prepare(access)
      // The next turn's model: another key may be for another address.
      models.clear()
      choice = { info, access }
      await trustEndpoint(circuits, modelOf())
    },
  }
}

/** What is kept beside the log. */
function besides({ terminals, folder, spent }: SessionStorage): Required<Pick<Platform, 'terminals' | 'folder' | 'spent'>> {
  return { terminals, folder, spent }
}

/** What comes and goes with the relay, by one port. */
function overRelay(
  functions: ReturnType<typeof functionsOverPort>,
): Required<Pick<Parts, 'functions' | 'offering' | 'directories' | 'spans'>> {
  return { functions, offering: functions, directories: functions.directory, spans: functions.spans }
}

function openChecker(): Checker {
  return new Checker({ start: startChecker, clock: systemClock })
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const value = made.get(key) ?? make()
  made.set(key, value)
  return value
}

async function trustEndpoint(circuits: SessionStorage['circuits'], { endpoint }: Model): Promise<void> {
  if (endpoint !== undefined) await trustKey(circuits, endpoint)
}

/** What the person chose about the use of models, as it is now. */
function wishes(info: () => ChosenModel): Required<Pick<Parts, 'limits' | 'guards' | 'quality'>> {
  return {
    limits: () => info().limits ?? DEFAULT_LIMITS,
    guards: () => info().guards ?? DEFAULT_GUARDS,
    quality: () => info().quality ?? NO_QUALITY,
  }
}

/** Reached as the model that is chosen is; the demo has none above it. */
function strongerOf(
  { info, access }: { readonly info: ChosenModel; readonly access: ModelAccess },
  modelOf: (info: ModelInfo) => Model,
): ModelChoice | undefined {
  const stronger = info.quality?.stronger
  return stronger && access.type !== 'demo' ? { model: modelOf(stronger), info: stronger } : undefined
}

function liveChannel(session: SessionId): LiveChannel {
  const channels = broadcasts()
  return {
    tell: (message) => channels.tell(`live:${session}`, message),
    listen: (listener) => channels.listen(`live:${session}`, listener),
  }
}

function choiceOf(model: Model, info: ChosenModel): ModelChoice {
  return { model, info, ...(info.whenLong && { whenLong: info.whenLong }) }
}

function openKept(session: SessionId, host: Remote<PageHost>, onOutdated: () => void): Promise<SessionStorage> {
  return openSessionStorage({
    session,
    hash: hashText,
    clock: systemClock,
    // The worker's own script: its name changes with every build, and what another build folded is not believed.
    build: import.meta.url,
    onOutdated,
    // Beside the log: what streamed or scrolled by may be lost, the session goes on.
    lost: (failure) => console.warn(failure.message),
    elsewhere: async () =>
      storeOverPort(
        (await host.memoryPort()) ?? fail('storage_off', 'This browser keeps no data, and the tab’s own memory is not there either.'),
      ),
  })
}

const DEMO: { model: Model | undefined } = { model: undefined }

type Keys = Awaited<ReturnType<PageHost['keyPort']>>

/** Where requests go and how. What identifies them is put in by `fetch`; the token that the model knows opens nothing. */
type Reach = Pick<AnthropicOptions, 'baseUrl' | 'token' | 'fetch'>

function throughRelay(relay: RelayFetch, origin: string): Reach {
  return { baseUrl: origin, token: 'held-by-the-relay-fetch', fetch: relay.fetch }
}

function throughKeys(keys: Keys | undefined): Reach {
  if (!keys) return fail('no_key', 'No key was entered in this tab. Your message is kept; add a key in Settings.')
  return { baseUrl: keys.origin, token: 'held-by-the-key-worker', fetch: keyFetch(keys.port) }
}

/** In a sandbox of their own, which is put up with the first that runs. */
function openHooks(host: Remote<PageHost>, session: SessionId, { hookTrust }: SessionStorage): HookPorts {
  const hands = openHands(host, { open: () => host.openHookFrame(), close: () => host.closeHookFrame() })
  return { place: hookPlace({ session, clock: systemClock, hands }), trust: hookTrust }
}

/** A frame that the page puts up for this worker. */
interface FrameOfPage {
  open(): Promise<MessagePort>
  close(): Promise<void>
}

function openHands(host: Remote<PageHost>, frame: FrameOfPage): Hands {
  return embeddedHands(handsOptions(host, frame))
}

/** Nothing of it is there before a command runs in it. */
function openContainers(host: Remote<PageHost>): WebcontainerHands {
  return webcontainerHands({
    ...handsOptions(host, { open: () => host.openContainerFrame(), close: () => host.closeContainerFrame() }),
    openContainer: async () => {
      const { port, workdir } = await host.openContainer()
      return new ContainerLink(port, workdir)
    },
  })
}

function handsOptions(host: Remote<PageHost>, frame: FrameOfPage): EmbeddedOptions {
  return {
    openFrame: async () => {
      const port = await frame.open()
      return { port, close: () => void frame.close().catch((error: unknown) => reportError(failureOf(error))) }
    },
    bundles: () => {
      bundles ??= readBundles().catch((thrown: unknown) => {
        bundles = undefined
        throw thrown
      })
      return bundles
    },
    python: (progress) => loadPack(PYTHON_PACK, progress),
    bundler: (progress) => loadPack(BUNDLER_PACK, progress),
    person: () => host.gitPerson(),
    decoy: (session) => canaryOf(hashText, session).value,
    packages: packagesIdb(),
  }
}

/** Read once for all sandboxes of this session: one that was lost is replaced without the network. */
let bundles: Promise<{ readonly kernel: string; readonly process: string }> | undefined

async function readBundles(): Promise<{ readonly kernel: string; readonly process: string }> {
  const [kernel, process] = await Promise.all([readBundle('/frame/kernel.js'), readBundle('/frame/process.js')])
  return { kernel, process }
}

async function readBundle(path: string): Promise<string> {
  const response = await fetch(path).catch(() =>
    fail(
      'unavailable',
      'The sandbox could not be loaded: the server of this page does not answer. Nothing was run and the files are as they were; try again when it does.',
    ),
  )
  const type = response.headers.get('content-type') ?? ''
  if (!response.ok || !type.includes('javascript'))
    return fail('unavailable', `The sandbox could not be loaded: ${path} answered ${response.status} (${type}).`)
  return response.text()
}

async function openFiles(store: SessionStore, session: SessionId): Promise<Workspace> {
  const entries = await store.files(session)
  return openWorkspace({ entries, loadBlob: (hash) => store.loadBlob(hash), now: systemClock.now, hash: digestBytes })
}
