import { randomUUID } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import type { Json, JsonObject } from '@tabwright/protocol'
import { WebSocket, type ClientOptions } from 'ws'

/** For tests: a WebSocket that keeps what it got, and waits for what is to come. */
export interface RawSocket {
  readonly ws: WebSocket
  readonly frames: readonly JsonObject[]
  send(frame: JsonObject | string | Buffer): void
  /** The first frame from now on, or one that came already, for which it holds; each is given out once. */
  next(holds: (frame: JsonObject) => boolean): Promise<JsonObject>
  ofType(type: string): Promise<JsonObject>
  /** A call of this socket, answered by the whole result frame. */
  call(functionId: string, data?: Json, more?: JsonObject): Promise<JsonObject>
  /** Lets go of all frames that came so far. */
  forget(): void
  /** What the relay has taken in so far is behind this. */
  settled(): Promise<void>
  readonly closed: Promise<number>
}

export interface Refused {
  readonly status: number
  readonly body: string
}

/** @returns the open socket, or the HTTP answer that refused it */
export function openSocket(url: string, options: ClientOptions = {}): Promise<RawSocket | Refused> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { perMessageDeflate: false, ...options })
    const raw = rawSocket(ws)
    ws.once('open', () => resolve(raw))
    ws.once('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (part: Buffer) => (body += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    ws.on('error', reject)
  })
}

/** @throws when it was refused */
export async function openWorker(url: string, token: string): Promise<RawSocket> {
  const opened = await openSocket(url, { headers: { authorization: `Bearer ${token}` } })
  if ('status' in opened) throw new Error(`refused with ${opened.status}: ${opened.body}`)
  return opened
}

function rawSocket(ws: WebSocket): RawSocket {
  const frames: JsonObject[] = []
  const unread: JsonObject[] = []
  let waiting: { readonly holds: (frame: JsonObject) => boolean; readonly resolve: (frame: JsonObject) => void }[] = []
  ws.on('message', (data: Buffer) => {
    const frame: JsonObject = JSON.parse(data.toString('utf8'))
    frames.push(frame)
    const found = waiting.find((one) => one.holds(frame))
    if (found === undefined) unread.push(frame)
    waiting = waiting.filter((one) => one !== found)
    found?.resolve(frame)
  })
  const closed = new Promise<number>((resolve) => ws.on('close', resolve))
  const send = (frame: JsonObject | string | Buffer) =>
    ws.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame))
  const next = (holds: (frame: JsonObject) => boolean) =>
    new Promise<JsonObject>((resolve) => {
      const at = unread.findIndex(holds)
      const [found] = at < 0 ? [] : unread.splice(at, 1)
      if (found === undefined) waiting.push({ holds, resolve })
      else resolve(found)
    })
  return {
    ws,
    frames,
    send,
    next,
    ofType: (type) => next((frame) => frame['type'] === type),
    call: (functionId, data, more = {}) => {
      const id = randomUUID()
      send({ type: 'invokefunction', invocation_id: id, function_id: functionId, ...(data !== undefined && { data }), ...more })
      return next((frame) => frame['type'] === 'invocationresult' && frame['invocation_id'] === id)
    },
    forget: () => {
      frames.length = 0
      unread.length = 0
    },
    settled: async () => {
      send({ type: 'ping' })
      await next((frame) => frame['type'] === 'pong')
    },
    closed,
  }
}

/** To a port of this machine through a machine in between that goes away without a word: both ends keep their connection, and nothing passes any more. */
export async function cutterTo(port: number) {
  const ends: Socket[] = []
  const server = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1')
    for (const end of [incoming, outgoing]) end.on('error', () => end.destroy())
    incoming.pipe(outgoing)
    outgoing.pipe(incoming)
    ends.push(incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => ends.forEach((end) => end.unpipe().resume()),
    close: () => {
      for (const end of ends) end.destroy()
      server.close()
    },
  }
}

/** Tries until it holds; a busy machine is not a failure. */
export async function until<T>(check: () => T | Promise<T>): Promise<T> {
  const last = performance.now() + 20_000
  for (;;) {
    try {
      return await check()
    } catch (thrown) {
      if (performance.now() > last) throw thrown
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** For the worker client, which runs where no global WebSocket takes headers. */
export const socketsWith =
  (token: string) =>
  (address: string): WebSocket =>
    new WebSocket(address, { headers: { authorization: `Bearer ${token}` } })
