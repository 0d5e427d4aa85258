import { request, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { startForTest, startUpstream, type RelayUnderTest, type TestOptions, type Upstream } from './relay-under-test'

const KEY = 'sk-test-canary-0123456789'
const BODY = JSON.stringify({ model: 'm', stream: true })
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

interface Pair {
  readonly relay: RelayUnderTest
  readonly upstream: Upstream
  readonly headers: Record<string, string>
}

async function both(listener: RequestListener, options: TestOptions & { prefix?: string } = {}): Promise<Pair> {
  const upstream = await startUpstream(listener)
  const env = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: `${upstream.url}${options.prefix ?? ''}` }
  const relay = await startForTest({ env, ...options })
  closers.push(upstream.close, relay.stop)
  return { relay, upstream, headers: { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' } }
}

const post = ({ relay, headers }: Pair, more: Record<string, string> = {}) =>
  relay.send({ method: 'POST', path: '/v1/messages', headers: { ...headers, ...more }, body: BODY })

/** The answer as soon as its headers are there. */
function openStream({ relay, headers }: Pair): Promise<{ response: IncomingMessage; drop: () => void }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: relay.port, method: 'POST', path: '/v1/messages', agent: false }, (response) =>
      resolve({ response, drop: () => outgoing.destroy() }),
    )
    for (const [name, value] of Object.entries({ host: `localhost:${relay.port}`, ...headers })) outgoing.setHeader(name, value)
    outgoing.on('error', reject)
    outgoing.end(BODY)
  })
}

