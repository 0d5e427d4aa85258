import { FailureError, type ModelEvent } from '@tabwright/protocol'
import { answer, hold, startModelServer, stream, text, tool, type ModelServer, type ModelServerOptions } from '@tabwright/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { createKeyRing, type KeyWorker } from '../client/key-ring'
import { answerControl } from '../io/key-control'
import { keyFetch, urlOf } from '../io/key-fetch'
import { keyHolder } from '../io/key-holder'
import { anthropicModel } from '../io/model-anthropic'

const KEY = 'sk-ant-secret-0123456789-WXYZ'
const closers: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function serve(options: ModelServerOptions = {}): Promise<ModelServer> {
  const server = await startModelServer({ token: KEY, ...options })
  closers.push(() => server.close())
  return server
}

/** The key worker's message handlers behind a real channel; `seen` is everything that ever left it. */
function keyWorker(platformFetch: typeof fetch = fetch): { worker: KeyWorker; seen: unknown[] } {
  const { port1, port2 } = new MessageChannel()
  closers.push(() => port1.close())
  const seen: unknown[] = []
  const holder = keyHolder({ fetch: platformFetch, now: () => Date.now() })
  port2.addEventListener('message', ({ data, ports }: MessageEvent<unknown>) => {
    for (const port of ports) {
      closers.push(() => port.close())
      const post = port.postMessage.bind(port)
      Object.defineProperty(port, 'postMessage', {
        value: (message: unknown, transfer: Transferable[]) => {
          seen.push(structuredClone(message))
          post(message, transfer)
        },
      })
    }
    void answerControl(holder, data, ports).then((reply) => {
      seen.push(reply)
      port2.postMessage(reply)
    })
  })
  port2.start()
  port1.start()
  return { worker: { postMessage: port1.postMessage.bind(port1), addEventListener: port1.addEventListener.bind(port1) }, seen }
}

const body = (message = 'hi'): string =>
  `{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":${JSON.stringify(message)}}]}]}`

