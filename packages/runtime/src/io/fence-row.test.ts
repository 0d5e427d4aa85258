import 'fake-indexeddb/auto'
import {
  failureOf,
  MAIN_AGENT,
  sessionId,
  traceId,
  type Claim,
  type Commit,
  type Draft,
  type FailureCode,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { catalogueIdb, UNDO_MS, type SessionCatalogue } from './catalogue-idb'
import { openDatabase, type Database } from './database'
import { eventLogIdb } from './event-log-idb'
import { factsAmong } from './fence-row'
import { forkSession } from './fork'
import { hashText } from './hash-noble'
import { HEAD_LAG } from './head-record'
import { readRows } from './record-idb'
import { sealSession } from './sealing-idb'
import { emptyRecord } from './session-record'
import type { SessionStore } from './session-store'

const SESSION = sessionId('s1')
let now = 1_000
const ports = { hash: hashText, clock: { now: () => now } }
const random = (bytes: number): Uint8Array => new Uint8Array(bytes)
let databases = 0
let database: Database
let stores: SessionStore[]
let catalogue: SessionCatalogue

beforeEach(async () => {
  database = await openDatabase({ name: `fence-${(databases += 1)}` })
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: SESSION, title: 's', project: 'blank', at: 1 })))
  stores = []
  catalogue = catalogueIdb(database, { ...ports, random })
})
afterEach(() => {
  vi.restoreAllMocks()
  for (const store of stores) store.close()
  catalogue.close()
  database.close()
})

/** A tab that owns the session, and what it claimed. */
interface Owner extends Claim {
  readonly store: SessionStore
  readonly write: (...texts: readonly string[]) => Promise<FailureCode | 'none'>
}

async function owner(): Promise<Owner> {
  const store = eventLogIdb(database, { ...ports, sealing: 'never' })
  stores.push(store)
  const claim = await store.claim(SESSION)
  const write = (...texts: readonly string[]): Promise<FailureCode | 'none'> =>
    store.append(SESSION, claim.epoch, commit(...texts.map(said))).then(
      () => 'none',
      (error: unknown) => failureOf(error).code,
    )
  return { ...claim, store, write }
}

const envelope = { agent: MAIN_AGENT, trace: traceId('t1') }
const said = (text: string): Draft => ({ type: 'message.user', data: { content: [{ type: 'text', text }], from: 'user' }, ...envelope })
const started: Draft = { type: 'turn.started', data: { model: 'm' }, ...envelope }
const ended: Draft = { type: 'turn.ended', data: { stop: 'end' }, ...envelope }
const commit = (...drafts: readonly Draft[]): Commit => ({ drafts, durability: 'relaxed' })
const span = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, i) => `fact ${from + i}`)

/** One transaction each, as a session writes. */
async function writeEach({ write }: Owner, texts: readonly string[]): Promise<void> {
  for (const text of texts) expect(await write(text)).toBe('none')
}

async function texts(session = SESSION): Promise<readonly string[]> {
  const store = eventLogIdb(database, ports)
  stores.push(store)
  const list: SessionEvent[] = []
  for await (const event of store.read(session)) list.push(event)
  await store.check(session)
  return list.map((event) =>
    event.type === 'message.user' && event.data.content[0]?.type === 'text' ? event.data.content[0].text : event.type,
  )
}

const storedFacts = async (): Promise<number> => factsAmong(await database.run((handle) => handle.getAll('events'))).length
const savedHead = async (): Promise<number | undefined> => (await database.run(readRows)).find(({ id }) => id === SESSION)?.head
const seal = (head: number): Promise<number> => sealSession(database, { session: SESSION, head, hash: hashText })

/** Whether the next append asks for anything before it writes. */
async function isBlind(write: () => Promise<unknown>): Promise<boolean> {
  const asked = [vi.spyOn(IDBObjectStore.prototype, 'get'), vi.spyOn(IDBObjectStore.prototype, 'getAll')]
  await write()
  const calls = asked.flatMap(({ mock }) => mock.calls)
  for (const spy of asked) spy.mockRestore()
  return calls.length === 0
}

