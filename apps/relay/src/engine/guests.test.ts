import { createHmac } from 'node:crypto'
import type { Json, JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startForTest, startUpstream, type RelayUnderTest, type Upstream } from '../relay-under-test'
import { openSocket, openWorker, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
const CANARY = 'canary-credential-0123456789'
let relay: RelayUnderTest
let upstream: Upstream
let bodies: string[] = []
let answer: { status: number; text: string } = { status: 200, text: '' }
let base: string

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      bodies.push(body)
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(answer.text.replace('ECHO', request.headers.authorization ?? ''))
    })
  })
  const place = new URL(upstream.url).host
  relay = await startForTest({
    argv: ['--fetch-host', place],
    env: {
      TABWRIGHT_TOKEN: TOKEN,
      TABWRIGHT_AUTH_FUNCTION: 'gate::who',
      TABWRIGHT_MIDDLEWARE_FUNCTION: 'gate::through',
      ORDERS_TOKEN: CANARY,
      OTHER_TOKEN: 'other-credential-0123',
      UNLISTED_TOKEN: 'unlisted-credential-0',
      TABWRIGHT_HTTP_SECRETS: `ORDERS_TOKEN@${place}, OTHER_TOKEN@other.example`,
    },
  })
  base = `ws://localhost:${relay.port}/worker`
})
afterAll(async () => {
  await relay.stop()
  await upstream.close()
})

const isCall = (functionId: string) => (frame: JsonObject) => frame['type'] === 'invokefunction' && frame['function_id'] === functionId
async function answerOnce(socket: RawSocket, functionId: string, result: Json | undefined): Promise<JsonObject> {
  const call = await socket.next(isCall(functionId))
  socket.send({ type: 'invocationresult', invocation_id: call['invocation_id'] ?? null, ...(result !== undefined && { result }) })
  return call
}
async function register(socket: RawSocket, id: string, more: JsonObject = {}): Promise<void> {
  socket.send({ type: 'registerfunction', id, ...more })
  await socket.settled()
}

describe('a stranger', () => {
  const stranger = () => openSocket(`${base}?shop=7`, { headers: { authorization: 'Bearer of-somebody-else' } })

  it('is nobody while the auth function is not there, or does not answer with an identity', async () => {
    expect(await stranger()).toMatchObject({ status: 401 })
    const gate = await openWorker(base, TOKEN)
    await register(gate, 'gate::who')
    for (const result of ['text', undefined, { function_registration_prefix: 'Not A Prefix' }]) {
      const opened = stranger()
      await answerOnce(gate, 'gate::who', result)
      expect(await opened).toMatchObject({ status: 401 })
    }
    gate.ws.close()
    await gate.closed
  })

  it('may do what the auth function says and no more; names get its prefix, calls go through the middleware', async () => {
    const gate = await openWorker(base, TOKEN)
    for (const id of ['gate::who', 'gate::through', 'open::one', 'secret::one']) await register(gate, id)
    const opened = stranger()
    const asked = await answerOnce(gate, 'gate::who', {
      allowed_functions: ['open::*', 'shop7::*', 'engine::log::info'],
      forbidden_functions: ['engine::log::info'],
      allowed_trigger_types: [],
      allow_function_registration: true,
      function_registration_prefix: 'shop7',
      context: { user: '42' },
    })
    expect(asked['data']).toMatchObject({
      headers: { authorization: 'Bearer of-somebody-else' },
      query_params: { shop: ['7'] },
      ip_address: 'loopback',
    })
    const guest = await opened
    if ('status' in guest) throw new Error(`refused with ${guest.status}`)
    await register(guest, 'hello')
    const called = gate.call('shop7::hello', {})
    await answerOnce(guest, 'hello', 'from the shop')
    expect(await called).toMatchObject({ result: 'from the shop' })
    expect(await guest.call('secret::one')).toMatchObject({ error: { code: 'FORBIDDEN' } })
    expect(await guest.call('engine::log::info', { message: 'x' })).toMatchObject({ error: { code: 'FORBIDDEN' } })
    const through = guest.call('open::one', { n: 1 })
    const call = await answerOnce(gate, 'gate::through', 'instead')
    expect(call['data']).toMatchObject({ function_id: 'open::one', payload: { n: 1 }, context: { user: '42' } })
    expect(await through).toMatchObject({ result: 'instead' })
    gate.send({ type: 'unregisterfunction', id: 'gate::through' })
    await gate.settled()
    expect(await guest.call('open::one')).toMatchObject({ error: { code: 'function_not_found' } })
    guest.ws.close()
    gate.ws.close()
  })
})

