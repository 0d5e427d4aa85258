import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { runTokenCommand } from '../cli/token-command'
import { openSocket, openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
// Short ones, so that waiting is possible; the sizes are the real ones.
const ENGINE = { ...LIMITS.engine, graceMs: 300, tokenPollMs: 100, calls: { tab: 4, worker: 20 } }

let relay: RelayUnderTest
let base: string
let billing: string
let orders: string
beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: ENGINE, failedLogins: 50 } })
  base = `ws://localhost:${relay.port}/worker`
  const grant = (...argv: string[]) => runTokenCommand(['add', ...argv, '--data', relay.data], {}).out.trim()
  billing = grant('billing', '--call', 'orders::*', '--bind', 'orders::*')
  orders = grant('orders', '--call', 'orders::*', '--provide', 'orders::*')
})
afterAll(() => relay.stop())

const worker = (token = TOKEN) => openWorker(base, token)
const result = (id: Json | undefined, more: JsonObject) => ({ type: 'invocationresult', invocation_id: id ?? null, ...more })
const isCall = (functionId: string) => (frame: JsonObject) => frame['type'] === 'invokefunction' && frame['function_id'] === functionId

async function register(socket: RawSocket, id: string, more: JsonObject = {}): Promise<void> {
  socket.send({ type: 'registerfunction', id, ...more })
  await socket.settled()
}

describe('a socket', () => {
  it('[O01] [O02] with a foreign origin is refused before the handshake, with a good credential as with a bad one', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1', `https://localhost:${relay.port}`]) {
      const good = await openSocket(base, { headers: { authorization: `Bearer ${TOKEN}`, origin } })
      const bad = await openSocket(base, { headers: { authorization: 'Bearer wrong-wrong', origin } })
      expect(good).toMatchObject({ status: 403 })
      expect(bad).toEqual(good)
    }
  })

  it('[O03] under a foreign host is refused with an empty body', async () => {
    for (const host of [`attacker.example:${relay.port}`, `127.evil.com:${relay.port}`, 'localhost']) {
      expect(await openSocket(base, { headers: { authorization: `Bearer ${TOKEN}`, host } })).toEqual({ status: 421, body: '' })
    }
  })

  it('[O05] with a credential in the address is refused, and the credential is in no log', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    for (const url of [`${base}?token=${billing}`, `${base}/${billing}`, `${base}?x=${TOKEN}`, `${base}?token=x`])
      expect(await openSocket(url, { headers })).toMatchObject({ status: 400 })
    expect(await openSocket(base, { headers: { cookie: `token=${TOKEN}` } })).toMatchObject({ status: 401 })
    expect(relay.logged()).not.toContain(billing)
    expect(relay.logged()).not.toContain(TOKEN)
  })

  it('without or with a wrong bearer is refused with 401 at the upgrade', async () => {
    expect(await openSocket(base)).toMatchObject({ status: 401 })
    expect(await openSocket(base, { headers: { authorization: 'Bearer wrong-wrong' } })).toMatchObject({ status: 401 })
  })

  it('of a page comes in with a ticket, which is good once and for half a minute', async () => {
    const bearer = await relay.pair()
    const ask = async (authorization: string) => {
      const headers = { authorization, origin: relay.url, 'content-type': 'application/json' }
      return relay.send({ method: 'POST', path: '/session', headers, body: '{"for":"worker"}' })
    }
    const { ticket, expiresAt }: { ticket: string; expiresAt: number } = JSON.parse((await ask(`Bearer ${bearer}`)).text)
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(30_000)
    const opened = await openSocket(`${base}/${ticket}`, { origin: relay.url })
    if ('status' in opened) throw new Error(`refused with ${opened.status}`)
    await opened.ofType('workerregistered')
    expect(await openSocket(`${base}/${ticket}`, { origin: relay.url })).toMatchObject({ status: 401 })
    expect((await ask('Bearer wrong-wrong')).status).toBe(401)
    expect(relay.logged()).not.toContain(ticket)
    opened.ws.close()
  })

  it('that is none of the relay’s addresses finds nothing', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    for (const path of ['/', '/vault', '/worker/otel/x', '/workers', '/worker/ws/channels/x'])
      expect(await openSocket(`ws://localhost:${relay.port}${path}`, { headers })).toMatchObject({ status: expect.any(Number) })
  })
})

