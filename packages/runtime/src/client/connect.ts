import { proxy, wrap, type Remote } from 'comlink'
import catalogueWorkerUrl from '../worker/catalogue.ts?worker&url'
import type { SessionId } from '@tabwright/protocol'
import type { Catalogue, Mirror, Runtime } from './api'
import type { RelayMember } from './relay-api'
import type { Rules } from './rules-api'
import type { Shares } from './share-api'
import { sharePage } from './share-page'
import { afterFirstTurn } from './first-turn'
import { askToKeep } from './keep-storage'
import { stackblitzContainer } from './container/stackblitz'
import { createKeyRing } from './key-ring'
import { createPageMarker, withMarker } from './page-marker'
import { carryFailures } from './remote'
import { startWorker } from './trusted-worker'
import type { CatalogueWorker } from './worker-api'

/** What a page says of its person. */
export interface RuntimeOptions {
  /** Whether WebContainers may be started: its vendor's terms and network were agreed to. */
  readonly isAgreed: () => boolean
}

/** What opens sessions, in a file of its own: the list of them needs none of it. */
export function loadSessions(): Promise<typeof import('./session-handle')> {
  return import('./session-handle')
}

/** Starts the runtime of this page: one worker for the list of sessions, one more for each session that is open. */
export function connectRuntime({ isAgreed }: RuntimeOptions): Runtime {
  carryFailures()
  const remote = wrap<CatalogueWorker>(startWorker(catalogueWorkerUrl, 'sessions'))
  const keys = createKeyRing()
  const container = stackblitzContainer(isAgreed)
  const keep = afterFirstTurn(() => void askToKeep().catch(reportError))
  const marker = createPageMarker(pageMemory())
  const opened = remote.open()
  // Whoever asks for the list or for storage is told why it cannot be opened.
  opened.catch(() => undefined)
  const catalogue = catalogueOf(remote, { opened, marker })
  return {
    catalogue,
    keys,
    container: { state: container.state, watch: container.watch },
    opener: async () => {
      const { openSession } = await loadSessions()
      return (options) => {
        const handle = openSession({
          ...options,
          fork: (at) => catalogue.fork(options.session, at),
          keyPort: () => keys.grant(),
          functionsPort: () => remote.functionsPort(),
          memoryPort: () => remote.memoryPort(),
          container,
        })
        keep(handle)
        return handle
      }
    },
  }
}

interface ListParts {
  readonly opened: Promise<unknown>
  readonly marker: ReturnType<typeof createPageMarker>
}

/** The list of sessions, in its worker. */
function catalogueOf(remote: Remote<CatalogueWorker>, { opened, marker }: ListParts): Catalogue {
  return {
    list: async () => {
      await opened
      const before = await remote.databaseName()
      const rows = await remote.list()
      // Of which database the list is, is known only where the browser removed nothing in between.
      if (before !== undefined && before === (await remote.databaseName())) marker.saw(before, rows.length)
      return rows
    },
    watch: watching((listener) => remote.watch(listener)),
    search: (query) => remote.search(query),
    create: (options) => remote.create(options),
    rename: (session, title) => remote.rename(session, title),
    shelve: (session, shelf) => remote.shelve(session, shelf),
    remove: (session) => remote.remove(session),
    restore: (session) => remote.restore(session),
    readAttachment: async (file, name) => remote.readAttachment(file, name),
    readDraft: (session, kind) => remote.readDraft(session, kind),
    saveDraft: (session, text, kind) => remote.saveDraft(session, text, kind),
    storage: async () => {
      const state = await remote.storage()
      return state.type === 'kept' ? withMarker(state, marker.missing(await remote.databaseName())) : state
    },
    watchStorage: watching((listener) => remote.watchStorage(listener)),
    persist: askToKeep,
    fork: (session, at) => remote.fork(session, at),
    exportSession: (session) => remote.exportSession(session),
    exportToShare: (session, choice) => remote.exportToShare(session, choice),
    exportMarkdown: (session) => remote.exportMarkdown(session),
    importSession: (bytes, options) => remote.importSession(bytes, options),
    mirror: mirrorOf(remote),
    relay: relayOf(remote),
    rules: rulesOf(remote),
    shares: sharesOf(remote),
  }
}

/** A page may be refused even the question. */
function pageMemory(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

type Listener = (() => void) | ((session: SessionId, by: string) => void)

/** A watcher across the border: the listener travels as a proxy, and so does what ends it. */
function watching<T extends Listener>(watch: (listener: T) => Promise<() => void>): (listener: T) => () => void {
  return (listener) => {
    const unwatch = watch(proxy(listener))
    return () => {
      unwatch.then((stop) => stop()).catch(reportError)
    }
  }
}

function mirrorOf(remote: Remote<CatalogueWorker>): Mirror {
  return {
    state: () => remote.mirrorState(),
    watch: watching((listener) => remote.watchMirror(listener)),
    turnOn: (code) => remote.turnMirrorOn(code),
    kept: () => remote.keptMirrorCode(),
    turnOff: (options) => remote.turnMirrorOff(options),
    find: (code) => remote.findMirrored(code),
    restore: (code, conflict) => remote.restoreMirrored(code, conflict),
    useToken: (token) => remote.useMirrorToken(token),
  }
}

function rulesOf(remote: Remote<CatalogueWorker>): Rules {
  return {
    list: () => remote.listRules(),
    watch: watching((listener) => remote.watchRules(listener)),
    add: (rule) => remote.addRule(rule),
    remove: (id) => remote.removeRule(id),
    putBack: (rule) => remote.putBackRule(rule),
    setLevel: (level) => remote.setLevel(level),
    tryCall: (call) => remote.tryCall(call),
  }
}

function sharesOf(remote: Remote<CatalogueWorker>): Shares {
  return {
    prepare: (session, choice) => remote.exportToShare(session, choice),
    list: () => remote.listShares(),
    create: (wish) => remote.createShare(wish),
    revoke: (id) => remote.revokeShare(id),
    fork: (address) => remote.forkShare(address),
    page: sharePage,
    live: {
      list: () => remote.listLives(),
      watch: watching((listener) => remote.watchLives(listener)),
      start: (wish) => remote.startLive(wish),
      end: (id, how) => remote.endLive(id, how),
    },
  }
}

function relayOf(remote: Remote<CatalogueWorker>): RelayMember {
  return {
    state: () => remote.relayState(),
    watch: watching((listener) => remote.watchRelay(listener)),
    watchWake: watching((listener) => remote.watchRelayWake(listener)),
    join: (token) => remote.joinRelay(token),
    retry: () => remote.retryRelay(),
    setOn: (isOn) => remote.setRelayOn(isOn),
    setName: (name) => remote.setRelayName(name),
    setSwitch: (id, setting) => remote.setRelaySwitch(id, setting),
    setWebSearch: (chosen) => remote.setWebSearch(chosen),
    addWake: (wish) => remote.addWake(wish),
    removeWake: (id) => remote.removeWake(id),
    answer: (id, isAllowed) => remote.answerRelay(id, isAllowed),
  }
}
