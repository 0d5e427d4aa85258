import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { failureOf } from '@tabwright/protocol'
import { afterEach, expect, it } from 'vitest'
import { connectMirror } from './relay'

const NAME = 'a'.repeat(64)

interface Seen {
  readonly method: string
  readonly path: string
  readonly bearer: string
  readonly match: string | undefined
  readonly type: string | undefined
  readonly body: Buffer
}

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function start(answer: (seen: Seen, response: ServerResponse) => void): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { method = '', url: path = '', headers } = request
    if (path === '/session') {
      const session = { token: `t${seen.length}`, expiresAt: 1, relay: { version: '1' } }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session))
      return
    }
    const one = {
      method,
      path,
      bearer: headers.authorization ?? '',
      match: headers['if-match'],
      type: headers['content-type'],
      body: Buffer.concat(parts),
    }
    seen.push(one)
    answer(one, response)
  }
  const started = createServer((request, response) => void listener(request, response))
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const address = started.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, seen }
}

const refuse = (response: ServerResponse, status: number, type: string): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ type: 'error', error: { type, message: 'Said.' } }))

it('sends bytes as they are and names the head that it replaces', async () => {
  const { url, seen } = await start((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  const bytes = new Uint8Array([0, 255, 10, 13])
  expect(await connectMirror(url).writeHead(NAME, { parts: ['ab'.repeat(32)], head: bytes }, 3)).toBe(4)
  expect(seen).toEqual([
    {
      method: 'PUT',
      path: `/mirror/${NAME}`,
      bearer: 'Bearer t0',
      match: '"3"',
      type: 'application/octet-stream',
      body: Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.alloc(32, 0xab), bytes]),
    },
  ])
})

it('reads a head with its number, and nothing where there is none', async () => {
  const { url } = await start(({ path }, response) => {
    if (path.endsWith('b')) refuse(response, 404, 'not_found')
    else response.writeHead(200, { 'content-type': 'application/octet-stream', etag: '"7"' }).end(Buffer.from([9, 8]))
  })
  const mirror = connectMirror(url)
  expect(await mirror.readHead(NAME)).toEqual({ bytes: new Uint8Array([9, 8]), version: 7 })
  expect(await mirror.readHead('b'.repeat(64))).toBeUndefined()
})

it('says stale when another head is there, incomplete when a part is not, and storage_full when the relay has no room', async () => {
  const { url } = await start(({ match }, response) => {
    if (match === '"1"') return refuse(response, 412, 'mirror_stale')
    return match === '"2"' ? refuse(response, 409, 'mirror_incomplete') : refuse(response, 507, 'relay_full')
  })
  const frame = { parts: [], head: new Uint8Array([1]) }
  const mirror = connectMirror(url)
  expect(await mirror.writeHead(NAME, frame, 1)).toBe('stale')
  expect(await mirror.writeHead(NAME, frame, 2)).toBe('incomplete')
  expect(await mirror.writeHead(NAME, frame, 0).catch(failureOf)).toMatchObject({ code: 'storage_full', message: 'Said.' })
})

it('gets another bearer when the relay ended the old one, and uses the one that the page has', async () => {
  let isFirst = true
  const { url, seen } = await start((_, response) => {
    if (isFirst) refuse(response, 401, 'session_ended')
    else response.writeHead(200).end(Buffer.from([1]))
    isFirst = false
  })
  expect(await connectMirror(url).readPart(NAME, NAME)).toEqual(new Uint8Array([1]))
  expect(seen.map((one) => one.bearer)).toEqual(['Bearer t0', 'Bearer t1'])
  await connectMirror(url, { bearer: async () => 'of-the-page' }).readPart(NAME, NAME)
  expect(seen.at(-1)?.bearer).toBe('Bearer of-the-page')
})

it('says offline when the relay goes away', async () => {
  const { url } = await start(({ path }, response) => {
    if (path.includes('mirror')) response.destroy()
  })
  expect(await connectMirror(url).list().catch(failureOf)).toMatchObject({ code: 'offline' })
})
