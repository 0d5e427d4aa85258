import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, traceId, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { fakeClock, fakeHash, type FakeClock } from '@tabwright/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogueIdb, UNDO_MS, type CataloguePorts, type SessionCatalogue } from './catalogue-idb'
import { catalogueMemory } from './catalogue-memory'
import { openDatabase } from './database'
import { eventLogIdb } from './event-log-idb'
import { memoryStore } from './event-log-memory'
import { hashBytes, hashText } from './hash-noble'
import type { SessionStore } from './session-store'

interface Bench {
  readonly catalogue: SessionCatalogue
  readonly store: SessionStore
  readonly clock: FakeClock
  close(): void
}

let databases = 0
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

async function inDatabase(): Promise<Bench> {
  const clock = fakeClock()
  const ports: CataloguePorts = { hash: hashText, clock, random }
  const database = await openDatabase({ name: `catalogue-${(databases += 1)}` })
  const catalogue = catalogueIdb(database, ports)
  const store = eventLogIdb(database, ports)
  return { catalogue, store, clock, close: () => [catalogue, store, database].forEach((each) => each.close()) }
}

async function inMemory(): Promise<Bench> {
  const clock = fakeClock()
  const ports: CataloguePorts = { hash: fakeHash, clock, random }
  const store = memoryStore(ports)
  const catalogue = catalogueMemory(store, ports, 'private mode')
  return { catalogue, store, clock, close: () => catalogue.close() }
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => failureOf(error).code,
  )
const text = async (store: SessionStore, session: SessionId, path: string): Promise<string> => {
  const entry = (await store.files(session)).find((file) => file.path === path)
  return entry ? new TextDecoder().decode(await store.loadBlob(entry.hash)) : 'none'
}
async function all(store: SessionStore, session: SessionId): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of store.read(session)) events.push(event)
  return events
}

describe.each([
  ['IndexedDB', inDatabase],
  ['memory', inMemory],
])('the catalogue in %s', (_, make) => {
  let bench: Bench
  let catalogue: SessionCatalogue
  let store: SessionStore
  beforeEach(async () => {
    bench = await make()
    ;({ catalogue, store } = bench)
  })
  afterEach(() => bench.close())
  const files = [
    { path: 'README.md', text: '# One\ntwo\n' },
    { path: 'src/a.ts', text: 'same' },
    { path: 'src/b.ts', text: 'same' },
  ]
  const create = (title: string): Promise<SessionId> => catalogue.create({ title, project: 'demo', files })

  it('makes a session with its first facts and its files', async () => {
    const id = await create('  A \n tour ')
    expect(await catalogue.list()).toMatchObject([{ id, title: 'A tour', project: 'demo', state: 'idle' }])
    const events = await all(store, id)
    expect(events.map(({ type }) => type)).toEqual(['session.opened', 'workspace.changed'])
    expect(events[1]?.data).toMatchObject({
      by: 'seed',
      changes: [{ path: 'README.md', before: null, added: 2 }, { added: 1 }, { added: 1 }],
    })
    expect((await store.files(id)).map(({ path, version, size }) => [path, version, size])).toEqual([
      ['README.md', 1, 10],
      ['src/a.ts', 1, 4],
      ['src/b.ts', 1, 4],
    ])
    expect(await text(store, id, 'src/b.ts')).toBe('same')
    expect((await store.claim(id)).head).toBe(2)
  })

  it('makes a blank one with a single fact', async () => {
    const id = await catalogue.create({ title: 'Blank', project: 'blank', files: [] })
    expect((await all(store, id)).map(({ type }) => type)).toEqual(['session.opened'])
  })

  it('lists the one that moved last first, with its state', async () => {
    const first = await create('first')
    await bench.clock.advance(1_000)
    const second = await create('second')
    await bench.clock.advance(1_000)
    const { epoch } = await store.claim(first)
    const envelope = { agent: MAIN_AGENT, trace: traceId('t') }
    await store.append(first, epoch, { drafts: [{ type: 'turn.started', data: { model: 'demo' }, ...envelope }], durability: 'strict' })
    expect((await catalogue.list()).map(({ id, state }) => [id, state])).toEqual([
      [first, 'running'],
      [second, 'idle'],
    ])
    await store.append(first, epoch, { drafts: [{ type: 'turn.ended', data: { stop: 'failed' }, ...envelope }], durability: 'strict' })
    expect((await catalogue.list())[0]?.state).toBe('failed')
  })

  it('puts a session on top, aside, and back, and what happens in it leaves it there', async () => {
    const id = await catalogue.create({ title: 'one', project: 'blank', files: [] })
    const shelf = async (): Promise<unknown> => (await catalogue.list()).map(({ isPinned, isArchived }) => ({ isPinned, isArchived }))
    await catalogue.shelve(id, 'pinned')
    await catalogue.rename(id, 'two')
    expect(await shelf()).toEqual([{ isPinned: true }])
    await catalogue.shelve(id, 'archived')
    expect(await shelf()).toEqual([{ isArchived: true }])
    await catalogue.shelve(id, undefined)
    expect(await shelf()).toEqual([{}])
  })

  it('renames, and refuses an empty name', async () => {
    const id = await create('first')
    await catalogue.rename(id, ' new \t name ')
    expect(await code(catalogue.rename(id, ' \n'))).toBe('bad_input')
    expect((await catalogue.list())[0]?.title).toBe('new name')
  })

  it('hides a removed session, stops its writer, and brings it back whole', async () => {
    const id = await create('first')
    const { epoch } = await store.claim(id)
    await catalogue.remove(id)
    expect(await catalogue.list()).toEqual([])
    expect(await code(store.claim(id))).toBe('not_found')
    expect(await code(store.append(id, epoch, { drafts: [], durability: 'strict' }))).toBe('not_found')
    await bench.clock.advance(UNDO_MS - 1)
    await catalogue.purge()
    await catalogue.restore(id)
    expect(await catalogue.list()).toHaveLength(1)
    expect(await all(store, id)).toHaveLength(2)
    await store.append(id, epoch, { drafts: [], durability: 'strict' })
  })

  it('keeps the text in the box and comments of a review apart, and drops both with the session', async () => {
    const id = await create('kept')
    await catalogue.saveDraft(id, 'half a message')
    await catalogue.saveDraft(id, '[1]', 'review')
    expect([await catalogue.readDraft(id), await catalogue.readDraft(id, 'review')]).toEqual(['half a message', '[1]'])
    await catalogue.saveDraft(id, '')
    expect([await catalogue.readDraft(id), await catalogue.readDraft(id, 'review')]).toEqual(['', '[1]'])
    await catalogue.remove(id)
    await bench.clock.advance(UNDO_MS)
    await catalogue.purge()
    expect(await catalogue.readDraft(id, 'review')).toBe('')
  })

  it('purges a removed session after the time for undo, and no content that another names', async () => {
    const [doomed, kept] = [
      await catalogue.create({ title: 'doomed', project: 'blank', files: [...files, { path: 'own', text: 'own' }] }),
      await create('kept'),
    ]
    await catalogue.saveDraft(doomed, 'typed')
    await catalogue.remove(doomed)
    await bench.clock.advance(UNDO_MS)
    await catalogue.purge()
    expect(await code(catalogue.restore(doomed))).toBe('not_found')
    expect(await code(all(store, doomed))).toBe('not_found')
    expect(await catalogue.readDraft(doomed)).toBe('')
    expect(await text(store, kept, 'src/a.ts')).toBe('same')
    expect((await catalogue.list()).map(({ id }) => id)).toEqual([kept])
  })

  it('keeps what was typed and what was set', async () => {
    const id = await create('first')
    expect(await catalogue.readDraft(id)).toBe('')
    await catalogue.saveDraft(id, 'half a tho')
    expect(await catalogue.readDraft(id)).toBe('half a tho')
    await catalogue.saveDraft(id, '')
    expect(await catalogue.readDraft(id)).toBe('')
    expect(await catalogue.readSetting('theme')).toBeUndefined()
    await catalogue.saveSetting('theme', { dark: true })
    expect(await catalogue.readSetting('theme')).toEqual({ dark: true })
  })

  it('tells its watchers of every change', async () => {
    let calls = 0
    const stop = catalogue.watch(() => (calls += 1))
    const id = await create('first')
    await expect.poll(() => calls).toBe(1)
    await catalogue.rename(id, 'x')
    await expect.poll(() => calls).toBe(2)
    stop()
    await catalogue.remove(id)
    expect(calls).toBe(2)
  })
})

