import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, traceId, type SessionEvent } from '@tabwright/protocol'
import { deleteDB, openDB } from 'idb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { carryFailures } from '../client/remote'
import { openDatabase } from '../io/database'
import { createCatalogueWorker } from './catalogue-worker'
import { storeOverPort } from './memory-port'

let databases = 0
const options = (): { name: string } => ({ name: `worker-${(databases += 1)}` })
const project = { project: 'demo', mode: 'ask' } as const
const reported: unknown[] = []

beforeEach(() => {
  reported.length = 0
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
})

afterEach(() => {
  expect(reported).toEqual([])
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('opens the list once for all its calls', async () => {
  const worker = createCatalogueWorker(options())
  const [, id] = await Promise.all([worker.open(), worker.create({ title: 'one', ...project })])
  expect(await worker.open()).toEqual({ type: 'kept' })
  expect((await worker.list()).map((row) => row.id)).toEqual([id])
  expect(await worker.memoryPort()).toBeUndefined()
})

it('tries again when opening failed', async () => {
  const worker = createCatalogueWorker(options())
  vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    throw new DOMException('x', 'QuotaExceededError')
  })
  expect(await worker.open().catch(failureOf)).toMatchObject({ code: 'storage_full' })
  expect(await worker.open()).toMatchObject({ type: 'kept' })
})

it('[C19] [rule 118] says that the app was updated in another tab, and that an old tab is in the way, as states that a page can show', async () => {
  const opened = options()
  const old = await openDB(opened.name, 1)
  const worker = createCatalogueWorker(opened)
  const heard = vi.fn()
  await worker.watchStorage(heard)
  const opening = worker.open()
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1))
  expect(await worker.storage()).toEqual({ type: 'blocked', reason: expect.stringContaining('Close or reload that tab') })
  old.close()
  expect(await opening).toMatchObject({ type: 'kept' })
  expect(await worker.storage()).toMatchObject({ type: 'kept' })
  const newer = await openDB(opened.name, 99)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3))
  expect(await worker.storage()).toEqual({ type: 'outdated', reason: expect.stringContaining('updated in another tab. Reload this one') })
  newer.close()
  reported.length = 0
})

it('[C18] says that storage is full while the ballast is spent, in every tab, and no longer once it is back', async () => {
  const opened = options()
  const worker = createCatalogueWorker(opened)
  await worker.open()
  const another = await openDatabase(opened)
  await vi.waitFor(async () => expect(await another.run((handle) => handle.getKey('settings', 'ballast'))).toBeDefined())
  expect(await worker.storage()).not.toHaveProperty('full')
  await another.releaseBallast()
  expect(await worker.storage()).toMatchObject({ type: 'kept', full: expect.stringContaining('delete old sessions') })
  await another.fillBallast()
  expect(await worker.storage()).not.toHaveProperty('full')
  another.close()
})

it('[C22] holds the sessions of a browser that keeps nothing and serves them to their workers', async () => {
  vi.stubGlobal('indexedDB', undefined)
  carryFailures()
  const worker = createCatalogueWorker(options())
  expect(await worker.open()).toMatchObject({ type: 'off', reason: expect.stringContaining('private mode') })
  const id = await worker.create({ title: 'one', ...project })
  const port = await worker.memoryPort()
  if (!port) throw new Error('no port')
  const store = storeOverPort(port)
  const { epoch, head } = await store.claim(id)
  const heads: number[] = []
  const stop = store.watch(id, (hint) => {
    if (hint.type === 'appended') heads.push(hint.head)
  })
  const drafts = [{ type: 'turn.started', data: { model: 'demo' }, agent: MAIN_AGENT, trace: traceId('t') }] as const
  await store.append(id, epoch, { drafts, durability: 'strict' })
  expect(await store.append(id, epoch - 1, { drafts, durability: 'strict' }).catch(failureOf)).toMatchObject({ code: 'fenced' })
  const events: SessionEvent[] = []
  for await (const event of store.read(id)) events.push(event)
  expect(events.map(({ type }) => type)).toEqual(['session.opened', 'workspace.changed', 'turn.started'])
  const [file] = await store.files(id)
  expect(file?.size).toBeGreaterThan(0)
  expect(file && (await store.loadBlob(file.hash)).byteLength).toBe(file?.size)
  expect((await worker.list())[0]?.state).toBe('running')
  await expect.poll(() => heads).toEqual([head + 1])
  stop()
  store.close()
})

it('begins a session with the files of a template', async () => {
  vi.stubGlobal('indexedDB', undefined)
  const worker = createCatalogueWorker(options())
  const id = await worker.create({ title: 'one', project: 'blank', template: 'program', mode: 'ask' })
  const port = await worker.memoryPort()
  if (!port) throw new Error('no port')
  const store = storeOverPort(port)
  const paths = (await store.files(id)).map(({ path }) => path)
  expect(paths.toSorted()).toEqual(['README.md', 'package.json', 'src/main.js', 'src/words.js', 'test/words.test.js'])
  store.close()
})

it('[F36] [O40] exports a session and imports it as one to read, which is exported the same', async () => {
  const worker = createCatalogueWorker(options())
  const id = await worker.create({ title: 'to carry', ...project })
  const listened = vi.fn()
  const unwatch = await worker.watch(listened)
  const bytes = await worker.exportSession(id)
  const copy = await worker.importSession(bytes)
  await expect.poll(() => listened.mock.calls.length).toBeGreaterThan(0)
  unwatch()
  expect((await worker.list()).map((row) => [row.id, row.title, row.isImported])).toEqual(
    expect.arrayContaining([
      [id, 'to carry', undefined],
      [copy, 'to carry', true],
    ]),
  )
  expect(await worker.exportSession(copy)).toEqual(bytes)
  const failure = await worker.importSession(bytes.subarray(0, 900)).catch(failureOf)
  expect(failure).toMatchObject({ code: 'bad_input', message: expect.stringContaining('Nothing was imported.') })
  expect(await worker.list()).toHaveLength(2)
})

it('[O38] takes a larger file only as a backup of one’s own', async () => {
  const worker = createCatalogueWorker(options())
  const large = new Uint8Array(25 * 1024 * 1024 + 1)
  expect(await worker.importSession(large).catch(failureOf)).toMatchObject({ code: 'too_large' })
  expect(await worker.importSession(large, { isBackup: true }).catch(failureOf)).toMatchObject({ code: 'bad_input' })
})

it('[C21] names its database once, and another one after the browser removed it under an open worker', async () => {
  const opened = options()
  const worker = createCatalogueWorker(opened)
  const name = await worker.databaseName()
  expect(name).toMatch(/^[0-9a-z]{26}$/)
  expect(await createCatalogueWorker(opened).databaseName()).toBe(name)
  await deleteDB(opened.name)
  const next = await worker.databaseName()
  expect(next).toMatch(/^[0-9a-z]{26}$/)
  expect(next).not.toBe(name)
})
