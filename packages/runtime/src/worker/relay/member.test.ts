import { agentId, sessionId, traceId, type Json, type RelayAsk, type SessionId } from '@tabwright/protocol'
import { CallError, type Handler, type WorkerOptions } from '@tabwright/relay-client/worker'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogueMemory } from '../../io/catalogue-memory'
import { memoryStore } from '../../io/event-log-memory'
import { hashText } from '../../io/hash-noble'
import { RelayMember } from './member'
import { TAB_FUNCTIONS } from './tab-functions'

const members: RelayMember[] = []
afterEach(() => {
  for (const one of members.splice(0)) one.close()
})

interface UnderTest {
  readonly one: RelayMember
  readonly api: RelayMember['api']
  readonly catalogue: ReturnType<typeof catalogueMemory>
  readonly store: ReturnType<typeof memoryStore>
  readonly functions: ReadonlyMap<string, Handler>
  readonly joins: readonly WorkerOptions[]
  readonly woken: readonly (readonly [SessionId, string])[]
  call(id: string, data?: Json, caller?: string): Promise<Json | undefined>
}

async function member(kept?: UnderTest['catalogue']): Promise<UnderTest> {
  let now = 1000
  const clock = { now: () => now++ }
  const ports = { hash: hashText, clock, random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)) }
  const store = memoryStore(ports)
  const catalogue = kept ?? catalogueMemory(store, ports, 'memory')
  const functions = new Map<string, Handler>()
  const joins: WorkerOptions[] = []
  const woken: (readonly [SessionId, string])[] = []
  const one = new RelayMember({
    catalogue: async () => catalogue,
    store: async () => store,
    hash: hashText,
    address: async () => 'ws://relay/worker/ticket',
    connect: (options) => {
      joins.push(options)
      return {
        registerFunction: (id, handler, options) => {
          if (options?.metadata?.['internal'] !== true) functions.set(id, handler)
          return { unregister: () => void functions.delete(id) }
        },
        registerTrigger: () => ({ id: 'b1', unregister: () => undefined }),
        invoke: async () => ({ functions: [] }),
        workers: async () => [{ id: 'w1', name: 'ci\u202E\n  bot' }],
        tell: () => true,
        retry: () => undefined,
        close: () => functions.clear(),
      }
    },
    now: clock.now,
    random: ports.random,
    locks: null,
  })
  members.push(one)
  const { api } = one
  await api.watchRelayWake((session, by) => void woken.push([session, by]))
  await api.joinRelay('bearer')
  let calls = 0
  const call: UnderTest['call'] = async (id, data, caller = 'w1') => {
    const handler = functions.get(id)
    if (handler === undefined) throw new Error(`${id} is not offered`)
    const signal = new AbortController().signal
    const rest = { metadata: undefined, traceparent: undefined, baggage: undefined, signal }
    return handler(data, { functionId: id, invocationId: `call-${++calls}`, caller, ...rest })
  }
  return { one, api, catalogue, store, functions, joins, woken, call }
}

const sent = (value: Json | undefined): { readonly session: SessionId; readonly message: number } => value as never

