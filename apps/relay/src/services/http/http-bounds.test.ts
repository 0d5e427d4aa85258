import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '@tabwright/protocol'
import { WebSocket } from 'ws'
import { openWorker, until, type RawSocket } from '../../engine/socket-under-test'
import { startForTest, type RelayUnderTest } from '../../relay-under-test'
import { SERVICE_LIMITS } from '../bounds'

const TOKEN = 'automation-token-0123456789'
const MOST = 100_000
const CRLF = '\r\n'

/** What a function made of the stream of its request. */
interface Read {
  readonly bytes: number
  readonly code: number
}

describe('the body of a request under /http', () => {
  let relay: RelayUnderTest
  let worker: RawSocket
  const open: Socket[] = []

  beforeAll(async () => {
    relay = await startForTest({
      env: { TABWRIGHT_TOKEN: TOKEN },
      limits: { services: { ...SERVICE_LIMITS, httpBody: MOST, value: 1000 } },
    })
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
    await relay.stop()
  })

  /** Bytes as they are; no client that would correct them. */
  async function raw(
    path: string,
    lines: readonly string[],
    body = '',
  ): Promise<{ socket: Socket; answered: Promise<string>; got: () => string }> {
    const socket = connect(relay.port, '127.0.0.1')
    open.push(socket)
    let got = ''
    socket.on('data', (part) => (got += part.toString('latin1')))
    // A relay that hangs up while more is written.
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const answered = new Promise<string>((resolve) => socket.once('close', () => resolve(got)))
    const head = [`POST ${path} HTTP/1.1`, `host: localhost:${relay.port}`, `authorization: Bearer ${TOKEN}`, ...lines]
    socket.write([...head, '', body].join(CRLF))
    return { socket, answered, got: () => got }
  }

  const called = async (): Promise<{ readonly id: Json; readonly data: JsonObject }> => {
    const frame = await worker.next((one) => one['type'] === 'invokefunction' && one['function_id'] === 'b::take')
    return { id: frame['invocation_id'] ?? null, data: Object(frame['data']) }
  }

  /** Reads what comes, as a function does, to whatever end the channel has. */
  async function readBody({ data }: { readonly data: JsonObject }): Promise<{ readonly whole: Promise<Read> }> {
    const { channel_id, access_key } = Object(data['request_body'])
    const ws = new WebSocket(`ws://localhost:${relay.port}/worker/ws/channels/${channel_id}?key=${access_key}&dir=read`)
    let bytes = 0
    ws.on('message', (part: Buffer) => (bytes += part.length))
    const whole = once(ws, 'close').then(([code]) => ({ bytes, code: Number(code) }))
    await once(ws, 'open')
    return { whole }
  }

  const answer = (id: Json, result: JsonObject) =>
    worker.send({ type: 'invocationresult', invocation_id: id, function_id: 'b::take', result })

  it('[O08] a length that says too much is 413 before anybody is asked, and the connection ends', async () => {
    const { answered } = await raw('/http/take', ['content-type: application/octet-stream', `content-length: ${MOST + 1}`])
    expect(await answered).toMatch(/^HTTP\/1.1 413 [^]*connection: close[^]*"code":"too_large"/i)
    await worker.settled()
    expect(worker.frames.filter((one) => one['type'] === 'invokefunction')).toEqual([])
  })

  it('[O08] chunks are counted: the first byte too many is 413, the call is called off, and no function takes the part for the whole', async () => {
    const { socket, answered } = await raw('/http/take', ['content-type: application/octet-stream', 'transfer-encoding: chunked'])
    const asked = await called()
    const { whole } = await readBody(asked)
    const chunk = `${(10_000).toString(16)}${CRLF}${'x'.repeat(10_000)}${CRLF}`
    for (let n = 0; n < 20; n++) socket.write(chunk)
    expect(await answered).toMatch(/^HTTP\/1.1 413 /)
    const { bytes, code } = await whole
    expect(bytes).toBeLessThanOrEqual(MOST)
    expect(code).not.toBe(1000)
    expect(await worker.ofType('cancelinvocation')).toMatchObject({ invocation_id: asked.id })
  })

  it('one that breaks while it is being answered cuts the answer, and no words of another are put into it', async () => {
    const begun = `1${CRLF}{${CRLF}`
    const lines = ['content-type: application/octet-stream', 'transfer-encoding: chunked']
    const { socket, answered, got } = await raw('/http/take', lines, begun)
    const { channel_id, access_key } = Object((await called()).data['response'])
    const answering = new WebSocket(`ws://localhost:${relay.port}/worker/ws/channels/${channel_id}?key=${access_key}&dir=write`)
    await once(answering, 'open')
    answering.send(Buffer.from('first part'))
    await until(() => expect(got()).toContain('first part'))
    socket.write(`zz${CRLF}`)
    expect((await answered).match(/HTTP\/1.1/g)).toHaveLength(1)
    answering.terminate()
  })

  it('as much as may be comes whole', async () => {
    const { got } = await raw('/http/take', ['content-type: application/octet-stream', `content-length: ${MOST}`], 'x'.repeat(MOST))
    const asked = await called()
    expect(await (await readBody(asked)).whole).toEqual({ bytes: MOST, code: 1000 })
    answer(asked.id, { status_code: 201 })
    await until(() => expect(got()).toMatch(/^HTTP\/1.1 201 /))
  })

  it('a length that says too little ends the body there; what follows is a request of its own, and without a bearer nobody', async () => {
    const smuggled = `POST /http/take HTTP/1.1${CRLF}host: localhost:${relay.port}${CRLF}content-length: 0${CRLF}${CRLF}`
    const { got } = await raw('/http/take', ['content-type: text/plain', 'content-length: 2'], `{}${smuggled}`)
    const asked = await called()
    expect(asked.data).toMatchObject({ body: '{}' })
    answer(asked.id, { status_code: 200, body: 'first' })
    await until(() => expect(got()).toMatch(/^HTTP\/1.1 200 [^]*HTTP\/1.1 401 /))
    expect(worker.frames.filter((one) => one['type'] === 'invokefunction')).toHaveLength(1)
  })

  it.each([
    ['text', 'text/plain', 0],
    ['bytes', 'application/octet-stream', 1],
  ])('a length that says too much for what comes (%s): nobody takes it for the whole', async (_name, type, calls) => {
    const { socket } = await raw('/http/take', [`content-type: ${type}`, 'content-length: 10'], 'short')
    if (calls === 0) {
      socket.end()
      await once(socket, 'close')
    } else {
      const asked = await called()
      const { whole } = await readBody(asked)
      socket.end()
      expect((await whole).code).not.toBe(1000)
      expect(await worker.ofType('cancelinvocation')).toMatchObject({ invocation_id: asked.id })
    }
    await worker.settled()
    expect(worker.frames.filter((one) => one['type'] === 'invokefunction')).toHaveLength(calls)
  })

  it.each([
    ['a length beside chunks', ['content-length: 5', 'transfer-encoding: chunked'], `0${CRLF}${CRLF}`],
    ['chunks named twice', ['transfer-encoding: chunked', 'transfer-encoding: identity'], `0${CRLF}${CRLF}`],
    ['chunks that are not the last coding', ['transfer-encoding: chunked, gzip'], `0${CRLF}${CRLF}`],
    ['two lengths', ['content-length: 2', 'content-length: 3'], '{}x'],
    ['a length below nothing', ['content-length: -1'], '{}'],
    ['a length that is no number', ['content-length: 2, 2'], '{}'],
    ['a chunk whose length is none', ['transfer-encoding: chunked'], `zz${CRLF}{}${CRLF}0${CRLF}${CRLF}`],
    ['a bare line feed in a chunk', ['transfer-encoding: chunked'], `2\n{}${CRLF}0${CRLF}${CRLF}`],
  ])('%s is a broken request: 400, the connection ends, and no function is asked', async (_name, lines, body) => {
    for (const path of ['/http/take', '/invoke/b::take']) {
      const type = path === '/http/take' ? 'text/plain' : 'application/json'
      const { answered } = await raw(
        path,
        [`content-type: ${type}`, ...lines],
        `${body}GET /healthz HTTP/1.1${CRLF}host: localhost:${relay.port}${CRLF}${CRLF}`,
      )
      const answers = (await answered).match(/HTTP\/1.1 \d{3}/g)
      expect(answers).toEqual(['HTTP/1.1 400'])
    }
    await worker.settled()
    expect(worker.frames.filter((one) => one['type'] === 'invokefunction')).toEqual([])
  })
})
