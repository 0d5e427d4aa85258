import type { Remote } from 'comlink'
import {
  fail,
  failureOf,
  type ChosenModel,
  type Failure,
  type Hands,
  type Model,
  type SessionId,
  type Workspace,
} from '@tabwright/protocol'
import type { ModelAccess } from '../client/api'
import type { PageHost, WorkerOptions } from '../client/worker-api'
import { trustKey } from '../core/breaker'
import type { ModelChoice } from '../core/ports'
import { embeddedHands } from '../hands/embedded/embedded-hands'
import { broadcasts } from '../io/broadcast'
import { systemClock } from '../io/clock-system'
import { outdated } from '../io/database'
import { digestBytes, hashText } from '../io/hash-noble'
import { keyFetch } from '../io/key-fetch'
import { sessionLock, type SessionLock } from '../io/lock-web'
import { anthropicModel, type AnthropicOptions } from '../io/model-anthropic'
import { demoModel } from '../io/model-demo'
import { relayFetch, type RelayFetch } from '../io/relay-fetch'
import { openSessionStorage, type SessionStorage } from '../io/session-storage'
import type { SessionStore } from '../io/session-store'
import { openWorkspace } from '../workspace/workspace'
import type { Parts } from './compose'
import { storeOverPort } from './memory-port'
import type { LiveChannel } from './live-channel'
import type { TerminalStore } from './terminal'

/** This tab's real parts for one session. */
export interface Platform {
  readonly session: SessionId
  readonly store: SessionStore
  readonly lock: SessionLock
  /** To the session's other tabs, for what is not in the log. */
  readonly channel: LiveChannel
  readonly terminalStore: TerminalStore
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
  const { store, preview, terminal, circuits } = await openKept(session, host, () => {
    for (const listener of outdatedListeners) listener(outdated().failure)
  })
  const models = new Map<string, Model>()
  let choice = { info: options.model, access: options.access }
  let keys: Keys | undefined
  const relay = relayFetch({ renew: () => host.renewToken() })

  const modelOf = (): Model => {
    const { info, access } = choice
    if (access.type === 'demo') return (DEMO.model ??= demoModel({ clock: systemClock }))
    const reach = access.type === 'relay' ? throughRelay(relay, options.origin) : throughKeys(keys)
    const id = `${access.type}:${info.id}`
    const known = models.get(id) ?? anthropicModel({ id: info.id, label: info.label, clock: systemClock, ...reach })
    models.set(id, known)
    return known
  }
  const prepare = async (access: ModelAccess): Promise<void> => {
    if (access.type === 'keys') keys = await host.keyPort()
    if (access.type === 'relay') relay.setToken(access.token)
  }
  await prepare(options.access)

  const hands = openHands(host)
  return {
    session,
    store,
    lock: sessionLock(session),
    channel: liveChannel(session),
    terminalStore: terminal,
    onOutdated: (listener) => void outdatedListeners.add(listener),
    openWorkspace: () => openFiles(store, session),
    parts: (workspace) => ({
      session,
      store,
      workspace,
      hands,
      model: () => choiceOf(modelOf(), choice.info),
      preview,
      circuits,
      clock: systemClock,
      hash: hashText,
    }),
    info: () => choice.info,
    setModel: async (info, access) => {
      await prepare(access)
      // The next turn's model: another key may be for another address.
      models.clear()
      choice = { info, access }
      const { endpoint } = modelOf()
      if (endpoint !== undefined) await trustKey(circuits, endpoint)
    },
  }
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

function openHands(host: Remote<PageHost>): Hands {
  return embeddedHands({
    openFrame: async () => {
      const port = await host.openFrame()
      return { port, close: () => void host.closeFrame().catch((error: unknown) => reportError(failureOf(error))) }
    },
    bundles: async () => {
      const [kernel, process] = await Promise.all([readBundle('/frame/kernel.js'), readBundle('/frame/process.js')])
      return { kernel, process }
    },
  })
}

async function readBundle(path: string): Promise<string> {
  const response = await fetch(path)
  const type = response.headers.get('content-type') ?? ''
  if (!response.ok || !type.includes('javascript'))
    return fail('unavailable', `The sandbox could not be loaded: ${path} answered ${response.status} (${type}).`)
  return response.text()
}

async function openFiles(store: SessionStore, session: SessionId): Promise<Workspace> {
  const entries = await store.files(session)
  return openWorkspace({ entries, loadBlob: (hash) => store.loadBlob(hash), now: systemClock.now, hash: digestBytes })
}
