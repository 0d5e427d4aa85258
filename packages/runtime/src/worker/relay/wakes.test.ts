import { sessionId, type Json, type SessionId, type WakeWish } from '@tabwright/protocol'
import { CallError, type Handler, type IncomingCall } from '@tabwright/relay-client/worker'
import { describe, expect, it } from 'vitest'
import { catalogueMemory } from '../../io/catalogue-memory'
import { memoryStore } from '../../io/event-log-memory'
import { hashText } from '../../io/hash-noble'
import type { Discovering } from './found-functions'
import { hereFunctions } from './here-functions'
import { callList, readCalls } from './membership-record'
import { Wakes } from './wakes'

interface Bound {
  readonly trigger_type: string
  readonly function_id: string
  readonly config: Json
}

/** As the relay keeps bindings: whoever is connected, until they are taken back. */
function relay() {
  const bound = new Map<string, Bound>()
  let refuses: string | undefined
  const connection = (): { readonly functions: Map<string, Handler>; readonly connection: Discovering } => {
    const functions = new Map<string, Handler>()
    return {
      functions,
      connection: {
        registerFunction: (id, handler) => {
          if (functions.has(id)) throw new TypeError(`${id} is registered`)
          functions.set(id, handler)
          return { unregister: () => void functions.delete(id) }
        },
        registerTrigger: () => ({ unregister: () => undefined }),
        invoke: async (id, data) => {
          if (id === 'engine::registered-triggers::list')
            return { registered_triggers: [...bound].map(([one, row]) => ({ id: one, ...row })) }
          if (id === 'engine::unregister_trigger') return { removed: bound.delete((data as { readonly id: string }).id) }
          if (refuses !== undefined) throw new CallError(id, { code: 'trigger_registration_failed', message: refuses })
          const binding = `b${bound.size + 1}`
          bound.set(binding, data as unknown as Bound)
          return { id: binding }
        },
      },
    }
  }
  return { bound, connection, refuse: (why: string | undefined) => void (refuses = why) }
}

async function tab() {
  let now = 1000
  const pass = (ms: number): void => void (now += ms)
  const clock = { now: () => now++ }
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const ports = { hash: hashText, clock, random }
  const store = memoryStore(ports)
  const catalogue = catalogueMemory(store, ports, 'memory')
  const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
  const woken: (readonly [SessionId, string])[] = []
  const settings = async (): Promise<typeof catalogue> => catalogue
  const open = (): Wakes =>
    new Wakes({
      catalogue: settings,
      settings,
      store: async () => store,
      calls: callList(settings, null, () => undefined),
      locks: null,
      now: clock.now,
      random,
      wake: (one, by) => void woken.push([one, by]),
      changed: () => undefined,
    })
  return { store, catalogue, session, woken, open, pass }
}

const wishFor = (session: SessionId): WakeWish => ({
  session,
  trigger: { type: 'state', scope: ' research-tasks ', condition: 'status == "pending"' },
  text: 'Find out about it.',
})

function delivery(receipt: string, more: Partial<IncomingCall> = {}): IncomingCall {
  return {
    functionId: 'x',
    invocationId: 'i1',
    caller: undefined,
    metadata: { messageReceiptId: receipt, queue: 'engine::state', attempt: 1 },
    traceparent: undefined,
    baggage: undefined,
    signal: new AbortController().signal,
    ...more,
  }
}

