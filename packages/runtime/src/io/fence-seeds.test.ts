import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, sessionId, traceId, type Draft } from '@tabwright/protocol'
import { fakeHash } from '@tabwright/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CHUNK_EVENTS } from './chunk'
import { openDatabase, type Database } from './database'
import { eventLogIdb } from './event-log-idb'
import { sealSession } from './sealing-idb'
import { emptyRecord } from './session-record'
import type { SessionStore } from './session-store'

const SESSION = sessionId('s1')
const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1)
const STEPS = 22
const ports = { hash: fakeHash, clock: { now: () => 1 }, sealing: 'never' } as const

// Whole databases: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => vi.restoreAllMocks())

/** mulberry32: the same numbers from the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % sides
  }
}

const said = (text: string): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from: 'user' },
  agent: MAIN_AGENT,
  trace: traceId('t'),
})

interface Owner {
  readonly database: Database
  readonly store: SessionStore
  readonly epoch: number
}

let databases = 0

/** Tabs that claim, write, sleep for as long as it takes to seal their neighbours away, and wake. What must not happen is told. */
async function simulate(seed: number): Promise<string[]> {
  const roll = dice(seed)
  const name = `seeds-${(databases += 1)}`
  const owners: Owner[] = []
  const problems: string[] = []
  const written: string[] = []
  const claim = async (): Promise<void> => {
    const database = await openDatabase({ name })
    if (owners.length === 0) {
      await database.run((handle) => handle.put('sessions', emptyRecord({ id: SESSION, title: 's', project: 'blank', at: 1 })))
    }
    const store = eventLogIdb(database, ports)
    const { epoch, head } = await store.claim(SESSION)
    if (head !== written.length) problems.push(`a claim says ${head} facts, ${written.length} were acknowledged`)
    owners.push({ database, store, epoch })
  }
  const write = async ({ store, epoch }: Owner, count: number): Promise<boolean> => {
    const texts = Array.from({ length: count }, (_, at) => `${epoch}:${written.length + at}`)
    try {
      await store.append(SESSION, epoch, { drafts: texts.map(said), durability: 'relaxed' })
    } catch (error) {
      if (failureOf(error).code !== 'fenced') problems.push(`refused for another reason: ${failureOf(error).message}`)
      return false
    }
    written.push(...texts)
    return true
  }
  const step = async (): Promise<void> => {
    const newest = owners.at(-1)
    const kind = roll(10)
    if (!newest || (kind === 0 && owners.length < 6)) return claim()
    const stale = owners[roll(owners.length)]
    if (kind < 4 && stale && stale !== newest) {
      if (await write(stale, 1 + roll(3))) problems.push(`[INV-8] epoch ${stale.epoch} wrote after epoch ${newest.epoch} was given out`)
    } else if (kind < 6) await sealSession(newest.database, { session: SESSION, head: written.length, hash: fakeHash })
    else if (!(await write(newest, kind < 8 ? 1 : CHUNK_EVENTS / 2 + roll(CHUNK_EVENTS)))) problems.push('the newest writer is refused')
  }
  for (let at = 0; at < STEPS && problems.length === 0; at++) await step()
  problems.push(...(await told(name, written)))
  for (const { store, database } of owners) {
    store.close()
    database.close()
  }
  return problems
}

/** What a new reader finds. */
async function told(name: string, written: readonly string[]): Promise<string[]> {
  const database = await openDatabase({ name })
  const store = eventLogIdb(database, ports)
  const found: string[] = []
  try {
    for await (const event of store.read(SESSION)) {
      const part = event.type === 'message.user' ? event.data.content[0] : undefined
      found.push(part?.type === 'text' ? part.text : event.type)
    }
    await store.check(SESSION)
  } catch (error) {
    return [`[INV-9] the log cannot be read: ${failureOf(error).message}`]
  } finally {
    store.close()
    database.close()
  }
  return JSON.stringify(found) === JSON.stringify(written) ? [] : ['[INV-9] the log is not what was acknowledged']
}

describe('owners of one session, drawn by seed', () => {
  it.each(SEEDS)('[rule 116] [C17] holds what a fence promises, seed %i', async (seed) => {
    expect(await simulate(seed)).toEqual([])
  })
})

describe('a mistake put in on purpose', () => {
  it.each([
    { mistake: 'claim writes no fence row', isSealing: false },
    { mistake: 'sealing removes the fence row', isSealing: true },
  ])('is found: $mistake', async ({ isSealing }) => {
    loseFences(isSealing)
    const found: string[] = []
    for (const seed of SEEDS) if (found.length === 0) found.push(...(await simulate(seed)))
    expect(found.join('\n')).toMatch(/INV-8|INV-9|a claim says/)
  })
})

/** A fence that is put into the facts does not get there: by whoever seals, or by everybody else. */
function loseFences(bySealing: boolean): void {
  const put = IDBObjectStore.prototype.put
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
    const [value] = args
    const isFence = this.name === 'events' && typeof value === 'object' && value !== null && 'fence' in value
    const isSealing = this.transaction.objectStoreNames.contains('chunks')
    const isLost = isFence && isSealing === bySealing
    return Reflect.apply(put, this, isLost ? [{ ...value, session: 'elsewhere' }] : args)
  })
}