describe('the tab as a worker', () => {
  it('lets pass what only reads, and messages into sessions of their own, and asks about the rest', async () => {
    const { functions, api, joins } = await member()
    const acting = ['send_message', 'create_session', 'interrupt', 'write_file', 'execute']
    const before = ['list_sessions', 'status', 'get_events', 'wait', 'list_files', 'read_file', ...acting].map((id) => `tab::${id}`)
    expect([...functions.keys()]).toEqual(before)
    expect((await api.relayState()).switches).toMatchObject({ send_message_new: 'on', send_message: 'ask', interrupt: 'ask' })
    expect(joins.map(({ name }) => name)).toEqual(['tab'])
    await api.setRelaySwitch('interrupt', 'on')
    await api.setRelaySwitch('read_file', 'off')
    await api.setRelaySwitch('send_message_new', 'off')
    await api.setRelaySwitch('send_message', 'off')
    expect([...functions.keys()]).toEqual(before.filter((id) => !/read_file|send_message/.test(id)))
    expect((await api.relayState()).switches).toMatchObject({ interrupt: 'on', read_file: 'off' })
  })

  it('keeps what a person chose for searching the web, tells sessions of it at once, and drops it when they take it back', async () => {
    const { api, one, catalogue } = await member()
    const told: unknown[] = []
    one.functions.watch((_functions, webSearch) => void told.push(webSearch))
    const chosen = { id: 'web::search', worker: 'searcher', identity: 'search' }
    await api.setWebSearch(chosen)
    await api.setRelayName('mine')
    expect([(await api.relayState()).webSearch, told.at(-1)]).toEqual([chosen, chosen])
    const again = await member(catalogue)
    const known = await again.one.knownFunctions()
    known.watch((_functions, webSearch) => void told.push(webSearch))
    expect(told.at(-1)).toEqual(chosen)
    await api.setWebSearch(undefined)
    expect([(await api.relayState()).webSearch, told.at(-1)]).toEqual([undefined, undefined])
  })

  it('has no function that answers a permission prompt', () => {
    const words = TAB_FUNCTIONS.map(({ id, request }) => `${id} ${JSON.stringify(request)}`).join(' ')
    expect(words).not.toMatch(/decide|approve|allow|digest|permission/)
  })

  it('begins a session for a message, in which everything is asked about, with the name of the caller on it', async () => {
    const { call, catalogue, store, woken } = await member()
    const { session } = sent(await call('tab::send_message', { text: 'Run the tests.\nAll of them.' }))
    const [row] = await catalogue.list()
    expect(row).toMatchObject({ id: session, title: 'Run the tests.' })
    const facts = []
    for await (const event of store.read(session)) facts.push(event)
    expect(facts[0]?.data).toMatchObject({ mode: 'ask' })
    expect((await store.readInbox(session)).map(({ message }) => message)).toEqual([
      { type: 'message', text: 'Run the tests.\nAll of them.', by: 'ci bot' },
    ])
    expect(woken).toEqual([[session, 'ci bot']])
  })

  it('asks the person about messages into sessions that are there, shows who asks and what, and does nothing after a no', async () => {
    const { call, api, catalogue, store } = await member()
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
    const asked = async (): Promise<RelayAsk> => {
      await expect.poll(async () => (await api.relayState()).asks).toHaveLength(1)
      const [one] = (await api.relayState()).asks
      return one ?? expect.unreachable()
    }
    const first = call('tab::send_message', { text: 'Hello.', session }).catch((error: unknown) => error)
    const ask = await asked()
    expect(ask).toMatchObject({ by: 'ci bot', function: 'send_message', session, bytes: `{"session":"${session}","text":"Hello."}` })
    await api.answerRelay(ask.id, false)
    expect(await first).toMatchObject({ code: 'denied' })
    expect(await store.readInbox(session)).toEqual([])
    await expect(api.answerRelay(ask.id, true)).rejects.toMatchObject({ failure: { code: 'stale' } })
    const second = call('tab::send_message', { text: 'Hello.', session })
    await api.answerRelay((await asked()).id, true)
    expect(sent(await second).session).toBe(session)
    expect(await store.readInbox(session)).toHaveLength(1)
    await api.setRelaySwitch('send_message', 'off')
    await expect(call('tab::send_message', { text: 'Hello.', session })).rejects.toMatchObject({ code: 'not_permitted' })
  })

  it('asks about no more than a person can answer, and not about what nobody waits for any more', async () => {
    const { functions, api } = await member()
    const make = functions.get('tab::create_session') ?? expect.unreachable()
    const stop = new AbortController()
    const by = { functionId: 'x', caller: 'w1', metadata: undefined, traceparent: undefined, baggage: undefined, signal: stop.signal }
    const calls = Array.from({ length: 9 }, async (_, n) => make({ title: 'x' }, { ...by, invocationId: `i${n}` }))
    const ended = Promise.allSettled(calls)
    await expect.poll(async () => (await api.relayState()).asks.length).toBe(8)
    stop.abort()
    const codes = (await ended).map((one) => one.status === 'rejected' && one.reason.code)
    expect(codes).toEqual([...Array.from({ length: 8 }, () => 'aborted'), 'busy'])
    expect((await api.relayState()).asks).toEqual([])
  })

  it('reads sessions, facts in slices, and files, but none that hold secrets', async () => {
    const { call, catalogue } = await member()
    const files = [
      { path: 'a.txt', text: 'hello' },
      { path: '.env', text: 'KEY=1' },
    ]
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files })
    expect(await call('tab::list_sessions')).toMatchObject({ sessions: [{ session, title: 'Mine' }] })
    expect(await call('tab::list_files', { session })).toEqual({
      files: [
        { path: '.env', size: 5 },
        { path: 'a.txt', size: 5 },
      ],
    })
    expect(await call('tab::read_file', { session, path: 'a.txt' })).toEqual({ text: 'hello' })
    await expect(call('tab::read_file', { session, path: '.env' })).rejects.toMatchObject({ code: 'not_permitted' })
    await expect(call('tab::read_file', { session, path: '../a.txt' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await call('tab::get_events', { session, from: 1, to: 1 })).toMatchObject({
      events: [{ seq: 1, type: 'session.opened' }],
      next: 2,
    })
    expect(await call('tab::get_events', { session, from: 99 })).toMatchObject({ events: [], next: 99 })
    expect(await call('tab::wait', { session })).toMatchObject({ state: 'idle', approvals: 0, queued: 0 })
  })

  it('gives nothing away that a file of secrets holds, wherever else it stands, nor keys of known makers', async () => {
    const { call, catalogue, store } = await member()
    const key = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789'
    const files = [
      { path: '.env', text: 'DB_PASSWORD=q8Zr2LpX9vTm4WsK' },
      { path: 'notes.txt', text: `the password is q8Zr2LpX9vTm4WsK, the key ${key}` },
    ]
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files })
    const { text } = (await call('tab::read_file', { session, path: 'notes.txt' })) as { readonly text: string }
    expect(text).toMatch(/^the password is \[secret: .*\], the key \[secret: .*\]$/)
    const claim = await store.claim(session)
    const said = {
      type: 'message.user',
      data: { content: [{ type: 'text', text: `use q8Zr2LpX9vTm4WsK and ${key}` }], from: 'user' },
    } as const
    await store.append(session, claim.epoch, {
      drafts: [{ ...said, agent: agentId('main'), trace: traceId('0'.repeat(32)) }],
      durability: 'relaxed',
    })
    const given = JSON.stringify(await call('tab::get_events', { session }))
    expect(given).toContain('[secret: ')
    expect(given).not.toContain('q8Zr2LpX9vTm4WsK')
    expect(given).not.toContain(key)
  })

  it.each<readonly [id: string, data: Json | undefined, code: string]>([
    ['status', undefined, 'bad_input'],
    ['status', ['x'], 'bad_input'],
    ['status', { session: 'nobody' }, 'not_found'],
    ['status', { session: '__proto__' }, 'not_found'],
    ['get_events', { session: { toString: 1 } }, 'bad_input'],
    ['send_message', { text: '   ' }, 'bad_input'],
    ['send_message', { text: 7 }, 'bad_input'],
  ])('answers %s with %j by an error that says what is wrong', async (id, data, code) => {
    const { call, catalogue } = await member()
    const thrown: unknown = await call(`tab::${id}`, data).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(CallError)
    expect(thrown).toMatchObject({ code })
    expect(await catalogue.list()).toEqual([])
  })

  it('lists who called, with how it ended, before anything is done', async () => {
    const { call, api, catalogue } = await member()
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
    await call('tab::status', { session })
    await call('tab::status', { session: 'nobody' }, 'w2').catch(() => undefined)
    const { calls } = await api.relayState()
    expect(calls).toMatchObject([
      {
        by: 'worker w2',
        function: 'status',
        session: sessionId('nobody'),
        outcome: 'failed',
        why: 'There is no session "nobody" in this browser.',
      },
      { by: 'ci bot', function: 'status', session, outcome: 'done' },
    ])
  })

  it('hands calls of the agent’s tools to the session, which asks, and answers with what came of them', async () => {
    const { call, catalogue, store, woken } = await member()
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
    const written = call('tab::write_file', { session, path: 'a.txt', text: '' })
    await expect.poll(() => store.readInbox(session)).toHaveLength(1)
    const [row] = await store.readInbox(session)
    const message = row?.message
    if (message?.type !== 'execute') throw new Error('nothing was handed over')
    expect(message).toMatchObject({ tool: 'write_file', input: '{"content":"","path":"a.txt"}', by: 'ci bot', asks: true })
    expect(woken).toEqual([[session, 'ci bot']])
    const { epoch } = await store.claim(session)
    const ended = { type: 'call.ended', data: { call: message.call, outcome: { type: 'denied', text: 'No.' }, ms: 1 } } as const
    const draft = { ...ended, agent: agentId('main'), trace: traceId('0'.repeat(32)) }
    await store.append(session, epoch, { drafts: [draft], durability: 'relaxed' })
    expect(await written).toEqual({ outcome: 'denied', text: 'No.' })
    await expect(call('tab::execute', { session, tool: 'shell' })).rejects.toMatchObject({ code: 'bad_input' })
    const asks = call('tab::execute', { session, tool: 'ask_person', input: { question: 'Which token?' } })
    await expect(asks).rejects.toMatchObject({ code: 'not_permitted' })
    expect(await store.readInbox(session), 'only the first was handed over').toHaveLength(1)
  })

  it('takes back a call of a tool that had not begun when its caller went away', async () => {
    const { functions, catalogue, store } = await member()
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
    const stop = new AbortController()
    const rest = { caller: 'w1', metadata: undefined, traceparent: undefined, baggage: undefined, signal: stop.signal }
    const run = functions.get('tab::execute') ?? expect.unreachable()
    const executed = Promise.resolve(
      run({ session, tool: 'shell', input: { command: 'make' } }, { functionId: 'x', invocationId: 'i1', ...rest }),
    ).catch((error: unknown) => error)
    await expect.poll(() => store.readInbox(session)).toHaveLength(1)
    stop.abort()
    expect(await executed).toMatchObject({ code: 'aborted' })
    expect(await store.readInbox(session)).toEqual([])
  })

  it('stops nothing where nothing runs', async () => {
    const { call, api, catalogue, store } = await member()
    await api.setRelaySwitch('interrupt', 'on')
    const session = await catalogue.create({ title: 'Mine', project: 'blank', files: [] })
    expect(await call('tab::interrupt', { session })).toEqual({})
    expect(await store.readInbox(session)).toEqual([])
  })

  it('leaves when it is switched off, joins again under another name, and refuses names that are none', async () => {
    const { api, functions, joins } = await member()
    await api.setRelayOn(false)
    expect([functions.size, (await api.relayState()).link]).toEqual([0, { type: 'none' }])
    await api.setRelayOn(true)
    await api.setRelayName('desk')
    expect([...functions.keys()][0]).toBe('desk::list_sessions')
    expect(joins.map(({ name }) => name)).toEqual(['tab', 'tab', 'desk'])
    await expect(api.setRelayName('Desk 1')).rejects.toMatchObject({ failure: { code: 'bad_input' } })
    await expect(api.setRelayName('engine')).rejects.toMatchObject({ failure: { code: 'bad_input' } })
  })
})
