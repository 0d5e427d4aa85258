import 'fake-indexeddb/auto'
import {
  callId,
  digestOf,
  failureOf,
  MAIN_AGENT,
  sessionId,
  traceId,
  type Commit,
  type Draft,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { fullDisk, type FullDisk } from '@tabwright/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase, type Database } from './database'
import { eventLogIdb } from './event-log-idb'
import { hashText } from './hash-noble'
import { emptyRecord } from './session-record'
import type { SessionStore } from './session-store'

const SESSION = sessionId('s1')
const ports = { hash: hashText, clock: { now: () => 1_000 } }
let databases = 0
let database: Database
let store: SessionStore
let disk: FullDisk

beforeEach(async () => {
  disk = fullDisk()
  database = await openDatabase({ name: `faults-${(databases += 1)}` })
  store = eventLogIdb(database, ports)
  await addSession(SESSION)
})

afterEach(() => {
  vi.restoreAllMocks()
  disk.restore()
  store.close()
  database.close()
})

async function addSession(id: SessionId): Promise<void> {
  await database.run((handle) => handle.put('sessions', emptyRecord({ id, title: id, project: 'blank', at: 1 })))
}

const envelope = { agent: MAIN_AGENT, trace: traceId('t1') }
const said = (text: string): Draft => ({ type: 'message.user', data: { content: [{ type: 'text', text }], from: 'user' }, ...envelope })
const started: Draft = {
  type: 'call.started',
  data: { call: callId('c1'), digest: digestOf('d'.repeat(64)), effect: 'tx', key: 'k' },
  ...envelope,
}
const ended: Draft = { type: 'call.ended', data: { call: callId('c1'), outcome: { type: 'done', text: 'ok' }, ms: 1 }, ...envelope }
const strict = (...drafts: readonly Draft[]): Commit => ({ drafts, durability: 'strict' })

async function facts(session = SESSION): Promise<readonly string[]> {
  const list: SessionEvent[] = []
  for await (const event of store.read(session)) list.push(event)
  return list.map((event) =>
    event.type === 'message.user' && event.data.content[0]?.type === 'text' ? event.data.content[0].text : event.type,
  )
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => failureOf(error).code,
  )

/** A database whose connection dies right after every write was durable, before anyone is told. */
function dyingAfterwards(): Database {
  return {
    releaseBallast: () => database.releaseBallast(),
    fillBallast: () => database.fillBallast(),
    isBallastSpent: () => database.isBallastSpent(),
    close: () => database.close(),
    async run(task) {
      await database.run(task)
      return database.run(task)
    },
  }
}

describe('a full disk', () => {
  it('[rule 65] [C18] refuses to begin an effect, and keeps room to write down the end of one', async () => {
    const { epoch } = await store.claim(SESSION)
    expect(await database.fillBallast()).toBe(true)
    await store.append(SESSION, epoch, strict(said('before'), started))
    disk.fill(true)
    const release = vi.spyOn(database, 'releaseBallast').mockImplementation(async () => {
      disk.fill(false)
      return true
    })
    expect(await code(store.append(SESSION, epoch, strict(started)))).toBe('storage_full')
    expect(release).not.toHaveBeenCalled()
    await store.append(SESSION, epoch, strict(ended))
    expect(release).toHaveBeenCalledTimes(1)
    expect(await facts()).toEqual(['before', 'call.started', 'call.ended'])
  })

  it('[C18] begins nothing in the room of the ballast, and goes on once it could be put back', async () => {
    const { epoch } = await store.claim(SESSION)
    await database.fillBallast()
    disk.fill(true)
    vi.spyOn(database, 'releaseBallast').mockImplementationOnce(async () => {
      disk.fill(false)
      return true
    })
    await store.append(SESSION, epoch, strict(ended))
    const refill = vi.spyOn(database, 'fillBallast').mockResolvedValueOnce(false)
    expect(await code(store.append(SESSION, epoch, strict(said('next'))))).toBe('storage_full')
    await store.append(SESSION, epoch, strict(said('later')))
    await store.append(SESSION, epoch, strict(said('and on')))
    expect(refill).toHaveBeenCalledTimes(2)
    expect(await facts()).toEqual(['call.ended', 'later', 'and on'])
  })

  it('[C18] frees the ballast once and says that storage is full when that was not enough', async () => {
    const { epoch } = await store.claim(SESSION)
    await database.fillBallast()
    disk.fill(true)
    expect(await code(store.append(SESSION, epoch, strict(ended)))).toBe('storage_full')
    expect(await database.releaseBallast()).toBe(false)
    expect(await database.fillBallast()).toBe(false)
    disk.fill(false)
    expect(await database.fillBallast()).toBe(true)
    expect(await database.releaseBallast()).toBe(true)
    expect(await facts()).toEqual([])
  })

  it('takes with a refused append what the same session queued behind it, and leaves other sessions alone', async () => {
    const other = sessionId('s2')
    await addSession(other)
    const [mine, theirs] = [await store.claim(SESSION), await store.claim(other)]
    disk.fill(true)
    const first = code(store.append(SESSION, mine.epoch, strict(said('first'))))
    const codes = Promise.all([
      code(store.append(SESSION, mine.epoch, strict(said('behind')))),
      code(store.append(other, theirs.epoch, strict(said('theirs')))),
    ])
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit')
    // The shared transaction and the first one alone meet the full disk; then there is room again.
    commit.mockImplementation(function (this: IDBTransaction) {
      if (commit.mock.calls.length > 2) return
      Reflect.get(this, '_abort').call(this, 'QuotaExceededError')
    })
    expect(await first).toBe('storage_full')
    expect(await codes).toEqual(['storage_full', 'none'])
    commit.mockRestore()
    disk.fill(false)
    expect(await facts()).toEqual([])
    expect(await facts(other)).toEqual(['theirs'])
  })

  it('keeps a message out of the inbox when it could not be stored', async () => {
    disk.fill(true)
    expect(await code(store.post(SESSION, { type: 'message', text: 'a' }))).toBe('storage_full')
    disk.fill(false)
    expect(await store.readInbox(SESSION)).toEqual([])
    expect(await store.post(SESSION, { type: 'message', text: 'b' })).toBe(1)
  })
})

describe('a dead connection', () => {
  const failing = (times: number): ReturnType<typeof vi.spyOn> => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    for (let time = 0; time < times; time++) {
      transaction.mockImplementationOnce(() => {
        throw new DOMException('The database connection is closing.', 'InvalidStateError')
      })
    }
    return transaction
  }

  it('[C20] is opened anew once and the same event is written once', async () => {
    const { epoch } = await store.claim(SESSION)
    failing(1)
    await store.append(SESSION, epoch, strict(said('one')))
    expect(await facts()).toEqual(['one'])
  })

  it('[C20] is given up after the second failure, with a sentence', async () => {
    const { epoch } = await store.claim(SESSION)
    failing(2)
    const failure = await store.append(SESSION, epoch, strict(said('one'))).catch(failureOf)
    expect(failure).toMatchObject({ code: 'storage_off', message: expect.stringContaining('Reload the page') })
    await store.append(SESSION, epoch, strict(said('two')))
    expect(await facts()).toEqual(['two'])
  })

  it('[C20] does not write twice what was durable before the connection died', async () => {
    const dying = eventLogIdb(dyingAfterwards(), ports)
    const { epoch } = await store.claim(SESSION)
    const n = await dying.post(SESSION, { type: 'message', text: 'a' })
    expect((await store.readInbox(SESSION)).map((row) => row.n)).toEqual([n])
    const written = await dying.append(SESSION, epoch, { ...strict(said('one')), wire: [{ role: 'header', text: '{}' }], taken: [n] })
    expect(written.map(({ seq }) => seq)).toEqual([1])
    expect(await facts()).toEqual(['one'])
    expect(await store.readWire(SESSION)).toHaveLength(1)
    await dying.append(SESSION, epoch, { drafts: [], wire: [{ role: 'user', text: '{}' }], durability: 'strict' })
    expect(await store.readWire(SESSION)).toHaveLength(2)
    dying.close()
  })
})

describe('many appends at once', () => {
  it('[P7] share a transaction while one is in flight', async () => {
    const { epoch } = await store.claim(SESSION)
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const appends = Array.from({ length: 100 }, (_, index) => store.append(SESSION, epoch, strict(said(`${index}`))))
    await appends[0]
    appends.push(store.append(SESSION, epoch, strict(said('late'))))
    await Promise.all(appends)
    expect(transactions.mock.calls.length).toBeLessThanOrEqual(3)
    expect(await facts()).toHaveLength(101)
  })
})

describe('a session that is not there', () => {
  it('[C21] is never answered by an empty one', async () => {
    const gone = sessionId('gone')
    expect(await code(store.claim(gone))).toBe('not_found')
    expect(await code(facts(gone))).toBe('not_found')
    expect(await code(store.readWire(gone))).toBe('not_found')
    expect(await code(store.post(gone, { type: 'message', text: 'a' }))).toBe('not_found')
    expect(await code(store.append(gone, 1, strict(said('a'))))).toBe('not_found')
  })
})