function gate<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let open: (value: T) => void = () => undefined
  const promise = new Promise<T>((resolve) => (open = resolve))
  return { promise, resolve: (value) => open(value) }
}

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('what the model server gets', () => {
  it('is the body byte for byte, the key, and no header of the browser or of ours', async () => {
    let received = ''
    const pair = await both((incoming, outgoing) => {
      incoming.on('data', (part) => (received += String(part)))
      incoming.on('end', () => outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
    })
    await post(pair, {
      origin: pair.relay.url,
      cookie: 'a=b',
      referer: `${pair.relay.url}/`,
      'sec-fetch-site': 'same-origin',
      'user-agent': 'Mozilla/5.0',
      'accept-language': 'de',
      'x-api-key': 'inbound',
      'x-forwarded-for': '1.2.3.4',
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a,b',
      'anthropic-dangerous-direct-browser-access': 'true',
      'x-stainless-lang': 'js',
    })
    expect(received).toBe(BODY)
    const { host: _host, connection: _connection, ...seen } = pair.upstream.seen[0]?.headers ?? {}
    expect(seen).toEqual({
      authorization: `Bearer ${KEY}`,
      'x-api-key': KEY,
      'user-agent': 'tabwright-relay/9.9.9',
      'accept-encoding': 'identity',
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a,b',
      'x-stainless-lang': 'js',
      'content-type': 'application/json',
      'content-length': String(BODY.length),
    })
  })

  it('arrives below the prefix of its address, with the known query fields only', async () => {
    const pair = await both((_incoming, outgoing) => outgoing.end('{}'), { prefix: '/anthropic/' })
    await pair.relay.send({ path: '/v1/models?limit=5&after_id=x%26y&evil=1', headers: pair.headers })
    await pair.relay.send({ method: 'POST', path: '/v1/messages/count_tokens?beta=true', headers: pair.headers, body: '{}' })
    expect(pair.upstream.seen.map((one) => one.url)).toEqual([
      '/anthropic/v1/models?limit=5&after_id=x%26y',
      '/anthropic/v1/messages/count_tokens?beta=true',
    ])
  })
})

describe('the connection to the model server', () => {
  it('is used for the next request too, and where the server hung up meanwhile that is sent once more on a new one', async () => {
    const sockets: Socket[] = []
    const pair = await both((incoming, outgoing) => {
      const before = sockets.filter((one) => one === incoming.socket).length
      sockets.push(incoming.socket)
      // As a server does whose own time for a silent connection was over.
      if (before === 2) incoming.socket.destroy()
      else incoming.resume().on('end', () => outgoing.end('{}'))
    })
    for (let n = 0; n < 3; n++) expect((await post(pair)).status).toBe(200)
    expect(sockets).toHaveLength(4)
    expect(new Set(sockets)).toEqual(new Set([sockets[0], sockets[3]]))
    expect(sockets[3]).not.toBe(sockets[0])
  })

  it('that is new and breaks before an answer is told of, and nothing is sent twice', async () => {
    const pair = await both((incoming) => void incoming.socket.destroy())
    const { status, text } = await post(pair)
    expect([status, JSON.parse(text).error.message]).toEqual([502, expect.stringContaining('it closed the connection')])
    expect(pair.upstream.seen).toHaveLength(1)
  })
})

describe('what the page gets', () => {
  it('is the status and the headers of a short list', async () => {
    const pair = await both((_incoming, outgoing) => {
      outgoing.writeHead(429, {
        'content-type': 'application/json',
        'retry-after': '7',
        'retry-after-ms': '6900',
        'request-id': 'req_1',
        'x-should-retry': 'true',
        'anthropic-ratelimit-requests-remaining': '0',
        'set-cookie': 'a=b',
        'access-control-allow-origin': '*',
        server: 'x',
        'x-echo': KEY,
      })
      outgoing.end('{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}')
    })
    const answer = await post(pair)
    expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([429, 'rate_limit_error'])
    expect(answer.headers).toMatchObject({
      'retry-after': '7',
      'retry-after-ms': '6900',
      'request-id': 'req_1',
      'x-should-retry': 'true',
      'anthropic-ratelimit-requests-remaining': '0',
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
    })
    for (const name of ['set-cookie', 'access-control-allow-origin', 'server', 'x-echo', 'content-encoding'])
      expect(answer.headers[name]).toBeUndefined()
  })

  it('comes chunk by chunk, each as soon as it was sent', async () => {
    let answering: ServerResponse | undefined
    const pair = await both((_incoming, outgoing) => {
      answering = outgoing
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
      outgoing.flushHeaders()
    })
    const { response } = await openStream(pair)
    expect(response.headers['content-type']).toBe('text/event-stream')
    const arrived: string[] = []
    response.on('data', (part) => arrived.push(String(part)))
    for (let i = 0; i < 4; i++) {
      answering?.write(`event: ping\ndata: {"n":${i}}\n\n`)
      await soon(60)
      expect(arrived).toHaveLength(i + 1)
    }
    answering?.end()
    await new Promise((resolve) => response.on('end', resolve))
    expect(arrived.join('')).toContain('{"n":3}')
  })

  it('[O34] never holds the key, also where the server cuts it in two', async () => {
    const pair = await both((_incoming, outgoing) => {
      outgoing.writeHead(401, { 'content-type': 'application/json' })
      outgoing.write(`{"error":"bad key ${KEY.slice(0, 9)}`)
      setTimeout(() => outgoing.end(`${KEY.slice(9)}!"}`), 40)
    })
    expect((await post(pair)).text).toBe('{"error":"bad key [key removed]!"}')
    expect(pair.relay.logged()).not.toContain(KEY)
  })

  it('is readable although the server compressed it unasked, and still without the key', async () => {
    const pair = await both((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(`{"k":"${KEY}"}`))
    })
    expect((await post(pair)).text).toBe('{"k":"[key removed]"}')
  })

  it('is the server’s HTML under its own name, for the client to say so', async () => {
    const pair = await both((_incoming, outgoing) => outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<h1>login</h1>'))
    const answer = await post(pair)
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, '<h1>login</h1>', 'text/html'])
    expect(answer.headers['content-security-policy']).toContain('sandbox')
  })

  it('is a broken connection, not a short answer, when the server breaks off', async () => {
    const seen = gate<void>()
    const pair = await both((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      void seen.promise.then(() => outgoing.destroy())
    })
    const { response } = await openStream(pair)
    const ending = await new Promise((resolve) => {
      response.on('end', () => resolve('a clean end'))
      response.on('error', (error) => resolve('code' in error ? error.code : error.message))
      response.once('data', () => seen.resolve())
    })
    expect(ending).toBe('ECONNRESET')
    await expect.poll(pair.relay.logged).toContain('cut by the server')
  })
})

