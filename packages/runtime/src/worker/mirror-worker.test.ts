import 'fake-indexeddb/auto'
import { fakeClock } from '@tabwright/testkit'
import { failureOf, sessionId, type Clock, type Draft, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { connectMirror } from '@tabwright/relay-client'
import { IDBFactory } from 'fake-indexeddb'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startForTest, type RelayUnderTest } from '../../../../apps/relay/src/relay-under-test'
import { catalogueIdb, type SessionCatalogue } from '../io/catalogue-idb'
import { systemClock } from '../io/clock-system'
import { openDatabase, type Database } from '../io/database'
import { eventLogIdb } from '../io/event-log-idb'
import { hashText } from '../io/hash-noble'
import type { Locks } from '../io/lock-web'
import { mirrorKeysIdb } from '../io/mirror-key-idb'
import type { SessionStore } from '../io/session-store'
import { exportSession } from '../portable/portable'
import { createMirrorWorker } from './mirror-worker'
import { factsIn, say } from './tabs-under-test'

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
const ports = { hash: hashText, clock: systemClock, random }

interface Browser {
  readonly catalogue: SessionCatalogue
  readonly database: Database
  readonly log: SessionStore
  readonly mirror: ReturnType<typeof createMirrorWorker>
  /** What it sent, by method and path. */
  readonly sent: string[]
  close(): void
}

let relay: RelayUnderTest
const closing: (() => void)[] = []
const reported: unknown[] = []

beforeEach(async () => {
  reported.length = 0
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  relay = await startForTest()
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await relay.stop()
  vi.unstubAllGlobals()
  expect(reported).toEqual([])
})

interface BrowserOptions {
  readonly relay?: () => RelayUnderTest
  readonly locks?: Locks
  readonly clock?: Clock
  readonly everyMs?: number | undefined
}

