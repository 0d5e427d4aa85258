import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, sessionId, traceId, type Commit, type Draft, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CHUNK_EVENTS, packText, textOf, type ChunkRecord } from './chunk'
import { openDatabase, type Database } from './database'
import { eventLogIdb } from './event-log-idb'
import { factsAmong, isFact } from './fence-row'
import { hashText } from './hash-noble'
import { sealSession } from './sealing-idb'
import { emptyRecord } from './session-record'
import type { SessionStore } from './session-store'

const SESSION = sessionId('s1')
const COUNT = 1_203
let databases = 0
let database: Database
let store: SessionStore
let epoch: number

beforeEach(async () => {
  database = await openDatabase({ name: `sealed-${(databases += 1)}` })
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: SESSION, title: 's', project: 'blank', at: 1 })))
  store = eventLogIdb(database, { hash: hashText, clock: { now: () => 1_000 }, sealing: 'never' })
  ;({ epoch } = await store.claim(SESSION))
})
afterEach(() => {
  vi.restoreAllMocks()
  store.close()
  database.close()
})

const said = (n: number): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text: `fact ${n}` }], from: 'user' },
  agent: MAIN_AGENT,
  trace: traceId('t1'),
})
const commit = (from: number, to: number): Commit => ({
  drafts: Array.from({ length: to - from + 1 }, (_, i) => said(from + i)),
  durability: 'relaxed',
})
const seal = (head = COUNT): Promise<number> => sealSession(database, { session: SESSION, head, hash: hashText })
const rows = async (): Promise<number> => factsAmong(await database.run((handle) => handle.getAll('events'))).length

async function read(from?: number, to?: number): Promise<readonly SessionEvent[]> {
  const list: SessionEvent[] = []
  for await (const event of store.read(SESSION, from, to)) list.push(event)
  return list
}
const numbers = (events: readonly SessionEvent[]): readonly number[] => events.map(({ seq }) => seq)
const span = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

async function untilFailure(): Promise<{ last: number; failure: ReturnType<typeof failureOf> | undefined }> {
  let last = 0
  try {
    for await (const event of store.read(SESSION)) last = event.seq
  } catch (error) {
    return { last, failure: failureOf(error) }
  }
  return { last, failure: undefined }
}

async function changeChunk(from: number, change: (chunk: ChunkRecord) => Promise<ChunkRecord>): Promise<void> {
  const chunk = await database.run((handle) => handle.get('chunks', [SESSION, from]))
  if (!chunk) throw new Error(`no chunk from ${from}`)
  const changed = await change(chunk)
  await database.run((handle) => handle.put('chunks', changed))
}

/** Another text for one fact of a chunk, as if someone had written it there. */
async function rewritten(chunk: ChunkRecord, seq: number): Promise<string> {
  return (await textOf(chunk)).replace(`"fact ${seq}"`, `"lies ${seq}"`)
}

