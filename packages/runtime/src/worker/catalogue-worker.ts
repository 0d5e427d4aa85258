import { readAttachment } from '../portable/attachment-file'
import { failureOf, type SessionId } from '@tabwright/protocol'
import { connectMirror, connectTickets } from '@tabwright/relay-client'
import { Worker as RelayWorker } from '@tabwright/relay-client/worker'
import { proxy, transfer } from 'comlink'
import type { StorageState } from '../client/api'
import type { CatalogueWorker } from '../client/worker-api'
import { catalogueIdb, UNDO_MS, type SessionCatalogue } from '../io/catalogue-idb'
import { catalogueMemory } from '../io/catalogue-memory'
import { systemClock } from '../io/clock-system'
import { blocked, openDatabase, outdated, type DatabaseOptions } from '../io/database'
import type { NewSession } from '../client/new-session'
import { DEMO_PROJECT } from '../io/demo/project'
import { TEMPLATE_FILES } from '../io/templates'
import { mirrorKeysIdb } from '../io/mirror-key-idb'
import { eventLogIdb } from '../io/event-log-idb'
import { memoryStore, type MemoryStore } from '../io/event-log-memory'
import { forkSession } from '../io/fork'
import { hashText } from '../io/hash-noble'
import type { Locks } from '../io/lock-web'
import type { SessionStore } from '../io/session-store'
import { BACKUP_LIMITS, SESSION_LIMITS } from '../portable/archive-limits'
import { cleanings, type Cleanings } from '../portable/cleanings'
import { exportMarkdown, exportSession, exportToShare, importSession } from '../portable/portable'
import { servePort } from './memory-port'
import { createMirrorWorker } from './mirror-worker'
import { serveFunctions } from './relay/functions-port'
import { RelayMember } from './relay/member'
import { createRulesWorker } from './rules-worker'
import { createSessionSearch } from './session-search'
import { sharingOf } from './sharing'

interface Opened {
  readonly catalogue: SessionCatalogue
  /** The sessions themselves. */
  readonly store: SessionStore
  readonly memory: MemoryStore | undefined
  readonly reason: string
}

const listed = (files: Readonly<Record<string, string>>) => Object.entries(files).map(([path, text]) => ({ path, text }))

/** What lies in a new workspace. */
function firstFiles({ project, template }: Pick<NewSession, 'project' | 'template'>): ReturnType<typeof listed> {
  if (project === 'demo') return listed(DEMO_PROJECT)
  return template === undefined ? [] : listed(TEMPLATE_FILES[template])
}

const ports = { hash: hashText, clock: systemClock, random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)) }

/** The list of sessions, opened once; every call waits for it. */
export function createCatalogueWorker(options: DatabaseOptions = {}): CatalogueWorker {
  let opening: Promise<Opened> | undefined
  const tabs = otherTabs(options)
  // A failed opening is tried again at the next call: the tab that blocked may be gone by then.
  const opened = (): Promise<Opened> =>
    (opening ??= open(tabs.options).catch((error: unknown) => {
      opening = undefined
      throw error
    }))
  const catalogue = async (): Promise<SessionCatalogue> => (await opened()).catalogue
  const mirror = mirrorOf(opened, options)
  const search = createSessionSearch(async () => (await catalogue()).images)
  const member = memberOf(opened)
  return {
    async open() {
      const { memory, reason } = await opened()
      // Where it is on, it goes on from where it was; whoever asks for its state is told what keeps it from that.
      if (!memory) mirror.begin()
      return memory ? { type: 'off', reason } : { type: 'kept' }
    },
    list: async () => (await catalogue()).list(),
    search: (query) => search.find(query),
    databaseName: async () => (await catalogue()).databaseName(),
    watch: async (listener) => proxy((await catalogue()).watch(listener)),
    create: async ({ title, project, template, mode }) =>
      (await catalogue()).create({ title, project, mode, files: firstFiles({ project, ...(template && { template }) }) }),
    rename: async (session, title) => (await catalogue()).rename(session, title),
    shelve: async (session, shelf) => (await catalogue()).shelve(session, shelf),
    async remove(session) {
      const list = await catalogue()
      await list.remove(session)
      purgeLater(list)
    },
    restore: async (session) => (await catalogue()).restore(session),
    readAttachment: (file, name) => readAttachment(file, name),
    readDraft: async (session, kind) => (await catalogue()).readDraft(session, kind),
    saveDraft: async (session, text, kind) => (await catalogue()).saveDraft(session, text, kind),
    storage: async () => tabs.state() ?? (await catalogue()).storage(),
    watchStorage: async (listener) => proxy(tabs.watch(listener)),
    async fork(session, at) {
      const list = await catalogue()
      const id = await forkSession(session, at, { ...ports, images: list.images })
      // A fork is of the same project; what came from somewhere else is none of this browser's.
      const isImported = (await list.list()).some((row) => row.id === session && row.isImported)
      if (!isImported) await list.rules.join(id, await list.rules.projectOf(session))
      list.announce()
      return id
    },
    ...archivesOf(catalogue),
    ...mirror,
    ...sharingOf(opened, mirror, purgeLater),
    ...member.api,
    ...createRulesWorker(catalogue),
    readSetting: async (key) => (await catalogue()).readSetting(key),
    saveSetting: async (key, value) => (await catalogue()).saveSetting(key, value),
    ...portsOf(opened, member),
  }
}