describe('a writer that was put aside', () => {
  it('[rule 116] is refused at its next fact while the new writer has written nothing yet', async () => {
    const old = await owner()
    await writeEach(old, span(1, 3))
    const next = await owner()
    expect(await old.write('late')).toBe('fenced')
    expect(await old.write('later')).toBe('fenced')
    expect(await next.write('fact 4')).toBe('none')
    expect(await texts()).toEqual(span(1, 4))
  })

  it('[rule 116] is refused when it never wrote, and so is every writer between it and the newest', async () => {
    const owners = [await owner(), await owner(), await owner(), await owner()]
    const [first, second, third, newest] = owners
    if (!first || !second || !third || !newest) throw new Error('four owners')
    expect(await second.write('late')).toBe('fenced')
    await writeEach(newest, span(1, 2))
    expect(await first.write('late')).toBe('fenced')
    expect(await third.write('late')).toBe('fenced')
    expect(await texts()).toEqual(span(1, 2))
  })

  it('[rule 116] is refused by the keys alone: its transaction finds the place of its next fact taken', async () => {
    const old = await owner()
    await writeEach(old, span(1, 2))
    const next = await owner()
    await writeEach(next, ['fact 3'])
    // What it would read says that nothing happened: the database still refuses.
    const add = vi.spyOn(IDBObjectStore.prototype, 'add')
    expect(await old.write('late')).toBe('fenced')
    expect(add.mock.calls).toHaveLength(1)
    expect(await texts()).toEqual(span(1, 3))
  })

  it('[rule 116] is refused after its neighbours were sealed away by 1,000 facts of the next writer', async () => {
    const old = await owner()
    await writeEach(old, span(1, 300))
    const next = await owner()
    await writeEach(next, ['fact 301'])
    expect(await next.write(...span(302, 1_300))).toBe('none')
    expect(await seal(1_300)).toBe(1_024)
    expect(await storedFacts()).toBe(276)
    expect(await old.write('late')).toBe('fenced')
    expect(await old.write('later', 'and later')).toBe('fenced')
    expect(await texts()).toEqual(span(1, 1_300))
    expect(await seal(1_300)).toBe(1_024)
    await writeEach(next, ['fact 1301'])
    expect((await owner()).head).toBe(1_301)
  })

  it('[rule 116] is refused after each of many short lives was sealed away', async () => {
    const lives: Owner[] = []
    for (let n = 0; n < 5; n++) {
      const life = await owner()
      expect(await life.write(...span(life.head + 1, life.head + 130))).toBe('none')
      lives.push(life)
    }
    const newest = await owner()
    expect(await newest.write(...span(651, 1_000))).toBe('none')
    expect(await seal(1_000)).toBe(512)
    for (const life of lives) expect(await life.write('late')).toBe('fenced')
    expect(await texts()).toEqual(span(1, 1_000))
  })

  it('[C21] is refused after the session was deleted, after it was purged, and after it came back from elsewhere', async () => {
    const old = await owner()
    await writeEach(old, span(1, 5))
    const image = await catalogue.images.begin(SESSION)
    const facts: unknown[] = []
    for await (const fact of catalogue.images.facts(SESSION, 3)) facts.push(fact)
    const next = await owner()
    await writeEach(next, span(6, 700))
    await seal(700)
    await catalogue.remove(SESSION)
    expect(await next.write('late')).toBe('not_found')
    now += UNDO_MS + 1
    await catalogue.purge()
    expect(await storedFacts()).toBe(0)
    for (const late of [old, next]) expect(await late.write('late')).toBe('not_found')
    expect(await storedFacts()).toBe(0)
    // An older copy comes back: fewer facts than either writer knew.
    const [, , third] = facts
    const headHash = String(Reflect.get(Object(third), 'hash'))
    await catalogue.images.put({ ...image, record: { ...image.record, head: 3, headHash }, facts, contents: new Map() })
    for (const late of [old, next]) expect(await late.write('late')).toBe('fenced')
    const again = await owner()
    expect(again.epoch).toBeGreaterThan(next.epoch)
    // On its way it comes to the places where the others stand, one by one and several at once.
    await writeEach(again, span(4, 5))
    expect(await again.write(...span(6, 600))).toBe('none')
    expect(await again.write(...span(601, 1_300))).toBe('none')
    await seal(1_300)
    for (const late of [old, next]) expect(await late.write('late')).toBe('fenced')
    expect(await texts()).toEqual(span(1, 1_300))
  })

  it('[C21] writes on after its session was deleted and brought back', async () => {
    const writer = await owner()
    await writeEach(writer, span(1, 2))
    await catalogue.remove(SESSION)
    expect(await writer.write('late')).toBe('not_found')
    await catalogue.restore(SESSION)
    await writeEach(writer, span(3, 4))
    expect(await texts()).toEqual(span(1, 4))
  })
})

