import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, traceId, type BlobHash, type PathChange, type SessionId } from '@tabwright/protocol'
import { fakeClock, fullDisk } from '@tabwright/testkit'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { exportSession, importSession } from '../portable/portable'
import { catalogueIdb, UNDO_MS, type SessionCatalogue } from './catalogue-idb'
import { openDatabase, type Database } from './database'
import { eventLogIdb } from './event-log-idb'
import { forkSession } from './fork'
import { hashBytes, hashText } from './hash-noble'
import type { SessionStore } from './session-store'

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const clock = fakeClock()
const ports = { hash: hashText, clock, random }

let count = 0
let name: string
let database: Database
let catalogue: SessionCatalogue
let store: SessionStore

async function reopen(): Promise<void> {
  for (const each of [catalogue, store, database]) each?.close()
  database = await openDatabase({ name })
  catalogue = catalogueIdb(database, ports)
  store = eventLogIdb(database, { ...ports, sealing: 'never' })
}

beforeEach(async () => {
  name = `contents-${(count += 1)}`
  await reopen()
})
afterEach(() => {
  for (const each of [catalogue, store, database]) each.close()
})

const path = (i: number): string => `src/${String(i).padStart(4, '0')}.ts`
const create = (files: number): Promise<SessionId> =>
  catalogue.create({
    title: 'packs',
    project: 'blank',
    files: Array.from({ length: files }, (_, i) => ({ path: path(i), text: `${i} first` })),
  })
const rows = (of: 'blobs' | 'refs'): Promise<number> => database.run((handle) => handle.count(of))
const loaded = async (hash: BlobHash): Promise<string> => decode(await store.loadBlob(hash))
const texts = async (session: SessionId): Promise<readonly string[]> =>
  Promise.all((await store.files(session)).map(({ hash }) => loaded(hash)))

/** One fact for each file, by a writer of its own if none is named. */
async function edit(session: SessionId, which: readonly number[], mark: string, writer?: number): Promise<void> {
  const epoch = writer ?? (await store.claim(session)).epoch
  const entries = new Map((await store.files(session)).map((entry) => [entry.path, entry]))
  for (const i of which) {
    const before = entries.get(path(i))
    const bytes = encode(`${i} ${mark}`)
    const after = hashBytes(bytes)
    const change = { path: path(i), before: before?.hash ?? null, after, added: 1, removed: 1 }
    const file: PathChange = {
      path: path(i),
      before: before?.hash ?? null,
      after: { hash: after, bytes, mode: 'file', mtime: 1, version: (before?.version ?? 0) + 1 },
    }
    await store.append(session, epoch, {
      drafts: [{ type: 'workspace.changed', data: { by: 'agent', changes: [change] }, agent: MAIN_AGENT, trace: traceId('t') }],
      files: [file],
      durability: 'relaxed',
    })
  }
}

