import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { failureOf, MAIN_AGENT, parseStoredEvent, sessionId, traceId, type SessionEvent } from '@tabwright/protocol'
import { openDB, type IDBPDatabase } from 'idb'
import { expect, it, vi } from 'vitest'
import { catalogueIdb } from './catalogue-idb'
import { openDatabase } from './database'
import { eventLogIdb } from './event-log-idb'
import { hashText } from './hash-noble'

const LOG = new URL('../../../protocol/src/fixtures/format-1.jsonl', import.meta.url)
const lines = readFileSync(LOG, 'utf8').trimEnd().split('\n')
const SESSION = sessionId('story')

/** A database as version 1 of the app left it: its stores, and a session of format 1 in them. */
async function firstVersion(name: string): Promise<IDBPDatabase> {
  const database = await openDB(name, 1, {
    upgrade(handle) {
      const paths = {
        sessions: 'id',
        events: ['session', 'seq'],
        wire: ['session', 'epoch', 'i'],
        inbox: ['session', 'n'],
        files: ['session', 'path'],
        blobs: 'hash',
        refs: ['hash', 'session'],
        previews: 'session',
        terminal: ['session', 'n'],
        drafts: 'session',
        settings: 'key',
      }
      for (const [store, keyPath] of Object.entries(paths)) {
        const made = handle.createObjectStore(store, { keyPath })
        if (store === 'refs') made.createIndex('session', 'session')
      }
    },
  })
  const last = parseStoredEvent(JSON.parse(lines.at(-1) ?? ''))
  if (last.type !== 'event') throw new Error('the fixture has no last event')
  for (const line of lines) await database.put('events', JSON.parse(line))
  await database.put('wire', { session: SESSION, epoch: 1, i: 0, role: 'header', text: '"system":[]' })
  await database.put('inbox', { session: SESSION, n: 3, at: 5, message: { type: 'message', text: 'queued' } })
  await database.put('drafts', { session: SESSION, text: 'half a sen' })
  await database.put('sessions', {
    id: SESSION,
    title: 'Story',
    project: 'blank',
    createdAt: 1,
    updatedAt: last.event.at,
    state: 'idle',
    epoch: 2,
    head: lines.length,
    headHash: last.event.hash,
    writes: 40,
    wireEpoch: 1,
    wireCount: 1,
    inboxLast: 3,
    asking: [],
    model: 'claude-test-1',
  })
  return database
}

it('[rule 118] opens a database of version 1: everything in it is read, listed and written on', async () => {
  ;(await firstVersion('first')).close()
  const database = await openDatabase({ name: 'first' })
  const ports = { hash: hashText, clock: { now: () => 9_000 }, random: (bytes: number) => new Uint8Array(bytes) }
  const store = eventLogIdb(database, ports)
  const catalogue = catalogueIdb(database, ports)
  expect(await catalogue.list()).toMatchObject([{ id: SESSION, title: 'Story', state: 'idle' }])
  expect(await catalogue.readDraft(SESSION)).toBe('half a sen')
  const claim = await store.claim(SESSION)
  expect(claim).toEqual({ epoch: 3, head: lines.length, wire: 1, rewinds: [] })
  const events: SessionEvent[] = []
  for await (const event of store.read(SESSION)) events.push(event)
  expect(events).toHaveLength(lines.length)
  expect(await store.readInbox(SESSION)).toEqual([{ n: 3, at: 5, message: { type: 'message', text: 'queued' } }])
  expect(await store.post(SESSION, { type: 'message', text: 'next' })).toBe(4)
  const [added] = await store.append(SESSION, claim.epoch, {
    drafts: [{ type: 'turn.started', data: { model: 'm' }, agent: MAIN_AGENT, trace: traceId('t') }],
    durability: 'strict',
  })
  expect(added).toMatchObject({ seq: lines.length + 1, prev: events.at(-1)?.hash })
  await store.check(SESSION)
  store.close()
  catalogue.close()
  database.close()
})

/** The session as version 2 left it in a database of that version: its row in two stores, closed epochs by their marks alone. */
async function secondVersion(name: string): Promise<IDBPDatabase> {
  ;(await firstVersion(name)).close()
  const database = await openDB(name, 2, {
    upgrade(handle) {
      handle.createObjectStore('heads', { keyPath: 'key' }).createIndex('fence', 'fence', { unique: true })
      handle.createObjectStore('chunks', { keyPath: ['session', 'from'] })
      handle.createObjectStore('snapshots', { keyPath: ['session', 'name'] })
    },
  })
  const { id, title: _title, project: _project, createdAt: _created, inboxLast: _last, ...part } = await database.get('sessions', SESSION)
  await database.put('heads', { key: id, fence: [id, part.epoch], part })
  for (let epoch = 0; epoch < part.epoch; epoch++) await database.put('heads', { key: [id, epoch], fence: [id, epoch] })
  // What is in `sessions` is as old as its last change by a tab.
  await database.put('sessions', { ...(await database.get('sessions', SESSION)), epoch: 0, head: 0, headHash: '' })
  return database
}

it('[rule 118] opens a database of version 2, whose rows are never behind and which has no fences: it is written on, sealed and deleted', async () => {
  const old = await secondVersion('second')
  const database = await openDatabase({ name: 'second', onBlocked: () => old.close() })
  // Whoever wrote it in that version lets go before this one writes: nothing of it needs a fence.
  let now = 9_000
  const ports = { hash: hashText, clock: { now: () => now }, random: (bytes: number) => new Uint8Array(bytes) }
  const store = eventLogIdb(database, ports)
  const catalogue = catalogueIdb(database, ports)
  expect(await catalogue.list()).toMatchObject([{ id: SESSION, title: 'Story', state: 'idle' }])
  const first = await store.claim(SESSION)
  expect(first).toMatchObject({ epoch: 3, head: lines.length })
  const { epoch } = await store.claim(SESSION)
  const drafts = [{ type: 'turn.started', data: { model: 'm' }, agent: MAIN_AGENT, trace: traceId('t') } as const]
  for (let n = 0; n < 600; n++) await store.append(SESSION, epoch, { drafts, durability: 'relaxed' })
  await vi.waitFor(async () => expect(await database.run((handle) => handle.count('chunks'))).toBeGreaterThan(0), { timeout: 5_000 })
  expect(await store.append(SESSION, first.epoch, { drafts, durability: 'relaxed' }).catch(failureOf)).toMatchObject({ code: 'fenced' })
  await store.check(SESSION)
  await catalogue.remove(SESSION)
  now += 20_000
  await catalogue.purge()
  expect(await store.append(SESSION, epoch, { drafts, durability: 'relaxed' }).catch(failureOf)).toMatchObject({ code: 'not_found' })
  expect(await catalogue.list()).toEqual([])
  store.close()
  catalogue.close()
  database.close()
})

it('[C19] [rule 118] leaves an old tab that holds version 1 its whole database until it lets go', async () => {
  const old = await firstVersion('held')
  const onBlocked = vi.fn(() => old.close())
  const database = await openDatabase({ name: 'held', onBlocked })
  expect(onBlocked).toHaveBeenCalledTimes(1)
  expect(await database.run((handle) => handle.count('events'))).toBe(lines.length)
  database.close()
  // The build of version 1 cannot open it any more, and says so instead of making an empty one.
  expect(await openDB('held', 1).catch(failureOf)).toMatchObject({ message: expect.stringContaining('version') })
})