describe('the row that sums a session up', () => {
  /** As far behind as it can be. */
  async function lagging(): Promise<Owner> {
    const writer = await owner()
    await writeEach(writer, span(1, HEAD_LAG))
    expect(await savedHead()).toBe(1)
    return writer
  }

  it('[P7] is written along by a first fact, by what the list shows, and at the latest with every 64th fact', async () => {
    const writer = await lagging()
    expect(await isBlind(() => writer.write('fact 65'))).toBe(true)
    expect(await savedHead()).toBe(HEAD_LAG + 1)
    await writeEach(writer, ['fact 66'])
    expect(await savedHead()).toBe(HEAD_LAG + 1)
    expect(await isBlind(() => writer.store.append(SESSION, writer.epoch, commit(started)))).toBe(true)
    expect(await catalogue.list()).toMatchObject([{ state: 'running' }])
    expect(await savedHead()).toBe(HEAD_LAG + 3)
  })

  it('[C20] opens right when it is 63 facts behind', async () => {
    await lagging()
    const next = await owner()
    expect(next.head).toBe(HEAD_LAG)
    await writeEach(next, ['fact 65'])
    expect(await texts()).toEqual(span(1, HEAD_LAG + 1))
  })

  it('counts every fact for who exports, forks or follows next, and its state too', async () => {
    const writer = await owner()
    await writeEach(writer, ['fact 1'])
    // Nothing that the list shows is another after each of these.
    for (let turn = 0; turn < 21; turn++) await writer.store.append(SESSION, writer.epoch, commit(started, said('on'), ended))
    expect(await savedHead()).toBe(1)
    expect((await catalogue.images.begin(SESSION)).record).toMatchObject({ head: HEAD_LAG, state: 'idle', model: 'm' })
    expect(await catalogue.images.list()).toMatchObject([{ head: HEAD_LAG }])
    expect(await texts()).toHaveLength(HEAD_LAG)
    const fork = await forkSession(SESSION, undefined, { ...ports, images: catalogue.images, random })
    expect(await texts(fork)).toHaveLength(HEAD_LAG)
    expect(await savedHead()).toBe(1)
  })

  it('finds the newest facts whatever part of them is asked for', async () => {
    const { store } = await lagging()
    const numbers = async (from: number, to?: number): Promise<readonly number[]> => {
      const list: number[] = []
      for await (const { seq } of store.read(SESSION, from, to)) list.push(seq)
      return list
    }
    expect(await numbers(HEAD_LAG - 1)).toEqual([HEAD_LAG - 1, HEAD_LAG])
    expect(await numbers(2, 3)).toEqual([2, 3])
    expect(await numbers(HEAD_LAG, 10_000)).toEqual([HEAD_LAG])
    expect(await numbers(HEAD_LAG + 1)).toEqual([])
  })

  it.each([499, 500, 501, 563])('is followed to the last of %i facts, a part of which it knows', async (count) => {
    const writer = await owner()
    expect(await writer.write(...span(1, 450))).toBe('none')
    await writeEach(writer, span(451, count))
    expect(await texts()).toEqual(span(1, count))
  })

  it('[C22] [C23] does not hide a damaged or missing fact behind it', async () => {
    const writer = await lagging()
    await database.run((handle) => handle.delete('events', [SESSION, 40]))
    const failure = await texts().catch(failureOf)
    expect(failure).toMatchObject({ code: 'damaged', detail: { seq: 40 } })
    const claim = await owner().catch(failureOf)
    expect(claim).toMatchObject({ code: 'damaged', detail: { seq: 40 } })
    // Whoever has to look before it writes sees it as well.
    const stranger = eventLogIdb(database, ports)
    stores.push(stranger)
    expect(await stranger.append(SESSION, writer.epoch, commit(said('on'))).catch(failureOf)).toMatchObject({ code: 'damaged' })
  })

  it('[C23] does not vouch for a fact behind it: the hash of each is worked out at the claim', async () => {
    await lagging()
    await database.run(async (handle) => {
      const row = await handle.get('events', [SESSION, HEAD_LAG])
      if (row) await handle.put('events', { ...row, at: 7 })
    })
    expect(await owner().catch(failureOf)).toMatchObject({ code: 'damaged', detail: { seq: HEAD_LAG } })
  })
})