async function purge(session: SessionId): Promise<void> {
  await catalogue.remove(session)
  await clock.advance(UNDO_MS + 1)
  await catalogue.purge()
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

describe('contents in the database', () => {
  it('of a workspace of many files are few records, and each file is read back', async () => {
    const session = await create(700)
    expect(await rows('blobs')).toBe(3)
    expect(await rows('refs')).toBe(3)
    await reopen()
    expect(await texts(session)).toEqual(upTo(700).map((i) => `${i} first`))
    expect(failureOf(await store.loadBlob(hashBytes(encode('never'))).catch((error: unknown) => error))).toMatchObject({
      code: 'not_found',
    })
  })

  it('that a session names already are not stored again', async () => {
    const session = await create(40)
    const { epoch } = await store.claim(session)
    await edit(session, [1, 2], 'second', epoch)
    expect(await rows('blobs')).toBe(3)
    await texts(session)
    // Back to what the pack of the beginning holds, and forth again.
    await edit(session, [1, 2], 'first', epoch)
    await edit(session, [1], 'second', epoch)
    await edit(session, [1], 'first', epoch)
    expect(await rows('blobs')).toBe(3)
    expect((await texts(session)).slice(0, 3)).toEqual(['0 first', '1 first', '2 first'])
  })

  it('of a fork are those of its parent, and outlive it', async () => {
    const parent = await create(300)
    await edit(parent, [7], 'second')
    const before = await rows('blobs')
    const early = await forkSession(parent, 2, { ...ports, images: catalogue.images })
    const late = await forkSession(parent, undefined, { ...ports, images: catalogue.images })
    expect(await rows('blobs')).toBe(before)
    await purge(parent)
    // What the later one alone names goes with it; what both name stays.
    await purge(late)
    expect(await rows('blobs')).toBe(before - 1)
    expect((await texts(early))[7]).toBe('7 first')
    await purge(early)
    expect([await rows('blobs'), await rows('refs')]).toEqual([0, 0])
  })

  it('of an imported session stay when the session that was exported is purged, and go with the import', async () => {
    const original = await create(30)
    const bytes = await exportSession(original, { ...ports, store: catalogue.images })
    const imported = await importSession(bytes, { ...ports, store: catalogue.images })
    await purge(original)
    expect(await texts(imported)).toEqual(upTo(30).map((i) => `${i} first`))
    await purge(imported)
    expect([await rows('blobs'), await rows('refs')]).toEqual([0, 0])
  })

  it('that nobody names are deleted when the catalogue tidies up, and no others', async () => {
    const session = await create(3)
    const [lost, bytes] = [hashBytes(encode('lost')), encode('lost')]
    await database.run((handle) => handle.put('blobs', { hash: lost, bytes }))
    await catalogue.purge()
    expect(await database.run((handle) => handle.get('blobs', lost))).toBeUndefined()
    expect(await texts(session)).toHaveLength(3)
  })

  it('that are scattered over many records are packed anew, also under the eyes of a tab that reads', async () => {
    const session = await create(300)
    await edit(session, upTo(300), 'second')
    const history = (await store.files(session)).map(({ hash }) => hash)
    const reader = eventLogIdb(database, ports)
    await reader.files(session)
    await reader.loadBlob(history[0] ?? fail())
    expect(await rows('blobs')).toBe(302)
    await catalogue.purge()
    expect(await rows('blobs')).toBeLessThan(6)
    expect(decode(await reader.loadBlob(history[299] ?? fail()))).toBe('299 second')
    expect(await loaded(hashBytes(encode('5 first')))).toBe('5 first')
    expect(await texts(session)).toEqual(upTo(300).map((i) => `${i} second`))
    await edit(session, [1], 'third')
    expect((await texts(session))[1]).toBe('1 third')
    reader.close()
  })

  it('[C18] stay as they are where the disk has no room to pack them anew', async () => {
    const session = await create(300)
    await edit(session, upTo(300), 'second')
    const before = await rows('blobs')
    const disk = fullDisk()
    onTestFinished(() => disk.restore())
    disk.fill(true)
    await catalogue.purge()
    expect(await rows('blobs')).toBe(before)
    disk.fill(false)
    expect(await texts(session)).toEqual(upTo(300).map((i) => `${i} second`))
    await catalogue.purge()
    expect(await rows('blobs')).toBeLessThan(6)
  })

  it('of which most is named by nobody any more are packed anew', async () => {
    const parent = await create(300)
    await edit(parent, upTo(300), 'second')
    await catalogue.purge()
    // Names 20 of the 300 that were edited.
    const fork = await forkSession(parent, 22, { ...ports, images: catalogue.images })
    await purge(parent)
    const bytes = await database.run(async (handle) => (await handle.getAll('blobs')).map((row) => decode(row.bytes)).join('\n'))
    expect(bytes).toContain('19 second')
    expect(bytes).not.toContain('299 second')
    expect((await texts(fork)).slice(18, 22)).toEqual(['18 second', '19 second', '20 first', '21 first'])
  })
})

describe('contents as version 2 of the database kept them', () => {
  /** A record for each content, and a reference without a table. */
  async function asVersion2(session: SessionId): Promise<void> {
    const found = new Map<BlobHash, Uint8Array>()
    for (const { hash } of await store.files(session)) found.set(hash, await store.loadBlob(hash))
    await database.run(async (handle) => {
      const tx = handle.transaction(['blobs', 'refs'], 'readwrite')
      await tx.objectStore('blobs').clear()
      await tx.objectStore('refs').clear()
      for (const [hash, bytes] of found) {
        await tx.objectStore('blobs').put({ hash, bytes })
        await tx.objectStore('refs').put({ hash, session })
      }
      await tx.done
    })
    await reopen()
  }

  it('are read, forked and exported', async () => {
    const session = await create(20)
    await asVersion2(session)
    expect(await rows('blobs')).toBe(20)
    expect(await texts(session)).toEqual(upTo(20).map((i) => `${i} first`))
    const fork = await forkSession(session, undefined, { ...ports, images: catalogue.images })
    expect((await store.files(fork)).map(({ size }) => size)).toEqual(upTo(20).map((i) => `${i} first`.length))
    const archive = await exportSession(session, { ...ports, store: catalogue.images })
    await purge(session)
    expect(await texts(fork)).toHaveLength(20)
    await purge(fork)
    expect(await texts(await importSession(archive, { ...ports, store: catalogue.images }))).toHaveLength(20)
  })

  it('are packed when there are many of them', async () => {
    const session = await create(400)
    await asVersion2(session)
    await catalogue.purge()
    expect(await rows('blobs')).toBe(2)
    expect(await texts(session)).toEqual(upTo(400).map((i) => `${i} first`))
  })
})

function fail(): never {
  throw new Error('the session is empty')
}