describe('a page that goes away', () => {
  it('ends the model’s request at once while it streams', async () => {
    const closed = gate<boolean>()
    const pair = await both((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      // This server never ends its answer, so only the relay can have closed it.
      outgoing.on('close', () => closed.resolve(outgoing.writableFinished))
    })
    const { response, drop } = await openStream(pair)
    await new Promise((resolve) => response.once('data', resolve))
    response.on('error', () => undefined)
    drop()
    expect(await closed.promise).toBe(false)
    await soon(20)
    expect(pair.relay.logged()).toContain('cut by the page')
  })

  it('ends it before the model has said anything', async () => {
    const asked = gate<void>()
    const closed = gate<void>()
    const pair = await both((_incoming, outgoing) => {
      outgoing.on('close', () => closed.resolve())
      asked.resolve()
    })
    const outgoing = request({
      host: '127.0.0.1',
      port: pair.relay.port,
      method: 'POST',
      path: '/v1/messages',
      agent: false,
      headers: { host: `localhost:${pair.relay.port}`, ...pair.headers },
    })
    outgoing.on('error', () => undefined)
    outgoing.end(BODY)
    await asked.promise
    outgoing.destroy()
    await closed.promise
    await soon(20)
    expect(pair.relay.logged()).toContain('cut by the page')
  })

  it('that reads slowly slows the model server down instead of filling memory', async () => {
    let written = 0
    const part = Buffer.alloc(64 * 1024, 'x')
    const pair = await both((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = () => {
        let room = true
        while (room && written++ < 400) room = outgoing.write(part)
        if (written < 400) outgoing.once('drain', more)
        else outgoing.end()
      }
      more()
    })
    const { response } = await openStream(pair)
    await soon(300)
    // 25 MB wait; the sockets between hold some, the relay next to nothing.
    expect(written).toBeLessThan(300)
    let size = 0
    for await (const one of response) size += Buffer.from(one).length
    expect(size).toBe(400 * part.length)
  })
})

describe('without an answer', () => {
  it('no key: 401 that says where to put one', async () => {
    const relay = await startForTest()
    closers.push(relay.stop)
    const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
    for (const [method, path] of [
      ['POST', '/v1/messages'],
      ['GET', '/v1/models'],
    ]) {
      const answer = await relay.send({ method, path: path ?? '', headers, ...(method === 'POST' ? { body: '{}' } : {}) })
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([401, { type: 'error', error: { type: 'no_key' } }])
    }
  })

  it('a server that cannot be reached: 502 that names it', async () => {
    const relay = await startForTest({ env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' } })
    closers.push(relay.stop)
    const answer = await relay.send({ path: '/v1/models', headers: { authorization: `Bearer ${await relay.pair()}` } })
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([
      502,
      { type: 'upstream_unreachable', message: 'The model server at 127.0.0.1:9 could not be reached: nothing answers at that address.' },
    ])
  })

  it('[O32] a redirect is refused: the key goes to one address only', async () => {
    const other = await startUpstream((_incoming, outgoing) => outgoing.end('{}'))
    closers.push(other.close)
    for (const status of [301, 302, 303, 307, 308]) {
      const pair = await both((_incoming, outgoing) => outgoing.writeHead(status, { location: `${other.url}/v1/messages` }).end())
      const answer = await post(pair)
      expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([502, 'upstream_redirect'])
    }
    expect(other.seen).toHaveLength(0)
  })

  it('a server that never answers: 502 after the limit', async () => {
    const pair = await both(() => undefined, { limits: { silenceMs: 80 } })
    const answer = await post(pair)
    expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([502, 'upstream_unreachable'])
  })

  it('too many at once: 503 with the time to wait', async () => {
    const pair = await both((_incoming, outgoing) => outgoing.writeHead(200).flushHeaders(), { limits: { modelRequests: 1 } })
    const { response, drop } = await openStream(pair)
    response.on('error', () => undefined)
    const answer = await post(pair)
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
    drop()
  })

  it('changing the key counts for the next request', async () => {
    const pair = await both((incoming, outgoing) => outgoing.end(JSON.stringify({ auth: incoming.headers.authorization?.slice(-4) })))
    expect(JSON.parse((await post(pair)).text).auth).toBe('6789')
    const body = JSON.stringify({ key: 'sk-other-key-abcd', origin: pair.upstream.url })
    await pair.relay.send({ method: 'PUT', path: '/vault/anthropic', headers: pair.headers, body })
    expect(JSON.parse((await post(pair)).text).auth).toBe('abcd')
  })
})
