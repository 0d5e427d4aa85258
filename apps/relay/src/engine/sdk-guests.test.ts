import { randomBytes } from 'node:crypto'
import * as sdk0221 from 'iii-sdk'
import * as sdk0220 from 'iii-sdk-0220'
import type { ChannelReader, ChannelWriter } from 'iii-sdk/channel'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startForTest, startUpstream, type RelayUnderTest, type Upstream } from '../relay-under-test'
import { until } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
const CREDENTIAL = 'orders-credential-0123456789'
const VERSIONS = [
  { version: '0.22.1', sdk: sdk0221, name: 'v1' },
  { version: '0.22.0', sdk: sdk0220, name: 'v0' },
] as const

/** What a handler behind an http entry is given beside the request. */
interface Streamed {
  readonly request_body: ChannelReader
  readonly response: ChannelWriter
}

let relay: RelayUnderTest
let upstream: Upstream
const posted: string[] = []
beforeAll(async () => {
  vi.spyOn(console, 'debug').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  upstream = await startUpstream((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      posted.push(`${request.method} ${request.headers.authorization} ${body}`)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"refunded":true}')
    })
  })
  const { host } = new URL(upstream.url)
  relay = await startForTest({
    argv: ['--fetch-host', host],
    env: {
      TABWRIGHT_TOKEN: TOKEN,
      TABWRIGHT_AUTH_FUNCTION: 'gate::who',
      TABWRIGHT_MIDDLEWARE_FUNCTION: 'gate::through',
      ORDERS_TOKEN: CREDENTIAL,
      TABWRIGHT_HTTP_SECRETS: `ORDERS_TOKEN@${host}`,
    },
  })
})
afterAll(async () => {
  await relay.stop()
  await upstream.close()
})