describe('facts that were sealed', () => {
  it('[F31] are the same facts: every range reads as before, across chunks and rows', async () => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    const before = await read()
    expect(await seal()).toBe(768)
    expect(await rows()).toBe(COUNT - 768)
    expect(await read()).toEqual(before)
    expect(numbers(await read(255, 258))).toEqual([255, 256, 257, 258])
    expect(numbers(await read(766, 771))).toEqual(span(766, 771))
    expect(numbers(await read(1_200))).toEqual(span(1_200, COUNT))
    expect(numbers(await read(1, 1))).toEqual([1])
    expect(await read(COUNT + 1)).toEqual([])
    await store.check(SESSION)
  })

  it.each([
    ['the session was purged', span(1, COUNT)],
    ['another tab took one of them away', [200]],
  ])('are not sealed from memory when %s between reading and writing', async (_, gone) => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    let runs = 0
    const between: Database = {
      ...database,
      run: async (task) => {
        // Where the sealed ones end, the rows, and now the record.
        if (++runs === 3) {
          await database.run((handle) => Promise.all(gone.map((seq) => handle.delete('events', [SESSION, seq]))))
        }
        return database.run(task)
      },
    }
    expect(await sealSession(between, { session: SESSION, head: COUNT, hash: hashText })).toBe(0)
    expect(runs).toBeGreaterThanOrEqual(3)
    expect(await database.run((handle) => handle.count('chunks'))).toBe(0)
    expect(await rows()).toBe(COUNT - gone.length)
  })

  it('are written on: the next fact follows the last one', async () => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    await seal()
    await store.append(SESSION, epoch, commit(COUNT + 1, COUNT + 1))
    const another = eventLogIdb(database, { hash: hashText, clock: { now: () => 2_000 } })
    const claim = await another.claim(SESSION)
    expect(claim.head).toBe(COUNT + 1)
    await another.append(SESSION, claim.epoch, commit(COUNT + 2, COUNT + 2))
    expect(numbers(await read())).toEqual(span(1, COUNT + 2))
    another.close()
  })

  it('are sealed once, whoever seals', async () => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    const before = await read()
    await Promise.all([seal(), seal(), seal()])
    expect(await seal()).toBe(768)
    expect(await database.run((handle) => handle.count('chunks'))).toBe(3)
    expect(await read()).toEqual(before)
  })

  it('[C12] stay rows when sealing is cut off, and are read meanwhile', async () => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    const before = await read()
    const cutOff = function (this: IDBTransaction): void {
      this.abort()
    }
    // It is tried twice: the connection might have been dead.
    vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementationOnce(cutOff).mockImplementationOnce(cutOff)
    await expect(seal()).rejects.toThrow()
    expect(await rows()).toBe(COUNT)
    expect(await read()).toEqual(before)
    const [during] = await Promise.all([read(), seal()])
    expect(during).toEqual(before)
  })

  it('are sealed by the store itself, some time after they were written', async () => {
    const sealing = eventLogIdb(database, { hash: hashText, clock: { now: () => 1_000 } })
    await sealing.append(SESSION, epoch, commit(1, COUNT))
    await vi.waitFor(async () => expect(await rows()).toBe(COUNT - 768), { timeout: 10_000 })
    sealing.close()
    expect(numbers(await read())).toEqual(span(1, COUNT))
  })

  it('are not sealed in the middle of a burst', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const sealing = eventLogIdb(database, { hash: hashText, clock: { now: () => 1_000 } })
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const sealings = (): number => transactions.mock.calls.filter(([stores]) => stores === 'chunks').length
    let head = 0
    const burst = async (facts: number): Promise<void> => {
      await sealing.append(SESSION, epoch, commit(head + 1, head + facts))
      head += facts
      vi.advanceTimersByTime(150)
    }
    await burst(600)
    for (let n = 0; n < 5; n++) await burst(1)
    expect(sealings()).toBe(0)
    vi.advanceTimersByTime(150)
    vi.useRealTimers()
    await vi.waitFor(() => expect(sealings()).toBeGreaterThan(0), { timeout: 5_000 })
    sealing.close()
  })

  it('[P7] take less than 250 bytes each, also where they say little', async () => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    await seal()
    const chunks = await database.run((handle) => handle.getAll('chunks'))
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes.byteLength, 0)
    expect(bytes / (chunks.length * CHUNK_EVENTS)).toBeLessThan(250)
  })
})

describe('a sealed chunk', () => {
  beforeEach(async () => {
    await store.append(SESSION, epoch, commit(1, COUNT))
    await seal()
  })

  it('[C23] with a fact that is not what was written is read up to that fact', async () => {
    await changeChunk(257, async (chunk) => ({ ...chunk, ...(await packText(await rewritten(chunk, 300))), digest: chunk.digest }))
    const { last, failure } = await untilFailure()
    expect(last).toBe(299)
    expect(failure).toMatchObject({ code: 'damaged', detail: { seq: 300 } })
  })

  it('[C23] whose digest was made to fit is found out by the background check', async () => {
    await changeChunk(257, async (chunk) => ({ ...chunk, ...(await packText(await rewritten(chunk, 300))) }))
    expect(await store.check(SESSION).catch(failureOf)).toMatchObject({ code: 'damaged', detail: { seq: 300 } })
  })

  it('[C23] whose bytes cannot be unpacked loses none before it', async () => {
    await changeChunk(257, async (chunk) => ({ ...chunk, bytes: chunk.bytes.slice(0, 100) }))
    const { last, failure } = await untilFailure()
    expect(last).toBe(256)
    expect(failure).toMatchObject({ code: 'damaged', detail: { seq: 257 } })
    expect(numbers(await read(513, 520))).toEqual(span(513, 520))
  })

  it('[C23] that is missing loses none before it', async () => {
    await database.run((handle) => handle.delete('chunks', [SESSION, 257]))
    const { last, failure } = await untilFailure()
    expect(last).toBe(256)
    expect(failure).toMatchObject({ code: 'damaged', detail: { seq: 257 } })
  })

  it('[C23] of another place does not pass for this one', async () => {
    await changeChunk(513, async (chunk) => ({ ...chunk, from: 257, to: 512 }))
    expect((await untilFailure()).last).toBe(256)
  })
})