describe('identity', () => {
  it('[O07] what a frame says about role, scopes or another worker changes nothing', async () => {
    const victim = await worker(orders)
    await register(victim, 'orders::refund')
    const { worker_id: id = null } = await victim.ofType('workerregistered')
    const attacker = await worker(billing)
    const claim = { role: 'admin', scopes: ['admin'], identity: 'default', worker_id: id }
    attacker.send({ type: 'reattach', previous_worker_id: id, reattach_token: 'guess', ...claim })
    await attacker.call('engine::workers::register', { name: 'orders', ...claim })
    await register(attacker, 'orders::refund', claim)
    expect(await attacker.ofType('registrationrejected')).toMatchObject({ code: 'FORBIDDEN', function_id: 'orders::refund' })
    const answer = await attacker.call('engine::functions::info', { function_id: 'engine::log::info' }, claim)
    expect(answer['error']).toBeUndefined()
    expect(await attacker.call('secret::thing', {}, claim)).toMatchObject({ error: { code: 'FORBIDDEN' } })
    victim.ws.close()
    attacker.ws.close()
  })

  it('a token opens functions and nothing else of the relay', async () => {
    const headers = { authorization: `Bearer ${billing}`, 'content-type': 'application/json' }
    for (const [method, path] of [
      ['GET', '/vault'],
      ['GET', '/mirror'],
      ['GET', '/v1/models'],
      ['POST', '/fetch'],
      ['POST', '/session'],
    ] as const)
      expect([path, (await relay.send({ method, path, headers, ...(method === 'POST' && { body: '{}' }) })).status]).toEqual([path, 403])
  })

  it('lists hold only what the caller may call', async () => {
    const one = await worker()
    await register(one, 'secret::thing')
    await register(one, 'shown::thing')
    const other = await worker(billing)
    const { result: seen } = await other.call('engine::functions::list', {})
    expect(JSON.stringify(seen)).not.toContain('::thing')
    expect(await other.call('engine::functions::info', { function_id: 'secret::thing' })).toMatchObject({ error: { code: 'NOT_FOUND' } })
    expect(JSON.stringify((await one.call('engine::functions::list', {}))['result'])).toContain('secret::thing')
    // By the token, whatever a worker calls itself.
    expect(await one.call('engine::functions::info', { function_id: 'shown::thing' })).toMatchObject({ result: { identity: 'default' } })
    expect(await one.call('engine::functions::info', { function_id: 'state::get' })).toMatchObject({ result: { identity: 'relay' } })
    one.ws.close()
    other.ws.close()
  })

  it('[O06] a flood of wrong bearers and tickets is slowed down for its address, loopback too, and one that is known still gets in', async () => {
    const other = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
    const at = `ws://localhost:${other.port}/worker`
    const token = runTokenCommand(['add', 'steady', '--data', other.data], {}).out.trim()
    const seen: number[] = []
    for (let n = 0; n < 20; n++) {
      const tried = await (n % 2 === 0
        ? openSocket(at, { headers: { authorization: `Bearer wrong-wrong-${n}`, 'x-device-token': 'y' } })
        : openSocket(`${at}/${'wrong-ticket-'.repeat(3)}${n}`))
      seen.push('status' in tried ? tried.status : 0)
    }
    expect(seen.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
    expect(seen.slice(-9)).toEqual(Array.from({ length: 9 }, () => 429))
    const known = await openWorker(at, token)
    known.ws.close()
    await other.stop()
  })

  it('revoking a token closes its sockets, and its name is free again', async () => {
    const args = ['--data', relay.data]
    const token = runTokenCommand(['add', 'brief', ...args], {}).out.trim()
    const socket = await worker(token)
    await register(socket, 'brief::x')
    expect(runTokenCommand(['revoke', 'brief', ...args], {}).code).toBe(0)
    expect(await socket.closed).toBe(1008)
    expect(await openSocket(base, { headers: { authorization: `Bearer ${token}` } })).toMatchObject({ status: 401 })
    const next = await worker(runTokenCommand(['add', 'brief', ...args], {}).out.trim())
    await register(next, 'brief::x')
    expect(next.frames.filter((frame) => frame['type'] === 'registrationrejected')).toEqual([])
    next.ws.close()
  })
})

describe('registration', () => {
  it('[O10] of a name that is none, or somebody else’s, is refused by code and id, and what is there stays', async () => {
    const owner = await worker(orders)
    await register(owner, 'orders::refund')
    const attacker = await worker()
    const names = [
      '__proto__',
      'constructor',
      'a::__proto__',
      'x'.repeat(65),
      'new\nline',
      'оrders::x',
      'Orders::x',
      'a::',
      '::a',
      'a b',
      'engine::x',
      'engine::workers::list',
    ]
    for (const id of names) {
      attacker.send({ type: 'registerfunction', id })
      const rejected = await attacker.ofType('registrationrejected')
      expect(rejected).toMatchObject({ function_id: id, code: expect.stringMatching(/invalid_name|FORBIDDEN/) })
    }
    for (const id of ['orders::refund', 'orders::other', 'tab::x', 'tab-2::x', 'tab-wake::x', 'mcp::docs::x']) {
      attacker.send({ type: 'registerfunction', id })
      expect(await attacker.ofType('registrationrejected')).toMatchObject({ function_id: id, code: 'FORBIDDEN' })
    }
    attacker.send({ type: 'unregisterfunction', id: 'orders::refund' })
    const asked = attacker.call('orders::refund', { n: 1 })
    const call = await owner.next(isCall('orders::refund'))
    owner.send(result(call['invocation_id'], { result: 'still mine' }))
    expect(await asked).toMatchObject({ result: 'still mine' })
    attacker.ws.close()
    owner.ws.close()
  })

  it('a second owner waits, and takes over when the first goes; the going of the second takes nothing away', async () => {
    const [first, second, caller] = [await worker(), await worker(), await worker()]
    await register(first, 'roll::x')
    await register(second, 'roll::x')
    const answered = async (by: RawSocket) => {
      const asked = caller.call('roll::x')
      by.send(result((await by.next(isCall('roll::x')))['invocation_id'], { result: 1 }))
      expect(await asked).toMatchObject({ result: 1 })
    }
    await answered(first)
    first.ws.close()
    await first.closed
    await until(async () => expect(JSON.stringify((await caller.call('engine::functions::list', {}))['result'])).toContain('roll::x'))
    await answered(second)
    second.ws.close()
    await second.closed
    await until(async () => expect(await caller.call('roll::x')).toMatchObject({ error: { code: 'function_not_found' } }))
    caller.ws.close()
  })

  it('replicas share the work', async () => {
    const [one, two, caller] = [await worker(), await worker(), await worker()]
    for (const socket of [one, two]) await register(socket, 'many::x', { metadata: { replicas: true } })
    const asked = [caller.call('many::x'), caller.call('many::x')]
    for (const socket of [one, two]) socket.send(result((await socket.next(isCall('many::x')))['invocation_id'], { result: 'ok' }))
    expect(await Promise.all(asked)).toMatchObject([{ result: 'ok' }, { result: 'ok' }])
    for (const socket of [one, two, caller]) socket.ws.close()
  })

  it('500 functions are taken from one worker, not one more', async () => {
    const socket = await worker()
    for (let n = 0; n <= 500; n++) socket.send({ type: 'registerfunction', id: `lots::f${n}` })
    expect(await socket.ofType('registrationrejected')).toMatchObject({ code: 'too_many', function_id: 'lots::f500' })
    socket.ws.close()
  })
})

describe('a call', () => {
  it('reaches its owner under the same id, with the caller’s own id and no claim about it', async () => {
    const [owner, caller] = [await worker(), await worker()]
    await register(owner, 'same::id')
    const own = (await caller.ofType('workerregistered'))['worker_id']
    const id = randomUUID()
    const texts = [
      `{"type":"invokefunction","invocation_id":"${id}","function_id":"same::id","data":{"_caller_worker_id":"somebody","a":1}}`,
      `{"type":"invokefunction","invocation_id":"${randomUUID()}","function_id":"same::id","data":{"a":1},"result":{"_caller_worker_id":"somebody"}}`,
      `{"type":"invokefunction","invocation_id":"${randomUUID()}","function_id":"same::id","d\\u0061ta":{"\\u005fcaller_worker_id":"somebody","a":1}}`,
      `{"type":"invokefunction","invocation_id":"${randomUUID()}","function_id":"same::id","data":{}}`,
    ]
    for (const text of texts) {
      caller.send(text)
      const call = await owner.next(isCall('same::id'))
      if (text === texts[0]) expect(call['invocation_id']).toBe(id)
      expect(call['data']).toEqual(text === texts[3] ? { _caller_worker_id: own } : { _caller_worker_id: own, a: 1 })
    }
    owner.ws.close()
    caller.ws.close()
  })

  it('is answered by the worker that was asked, once, and by nobody else', async () => {
    const [owner, thief, caller] = [await worker(), await worker(), await worker()]
    await register(owner, 'safe::x')
    const asked = caller.call('safe::x')
    const { invocation_id: id } = await owner.next(isCall('safe::x'))
    thief.send(result(id, { result: 'stolen' }))
    caller.send(result(id, { result: 'forged' }))
    await Promise.all([thief.settled(), caller.settled()])
    owner.send(result(id, { result: 'first' }))
    owner.send(result(id, { result: 'second' }))
    expect(await asked).toMatchObject({ result: 'first' })
    await owner.settled()
    await caller.settled()
    expect(caller.frames.filter((frame) => frame['invocation_id'] === id)).toHaveLength(1)
    for (const socket of [owner, thief, caller]) socket.ws.close()
  })

  it('that is sent twice runs once, and its answer is given again', async () => {
    const [owner, caller] = [await worker(), await worker()]
    await register(owner, 'twice::x')
    const id = randomUUID()
    const frame = { type: 'invokefunction', invocation_id: id, function_id: 'twice::x', data: {} }
    caller.send(frame)
    caller.send(frame)
    await owner.next(isCall('twice::x'))
    owner.send(result(id, { result: 7 }))
    await caller.ofType('invocationresult')
    caller.send(frame)
    expect(await caller.ofType('invocationresult')).toMatchObject({ result: 7 })
    await owner.settled()
    expect(owner.frames.filter(isCall('twice::x'))).toHaveLength(1)
    owner.ws.close()
    caller.ws.close()
  })

  it('with the id of somebody else’s call in flight is refused and changes nothing', async () => {
    const [owner, caller, other] = [await worker(), await worker(), await worker()]
    await register(owner, 'clash::x')
    const id = randomUUID()
    caller.send({ type: 'invokefunction', invocation_id: id, function_id: 'clash::x' })
    await owner.next(isCall('clash::x'))
    other.send({ type: 'invokefunction', invocation_id: id, function_id: 'clash::x' })
    expect(await other.ofType('invocationresult')).toMatchObject({ error: { code: 'invocation_error' } })
    owner.send(result(id, { result: 1 }))
    expect(await caller.ofType('invocationresult')).toMatchObject({ result: 1 })
    for (const socket of [owner, caller, other]) socket.ws.close()
  })

  it('ends at its deadline, and when it is called off, and its owner is told', async () => {
    const [owner, caller, other] = [await worker(), await worker(), await worker()]
    await register(owner, 'slow::x')
    const late = caller.call('slow::x', {}, { timeout_ms: 50 })
    const told = await owner.ofType('cancelinvocation')
    expect(told).toMatchObject({ reason: 'deadline' })
    expect(await late).toMatchObject({ error: { code: 'TIMEOUT' } })
    const off = caller.call('slow::x', { n: 2 })
    const { invocation_id: id = null } = await owner.next(
      (frame) => isCall('slow::x')(frame) && JSON.stringify(frame['data']).includes('"n":2'),
    )
    expect(await other.call('engine::invocations::cancel', { invocation_id: id })).toMatchObject({ result: { cancelled: false } })
    expect(await caller.call('engine::invocations::cancel', { invocation_id: id })).toMatchObject({ result: { cancelled: true } })
    expect(await off).toMatchObject({ error: { code: 'invocation_cancelled' } })
    expect(await owner.ofType('cancelinvocation')).toMatchObject({ reason: 'cancelled', invocation_id: id })
    for (const socket of [owner, caller, other]) socket.ws.close()
  })

  it('of an owner whose socket broke ends after the grace, and one of a caller that is gone is called off', async () => {
    const [owner, caller] = [await worker(), await worker()]
    await register(owner, 'broken::x')
    const asked = caller.call('broken::x')
    await owner.next(isCall('broken::x'))
    owner.ws.terminate()
    expect(await asked).toMatchObject({ error: { code: 'invocation_stopped' } })
    const next = await worker()
    await register(next, 'broken::x')
    caller.send({ type: 'invokefunction', invocation_id: randomUUID(), function_id: 'broken::x' })
    await next.next(isCall('broken::x'))
    caller.ws.terminate()
    expect(await next.ofType('cancelinvocation')).toMatchObject({ reason: 'caller_gone' })
    next.ws.close()
  })

  it('is refused as busy beyond what one connection may wait for', async () => {
    const [owner, caller] = [await worker(), await worker()]
    await register(owner, 'full::x')
    const asked = Array.from({ length: ENGINE.calls.worker + 1 }, () => caller.call('full::x'))
    expect(await asked.at(-1)).toMatchObject({ error: { code: 'busy' } })
    owner.ws.close()
    caller.ws.close()
  })

  it('of another namespace, of nobody, of the relay’s own with bad fields: each has its code', async () => {
    const caller = await worker()
    expect(await caller.call('a::b', {}, { namespace: 'other' })).toMatchObject({ error: { code: 'INVALID_NAMESPACE' } })
    expect(await caller.call('nobody::there')).toMatchObject({ error: { code: 'function_not_found' } })
    expect(await caller.call('engine::functions::info', { function_id: 7 })).toMatchObject({ error: { code: 'deserialization_error' } })
    expect(await caller.call('engine::functions::list', 'text')).toMatchObject({ error: { code: 'deserialization_error' } })
    caller.ws.close()
  })

  it('carries trace context and metadata to its owner, and the depth of triggers ends at 8', async () => {
    const [owner, caller] = [await worker(), await worker()]
    await register(owner, 'trace::x')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const asked = caller.call('trace::x', {}, { traceparent, baggage: 'user=1', metadata: { session: 's1' } })
    const call = await owner.next(isCall('trace::x'))
    expect(call).toMatchObject({ baggage: 'user=1', metadata: { session: 's1' } })
    expect(call['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/)
    owner.send(result(call['invocation_id'], { result: 1 }))
    expect(await asked).toMatchObject({ result: 1, traceparent })
    expect(await caller.call('trace::x', {}, { baggage: 'user=1,tabwright.depth=9' })).toMatchObject({ error: { code: 'too_deep' } })
    owner.ws.close()
    caller.ws.close()
  })
})
