import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import * as sdk0221 from 'iii-sdk'
import type { ChannelReader, ChannelWriter } from 'iii-sdk/channel'
import * as sdk0220 from 'iii-sdk-0220'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startForTest, type RelayUnderTest } from '../../relay-under-test'

const LONG = { timeout: 15_000 }
const TOKEN = 'automation-token-0123456789'
const VERSIONS = [
  { version: '0.22.1', sdk: sdk0221 },
  { version: '0.22.0', sdk: sdk0220 },
] as const
const AUTH = { authorization: `Bearer ${TOKEN}` }

interface Request {
  readonly path_params: Readonly<Record<string, string>>
  readonly query_params: Readonly<Record<string, string | string[]>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly method: string
  readonly path: string
  readonly new_value: unknown
}

interface Streamed extends Request {
  readonly request_body: ChannelReader
  readonly response: ChannelWriter
}

/** What a handler says before its first byte. */
function head({ response }: Streamed, headers: Readonly<Record<string, string>>, status_code = 200): void {
  response.sendMessage(JSON.stringify({ type: 'set_status', status_code }))
  response.sendMessage(JSON.stringify({ type: 'set_headers', headers }))
}

describe.each(VERSIONS)('functions behind /http, with iii-sdk $version', ({ sdk }) => {
  let relay: RelayUnderTest
  const open: sdk0221.IIIClient[] = []
  const worker = (name: string): sdk0221.IIIClient => {
    const client = sdk.registerWorker(`ws://localhost:${relay.port}/worker`, {
      workerName: name,
      otel: { enabled: false },
      enableMetricsReporting: false,
      headers: AUTH,
      reconnectionConfig: { initialDelayMs: 50 },
    }) as sdk0221.IIIClient
    open.push(client)
    return client
  }
  const bind = (client: sdk0221.IIIClient, function_id: string, config: object) =>
    client.registerTrigger({ type: 'http', function_id, config })
  type Init = Omit<RequestInit, 'headers'> & { headers?: Readonly<Record<string, string>> }
  const ask = (path: string, init: Init = {}) =>
    fetch(`http://localhost:${relay.port}/http${path}`, { ...init, headers: { ...AUTH, ...init.headers } })
  /** Once it is bound: a registration has no answer. */
  const bound = (path: string, init: Init = {}) =>
    vi.waitFor(async () => {
      const answer = await ask(path, init)
      if (answer.status === 404) throw new Error('not bound yet')
      return answer
    }, LONG)

  beforeAll(async () => {
    vi.spyOn(console, 'debug').mockReturnValue()
    relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.shutdown()))
  })
  afterAll(() => relay.stop())

  it('a function gets path, query, headers and body, and answers with status, headers and body', async () => {
    const client = worker('api')
    let got: Request | undefined
    client.registerFunction('api::order', async (input: Request) => {
      got = input
      return { status_code: 201, headers: { 'x-order': input.path_params['id'] ?? '', 'set-cookie': 'a=b' }, body: { took: input.body } }
    })
    bind(client, 'api::order', { api_path: '/orders/:id', http_method: 'POST' })
    const init = { method: 'POST', body: '{"n":1}', headers: { 'content-type': 'application/json', cookie: 'secret=1', 'x-mine': 'yes' } }
    const answer = await bound('/orders/7%2F8?a=1&a=2&b=3', init)
    expect([answer.status, answer.headers.get('x-order'), await answer.json()]).toEqual([201, '7/8', { took: { n: 1 } }])
    expect(got).toMatchObject({
      path_params: { id: '7/8' },
      query_params: { a: ['1', '2'], b: '3' },
      path: '/orders/:id',
      method: 'POST',
      headers: { 'x-mine': 'yes', 'content-type': 'application/json' },
      trigger: { type: 'http', path: '/orders/:id', method: 'POST' },
    })
    // Neither the relay's bearer nor the app's cookies go to a function; nothing that it says becomes a cookie or a script of the app's.
    expect(Object.keys(got?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']))
    expect(got?.headers['cookie']).toBeUndefined()
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect((await ask('/orders/7', { ...init, body: '{"n":1,"n":2}' })).status).toBe(400)
    expect((await ask('/orders/7')).status).toBe(404)
  })

  it('streams both ways, and a multipart form arrives as it was sent', async () => {
    const client = worker('streams')
    client.registerFunction('streams::turn', async (input: Streamed) => {
      const all = await input.request_body.readAll()
      head(input, { 'content-type': 'application/octet-stream', 'x-kind': String(input.headers['content-type']) }, 202)
      input.response.stream.end(all)
    })
    bind(client, 'streams::turn', { api_path: '/turn', http_method: 'POST' })
    const bytes = randomBytes(700_000)
    const answer = await bound('/turn', { method: 'POST', body: bytes, headers: { 'content-type': 'application/octet-stream' } })
    expect(answer.status).toBe(202)
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    const form = new FormData()
    form.set('file', new Blob(['contents']), 'a.txt')
    const multipart = await ask('/turn', { method: 'POST', body: form })
    expect(multipart.headers.get('x-kind')).toMatch(/^multipart\/form-data; boundary=/)
    expect(await multipart.text()).toMatch(/name="file"; filename="a.txt"[^]*contents/)
  })

  it("events arrive one by one, and a client that leaves ends its function's stream", async () => {
    const client = worker('events')
    let next: (() => void) | undefined
    let hasEnded = false
    client.registerFunction('events::listen', async (input: Streamed) => {
      head(input, { 'content-type': 'text/event-stream' })
      const { stream } = input.response
      stream.on('close', () => (hasEnded = true))
      for (let n = 1; n <= 3 && !hasEnded; n++) {
        stream.write(`data: ${n}\n\n`)
        await new Promise<void>((resolve) => (next = resolve))
      }
    })
    bind(client, 'events::listen', { api_path: '/events' })
    const answer = await bound('/events')
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body?.getReader()
    for (const n of [1, 2]) {
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(`data: ${n}\n\n`)
      next?.()
    }
    await reader?.cancel()
    await vi.waitFor(() => expect(hasEnded).toBe(true), LONG)
    next?.()
  })

  it('conditions and middleware are asked first', async () => {
    const client = worker('guards')
    const order: string[] = []
    client.registerFunction('guards::is-open', async (input: Request) => input.query_params['open'] !== 'no')
    client.registerFunction('guards::first', async () => {
      order.push('first')
      return { action: 'continue', context: { who: 'ada' } }
    })
    client.registerFunction('guards::second', async (input: { context: unknown; request: Request }) => {
      order.push(JSON.stringify(input.context))
      if (input.request.query_params['stop'] === undefined) return { action: 'continue' }
      return { action: 'respond', response: { status_code: 418, body: 'no' } }
    })
    client.registerFunction('guards::run', async () => 'ran')
    const middleware_function_ids = ['guards::first', 'guards::second']
    bind(client, 'guards::run', { api_path: 'guarded', condition_function_id: 'guards::is-open', middleware_function_ids })
    expect(await (await bound('/guarded')).json()).toBe('ran')
    expect(order).toEqual(['first', '{"who":"ada"}'])
    const stopped = await ask('/guarded?stop=1')
    expect([stopped.status, await stopped.json()]).toEqual([418, 'no'])
    const unmet = await ask('/guarded?open=no')
    expect([unmet.status, await unmet.json()]).toMatchObject([422, { error: { code: 'CONDITION_NOT_MET' } }])
  })

  it('who is away is 503 with a time to come back, what was taken away is 404, what throws is 500', async () => {
    const client = worker('leaver')
    client.registerFunction('leaver::run', async () => {
      throw new Error('broken')
    })
    bind(client, 'leaver::run', { api_path: '/leaver' })
    const other = client.registerTrigger({ type: 'http', function_id: 'leaver::run', config: { api_path: '/other' } })
    const broken = await bound('/other')
    expect([broken.status, await broken.json()]).toMatchObject([
      500,
      { error: { code: 'invocation_failed', error_id: expect.any(String) } },
    ])
    other.unregister()
    await vi.waitFor(async () => expect((await ask('/other')).status).toBe(404), LONG)
    await bound('/leaver')
    await client.shutdown()
    await vi.waitFor(async () => {
      const away = await ask('/leaver')
      expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
    }, LONG)
  })

  it('two routes of one shape: the second is refused to who binds it', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue()
    const client = worker('shapes')
    client.registerFunction('shapes::a', async () => 'a')
    bind(client, 'shapes::a', { api_path: '/shape/:id' })
    await bound('/shape/1')
    bind(client, 'shapes::a', { api_path: '/shape/:name' })
    await vi.waitFor(() => expect(JSON.stringify(said.mock.calls)).toContain('conflict'), LONG)
  })

  it('[O03] [O04] the door is the same as everywhere: nobody without a bearer, no other host, no other origin', async () => {
    const send = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const outgoing = request({ host: '127.0.0.1', port: relay.port, path: '/http/any', method: 'POST', headers }, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        outgoing.on('error', reject)
        outgoing.end('x=1')
      })
    const form = { host: `localhost:${relay.port}`, 'content-type': 'application/x-www-form-urlencoded' }
    expect(await send(form)).toBe(401)
    expect(await send({ ...form, ...AUTH, origin: 'https://evil.example' })).toBe(403)
    expect(await send({ ...form, ...AUTH, host: `evil.example:${relay.port}` })).toBe(421)
    expect(await send({ ...form, ...AUTH })).toBe(404)
  })
})