it('deletes the contents that only the purged session had', async () => {
  const bench = await inDatabase()
  const id = await bench.catalogue.create({ title: 'x', project: 'blank', files: [{ path: 'own', text: 'own' }] })
  await bench.catalogue.remove(id)
  await bench.clock.advance(UNDO_MS)
  await bench.catalogue.purge()
  expect(await code(bench.store.loadBlob(hashBytes(new TextEncoder().encode('own'))))).toBe('not_found')
  bench.close()
})

it('says how much is used and whether the browser keeps it', async () => {
  const bench = await inDatabase()
  expect(await bench.catalogue.storage()).toEqual({ type: 'kept', used: 0, quota: 0, persisted: false })
  bench.close()
  expect(await (await inMemory()).catalogue.storage()).toEqual({ type: 'off', reason: 'private mode' })
})

it('[C17] [C21] lets a session be written that comes back under its old id, and refuses whoever wrote it before it was deleted', async () => {
  const { catalogue, store, clock, close } = await inDatabase()
  const id = await catalogue.create({ title: 'back', project: 'blank', files: [] })
  const { record } = await catalogue.images.begin(id)
  const facts = await all(store, id)
  const epochs: number[] = []
  for (let opened = 0; opened < 4; opened++) epochs.push((await store.claim(id)).epoch)
  await catalogue.remove(id)
  await clock.advance(UNDO_MS)
  await catalogue.purge()
  // A mirror knows the epoch of the time at which it was made; the openings since wrote nothing.
  await catalogue.images.put({ record: { ...record, epoch: record.epoch + 1 }, facts, files: [], wire: [], contents: new Map() })
  const made = { type: 'checkpoint.made', data: { name: 'again' }, agent: MAIN_AGENT, trace: traceId('t') } as const
  const commit = { drafts: [made], durability: 'strict' } as const
  for (const epoch of epochs) expect(await code(store.append(id, epoch, commit))).toBe('fenced')
  const { epoch } = await store.claim(id)
  expect(epoch).toBeGreaterThan(Math.max(...epochs))
  expect(await store.append(id, epoch, commit)).toHaveLength(1)
  for (const stale of epochs) expect(await code(store.append(id, stale, commit))).toBe('fenced')
  close()
})