describe('a function behind an address', () => {
  const url = () => `${upstream.url}/refund`
  let worker: RawSocket
  beforeAll(async () => {
    worker = await openWorker(base, TOKEN)
  })
  afterAll(() => worker.ws.close())
  const call = async (invocation: JsonObject, data: Json = { n: 1 }) => {
    bodies = []
    await register(worker, 'http::refund', { invocation })
    return worker.call('http::refund', data)
  }

  it('is posted the payload and answers with the body', async () => {
    answer = { status: 200, text: '{"ok":true}' }
    expect(await call({ url: url() })).toMatchObject({ result: { ok: true } })
    expect(bodies).toEqual(['{"n":1}'])
    answer = { status: 204, text: '' }
    expect(await call({ url: url() })).not.toHaveProperty('result')
    answer = { status: 500, text: 'no' }
    expect(await call({ url: url() })).toMatchObject({ error: { code: 'invocation_failed' } })
    answer = { status: 200, text: '<html>' }
    expect(await call({ url: url() })).toMatchObject({ error: { code: 'invocation_failed' } })
  })

  it('[O30] gets a credential that is listed for its host, which no answer gives away', async () => {
    answer = { status: 200, text: '{"saw":"ECHO"}' }
    const echoed = await call({ url: url(), auth: { type: 'bearer', token_key: 'ORDERS_TOKEN' } })
    expect(upstream.seen.at(-1)?.headers.authorization).toBe(`Bearer ${CANARY}`)
    expect(echoed['error']).toBeUndefined()
    expect(JSON.stringify(echoed)).not.toContain(CANARY)
    answer = { status: 200, text: '1' }
    await call({ url: url(), auth: { type: 'hmac', secret_key: 'ORDERS_TOKEN' } })
    expect(upstream.seen.at(-1)?.headers['x-signature-256']).toBe(`sha256=${createHmac('sha256', CANARY).update('{"n":1}').digest('hex')}`)
    expect(relay.logged()).not.toContain(CANARY)
  })

  it('[O32] gets no credential of another host and none that was not listed', async () => {
    const before = upstream.seen.length
    for (const token_key of ['OTHER_TOKEN', 'UNLISTED_TOKEN', 'PATH', 'TABWRIGHT_TOKEN'])
      expect(await call({ url: url(), auth: { type: 'bearer', token_key } })).toMatchObject({ error: { code: 'invocation_failed' } })
    expect(upstream.seen).toHaveLength(before)
  })

  it('[O11] reaches no private address that the operator did not name, and not the relay', async () => {
    const hosts = [
      'http://127.0.0.1:1/',
      'http://169.254.169.254/',
      'http://[::ffff:127.0.0.1]/',
      'https://localhost./',
      `http://localhost:${relay.port}/vault`,
    ]
    for (const one of hosts) expect(await call({ url: one })).toMatchObject({ error: { code: 'invocation_failed' } })
    expect(bodies).toEqual([])
  })

  it('[O14] is called over http and https only, without a name or password in its address', async () => {
    const urls = [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'data:,x',
      'vbscript:x',
      upstream.url.replace('http://', 'http://user:secret-word@'),
    ]
    for (const one of urls) {
      const refused = await call({ url: one })
      expect(refused).toMatchObject({ error: { code: 'invocation_failed' } })
      expect(JSON.stringify(refused)).not.toContain('secret-word')
    }
    expect(bodies).toEqual([])
  })
})

describe('POST /invoke', () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const post = (path: string, body: string, more: Record<string, string> = {}) =>
    relay.send({ method: 'POST', path: `/invoke/${path}`, headers: { ...headers, ...more }, body })

  it('calls a function with JSON and answers with JSON', async () => {
    const owner = await openWorker(base, TOKEN)
    await register(owner, 'curl::x')
    const asked = post('curl::x', '{"n":1}')
    expect((await answerOnce(owner, 'curl::x', { n: 2 }))['data']).toEqual({ n: 1 })
    expect(await asked).toMatchObject({ status: 200, text: '{"n":2}' })
    const failing = post('curl::x', '{}')
    const { invocation_id: id = null } = await owner.next(isCall('curl::x'))
    owner.send({ type: 'invocationresult', invocation_id: id, error: { code: 'no_such_order', message: 'There is no such order.' } })
    const failed = await failing
    expect([failed.status, JSON.parse(failed.text)]).toEqual([
      500,
      { type: 'error', error: { type: 'no_such_order', message: 'There is no such order.' } },
    ])
    owner.ws.close()
  })

  it('hands it to a queue when asked to, and answers with the receipt', async () => {
    const accepted = await post('curl::later?enqueue=jobs', '{"n":1}')
    expect([accepted.status, JSON.parse(accepted.text)]).toEqual([202, { messageReceiptId: expect.any(String) }])
  })

  it('says where nobody was called, and believes no owner that says it', async () => {
    const refused = await post('nobody::there', '{}')
    expect([refused.status, JSON.parse(refused.text).error]).toEqual([
      404,
      { type: 'function_not_found', message: expect.any(String), not_called: true },
    ])
    const owner = await openWorker(base, TOKEN)
    await register(owner, 'curl::liar')
    const asked = post('curl::liar', '{}')
    const { invocation_id: id = null } = await owner.next(isCall('curl::liar'))
    owner.send({ type: 'invocationresult', invocation_id: id, error: { code: 'busy', message: 'It ran.', not_called: true } })
    expect(JSON.parse((await asked).text).error).toEqual({ type: 'busy', message: 'It ran.' })
    owner.ws.close()
  })

  it('says by its status why not', async () => {
    const cases: readonly [string, string, Record<string, string>, number][] = [
      ['nobody::there', '{}', {}, 404],
      ['Not%20a%20name', '{}', {}, 404],
      ['%E0%A4%A', '{}', {}, 404],
      ['nobody::there', '{"a":1,"a":2}', {}, 400],
      ['engine::functions::info', '{}', {}, 400],
      ['nobody::there', '{}', { authorization: 'Bearer wrong-wrong' }, 401],
      ['nobody::there', '{}', { origin: 'https://evil.example' }, 403],
      ['nobody::there', '{}', { 'content-type': 'text/plain' }, 415],
      ['nobody::there', JSON.stringify('x'.repeat(1024 * 1024)), {}, 413],
    ]
    for (const [path, body, more, status] of cases) expect([path, (await post(path, body, more)).status]).toEqual([path, status])
  })
})
