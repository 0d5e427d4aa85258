import type { Clock, Draft, SessionEvent, SessionId } from '@tabwright/protocol'
import { connectMirror, type MirrorLine } from '@tabwright/relay-client'
import { startForTest, type RelayUnderTest } from '../../../../apps/relay/src/relay-under-test'
import { catalogueIdb, type SessionCatalogue } from '../io/catalogue-idb'
import { systemClock } from '../io/clock-system'
import { openDatabase, type Database } from '../io/database'
import { eventLogIdb } from '../io/event-log-idb'
import { hashText } from '../io/hash-noble'
import type { Locks } from '../io/lock-web'
import { mirrorKeysIdb } from '../io/mirror-key-idb'
import type { SessionStore } from '../io/session-store'
import { createMirrorWorker } from './mirror-worker'
import { factsIn, say } from './tabs-under-test'

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
/** A mirror round takes some ten milliseconds; the machine may be busy. */
const LIMIT_MS = 4_000
const ports = { hash: hashText, clock: systemClock, random }

/** A browser that can mirror. */
export interface Browser {
  readonly catalogue: SessionCatalogue
  readonly database: Database
  readonly log: SessionStore
  readonly mirror: ReturnType<typeof createMirrorWorker>
  /** What it sent, by method and path. */
  readonly sent: string[]
  close(): void
}

/** What a browser is made of, where a test says so. */
export interface BrowserOptions {
  readonly relay?: () => RelayUnderTest
  readonly locks?: Locks
  readonly clock?: Clock
  readonly everyMs?: number | undefined
  /** What the relay answers to a GET, bent; undefined: as it is. */
  readonly bend?: (path: string, bytes: Uint8Array) => Uint8Array<ArrayBuffer> | undefined
}

/** A relay and browsers for each test of a file. */
export interface MirrorStage {
  /** In front of each test. */
  begin(): Promise<void>
  /** Behind each test; whatever a worker reported to nobody fails it. */
  end(): Promise<void>
  relay: RelayUnderTest
  /** The relay's mirror, as whoever may use it sees it. */
  place(): MirrorLine
  /** A browser with an empty profile, whose page is the relay's own. */
  browser(name: string, options?: BrowserOptions): Promise<Browser>
}

/** Where browsers and a relay meet. */
export function mirrorStage(): MirrorStage {
  const closing: (() => void)[] = []
  const reported: unknown[] = []
  let relay: RelayUnderTest | undefined
  const running = (): RelayUnderTest => {
    if (!relay) throw new Error('the relay runs during a test')
    return relay
  }
  return {
    async begin() {
      reported.length = 0
      Object.assign(globalThis, { reportError: (error: unknown) => reported.push(error) })
      relay = await startForTest()
    },
    async end() {
      for (const close of closing.splice(0)) close()
      await relay?.stop()
      if (reported.length > 0) throw new AggregateError(reported, 'a worker reported what it should have told somebody')
    },
    get relay() {
      return running()
    },
    set relay(next) {
      relay = next
    },
    place: () => connectMirror(running().url, { bearer: () => running().pair() }),
    browser: (name, options = {}) => openBrowser(name, { relay: running, ...options }, closing),
  }
}

async function openBrowser(
  name: string,
  options: BrowserOptions & { readonly relay: () => RelayUnderTest },
  closing: (() => void)[],
): Promise<Browser> {
  const database = await openDatabase({ name })
  const catalogue = catalogueIdb(database, ports)
  const sent: string[] = []
  const asPage: typeof fetch = async (input, init) => {
    const to = options.relay()
    const path = typeof input === 'string' ? input : ''
    sent.push(`${init?.method ?? 'GET'} ${path}`)
    const headers = new Headers(init?.headers)
    headers.set('origin', to.url)
    const answer = await fetch(`${to.url}${path}`, { ...init, headers })
    if (!options.bend || (init?.method ?? 'GET') !== 'GET') return answer
    const bent = options.bend(path, new Uint8Array(await answer.clone().arrayBuffer()))
    return bent ? new Response(bent, answer) : answer
  }
  const mirror = createMirrorWorker({
    opened: async () => ({ catalogue, memory: undefined, reason: '' }),
    keys: mirrorKeysIdb(`${name}-mirror`),
    place: (bearer) => connectMirror('', { bearer, fetch: asPage }),
    locks: options.locks ?? null,
    ...ports,
    ...('everyMs' in options ? {} : { everyMs: 25 }),
    ...(options.clock && { clock: options.clock }),
  })
  const close = (): void => {
    mirror.close()
    catalogue.close()
    database.close()
  }
  closing.push(close)
  return { database, catalogue, log: eventLogIdb(database, ports), mirror, sent, close }
}

/** Claims the session and writes facts with two rows of the wire. */
export async function write(to: Browser, session: SessionId, drafts: readonly Draft[]): Promise<void> {
  const { epoch } = await to.log.claim(session)
  const wire = [
    { role: 'header', text: `{"system":"${drafts.length}"}` } as const,
    { role: 'user', text: '{"secret":"wire"}' } as const,
    // What a person says while tools run.
    { role: 'system', text: '{"secret":"words"}' } as const,
  ]
  await to.log.append(session, epoch, { drafts, wire, durability: 'strict' })
}

/** A session of four facts and one file. */
export async function make(where: Browser, title = 'A secret title'): Promise<SessionId> {
  const session = await where.catalogue.create({ title, project: 'demo', files: [{ path: 'src/secret-name.ts', text: 'secret content' }] })
  await write(where, session, [say('secret words'), say('more')])
  return session
}

/** Resolves when the mirror has everything, and this session up to this fact. */
export async function mirrored(where: Browser, head?: number, session?: SessionId): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const state = await where.mirror.mirrorState()
    const note = JSON.stringify(await where.catalogue.readSetting('mirror'))
    const isFar = head === undefined || (session !== undefined && note.includes(`"${session}":{"head":${head},`))
    return state.type === 'on' && state.at !== undefined && state.problem === undefined && isFar
  }
  const until = Date.now() + LIMIT_MS
  while (!(await isDone())) {
    if (Date.now() > until) throw new Error(`not mirrored in time: ${JSON.stringify(await where.mirror.mirrorState())}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** All facts of a session. */
export const facts = ({ log }: Browser, session: SessionId): Promise<readonly SessionEvent[]> => factsIn(log, session)
