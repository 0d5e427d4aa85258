import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { FETCH_REQUEST_HEADER } from '@tabwright/protocol'
import { bodyParts, BodySilent } from './body'
import { openWorker, until, type RawSocket } from './engine/socket-under-test'
import { startForTest, type RelayUnderTest } from './relay-under-test'
import { SERVICE_LIMITS } from './services/bounds'

const TOKEN = 'automation-token-0123456789'
const CRLF = '\r\n'
/** Short enough for a test; printed, because a limit that was changed must be seen. */
const SHORT = { bodySilenceMs: 40, httpBodySilenceMs: 40 }

describe('the parts of a body', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  const pending = () => new Readable({ read: () => undefined })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('one that comes slowly is read to its end, and the time in which nobody asks for more does not count', async () => {
    const body = pending()
    const parts = bodyParts(body, { silenceMs: 30 })
    for (const text of ['a', 'b', 'c']) {
      const next = parts.next()
      await pass(29)
      body.push(text)
      expect(String((await next).value)).toBe(text)
      await pass(1000)
    }
    body.push(null)
    expect(await parts.next()).toMatchObject({ done: true })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('[O08] one that is wanted whole and drips in is given up when too little came in that time, whatever the pause between two parts', async () => {
    const body = pending()
    const parts = bodyParts(body, { silenceMs: 30, least: 4 })
    const add = async (text: string, after: number) => {
      const next = parts.next()
      next.catch(() => undefined)
      await pass(after)
      body.push(text)
      return next
    }
    for (const text of ['ab', 'cd', 'abcd']) expect(String((await add(text, 14)).value)).toBe(text)
    await add('a', 10)
    await pass(1000)
    await add('b', 10)
    await expect(add('c', 11)).rejects.toBeInstanceOf(BodySilent)
  })

  it('one of which no more comes is given up, once nobody is being answered any more', async () => {
    let isAnswered = true
    const body = pending()
    const next = bodyParts(body, { silenceMs: 30, mayBeSilent: () => isAnswered }).next()
    const ended = vi.fn()
    next.catch(ended)
    await pass(300)
    expect(ended).not.toHaveBeenCalled()
    isAnswered = false
    await pass(30)
    await expect(next).rejects.toBeInstanceOf(BodySilent)
    // The connection ends: nobody is there whom that could surprise.
    body.destroy(new Error('aborted'))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('whoever wants no more leaves the stream as it is', async () => {
    const body = pending()
    body.push('a')
    for await (const part of bodyParts(body, { silenceMs: 30 })) {
      expect(String(part)).toBe('a')
      break
    }
    expect(body.destroyed).toBe(false)
  })
})

describe('a request that is never sent to its end', () => {
  const open: Socket[] = []
  const relays: RelayUnderTest[] = []
  let worker: RawSocket
  let relay: RelayUnderTest
  let bearer: string

  beforeAll(async () => {
    process.stdout.write(`limits of this test: ${JSON.stringify(SHORT)}\n`)
    const { bodySilenceMs, httpBodySilenceMs } = SHORT
    relay = await startForTest({
      env: { TABWRIGHT_TOKEN: TOKEN, ANTHROPIC_API_KEY: 'sk-ant-nothing-that-opens-anything' },
      limits: { bodySilenceMs, services: { ...SERVICE_LIMITS, httpBodySilenceMs } },
    })
    relays.push(relay)
    bearer = await relay.pair()
    worker = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    worker.send({ type: 'registerfunction', id: 'b::take' })
    const config = { api_path: '/take', http_method: 'POST' }
    worker.send({ type: 'registertrigger', id: 'b', trigger_type: 'http', function_id: 'b::take', config })
    await worker.settled()
  })
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy()
    worker.forget()
  })
  afterAll(async () => {
    worker.ws.close()
    for (const one of relays) await one.stop()
  })

  /** All that comes until the relay hangs up. */
  async function untilClosed(port: number, text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    open.push(socket)
    let got = ''
    socket.on('data', (part) => (got += part.toString('latin1')))
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.write(text)
    await closed
    return got
  }

  const begun = (method: string, path: string, type: string, more: readonly string[] = []) => {
    const head = [`${method} ${path} HTTP/1.1`, `host: localhost:${relay.port}`, `authorization: Bearer ${bearer}`, `content-type: ${type}`]
    return [...head, ...more, 'content-length: 10', '', '{'].join(CRLF)
  }
  const [json, bytes] = ['application/json', 'application/octet-stream']
  const asked = Buffer.from(JSON.stringify({ method: 'POST', url: 'https://example.com/', headers: [], redirect: 'manual' })).toString(
    'base64url',
  )

  it.each([
    ['POST', '/session', json],
    ['POST', '/invoke/b::take', json],
    ['PUT', '/vault/anthropic', json],
    ['POST', '/v1/messages', json],
    ['POST', '/http/take', json],
    ['PUT', `/mirror/${'0'.repeat(64)}/${'1'.repeat(64)}`, bytes],
    ['PUT', `/shares/${'s'.repeat(22)}`, bytes],
    ['PUT', `/live/${'s'.repeat(22)}`, bytes],
    ['POST', '/fetch', bytes],
  ])('[O08] %s %s is 408 with words and the connection ends; nobody is asked', async (method, path, type) => {
    const got = await untilClosed(
      relay.port,
      begun(method, path, type, [`${FETCH_REQUEST_HEADER}: ${asked}`, `share-token: ${'a'.repeat(64)}`]),
    )
    expect(got).toMatch(/^HTTP\/1.1 408 [^]*"request_timeout"/)
    expect(got).toMatch(/^connection: close/im)
    expect(got).toContain('Send it again, whole.')
    expect(got.match(/HTTP\/1.1/g)).toHaveLength(1)
    await worker.settled()
    expect(worker.frames.filter((one) => one['type'] === 'invokefunction')).toEqual([])
  })

  it('[O08] a function that reads it as a stream is called off', async () => {
    const got = untilClosed(relay.port, begun('POST', '/http/take', bytes))
    const { invocation_id: id } = await worker.next((one) => one['type'] === 'invokefunction')
    expect(await got).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/)
    expect(await worker.ofType('cancelinvocation')).toMatchObject({ invocation_id: id })
  })

  it('[O08] what drips in, so that there is always more, is 408 when the time of a whole request is over', async () => {
    const slow = await startForTest({ limits: { requestMs: 40 } })
    relays.push(slow)
    for (const text of [`GET / HTTP/1.1${CRLF}host: `, begun('POST', '/session', json).replace(`:${relay.port}`, `:${slow.port}`)]) {
      const got = await untilClosed(slow.port, text)
      expect(got).toMatch(/^HTTP\/1.1 408 [^]*connection: close[^]*"request_timeout"[^]*Send it again, whole\./i)
    }
    await until(() => expect(slow.logged()).not.toContain('"level":50'))
  })
})
