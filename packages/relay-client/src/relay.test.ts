import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { FailureError } from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { connectRelay, wantsCode } from './index'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

interface Seen {
  readonly line: string
  readonly auth: string | undefined
  readonly body: string
}

async function serve(listener: RequestListener): Promise<{ base: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      seen.push({ line: `${incoming.method} ${incoming.url}`, auth: incoming.headers.authorization, body })
      listener(incoming, outgoing)
    })
  })
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { base: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`, seen }
}

async function text(incoming: IncomingMessage): Promise<string> {
  let all = ''
  for await (const part of incoming) all += String(part)
  return all
}

/** Answers by method and path; a list is answered in order, its last one for good. */
function table(routes: Readonly<Record<string, readonly [number, unknown][]>>): RequestListener {
  const counts = new Map<string, number>()
  return (incoming, outgoing) => {
    const route = `${incoming.method} ${incoming.url}`
    const answers = routes[route] ?? [[404, { type: 'error', error: { type: 'not_found', message: `No ${route}.` } }]]
    const n = counts.get(route) ?? 0
    counts.set(route, n + 1)
    const [status, body] = answers[Math.min(n, answers.length - 1)] ?? [500, null]
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

const session = (token: string): [number, unknown] => [200, { token, expiresAt: 123, relay: { version: '0.1.0' } }]
const refusal = (status: number, type: string, message: string): [number, unknown] => [status, { type: 'error', error: { type, message } }]

async function failure(promise: Promise<unknown>): Promise<unknown> {
  const thrown: unknown = await promise.then(
    () => 'nothing thrown',
    (error: unknown) => error,
  )
  return thrown instanceof FailureError ? thrown.failure : thrown
}

describe('pair', () => {
  it('after a reload what a code bought is worth another bearer, until it has ended or the page is unpaired', async () => {
    const needed = refusal(401, 'code_needed', 'Enter the code.')
    const ended = refusal(401, 'session_ended', 'Ended.')
    const answers = [session('t1'), needed, session('t2'), needed, session('t3'), needed, ended, needed]
    const { base, seen } = await serve(table({ 'POST /session': answers, 'DELETE /session': [[200, { ended: true }]] }))
    let token: string | undefined
    const kept = { read: () => token, write: (given: string | undefined) => void (token = given) }
    expect(await connectRelay(base, { kept }).pair('ABCD-2345')).toMatchObject({ token: 't1', isByCode: true })
    expect(await connectRelay(base, { kept }).pair()).toMatchObject({ token: 't2', isByCode: true })
    expect(token).toBe('t2')
    const third = connectRelay(base, { kept })
    await third.pair()
    await third.unpair()
    expect(token).toBeUndefined()
    expect(seen.map((one) => [one.line, one.auth])).toEqual([
      ['POST /session', undefined],
      ['POST /session', undefined],
      ['POST /session', 'Bearer t1'],
      ['POST /session', undefined],
      ['POST /session', 'Bearer t2'],
      ['DELETE /session', 'Bearer t3'],
    ])
    token = 'old'
    expect(await failure(connectRelay(base, { kept }).pair())).toSatisfy(wantsCode)
    expect(token).toBeUndefined()
    // One that paired by itself keeps nothing.
    const silent = await serve(table({ 'POST /session': [session('t9')] }))
    await connectRelay(silent.base, { kept }).pair()
    expect(token).toBeUndefined()
  })

  it('gives the bearer of this tab', async () => {
    const { base, seen } = await serve(table({ 'POST /session': [session('t1')] }))
    expect(await connectRelay(base).pair()).toEqual({ token: 't1', expiresAt: 123, version: '0.1.0' })
    expect(await connectRelay(base).pair('ABCD-EFGH')).toMatchObject({ token: 't1' })
    expect(seen.map((one) => one.body)).toEqual(['{}', '{"code":"ABCD-EFGH"}'])
  })

  it('gives the fingerprint as the relay said it, and nothing else that stands in its place', async () => {
    const said = (fingerprint: unknown): [number, unknown] => [200, { token: 't', expiresAt: 1, relay: { version: '1', fingerprint } }]
    const { base } = await serve(table({ 'POST /session': [said('0123-4567-89ab-cdef'), said('<b>me</b>'), said(7)] }))
    const relay = connectRelay(base)
    const all = [await relay.pair(), await relay.pair(), await relay.pair()]
    expect(all.map((one) => one !== 'none' && one.fingerprint)).toEqual(['0123-4567-89ab-cdef', undefined, undefined])
  })

  it('says none where there is no relay: nothing listens, or a static host answers', async () => {
    expect(await connectRelay('http://127.0.0.1:9').pair()).toBe('none')
    for (const [status, type, body] of [
      [404, 'text/html', '<h1>not found</h1>'],
      [200, 'text/html', '<!doctype html>the app itself'],
      [405, 'text/plain', 'no'],
      [404, 'application/json', '{"message":"not found"}'],
      [200, 'application/json', 'not json'],
    ] as const) {
      const { base } = await serve((_incoming, outgoing) => outgoing.writeHead(status, { 'content-type': type }).end(body))
      expect(await connectRelay(base).pair()).toBe('none')
    }
  })

  it('keeps what a code bought, where another one would be wanted', async () => {
    const codes: unknown[] = []
    const { base, seen } = await serve((_, outgoing) => {
      const { code } = JSON.parse(seen.at(-1)?.body ?? '{}') as { readonly code?: string }
      codes.push(code)
      outgoing.writeHead(code === undefined ? 401 : 200, { 'content-type': 'application/json' })
      const error = { type: 'code_needed', message: 'Enter the code.' }
      outgoing.end(JSON.stringify(code === undefined ? { error } : { token: 't1', expiresAt: 123, relay: { version: '0.1.0' } }))
    })
    const relay = connectRelay(base)
    expect(await failure(relay.pair())).toSatisfy(wantsCode)
    expect(await relay.pair('ABCD-2345')).toMatchObject({ token: 't1' })
    expect(await relay.pair()).toMatchObject({ token: 't1' })
    expect(codes).toEqual([undefined, 'ABCD-2345', undefined])
  })

  it('fails with what the relay says when it wants a code, or has heard too many', async () => {
    const needed = await serve(table({ 'POST /session': [refusal(401, 'code_needed', 'Enter the code.')] }))
    expect(await failure(connectRelay(needed.base).pair())).toEqual({
      code: 'denied',
      message: 'Enter the code.',
      detail: { wants: 'code' },
    })
    const many = await serve((_incoming, outgoing) =>
      outgoing
        .writeHead(429, { 'content-type': 'application/json', 'retry-after': '60' })
        .end('{"type":"error","error":{"type":"too_many_failed_logins","message":"Wait."}}'),
    )
    expect(await failure(connectRelay(many.base).pair())).toEqual({ code: 'busy', message: 'Wait.', retryAfterMs: 60_000 })
  })

  it('does not take another program for a relay', async () => {
    const { base } = await serve(table({ 'POST /session': [[200, { hello: 1 }]] }))
    expect(await failure(connectRelay(base).pair())).toMatchObject({ code: 'bad_response' })
  })
})

describe('vault', () => {
  const entry = {
    name: 'anthropic',
    last4: 'cdef',
    origin: 'https://api.anthropic.com',
    source: 'settings',
    createdAt: 5,
    active: true,
    readable: true,
  }

  it('lists, puts and removes, pairing by itself first', async () => {
    const { base, seen } = await serve(
      table({
        'POST /session': [session('t1')],
        'GET /vault': [[200, { keys: [entry] }]],
        'PUT /vault/anthropic': [[200, { keys: [entry] }]],
        'DELETE /vault/anthropic': [[200, { keys: [] }]],
      }),
    )
    const { vault } = connectRelay(base)
    expect(await vault.list()).toEqual([entry])
    expect(await vault.put('sk-1', 'https://gw.example')).toEqual([entry])
    expect(await vault.remove()).toEqual([])
    expect(seen.map((one) => [one.line, one.auth, one.body])).toEqual([
      ['POST /session', undefined, '{}'],
      ['GET /vault', 'Bearer t1', ''],
      ['PUT /vault/anthropic', 'Bearer t1', '{"key":"sk-1","origin":"https://gw.example"}'],
      ['DELETE /vault/anthropic', 'Bearer t1', ''],
    ])
  })

  it('pairs again, once, when the relay was started anew', async () => {
    const ended = refusal(401, 'session_ended', 'Ended.')
    const { base, seen } = await serve(
      table({ 'POST /session': [session('t1'), session('t2')], 'GET /vault': [ended, [200, { keys: [] }], ended] }),
    )
    const { vault } = connectRelay(base)
    expect(await vault.list()).toEqual([])
    expect(seen.map((one) => one.auth)).toEqual([undefined, 'Bearer t1', undefined, 'Bearer t2'])
    expect(await failure(vault.list())).toEqual({ code: 'denied', message: 'Ended.' })
    expect(seen).toHaveLength(7)
  })

  it('hands on the relay’s sentence about a key that it refuses', async () => {
    const { base } = await serve(
      table({ 'POST /session': [session('t')], 'PUT /vault/anthropic': [refusal(400, 'bad_request', 'The key contains white space.')] }),
    )
    expect(await failure(connectRelay(base).vault.put('a b'))).toEqual({ code: 'bad_input', message: 'The key contains white space.' })
  })
})

describe('models', () => {
  it('[F19] reads all pages and keeps only limits and abilities that the provider states', async () => {
    const managed = (supported: boolean): object => ({
      context_management: { supported: true, clear_tool_uses_20250919: { supported } },
      thinking: { supported, types: { adaptive: { supported } } },
      effort: { supported, low: { supported }, max: { supported: false } },
    })
    const { base } = await serve(
      table({
        'GET /v1/models?limit=1000': [
          [
            200,
            {
              data: [
                { id: 'm1', display_name: 'Model One', max_input_tokens: 1_000_000, max_tokens: 128_000, capabilities: managed(true) },
                { id: 'm2', max_input_tokens: null, max_tokens: 0, capabilities: managed(false) },
                { id: 'old', lifecycle: 'retired' },
              ],
              has_more: true,
              last_id: 'm/2',
            },
          ],
        ],
        'GET /v1/models?limit=1000&after_id=m%2F2': [
          [200, { data: [{ id: 'm3', display_name: '' }, { display_name: 'no id' }, 7], has_more: false }],
        ],
      }),
    )
    expect(await connectRelay(base).models('given')).toEqual([
      {
        id: 'm1',
        label: 'Model One',
        contextWindow: 1_000_000,
        maxOutput: 128_000,
        adaptiveThinking: true,
        efforts: ['low'],
        clearsResults: true,
      },
      { id: 'm2', label: 'm2' },
      { id: 'm3', label: 'm3' },
    ])
  })

  it('reads the list of a server that knows no pages, and ends with one that never does', async () => {
    const plain = await serve(table({ 'GET /v1/models?limit=1000': [[200, { object: 'list', data: [{ id: 'local' }] }]] }))
    expect(await connectRelay(plain.base).models('t')).toEqual([{ id: 'local', label: 'local' }])
    let n = 0
    const endless = await serve((_incoming, outgoing) => {
      n++
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [], has_more: true, last_id: `x${n}` }))
    })
    expect(await connectRelay(endless.base).models('t')).toEqual([])
    expect(n).toBe(50)
  })

  it('fails with one plain sentence for each way it can fail', async () => {
    const cases = [
      [refusal(401, 'no_key', 'No model key is set.'), { code: 'no_key', message: 'No model key is set.' }],
      [
        refusal(401, 'authentication_error', 'invalid key'),
        { code: 'rejected_key', message: 'The model server did not accept the key: invalid key' },
      ],
      [refusal(502, 'upstream_unreachable', 'It is away.'), { code: 'offline', message: 'It is away.' }],
      [refusal(529, 'overloaded_error', 'Overloaded'), { code: 'busy', message: 'Overloaded' }],
      [[200, { models: [] }], { code: 'bad_response', message: "The model list: the server's answer has no list in it." }],
      [[200, []], { code: 'bad_response', message: 'The model list: the answer could not be read.' }],
    ] as const
    for (const [[status, body], expected] of cases) {
      const { base } = await serve(table({ 'GET /v1/models?limit=1000': [[status, body]] }))
      expect(await failure(connectRelay(base).models('t'))).toEqual(expected)
    }
    const html = await serve((_incoming, outgoing) => outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<h1>bad gateway</h1>'))
    expect(await failure(connectRelay(html.base).models('t'))).toEqual({
      code: 'unavailable',
      message: 'The model list: the server answered 502 with something that is not JSON.',
    })
    expect(await failure(connectRelay('http://127.0.0.1:9').models('t'))).toMatchObject({ code: 'offline' })
  })
})
