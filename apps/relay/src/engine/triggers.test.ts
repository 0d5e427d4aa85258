import { getEventListeners } from 'node:events'
import { pino } from 'pino'
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { runTokenCommand } from '../cli/token-command'
import { EngineError, type Binding, type Service, type StoredBinding, type TriggerStore } from './built-in'
import { createHub, type EngineOptions } from './engine'
import { DEFAULT_IDENTITY, type Identity } from './identity'
import { TelemetryStore } from '../telemetry/telemetry-store'
import { openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
let relay: RelayUnderTest
let desk: string
beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
  desk = runTokenCommand(['add', 'desk', '--bind', 'ide::*', '--data', relay.data], {}).out.trim()
})
afterAll(() => relay.stop())

const worker = (token = TOKEN) => openWorker(`ws://localhost:${relay.port}/worker`, token)
const bind = (socket: RawSocket, id: string, more: JsonObject = {}) =>
  socket.send({ type: 'registertrigger', id, trigger_type: 'ide::saved', function_id: 'desk::on-saved', config: { glob: '*' }, ...more })
const settle = (...sockets: readonly RawSocket[]) => Promise.all(sockets.map((one) => one.settled()))

describe('a binding', () => {
  it('waits without a word for a provider, is parked again when it goes, and comes with the same id to the next', async () => {
    const binder = await worker()
    bind(binder, 'b-1', { metadata: { v: 1 } })
    await binder.settled()
    expect(binder.frames.map((one) => one['type'])).toEqual(['workerregistered', 'pong'])
    const expected = { id: 'b-1', trigger_type: 'ide::saved', function_id: 'desk::on-saved', config: { glob: '*' }, metadata: { v: 1 } }
    for (let n = 0; n < 2; n++) {
      const provider = await worker()
      provider.send({ type: 'registertriggertype', id: 'ide::saved' })
      expect(await provider.ofType('registertrigger')).toMatchObject(expected)
      provider.ws.close()
      await provider.closed
    }
    const third = await worker()
    third.send({ type: 'registertriggertype', id: 'ide::saved' })
    await third.ofType('registertrigger')
    binder.ws.close()
    expect(await third.ofType('unregistertrigger')).toMatchObject({ id: 'b-1', trigger_type: 'ide::saved' })
    third.ws.close()
    await third.closed
  })

  it('that its provider refuses is gone, and its binder reads why; the word of another worker counts for nothing', async () => {
    const [binder, provider, liar] = [await worker(), await worker(), await worker()]
    provider.send({ type: 'registertriggertype', id: 'ide::saved' })
    await provider.settled()
    bind(binder, 'b-2')
    await provider.ofType('registertrigger')
    const error = { code: 'trigger_registration_failed', message: 'bad glob' }
    liar.send({ type: 'triggerregistrationresult', id: 'b-2', error: { code: 'x', message: 'forged' } })
    await liar.settled()
    provider.send({ type: 'triggerregistrationresult', id: 'b-2', trigger_type: 'ide::saved', error })
    expect(await binder.ofType('triggerregistrationresult')).toMatchObject({ id: 'b-2', error })
    const listed = await binder.call('engine::registered-triggers::list', { trigger_type: 'ide::saved' })
    expect(listed['result']).toEqual({ registered_triggers: [] })
    for (const socket of [binder, provider, liar]) socket.ws.close()
    await provider.closed
  })

  it('of another worker’s id is refused, and only its binder takes it back', async () => {
    const [binder, other, provider] = [await worker(), await worker(), await worker()]
    bind(binder, 'b-3')
    await binder.settled()
    bind(other, 'b-3', { function_id: 'desk::other' })
    expect(await other.ofType('triggerregistrationresult')).toMatchObject({ id: 'b-3', error: { code: 'trigger_registration_failed' } })
    other.send({ type: 'unregistertrigger', id: 'b-3' })
    await other.settled()
    provider.send({ type: 'registertriggertype', id: 'ide::saved' })
    expect(await provider.ofType('registertrigger')).toMatchObject({ id: 'b-3', function_id: 'desk::on-saved' })
    binder.send({ type: 'unregistertrigger', id: 'b-3' })
    expect(await provider.ofType('unregistertrigger')).toMatchObject({ id: 'b-3' })
    for (const socket of [binder, other, provider]) socket.ws.close()
    await provider.closed
  })

  it('needs the right to bind and the right to call, and lends its provider the call of that one function', async () => {
    const [binder, owner] = [await worker(desk), await worker(desk)]
    bind(binder, 'b-4', { trigger_type: 'http' })
    expect(await binder.ofType('triggerregistrationresult')).toMatchObject({ id: 'b-4', error: { code: 'FORBIDDEN' } })
    bind(binder, 'b-5', { function_id: 'orders::refund' })
    expect(await binder.ofType('triggerregistrationresult')).toMatchObject({ id: 'b-5', error: { code: 'FORBIDDEN' } })
    owner.send({ type: 'registerfunction', id: 'desk::on-saved' })
    await owner.settled()
    const forbidden = await owner.call('desk::on-saved')
    expect(forbidden).toMatchObject({ error: { code: 'FORBIDDEN' } })
    binder.ws.close()
    owner.ws.close()
  })

  it('of a kind that the relay has fires for functions of one’s own without a grant to call them, and for nobody else’s', async () => {
    const token = runTokenCommand(['add', 'clock', '--bind', '*', '--call', 'state::*', '--data', relay.data], {}).out.trim()
    const mine = await worker(token)
    for (const id of ['clock::tick', 'clock::changed', 'clock::published', 'clock::seen', 'clock::holds'])
      mine.send({ type: 'registerfunction', id })
    mine.ws.on('message', (bytes: Buffer) => {
      const { type, invocation_id: id = null } = JSON.parse(bytes.toString('utf8'))
      if (type === 'invokefunction') mine.send({ type: 'invocationresult', invocation_id: id, result: true })
    })
    bind(mine, 'o-1', { trigger_type: 'cron', function_id: 'clock::tick', config: { expression: '* * * * * *' } })
    bind(mine, 'o-2', {
      trigger_type: 'state',
      function_id: 'clock::changed',
      config: { scope: 's', condition_function_id: 'clock::holds' },
    })
    bind(mine, 'o-3', { trigger_type: 'durable:subscriber', function_id: 'clock::published', config: { topic: 'news' } })
    bind(mine, 'o-4', { trigger_type: 'engine::functions-available', function_id: 'clock::seen', config: {} })
    bind(mine, 'o-5', { trigger_type: 'cron', function_id: 'orders::refund', config: { expression: '* * * * * *' } })
    expect(await mine.ofType('triggerregistrationresult')).toMatchObject({ id: 'o-5', error: { code: 'FORBIDDEN' } })
    const other = await worker()
    await other.call('state::set', { scope: 's', key: 'k', value: 1 })
    other.send({ type: 'registerfunction', id: 'orders::refund' })
    await other.call('iii::durable::publish', { topic: 'news', data: 'hello' })
    for (const id of ['clock::tick', 'clock::changed', 'clock::published', 'clock::seen'])
      await mine.next((one) => one['function_id'] === id)
    expect(mine.frames.filter((one) => one['type'] === 'triggerregistrationresult')).toHaveLength(1)
    expect(await mine.call('clock::tick'), 'by itself it still may not').toMatchObject({ error: { code: 'FORBIDDEN' } })
    mine.ws.close()
    other.ws.close()
  })

  it('to a type of another identity is not taken over by a second provider', async () => {
    const [first, thief] = [await worker(), await worker(desk)]
    first.send({ type: 'registertriggertype', id: 'ide::saved' })
    await first.settled()
    thief.send({ type: 'registertriggertype', id: 'ide::saved' })
    expect(await thief.ofType('triggerregistrationresult')).toMatchObject({ trigger_type: 'ide::saved', error: { code: 'FORBIDDEN' } })
    const types = await first.call('engine::triggers::list', { prefix: 'ide::' })
    expect(types['result']).toMatchObject({ triggers: [{ id: 'ide::saved' }] })
    first.send({ type: 'unregistertriggertype', id: 'ide::saved' })
    await settle(first, thief)
    expect((await first.call('engine::triggers::list', { prefix: 'ide::' }))['result']).toEqual({ triggers: [] })
    first.ws.close()
    thief.ws.close()
  })

  it('to workers-available tells who came and who went', async () => {
    const watcher = await worker()
    watcher.send({ type: 'registerfunction', id: 'watch::workers' })
    watcher.send({ type: 'registertrigger', id: randomUUID(), trigger_type: 'engine::workers-available', function_id: 'watch::workers' })
    await watcher.settled()
    const other = await worker()
    const { worker_id: id = null } = await other.ofType('workerregistered')
    const about = (event: string) => (frame: JsonObject) => {
      const data = frame['data']
      return frame['type'] === 'invokefunction' && JSON.stringify(data).includes(event) && JSON.stringify(data).includes(JSON.stringify(id))
    }
    await watcher.next(about('worker_connected'))
    await other.call('engine::workers::register', { name: 'new\u202Ename\n' })
    await watcher.next(about('worker_metadata_updated'))
    const listed = await watcher.call('engine::workers::list', { search: 'name' })
    expect(JSON.stringify(listed['result'])).toContain('new\\\\u{202E}name')
    other.ws.close()
    await watcher.next(about('worker_disconnected'))
    watcher.ws.close()
  })
})