async function collect(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const all: ModelEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const bytesIn = (seen: readonly unknown[]): string =>
  seen
    .map((item) => JSON.stringify(item, (_key, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value)))
    .join('\n')

async function granted(server: ModelServer, options: { readonly fetch?: typeof fetch } = {}) {
  const { worker, seen } = keyWorker(options.fetch)
  const ring = createKeyRing(() => worker)
  const models = await ring.put(KEY, server.url)
  const { port, origin } = await ring.grant()
  closers.push(() => port.close())
  const model = anthropicModel({ id: 'm', label: 'M', baseUrl: origin, token: 'held-by-the-key-worker', fetch: keyFetch(port) })
  return { ring, seen, models, port, model }
}

const never = new AbortController().signal

describe('the key worker', () => {
  it('proves a key by listing the models, and tells the page no more than its end', async () => {
    const { ring, models, seen } = await granted(await serve())
    expect(models.map((model) => model.id)).toEqual(['claude-test-1', 'claude-test-small'])
    expect(ring.provider()).toMatchObject({ type: 'tab', last4: 'WXYZ' })
    expect(bytesIn(seen)).not.toContain(KEY)
  })

  it('streams an answer to the SDK over a granted port, with the key only on the way out', async () => {
    const server = await serve({ script: [answer([text('Grüße 🥊 '.repeat(40)), tool('read_file', { path: 'a' })], { chunkBytes: 50 })] })
    const { model, seen } = await granted(server)
    const events = await collect(model.stream(body(), never))
    expect(events.at(-1)).toMatchObject({ type: 'complete', answer: { stopReason: 'tool_use' } })
    expect(server.requests[0]).toMatchObject({ body: body(), headers: { authorization: `Bearer ${KEY}` } })
    expect(server.requests[0]?.headers['x-stainless-lang']).toBeUndefined()
    expect(seen.map((item) => (typeof item === 'object' && item !== null && 'type' in item ? item.type : ''))).toEqual(
      expect.arrayContaining(['kept', 'done', 'head', 'chunk', 'end']),
    )
    expect(bytesIn(seen)).not.toContain(KEY)
  })

  it.each([1, 7, 1000])('removes the key from an answer that echoes it, in chunks of %i bytes', async (chunkBytes) => {
    const echo = `before ${KEY} sk-ant-secr ${KEY}${KEY} after`
    const server = await serve({ script: [answer([text(echo, [echo])], { chunkBytes })] })
    const { model, seen } = await granted(server)
    const last = (await collect(model.stream(body(), never))).at(-1)
    const clean = 'before [key removed] sk-ant-secr [key removed][key removed] after'
    expect(last).toMatchObject({ type: 'complete', answer: { content: [{ text: clean }] } })
    const chunks = seen.flatMap((item) =>
      typeof item === 'object' && item !== null && 'bytes' in item && item.bytes instanceof Uint8Array ? [item.bytes] : [],
    )
    expect(Buffer.concat(chunks).toString()).not.toContain(KEY)
  })

  it('removes the key from headers and error texts', async () => {
    const echoing: typeof fetch = async (input, init) =>
      urlOf(input).href.includes('models')
        ? fetch(input, init)
        : new Response(`{"type":"error","error":{"type":"authentication_error","message":"bad key ${KEY}"}}`, {
            status: 401,
            headers: { 'content-type': 'application/json', 'request-id': KEY, 'set-cookie': 'a=b' },
          })
    const { model, seen } = await granted(await serve(), { fetch: echoing })
    await expect(collect(model.stream(body(), never))).rejects.toMatchObject({
      failure: { code: 'rejected_key', message: 'The provider rejected the key. It said: bad key [key removed]' },
    })
    expect(bytesIn(seen)).not.toContain(KEY)
    expect(bytesIn(seen)).not.toContain('set-cookie')
  })

  it('does not keep a key that the provider rejects', async () => {
    const server = await serve()
    const { worker, seen } = keyWorker()
    const ring = createKeyRing(() => worker)
    await expect(ring.put('sk-ant-wrong-key', server.url)).rejects.toMatchObject({ failure: { code: 'rejected_key' } })
    expect(ring.provider()).toBeUndefined()
    await expect(ring.grant()).rejects.toMatchObject({ failure: { code: 'no_key' } })
    expect(bytesIn(seen)).not.toContain('sk-ant-wrong-key')
  })

  it.each([
    ['plain http', KEY, 'http://api.example.com', 'https addresses only'],
    ['a path', KEY, 'https://gw.example.com/anthropic', 'without a path'],
    ['a password', KEY, 'https://a:b@gw.example.com', 'without a path'],
    ['no address', KEY, 'example', 'is not an address'],
    ['a key with a line break', 'sk-ant-12345\r\nx-evil: 1', 'https://api.example.com', 'not a key'],
    ['a short key', 'sk', 'https://api.example.com', 'not a key'],
  ])('refuses %s', async (_what, key, origin, said) => {
    const { worker } = keyWorker(async () => fail('nothing may be sent'))
    await expect(createKeyRing(() => worker).put(key, origin)).rejects.toThrow(said)
  })

  it('says offline with the host', async () => {
    const server = await startModelServer()
    await server.close()
    const { worker } = keyWorker()
    await expect(createKeyRing(() => worker).put(KEY, server.url)).rejects.toMatchObject({
      failure: { code: 'offline', message: `The model server at ${new URL(server.url).host} cannot be reached.` },
    })
  })

  it('ends what runs and refuses what comes when the key is forgotten', async () => {
    const gate = hold()
    closers.push(() => gate.release())
    const server = await serve({ script: [stream([...answer([text('first')]).steps.slice(0, 4), { type: 'hold', until: gate.until }])] })
    const { ring, model } = await granted(server)
    const running = collect(model.stream(body(), never))
    await server.arrived(1)
    await Promise.all([ring.forget(), expect(running).rejects.toBeInstanceOf(FailureError)])
    await expect.poll(() => server.requests[0]?.wasAborted()).toBe(true)
    await expect(collect(model.stream(body(), never))).rejects.toMatchObject({ failure: { code: 'no_key' } })
    expect(server.requests).toHaveLength(1)
  })

  it('[rule 51] passes a stop on to the provider', async () => {
    const gate = hold()
    closers.push(() => gate.release())
    const server = await serve({ script: [stream([...answer([text('first')]).steps.slice(0, 4), { type: 'hold', until: gate.until }])] })
    const { model } = await granted(server)
    const stop = new AbortController()
    const running = (async () => {
      for await (const event of model.stream(body(), stop.signal)) if (event.type === 'delta') stop.abort()
    })()
    await expect(running).rejects.toMatchObject({ failure: { code: 'aborted' } })
    await expect.poll(() => server.requests[0]?.wasAborted()).toBe(true)
  })

  it('does not read on while nobody takes what was read', async () => {
    let pulled = 0
    const endless: typeof fetch = async (input, init) => {
      if (urlOf(input).href.includes('models')) return fetch(input, init)
      const source = new ReadableStream<Uint8Array>({
        pull: (controller) => (pulled++, controller.enqueue(new TextEncoder().encode(': x\n'))),
      })
      return new Response(source, { headers: { 'content-type': 'text/event-stream' } })
    }
    const { port } = await granted(await serve(), { fetch: endless })
    const response = await keyFetch(port)('https://anything.example/v1/messages', {
      method: 'POST',
      body: body(),
      headers: { 'anthropic-version': '2026-10-21' },
    })
    const reader = response.body?.getReader()
    for (let n = 0; n < 5; n++) await reader?.read()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(pulled).toBeLessThan(20)
    await reader?.cancel()
  })

  it.each([
    ['another address', { type: 'get', id: 1, url: 'https://evil.example' }],
    ['a header of its own', { type: 'messages', id: 1, version: '2026-10-21', body: '{}', headers: { host: 'evil' } }],
    ['a way out of the query', { type: 'models', id: 1, version: '2026-10-21', query: '/../../evil' }],
    ['the key', { type: 'put', n: 1, key: 'x', origin: 'https://evil.example' }],
    ['nothing', null],
  ])('refuses a port that asks for %s', async (_what, message) => {
    const sent: string[] = []
    const server = await serve()
    const spying: typeof fetch = (input, init) => (sent.push(urlOf(input).href), fetch(input, init))
    const { port } = await granted(server, { fetch: spying })
    const reply = new Promise((resolve) => port.addEventListener('message', ({ data }) => resolve(data), { once: true }))
    port.start()
    port.postMessage(message)
    expect(await reply).toEqual({ type: 'refused' })
    expect(sent).toEqual([`${server.url}/v1/models?limit=1000`])
  })
})

function fail(message: string): never {
  throw new Error(message)
}
