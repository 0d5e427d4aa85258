import { createServer, type ServerResponse } from 'node:http'
import { afterEach, expect, it, vi } from 'vitest'
import { mcpFetch } from './mcp-fetch'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
  vi.useRealTimers()
})

interface Hostile {
  readonly url: string
  /** That the server's connection is gone. */
  readonly closed: Promise<void>
}

/** A server that answers everything with this, and ends nothing by itself. */
async function hostile(type: string, answer: (outgoing: ServerResponse) => void): Promise<Hostile> {
  let close = (): void => undefined
  const closed = new Promise<void>((resolve) => (close = resolve))
  const http = createServer((incoming, outgoing) => {
    incoming.resume()
    outgoing.on('close', close).writeHead(200, { 'content-type': type })
    answer(outgoing)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    http.closeAllConnections()
    http.close()
  })
  const address = http.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/mcp`, closed }
}

const ask = ({ url }: Hostile, init: RequestInit = {}, gone = new AbortController()): Promise<Response> =>
  mcpFetch(url, () => ({ named: new Set(), own: new Set(), providers: new Set() }), gone.signal)(url, init)

const MIB = 'x'.repeat(1024 * 1024)
/** Writes until nobody takes it any more. */
const endless = (outgoing: ServerResponse): void => {
  while (!outgoing.destroyed && outgoing.write(MIB));
  outgoing.once('drain', () => endless(outgoing))
}

it.each(['application/json', 'text/event-stream'])('an endless message of %s is read for 10 MiB and no further', async (type) => {
  const server = await hostile(type, endless)
  await expect((await ask(server, { method: 'POST', body: '{}' })).text()).rejects.toThrow('more than 10 MiB')
  await server.closed
})

it('a stream of messages may be longer than one', async () => {
  const server = await hostile('text/event-stream', (outgoing) => {
    for (let n = 0; n < 12; n++) outgoing.write(`data: ${MIB}\r\n\r\n`)
    outgoing.end()
  })
  expect((await (await ask(server)).text()).length).toBeGreaterThan(12 * MIB.length)
})

it.each(['GET', 'POST'])('what is open ends with the link, or when its own call is given up (%s)', async (method) => {
  for (const which of ['gone', 'own'] as const) {
    const server = await hostile('text/event-stream', (outgoing) => outgoing.write('data: 1\n\n'))
    const stops = { gone: new AbortController(), own: new AbortController() }
    const answer = await ask(server, { method, signal: stops.own.signal }, stops.gone)
    stops[which].abort()
    await expect(answer.text()).rejects.toThrow('was not waited for any longer')
    await server.closed
  }
})

it('an answer that does not end is given up, but for the stream that a server is listened to on', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const server = await hostile('text/event-stream', (outgoing) => outgoing.write('data: 1\n\n'))
  const [listening, called] = [await ask(server), await ask(server, { method: 'POST' })]
  vi.advanceTimersByTime(150_000)
  await expect(called.text()).rejects.toThrow('did not end its answer in time')
  const reader = listening.body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n')
  await reader?.cancel()
})