describe('a session that a trigger wakes', () => {
  it('[rule 113] is bound at the relay under its own rights, and sent its text with what happened, once for each delivery', async () => {
    const [{ bound, connection }, { open, session, store, woken, catalogue }] = [relay(), await tab()]
    const [wakes, joined] = [open(), connection()]
    wakes.join(joined.connection)
    const id = await wakes.add(wishFor(session), 'person')
    const config = { scope: 'research-tasks', condition: 'status == "pending"' }
    expect([...bound.values()]).toEqual([{ trigger_type: 'state', function_id: `tab-wake::${id}`, config }])
    const fire = joined.functions.get(`tab-wake::${id}`) ?? expect.unreachable()
    const happened = { type: 'state', key: 't1', new_value: { topic: 'tea' } }
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    await fire(happened, delivery('r1', { traceparent }))
    await fire(happened, delivery('r1', { traceparent }))
    await fire(happened, delivery('r2'))
    const rows = await store.readInbox(session)
    expect(rows.map(({ message }) => message)).toMatchObject([
      {
        type: 'message',
        by: 'trigger state research-tasks',
        traceparent,
        text: expect.stringMatching(/^Find out about it\.\n\n.*no instruction:\n.*"tea"/s),
      },
      { type: 'message', by: 'trigger state research-tasks' },
    ])
    expect(woken[0]).toEqual([session, 'trigger state research-tasks'])
    expect(await readCalls(catalogue)).toMatchObject([{ function: 'wake', session, outcome: 'done' }, {}, {}])
  })

  it('is woken by nobody who only calls the function', async () => {
    const [{ connection }, { open, session, store }] = [relay(), await tab()]
    const [wakes, joined] = [open(), connection()]
    wakes.join(joined.connection)
    const id = await wakes.add(wishFor(session), 'person')
    const fire = joined.functions.get(`tab-wake::${id}`) ?? expect.unreachable()
    for (const call of [
      delivery('r1', { caller: 'w1' }),
      delivery('r1', { metadata: undefined }),
      delivery('r1', { metadata: { messageReceiptId: 'r1', queue: 'jobs' } }),
    ]) {
      await expect(fire({}, call)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
    expect(await store.readInbox(session)).toEqual([])
  })

  it('stays bound when the tab begins anew, is bound again at a relay that has forgotten it, and never twice', async () => {
    const [first, { open, session, store }] = [relay(), await tab()]
    const before = open()
    before.join(first.connection().connection)
    const id = await before.add(wishFor(session), 'person')
    const [after, joined] = [open(), first.connection()]
    after.join(joined.connection)
    await after.look()
    await after.look()
    expect([[...first.bound.keys()], [...joined.functions.keys()]]).toEqual([['b1'], [`tab-wake::${id}`]])
    const other = relay()
    const there = other.connection()
    after.leave()
    after.join(there.connection)
    await after.look()
    expect(other.bound.size).toBe(1)
    await there.functions.get(`tab-wake::${id}`)?.({}, delivery('r1'))
    expect(await store.readInbox(session)).toHaveLength(1)
  })

  it('is woken no more once that was stopped, also where the relay hears of it later or delivers what was under way', async () => {
    const [{ bound, connection }, { open, session, store }] = [relay(), await tab()]
    const [wakes, joined] = [open(), connection()]
    wakes.join(joined.connection)
    const id = await wakes.add(wishFor(session), 'person')
    wakes.leave()
    await wakes.remove(id)
    expect([await wakes.list(), bound.size]).toEqual([[], 1])
    wakes.join(connection().connection)
    await wakes.look()
    expect(bound.size).toBe(0)
    expect(await joined.functions.get(`tab-wake::${id}`)?.({}, delivery('r1'))).toEqual({})
    expect(await store.readInbox(session)).toEqual([])
    await expect(wakes.remove(id)).rejects.toMatchObject({ failure: { code: 'not_found' } })
  })

  it('that was deleted ends what woke it', async () => {
    const [{ bound, connection }, { open, session, catalogue }] = [relay(), await tab()]
    const [wakes, joined] = [open(), connection()]
    wakes.join(joined.connection)
    const id = await wakes.add(wishFor(session), 'person')
    await catalogue.remove(session)
    await joined.functions.get(`tab-wake::${id}`)?.({}, delivery('r1'))
    expect([await wakes.list(), bound.size]).toEqual([[], 0])
  })

  it('is not bound where the relay, or we, have something against it, which is said', async () => {
    const [{ bound, connection, refuse }, { open, session }] = [relay(), await tab()]
    const wakes = open()
    const wish = wishFor(session)
    await expect(wakes.add(wish, 'person')).rejects.toMatchObject({ failure: { code: 'unavailable' } })
    wakes.join(connection().connection)
    refuse('The condition is none.')
    await expect(wakes.add(wish, 'person')).rejects.toMatchObject({
      failure: { message: 'The relay did not bind it: The condition is none.' },
    })
    refuse(undefined)
    const bad = { code: 'bad_input' }
    await expect(wakes.add({ ...wish, text: ' ' }, 'person')).rejects.toMatchObject({ failure: bad })
    await expect(wakes.add({ ...wish, trigger: { type: 'queue', topic: ' ' } }, 'person')).rejects.toMatchObject({ failure: bad })
    await expect(wakes.add({ ...wish, session: sessionId('nobody') }, 'person')).rejects.toMatchObject({ failure: { code: 'not_found' } })
    expect([await wakes.list(), bound.size]).toEqual([[], 0])
  })
})

it('an agent has its own session woken, once for one call, and neither sees nor stops what wakes others', async () => {
  const [{ bound, connection }, { open, session, catalogue }] = [relay(), await tab()]
  const wakes = open()
  wakes.join(connection().connection)
  const here = hereFunctions(wakes, hashText)
  const mine = { session, key: 's:1:t1' }
  const input = { when: { type: 'cron', expression: '0 0 9 * * 1-5', timezone: 'Europe/Berlin' }, text: 'Say what is due.' }
  const made = await here.call('here::wake_me', input, mine)
  expect(await here.call('here::wake_me', input, mine), 'called again after a crash').toEqual(made)
  expect([...bound.values()]).toMatchObject([{ trigger_type: 'cron', config: { expression: '0 0 9 * * 1-5', timezone: 'Europe/Berlin' } }])
  const others = { session: await catalogue.create({ title: 'Other', project: 'blank', files: [] }), key: 's:1:t2' }
  expect(await here.call('here::list_wakes', {}, others)).toEqual([])
  const { id } = made as { readonly id: string }
  await expect(here.call('here::stop_waking', { id }, others)).rejects.toMatchObject({ failure: { code: 'not_found' } })
  expect(await here.call('here::list_wakes', {}, mine)).toMatchObject([{ id, text: 'Say what is due.' }])
  await here.call('here::stop_waking', { id }, mine)
  expect(bound.size).toBe(0)
  await expect(here.call('here::wake_me', { when: { type: 'moon' }, text: 'x' }, mine)).rejects.toMatchObject({
    failure: { code: 'bad_input' },
  })
  expect(here.call('orders::refund', {}, mine)).toBeUndefined()
})

it('[rule 115] what an agent asked for ends after seven days, and what a person wanted goes on', async () => {
  const [{ bound, connection }, { open, session, store, pass }] = [relay(), await tab()]
  const [wakes, joined] = [open(), connection()]
  wakes.join(joined.connection)
  const persons = await wakes.add(wishFor(session), 'person')
  const agents = await wakes.add(wishFor(session), 'agent')
  const week = 7 * 24 * 3_600_000
  expect((await wakes.list()).map(({ id, until }) => [id, until !== undefined])).toEqual([
    [persons, false],
    [agents, true],
  ])
  pass(week)
  const fire = joined.functions.get(`tab-wake::${agents}`) ?? expect.unreachable()
  await fire({}, delivery('r1'))
  expect(await store.readInbox(session)).toEqual([])
  expect((await wakes.list()).map(({ id }) => id)).toEqual([persons])
  expect([...bound.values()].map((one) => one.function_id)).toEqual([`tab-wake::${persons}`])
})

it('those that are over take no place', async () => {
  const { session, open, pass } = await tab()
  const wakes = open()
  wakes.join(relay().connection().connection)
  for (let n = 0; n < 50; n++) await wakes.add(wishFor(session), 'agent')
  await expect(wakes.add(wishFor(session), 'person')).rejects.toThrow('There are 50 already.')
  pass(7 * 24 * 3_600_000)
  await wakes.add(wishFor(session), 'person')
  expect(await wakes.list()).toHaveLength(1)
})