function portsOf(opened: () => Promise<Opened>, member: RelayMember): Pick<CatalogueWorker, 'functionsPort' | 'memoryPort'> {
  return {
    async functionsPort() {
      const port = serveFunctions(await member.knownFunctions())
      return transfer(port, [port])
    },
    async memoryPort() {
      const { memory } = await opened()
      if (!memory) return undefined
      const port = servePort(memory)
      return transfer(port, [port])
    },
  }
}

function archivesOf(
  catalogue: () => Promise<SessionCatalogue>,
): Pick<CatalogueWorker, 'exportSession' | 'exportToShare' | 'exportMarkdown' | 'importSession'> {
  const cleaningsOf = lastCleanings()
  return {
    async exportSession(session) {
      const bytes = await exportSession(session, { ...ports, store: (await catalogue()).images })
      return transfer(bytes, [bytes.buffer])
    },
    async exportToShare(session, choice) {
      const found = choice && cleaningsOf(session)
      const shared = await exportToShare(
        session,
        { ...ports, store: (await catalogue()).images },
        choice && { ...choice, cleanings: found },
      )
      return transfer(shared, [shared.bytes.buffer])
    },
    async exportMarkdown(session) {
      const page = await exportMarkdown(session, { ...ports, store: (await catalogue()).images })
      return transfer(page, [page.bytes.buffer])
    },
    async importSession(bytes, options) {
      const list = await catalogue()
      const id = await importSession(bytes, { ...ports, store: list.images }, options?.isBackup ? BACKUP_LIMITS : SESSION_LIMITS)
      list.announce()
      return id
    },
  }
}

/** So long a dialog may stand open until what was found for it is looked for anew. */
const FORGOTTEN_MS = 300_000

/** What was found in the session that is looked through just now: a person tries one choice after the other. */
function lastCleanings(): (session: SessionId) => Cleanings {
  let last: { readonly session: SessionId; readonly found: Cleanings } | undefined
  let forget: ReturnType<typeof setTimeout> | undefined
  return (session) => {
    clearTimeout(forget)
    forget = setTimeout(() => (last = undefined), FORGOTTEN_MS)
    if (last?.session !== session) last = { session, found: cleanings() }
    return last.found
  }
}

function mirrorOf(opened: () => Promise<Opened>, { name }: DatabaseOptions): ReturnType<typeof createMirrorWorker> {
  const keys = mirrorKeysIdb(name === undefined ? undefined : `${name}-mirror`)
  return createMirrorWorker({ opened, keys, place: (bearer) => connectMirror('', { bearer }), ...ports })
}

function memberOf(opened: () => Promise<Opened>): RelayMember {
  const platform: { readonly navigator?: { readonly locks?: Locks } } = globalThis
  return new RelayMember({
    catalogue: async () => (await opened()).catalogue,
    store: async () => (await opened()).store,
    hash: hashText,
    address: async (bearer) => {
      const ticket = await connectTickets('', { bearer })()
      return `${location.origin.replace(/^http/, 'ws')}/worker/${ticket}`
    },
    connect: (options) => new RelayWorker(options),
    now: () => systemClock.now(),
    random: ports.random,
    locks: platform.navigator?.locks ?? null,
  })
}

type TabState = Extract<StorageState, { readonly type: 'blocked' | 'outdated' }>

/** What tabs with another build of the app do to this one. */
function otherTabs(options: DatabaseOptions): {
  readonly options: DatabaseOptions
  state(): TabState | undefined
  watch(listener: () => void): () => void
} {
  let state: TabState | undefined
  const listeners = new Set<() => void>()
  const become = (next: TabState | undefined): void => {
    state = next
    for (const listener of listeners) listener()
  }
  return {
    options: {
      ...options,
      onBlocked: () => become({ type: 'blocked', reason: blocked().failure.message }),
      onUnblocked: () => become(undefined),
      onOutdated: () => become({ type: 'outdated', reason: outdated().failure.message }),
    },
    state: () => state,
    watch(listener) {
      const mine = (): void => listener()
      listeners.add(mine)
      return () => listeners.delete(mine)
    },
  }
}

async function open(options: DatabaseOptions): Promise<Opened> {
  try {
    const database = await openDatabase(options)
    const catalogue = catalogueIdb(database, ports)
    // Nobody waits for the housekeeping of the last visit.
    void tidy(catalogue, () => database.fillBallast()).catch(reportError)
    return { catalogue, store: eventLogIdb(database, { ...ports, sealing: 'never' }), memory: undefined, reason: '' }
  } catch (error) {
    const { code, message } = failureOf(error)
    if (code !== 'storage_off') throw error
    const memory = memoryStore(ports)
    return { catalogue: catalogueMemory(memory, ports, message), store: memory, memory, reason: message }
  }
}

async function tidy(catalogue: SessionCatalogue, fillBallast: () => Promise<boolean>): Promise<void> {
  await catalogue.purge()
  // What was removed moments before a reload.
  purgeLater(catalogue)
  await fillBallast()
}

function purgeLater(catalogue: SessionCatalogue): void {
  setTimeout(() => void catalogue.purge().catch(reportError), UNDO_MS + 100)
}
