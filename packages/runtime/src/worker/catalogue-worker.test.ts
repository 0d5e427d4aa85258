import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, traceId, type SessionEvent } from '@tabwright/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { carryFailures } from '../client/remote'
import { createCatalogueWorker } from './catalogue-worker'
import { storeOverPort } from './memory-port'

let databases = 0
const options = (): { name: string } => ({ name: `worker-${(databases += 1)}` })
const project = { project: 'demo' } as const
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
  expect(await worker.open()).toEqual({ type: 'kept' })
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