it('[C23] moves nothing while one of the facts is damaged, and cuts nothing', async () => {
  const failed = vi.fn()
  const telling = eventLogIdb(database, { hash: hashText, clock: { now: () => 1 }, lost: failed })
  await telling.append(SESSION, epoch, commit(1, COUNT))
  await database.run(async (handle) => {
    const event = await handle.get('events', [SESSION, 100])
    if (event && isFact(event)) await handle.put('events', { ...event, at: 7 })
  })
  await expect(seal()).rejects.toMatchObject({ failure: { code: 'damaged', detail: { seq: 100 } } })
  expect(await rows()).toBe(COUNT)
  expect((await untilFailure()).last).toBe(99)
  await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1), { timeout: 5_000 })
  telling.close()
})

describe('the fence without a read', () => {
  const code = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: unknown) => failureOf(error).code,
    )
  const gets = (): ReturnType<typeof vi.spyOn> => vi.spyOn(IDBObjectStore.prototype, 'get')

  it('[P7] [rule 116] writes a fact without asking for anything first', async () => {
    await store.append(SESSION, epoch, commit(1, 1))
    const asked = gets()
    await store.append(SESSION, epoch, commit(2, 2))
    expect(asked).not.toHaveBeenCalled()
  })

  it('[rule 116] refuses a writer that another tab followed before either wrote', async () => {
    await store.append(SESSION, epoch, commit(1, 1))
    const another = eventLogIdb(database, { hash: hashText, clock: { now: () => 2_000 } })
    await another.claim(SESSION)
    expect(await code(store.append(SESSION, epoch, commit(2, 2)))).toBe('fenced')
    expect(numbers(await read())).toEqual([1])
    another.close()
  })

  it('[C21] refuses a writer whose session was deleted for good meanwhile, and makes no ghost of it', async () => {
    const { catalogueIdb } = await import('./catalogue-idb')
    let now = 1_000
    const clock = { now: () => now }
    const catalogue = catalogueIdb(database, { hash: hashText, clock, random: (bytes) => new Uint8Array(bytes) })
    await store.append(SESSION, epoch, commit(1, 1))
    await catalogue.remove(SESSION)
    expect(await code(store.append(SESSION, epoch, commit(2, 2)))).toBe('not_found')
    await catalogue.restore(SESSION)
    await store.append(SESSION, epoch, commit(2, 2))
    await store.append(SESSION, epoch, commit(3, COUNT))
    await seal()
    await store.snapshots.save(SESSION, 'loop', { seq: 3, hash: 'x', data: {} })
    await catalogue.remove(SESSION)
    now += 20_000
    await catalogue.purge()
    expect(await code(store.append(SESSION, epoch, commit(COUNT + 1, COUNT + 1)))).toBe('not_found')
    expect(await rows()).toBe(0)
    for (const name of ['chunks', 'snapshots', 'sessions'] as const) expect(await database.run((handle) => handle.count(name))).toBe(0)
    expect(await catalogue.list()).toEqual([])
    catalogue.close()
  })

  it('keeps what another tab changed of the row: its title, and the numbers of its inbox', async () => {
    const { catalogueIdb } = await import('./catalogue-idb')
    const clock = { now: () => 1_000 }
    const catalogue = catalogueIdb(database, { hash: hashText, clock, random: (bytes) => new Uint8Array(bytes) })
    await store.append(SESSION, epoch, commit(1, 1))
    await catalogue.rename(SESSION, 'Another name')
    const n = await store.post(SESSION, { type: 'message', text: 'a' })
    await store.append(SESSION, epoch, commit(2, 2))
    expect(await store.post(SESSION, { type: 'message', text: 'b' })).toBe(n + 1)
    expect(await catalogue.list()).toMatchObject([{ title: 'Another name' }])
    catalogue.close()
  })
})

it('keeps a session of the store apart from its closed epochs', async () => {
  const other: SessionId = sessionId('s2')
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: other, title: 'o', project: 'blank', at: 1 })))
  await store.claim(other)
  await store.claim(other)
  expect((await store.claim(SESSION)).epoch).toBe(epoch + 1)
})