describe('what is built in', () => {
  const bound: Binding[] = []
  const unbound: string[] = []
  const service: Service = {
    functions: [
      {
        id: 'clock::now',
        description: 'the time',
        run: async (data, { as, depth, signal }) => ({ by: as.id, depth, aborted: signal.aborted, ...(data !== undefined && { data }) }),
      },
      { id: 'clock::broken', description: 'fails', run: () => Promise.reject(new Error('secret detail')) },
      { id: 'clock::odd', description: 'refuses', run: () => Promise.reject(new EngineError('out_of_time', 'There is no time left.')) },
    ],
    triggerTypes: [
      {
        type: 'tick',
        description: 'ticks',
        bind: async (binding) => {
          const { config } = binding
          if (JSON.stringify(config) === '{"every":0}') throw new EngineError('trigger_registration_failed', 'every is above 0')
          bound.push(binding)
        },
        unbind: async (id) => void unbound.push(id),
      },
    ],
    close: async () => undefined,
  }
  const kept: StoredBinding[] = []
  const store: TriggerStore = {
    put: async (binding) => void kept.push(binding),
    remove: async (id) => {
      const at = kept.findIndex((one) => one.id === id)
      if (at >= 0) kept.splice(at, 1)
      return at >= 0
    },
    list: async () => [...kept],
  }
  const logged: string[] = []
  const options: EngineOptions = {
    limits: LIMITS.engine,
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    identity: (id) => (id === 'default' ? DEFAULT_IDENTITY : undefined),
    prefixOwner: () => undefined,
    http: { rules: () => ({ named: new Set(), own: new Set(), providers: new Set() }), secrets: new Map() },
    bindings: store,
    telemetry: new TelemetryStore(),
    services: () => [service],
  }
  const call = (hub: ReturnType<typeof createHub>, functionId: string, data?: Json, as: Identity = DEFAULT_IDENTITY) =>
    hub.engine.invoke(functionId, data, { as, trace: {}, depth: 2 })

  it('a signal that outlives its calls is not listened to by those that are over', async () => {
    const hub = createHub(options)
    const { signal } = new AbortController()
    await hub.engine.invoke('clock::now', {}, { as: DEFAULT_IDENTITY, trace: {}, depth: 0, signal })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await hub.close(0)
  })

  it('is called like everything else; a fault of the relay is told without its details, which are in the log', async () => {
    const hub = createHub(options)
    expect(await call(hub, 'clock::now', { n: 1 })).toEqual({ by: 'default', depth: 2, aborted: false, data: { n: 1 } })
    await expect(call(hub, 'clock::odd')).rejects.toMatchObject({ code: 'out_of_time', message: 'There is no time left.' })
    const thrown = await call(hub, 'clock::broken').catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'invocation_error' })
    expect(String(thrown)).not.toContain('secret detail')
    expect(logged.join('')).toContain('secret detail')
    expect([hub.engine.presence('clock::now'), hub.engine.presence('nobody::there')]).toEqual(['live', 'unknown'])
    await hub.close(0)
  })

  it('keeps none of a stranger without a prefix, who never comes back as the same', async () => {
    const hub = createHub(options)
    const wish = { trigger_type: 'tick', function_id: 'x::y', config: { every: 5 } }
    const stranger = { ...DEFAULT_IDENTITY, id: 'guest:1', epoch: 'e' }
    await expect(call(hub, 'engine::register_trigger', wish, stranger)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect([kept, bound.splice(0)]).toEqual([[], []])
    const ofPrefix = { ...DEFAULT_IDENTITY, id: 'guest:shop' }
    const made = await call(hub, 'engine::register_trigger', wish, ofPrefix)
    expect(await call(hub, 'engine::unregister_trigger', made, ofPrefix)).toEqual({ removed: true })
    expect(bound.splice(0)).toHaveLength(1)
    await hub.close(0)
  })

  it('keeps a durable binding over a restart, until it is unbound', async () => {
    const hub = createHub(options)
    const made = await call(hub, 'engine::register_trigger', { trigger_type: 'tick', function_id: 'x::y', config: { every: 5 } })
    await expect(
      call(hub, 'engine::register_trigger', { trigger_type: 'tick', function_id: 'x::y', config: { every: 0 } }),
    ).rejects.toThrow('above 0')
    expect(kept).toHaveLength(1)
    await hub.close(0)
    const next = createHub(options)
    await next.start()
    expect(bound.map(({ id, config, worker: holder }) => ({ id, config, holder }))).toEqual(
      Array.from({ length: 2 }, () => ({ id: kept[0]?.id, config: { every: 5 }, holder: undefined })),
    )
    expect(await call(next, 'engine::unregister_trigger', made)).toEqual({ removed: true })
    expect(await call(next, 'engine::unregister_trigger', made)).toEqual({ removed: false })
    expect(kept).toEqual([])
    await until(() => expect(unbound).toContain(bound[0]?.id))
    await next.close(0)
  })
})