describe.each(VERSIONS)('iii-sdk $version, unchanged, among others', ({ sdk, name }) => {
  const open: sdk0221.IIIClient[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.shutdown()))
  })
  const worker = (workerName: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): sdk0221.IIIClient => {
    const options = {
      workerName,
      headers,
      otel: { enabled: false },
      enableMetricsReporting: false,
      reconnectionConfig: { initialDelayMs: 50 },
    }
    const client = sdk.registerWorker(`ws://localhost:${relay.port}/worker`, options) as sdk0221.IIIClient
    open.push(client)
    return client
  }
  const call = (client: sdk0221.IIIClient, id: string, payload: object = {}): Promise<unknown> =>
    client.trigger({ function_id: id, payload })

  it('a handler of workers-available hears who came, said a name and went', async () => {
    const watcher = worker('watcher')
    const seen: { event: string; worker_id: string }[] = []
    watcher.registerFunction(`${name}::on-workers`, async (input: { event: string; worker_id: string }) => void seen.push(input))
    watcher.registerTrigger({ type: 'engine::workers-available', function_id: `${name}::on-workers`, config: {} })
    // A binding has no answer: one who came and went is heard of once it holds.
    await until(async () => {
      const passing = worker('passing')
      await call(passing, 'engine::workers::list')
      await passing.shutdown()
      expect(seen.some(({ event }) => event === 'worker_disconnected')).toBe(true)
    })
    const other = worker('other')
    let id: string | undefined
    await until(async () => {
      const { workers } = (await call(watcher, 'engine::workers::list')) as { workers: { id: string; name: string }[] }
      id = workers.find((one) => one.name === 'other')?.id
      expect(id).toBeDefined()
    })
    await until(() => expect(eventsOf()).toEqual(expect.arrayContaining(['worker_connected', 'worker_metadata_updated'])))
    await other.shutdown()
    await until(() => expect(eventsOf().at(-1)).toBe('worker_disconnected'))
    function eventsOf(): string[] {
      return seen.filter(({ worker_id }) => worker_id === id).map(({ event }) => event)
    }
  })

  it('a function behind an address is posted to with the credential that the operator listed, and goes when it is taken back', async () => {
    const owner = worker('owner')
    const refund = owner.registerFunction(`${name}::refund`, {
      url: `${upstream.url}/refund`,
      method: 'POST',
      timeout_ms: 10_000,
      auth: { type: 'bearer', token_key: 'ORDERS_TOKEN' },
    })
    const caller = worker('caller')
    await until(async () => expect(await call(caller, `${name}::refund`, { id: name })).toEqual({ refunded: true }))
    expect(posted.at(-1)).toBe(`POST Bearer ${CREDENTIAL} {"id":"${name}"}`)
    refund.unregister()
    await until(() => expect(call(caller, `${name}::refund`)).rejects.toMatchObject({ code: 'function_not_found' }))
  })

  it('a stranger is who the operator’s function says, and its calls go through the operator’s middleware', async () => {
    const gate = worker('gate')
    const through: unknown[] = []
    gate.registerFunction('gate::who', async ({ headers }: { headers: Record<string, string> }) =>
      headers['x-shop'] === undefined
        ? null
        : { allowed_functions: ['open::*'], allowed_trigger_types: [], context: { shop: headers['x-shop'] } },
    )
    gate.registerFunction('gate::through', async (input: { function_id: string; payload: { n: number }; context: unknown }) => {
      through.push(input)
      if (input.payload.n === 0) throw new Error('not zero')
      return call(gate, input.function_id, { n: input.payload.n + 1 })
    })
    gate.registerFunction('open::double', async ({ n }: { n: number }) => n * 2)
    gate.registerFunction('closed::one', async () => 'never')
    await until(async () => expect(await call(gate, 'open::double', { n: 4 })).toBe(8))
    expect(through).toEqual([])
    const guest = worker('guest', { 'x-shop': name })
    expect(await call(guest, 'open::double', { n: 4 })).toBe(10)
    expect(through).toMatchObject([{ function_id: 'open::double', payload: { n: 4 }, context: { shop: name } }])
    await expect(call(guest, 'open::double', { n: 0 })).rejects.toThrow(/not zero/)
    await expect(call(guest, 'closed::one')).rejects.toThrow(/FORBIDDEN|may not call/)
  })

  it('a stranger answers requests in a stream, and events one by one, under the name that it was given', async () => {
    const gate = worker('gate')
    gate.registerFunction('gate::who', async ({ headers }: { headers: Record<string, string> }) =>
      headers['x-stall'] === undefined
        ? null
        : { function_registration_prefix: headers['x-stall'], allow_function_registration: true, allowed_trigger_types: ['http'] },
    )
    await until(async () => expect(await call(gate, 'gate::who', { headers: {} })).toBeUndefined())
    const stall = worker('stall', { 'x-stall': `${name}-stall` })
    let next: (() => void) | undefined
    let hasEnded = false
    stall.registerFunction('echo', async (input: Streamed) => {
      input.response.sendMessage(JSON.stringify({ type: 'set_status', status_code: 202 }))
      input.response.stream.end(await input.request_body.readAll())
    })
    stall.registerFunction('listen', async ({ response }: Streamed) => {
      response.sendMessage(JSON.stringify({ type: 'set_headers', headers: { 'content-type': 'text/event-stream' } }))
      response.stream.on('close', () => (hasEnded = true))
      for (let n = 1; n <= 3 && !hasEnded; n++) {
        response.stream.write(`data: ${n}\n\n`)
        await new Promise<void>((resolve) => (next = resolve))
      }
    })
    const entry = { http_method: 'POST', api_path: `/${name}/stall-echo` }
    stall.registerTrigger({ type: 'http', function_id: 'echo', config: entry })
    stall.registerTrigger({ type: 'http', function_id: 'listen', config: { api_path: `/${name}/stall-events` } })
    const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
      until(async () => {
        const answer = await fetch(`${relay.url}/http/${name}/${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}` } })
        if (answer.status === 404) throw new Error('not bound yet')
        return answer
      })
    const bytes = randomBytes(300_000)
    const echoed = await ask('stall-echo', { method: 'POST', body: bytes })
    expect(echoed.status).toBe(202)
    expect(Buffer.from(await echoed.arrayBuffer()).equals(bytes)).toBe(true)
    const events = await ask('stall-events')
    expect(events.headers.get('content-type')).toBe('text/event-stream')
    const reader = events.body?.getReader()
    for (const n of [1, 2]) {
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(`data: ${n}\n\n`)
      next?.()
    }
    await reader?.cancel()
    await until(() => expect(hasEnded).toBe(true))
    next?.()
  })

  it('an entry of one worker asks the condition and the middleware of another, and nobody where that is gone', async () => {
    const guards = worker('guards')
    guards.registerFunction(
      `${name}::is-open`,
      async (input: { query_params: Record<string, string> }) => input.query_params['open'] !== 'no',
    )
    guards.registerFunction(`${name}::who`, async (input: { request: { headers: Record<string, string> } }) =>
      input.request.headers['x-user'] === undefined
        ? { action: 'respond', response: { status_code: 403, body: 'who are you' } }
        : { action: 'continue', context: { user: input.request.headers['x-user'] } },
    )
    const api = worker('api')
    api.registerFunction(`${name}::entry`, async () => 'welcome')
    const config = { api_path: `/${name}/entry`, condition_function_id: `${name}::is-open`, middleware_function_ids: [`${name}::who`] }
    api.registerTrigger({ type: 'http', function_id: `${name}::entry`, config })
    const ask = async (query: string, headers: Record<string, string> = {}): Promise<readonly [number, unknown]> => {
      const answer = await fetch(`${relay.url}/http/${name}/entry${query}`, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } })
      return [answer.status, await answer.json()]
    }
    await until(async () => expect(await ask('', { 'x-user': 'ada' })).toEqual([200, 'welcome']))
    expect(await ask('')).toEqual([403, 'who are you'])
    expect(await ask('?open=no', { 'x-user': 'ada' })).toMatchObject([422, { error: { code: 'CONDITION_NOT_MET' } }])
    await guards.shutdown()
    await until(async () => expect((await ask('', { 'x-user': 'ada' }))[0]).toBeGreaterThanOrEqual(500))
  })
})