/** A browser with an empty profile, whose page is the relay's own. */
async function browser(name: string, options: BrowserOptions = {}): Promise<Browser> {
  const database = await openDatabase({ name })
  const catalogue = catalogueIdb(database, ports)
  const sent: string[] = []
  const asPage: typeof fetch = (input, init) => {
    const to = options.relay?.() ?? relay
    const path = typeof input === 'string' ? input : ''
    sent.push(`${init?.method ?? 'GET'} ${path}`)
    return fetch(`${to.url}${path}`, { ...init, headers: { ...(init?.headers as Record<string, string>), origin: to.url } })
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

/** Web Locks as tabs of one browser see them: one holder, the others in a row. */
function lockRoom(): Locks {
  let last: Promise<unknown> = Promise.resolve()
  const request = (_name: string, ...rest: readonly unknown[]): Promise<unknown> => {
    const work = rest.at(-1) as () => Promise<unknown>
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
  return { request: request as Locks['request'] }
}

async function write(to: Browser, session: SessionId, drafts: readonly Draft[]): Promise<void> {
  const { epoch } = await to.log.claim(session)
  const wire = [{ role: 'header', text: `{"system":"${drafts.length}"}` } as const, { role: 'user', text: '{"secret":"wire"}' } as const]
  await to.log.append(session, epoch, { drafts, wire, durability: 'strict' })
}

async function make(where: Browser, title = 'A secret title'): Promise<SessionId> {
  const session = await where.catalogue.create({ title, project: 'demo', files: [{ path: 'src/secret-name.ts', text: 'secret content' }] })
  await write(where, session, [say('secret words'), say('more')])
  return session
}

async function mirrored(where: Browser, head?: number, session?: SessionId): Promise<void> {
  await expect
    .poll(async () => {
      const state = await where.mirror.mirrorState()
      const note = JSON.stringify(await where.catalogue.readSetting('mirror'))
      const isFar = head === undefined || (session !== undefined && note.includes(`"${session}":{"head":${head},`))
      return state.type === 'on' && state.at !== undefined && state.problem === undefined && isFar
    })
    .toBe(true)
}

const facts = ({ log }: Browser, session: SessionId): Promise<readonly SessionEvent[]> => factsIn(log, session)

it('is off until it is turned on, and sends nothing before', async () => {
  const { mirror, sent } = await browser('quiet')
  mirror.begin()
  expect(await mirror.mirrorState()).toEqual({ type: 'off' })
  expect(sent).toEqual([])
})

it('[C21] gives back the same session to a fresh profile that has the recovery code, to be written on', async () => {
  const here = await browser('here')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z]{4}$/)
  await mirrored(here, 4, session)
  const original = await exportSession(session, { hash: hashText, store: here.catalogue.images })
  const before = await facts(here, session)
  globalThis.indexedDB = new IDBFactory()
  const there = await browser('there')
  expect(await there.mirror.findMirrored(code.toLowerCase())).toMatchObject([{ session, title: 'A secret title', head: 4, local: 'new' }])
  expect(await there.mirror.restoreMirrored(code)).toEqual([session])
  expect(await facts(there, session)).toEqual(before)
  expect(await exportSession(session, { hash: hashText, store: there.catalogue.images })).toEqual(original)
  expect((await there.catalogue.list()).map(({ id, title, isImported }) => [id, title, isImported])).toEqual([
    [session, 'A secret title', undefined],
  ])
  await write(there, session, [say('on it goes')])
  expect(await facts(there, session)).toHaveLength(5)
  // And the mirror goes on under the same code.
  expect(await there.mirror.turnMirrorOn(code)).toBe(code)
  await mirrored(there, 5, session)
  expect(await there.mirror.findMirrored(code)).toMatchObject([{ head: 5, local: 'here' }])
})

it('tells the relay no title, path, name, word or session id', async () => {
  const here = await browser('private')
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const disk = readdirSync(relay.data)
    .map((file) => readFileSync(join(relay.data, file)).toString('latin1'))
    .join('')
  for (const secret of ['secret', session, 'src/', 'session.opened', 'message.user']) {
    expect(disk).not.toContain(secret)
    expect(relay.logged()).not.toContain(secret)
    expect(here.sent.join()).not.toContain(secret)
  }
})

it('sends only what came since, and one crumb for many small steps', async () => {
  const here = await browser('steps')
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  for (let head = 5; head <= 9; head++) {
    await write(here, session, [say(`step ${head}`)])
    await mirrored(here, head, session)
  }
  const heads = await connectMirror(relay.url, { bearer: () => relay.pair() }).list()
  const [name] = heads.map((head) => head.session)
  const parts = await connectMirror(relay.url, { bearer: () => relay.pair() }).parts(name ?? '')
  // The one crumb, and the list of files.
  expect(parts).toHaveLength(2)
  // Files did not change, so their list was sent once: one part for the start, one more for each step.
  const puts = here.sent.filter((line) => /^PUT \/mirror\/[0-9a-f]+\/[0-9a-f]+$/.test(line))
  expect(puts).toHaveLength(2 + 5)
})

it('goes on where it was when the relay comes back, and says meanwhile why it is behind', async () => {
  let current = relay
  const data = join(relay.data, '..', 'kept')
  await relay.stop()
  relay = await startForTest({ data })
  current = relay
  const here = await browser('offline', { relay: () => current })
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  await relay.stop()
  await write(here, session, [say('while it was away')])
  await expect
    .poll(() => here.mirror.mirrorState())
    .toMatchObject({ type: 'on', at: expect.any(Number), problem: expect.stringContaining('The relay does not answer') })
  const behind = await here.mirror.mirrorState()
  relay = await startForTest({ data })
  current = relay
  await mirrored(here, 5, session)
  const state = await here.mirror.mirrorState()
  expect(state.type === 'on' && behind.type === 'on' && (state.at ?? 0) > (behind.at ?? 0)).toBe(true)
})

it('mirrors again what the relay lost', async () => {
  const here = await browser('lost')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const place = connectMirror(relay.url, { bearer: () => relay.pair() })
  const [entry] = await place.list()
  await place.remove(entry?.session ?? '')
  await expect.poll(async () => (await here.mirror.findMirrored(code)).map(({ head }) => head)).toEqual([4])
})

it('[C21] takes sessions that the browser removed for removed, not for deleted by the person', async () => {
  const here = await browser('evicted')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  await here.database.run(async (handle) => {
    const all = ['sessions', 'heads', 'events', 'chunks', 'wire', 'files', 'blobs', 'refs', 'settings'] as const
    await Promise.all(all.map((name) => handle.clear(name)))
  })
  await expect.poll(() => here.mirror.mirrorState()).toMatchObject({ problem: expect.stringContaining('The mirror still has them') })
  await make(here, 'a new one')
  await expect.poll(async () => (await here.mirror.findMirrored(code)).length).toBe(2)
  expect(await here.mirror.restoreMirrored(code)).toEqual([session])
  const before = await here.catalogue.readSetting('mirror')
  await here.mirror.turnMirrorOn(code)
  // A round that was under way writes what it knew of the mirror before.
  await here.catalogue.saveSetting('mirror', before ?? null)
  await mirrored(here, 4, session)
})

it('refuses to restore over a session that went another way, and offers a copy', async () => {
  const here = await browser('one')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const there = await browser('two')
  await there.mirror.restoreMirrored(code)
  await write(here, session, [say('here'), say('here too')])
  await mirrored(here, 6, session)
  await write(there, session, [say('there')])
  const failure = await there.mirror.restoreMirrored(code).catch(failureOf)
  expect(failure).toMatchObject({ code: 'stale', detail: { conflicts: [{ session, title: 'A secret title', head: 6 }] } })
  expect(await facts(there, session)).toHaveLength(5)
  expect(await there.mirror.restoreMirrored(code, 'skip')).toEqual([])
  const [copy] = await there.mirror.restoreMirrored(code, 'copy')
  expect(copy).not.toBe(session)
  expect((await facts(there, copy ?? session)).map((event) => event.hash)).toEqual((await facts(here, session)).map((event) => event.hash))
  expect(await there.log.claim(copy ?? session).catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  // Nor does the one mirror over the other.
  await there.mirror.turnMirrorOn(code)
  await expect
    .poll(() => there.mirror.mirrorState())
    .toMatchObject({ problem: expect.stringContaining('Another browser mirrors this session') })
  expect((await here.mirror.findMirrored(code)).map(({ head }) => head)).toEqual([6])
})

it('[O37] restores nothing from a mirror in which one bit is another', async () => {
  const here = await browser('honest')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  here.close()
  const place = connectMirror(relay.url, { bearer: () => relay.pair() })
  const [entry] = await place.list()
  const name = entry?.session ?? ''
  for (const part of await place.parts(name)) {
    const honest = (await place.readPart(name, part)) ?? new Uint8Array()
    for (const at of [0, 5, 40, honest.length - 1]) {
      const bent = honest.slice()
      bent[at] = (bent[at] ?? 0) ^ 4
      await place.removePart(name, part)
      await place.writePart(name, part, bent)
      const there = await browser(`bent-${part.slice(0, 4)}-${at}`)
      expect(await there.mirror.restoreMirrored(code).catch(failureOf)).toMatchObject({ code: 'damaged' })
      expect(await there.catalogue.list()).toEqual([])
    }
    await place.removePart(name, part)
    await place.writePart(name, part, honest)
  }
  expect(await (await browser('mended')).mirror.restoreMirrored(code)).toEqual([session])
})

it('opens to its own code only, and says where a code has a slip', async () => {
  const here = await browser('codes')
  const session = await make(here)
  const code = await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const other = await (await browser('codes-2')).mirror.turnMirrorOn()
  const there = await browser('codes-3')
  expect(await there.mirror.restoreMirrored(other).catch(failureOf)).toMatchObject({ code: 'not_found' })
  const slip = code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`
  expect(await there.mirror.restoreMirrored(slip).catch(failureOf)).toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining('last group'),
  })
  expect(await there.mirror.restoreMirrored('ABCD').catch(failureOf)).toMatchObject({ code: 'bad_input' })
})

it('forgets at the relay what the person deleted, and everything when it is erased', async () => {
  const here = await browser('forget')
  const [first, second] = [await make(here, 'one'), await make(here, 'two')]
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, second)
  const place = connectMirror(relay.url, { bearer: () => relay.pair() })
  expect(await place.list()).toHaveLength(2)
  await here.catalogue.remove(first)
  vi.spyOn(systemClock, 'now').mockReturnValue(Date.now() + 60_000)
  await here.catalogue.purge()
  vi.restoreAllMocks()
  await expect.poll(async () => (await place.list()).length).toBe(1)
  await here.mirror.turnMirrorOff({ erase: true })
  expect(await place.list()).toEqual([])
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off' })
})

it('erases the copies also after it was turned off, and once more where the relay was away', async () => {
  let isAway = false
  const here = await browser('later', { relay: () => (isAway ? { ...relay, url: 'http://127.0.0.1:1' } : relay) })
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  const place = connectMirror(relay.url, { bearer: () => relay.pair() })
  await here.mirror.turnMirrorOff()
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off', hasCopies: true })
  expect(await place.list()).toHaveLength(1)
  isAway = true
  expect(await here.mirror.turnMirrorOff({ erase: true }).catch(failureOf)).toMatchObject({ code: 'offline' })
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off', hasCopies: true })
  isAway = false
  await here.mirror.turnMirrorOff({ erase: true })
  expect(await place.list()).toEqual([])
  expect(await here.mirror.mirrorState()).toEqual({ type: 'off' })
})

it('mirrors in one tab for all, in the next one when that is gone, and stops in whichever tab it is turned off', async () => {
  const locks = lockRoom()
  const [first, second] = [await browser('tabs', { locks }), await browser('tabs', { locks })]
  const session = await make(first)
  await first.mirror.turnMirrorOn()
  await mirrored(second, 4, session)
  expect(await second.mirror.turnMirrorOn().catch(failureOf)).toMatchObject({ code: 'not_permitted' })
  second.mirror.begin()
  await write(first, session, [say('from the first')])
  await mirrored(second, 5, session)
  expect(second.sent).toEqual([])
  first.mirror.close()
  await write(second, session, [say('from the second')])
  await mirrored(second, 6, session)
  expect(second.sent.length).toBeGreaterThan(0)
  const third = await browser('tabs', { locks })
  await third.mirror.turnMirrorOff({ erase: true })
  expect(await second.mirror.mirrorState()).toEqual({ type: 'off' })
  expect(await connectMirror(relay.url, { bearer: () => relay.pair() }).list()).toEqual([])
})

it('is less than 30 s behind, by the clock that it was given', async () => {
  const clock = fakeClock()
  const here = await browser('clock', { clock, everyMs: undefined })
  const session = await make(here)
  await here.mirror.turnMirrorOn()
  await mirrored(here, 4, session)
  for (let head = 5; head <= 8; head++) {
    await expect.poll(() => clock.sleeping()).toBe(1)
    await write(here, session, [say('more')])
    const written = clock.now()
    await clock.advance(10_000)
    await mirrored(here, head, session)
    const state = await here.mirror.mirrorState()
    expect(state.type === 'on' && (state.at ?? 0) >= written).toBe(true)
    expect(clock.now() - written).toBeLessThan(30_000)
  }
})

it('[C36] says that the relay is full, and loses nothing', async () => {
  await relay.stop()
  relay = await startForTest({ limits: { mirrorBytes: 80_000 } })
  const here = await browser('full')
  const session = await here.catalogue.create({ title: 'large', project: 'blank', files: [] })
  await here.mirror.turnMirrorOn()
  await mirrored(here, 1, session)
  await write(here, session, [say(Array.from({ length: 6_000 }, () => crypto.randomUUID()).join(''))])
  await expect
    .poll(() => here.mirror.mirrorState())
    .toMatchObject({ type: 'on', problem: expect.stringContaining('no room for the mirror') })
  expect(await facts(here, session)).toHaveLength(2)
  expect(sessionId(session)).toBe(session)
})