describe('an append whose connection died', () => {
  /** The connection dies right after a write was durable, before anyone is told; what happens then happens before it is opened anew. */
  function dyingAfterwards(then: () => Promise<unknown>): Database {
    return {
      releaseBallast: () => database.releaseBallast(),
      fillBallast: () => database.fillBallast(),
      isBallastSpent: () => database.isBallastSpent(),
      close: () => database.close(),
      async run(task) {
        await database.run(task)
        await then()
        return database.run(task)
      },
    }
  }

  it('[C20] is written once, though the row that sums up was not written along', async () => {
    const store = eventLogIdb(
      dyingAfterwards(async () => undefined),
      { ...ports, sealing: 'never' },
    )
    stores.push(store)
    const { epoch } = await store.claim(SESSION)
    for (const text of span(1, 80)) expect(await store.append(SESSION, epoch, commit(said(text)))).toHaveLength(1)
    expect(await texts()).toEqual(span(1, 80))
  })

  it('[C20] [rule 116] counts as written also when another tab took over right after it', async () => {
    let next: Owner | undefined
    let isTakenOver = false
    const takeOver = async (): Promise<void> => {
      if (isTakenOver) next ??= await owner()
    }
    const store = eventLogIdb(dyingAfterwards(takeOver), { ...ports, sealing: 'never' })
    stores.push(store)
    const { epoch } = await store.claim(SESSION)
    await store.append(SESSION, epoch, commit(said('fact 1')))
    isTakenOver = true
    expect(await store.append(SESSION, epoch, commit(said('fact 2')))).toHaveLength(1)
    expect(next?.head).toBe(2)
    expect(await store.append(SESSION, epoch, commit(said('late'))).catch(failureOf)).toMatchObject({ code: 'fenced' })
    expect(await texts()).toEqual(span(1, 2))
  })
})

it('keeps fences of sessions apart', async () => {
  const other: SessionId = sessionId('s')
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: other, title: 'o', project: 'blank', at: 1 })))
  const writer = await owner()
  await writeEach(writer, span(1, 2))
  const store = eventLogIdb(database, ports)
  stores.push(store)
  const { epoch } = await store.claim(other)
  await store.claim(other)
  await writeEach(writer, span(3, 4))
  expect(await store.append(other, epoch, commit(said('late'))).catch(failureOf)).toMatchObject({ code: 'fenced' })
})
