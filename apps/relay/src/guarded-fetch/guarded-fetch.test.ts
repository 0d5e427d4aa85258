import type { RequestListener } from 'node:http'
import { FETCH_ANSWER_HEADER, FETCH_REQUEST_HEADER, parseFetchAnswer, type FetchRequest } from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { startForTest, startUpstream, type Received, type RelayUnderTest, type TestOptions, type Upstream } from '../relay-under-test'

let open: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.map((one) => one.stop()))
  open = []
})

interface Bench {
  readonly relay: RelayUnderTest
  readonly upstream: Upstream
  /** Anything may be asked: what is no request is refused. */
  readonly fetch: (request: Readonly<Record<string, unknown>> & { readonly path?: string }, body?: Uint8Array) => Promise<Received>
}

async function bench(listener: RequestListener, options: TestOptions = {}): Promise<Bench> {
  const upstream = await startUpstream(listener)
  const relay = await startForTest({ ...options, argv: ['--fetch-host', new URL(upstream.url).host, ...(options.argv ?? [])] })
  open.push({ stop: relay.stop }, { stop: upstream.close })
  const token = await relay.pair()
  return {
    relay,
    upstream,
    fetch: ({ path = '/', ...request }, body) => {
      const asked = { url: `${upstream.url}${path}`, method: 'GET', headers: [], redirect: 'manual', ...request }
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        [FETCH_REQUEST_HEADER]: Buffer.from(JSON.stringify(asked)).toString('base64url'),
      }
      return relay.send({ method: 'POST', path: '/fetch', headers, body: body ?? '' })
    },
  }
}

const answerOf = (received: Received) =>
  parseFetchAnswer(Buffer.from(String(received.headers[FETCH_ANSWER_HEADER] ?? ''), 'base64url').toString())

describe('POST /fetch', () => {
  it('sends bytes as they are and gives back status, headers and bytes as they came', async () => {
    const sent = Uint8Array.of(0, 255, 10, 13, 200)
    const { fetch } = await bench((incoming, outgoing) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('end', () => {
        outgoing.writeHead(418, 'Short and stout', {
          'x-got': `${incoming.method} ${String(incoming.headers['x-mine'])}`,
          'set-cookie': 'a=b',
        })
        outgoing.end(Buffer.concat(parts))
      })
    })
    const received = await fetch({ method: 'POST', headers: [['X-Mine', 'yes']] }, sent)
    expect(received.status).toBe(200)
    expect([...received.bytes]).toEqual([...sent])
    const answer = answerOf(received)
    expect(answer).toMatchObject({ status: 418, statusText: 'Short and stout' })
    expect(answer?.headers).toContainEqual(['x-got', 'POST yes'])
    expect(answer?.headers, 'a value among others: it sets nothing').toContainEqual(['set-cookie', 'a=b'])
    expect(received.headers['set-cookie']).toBeUndefined()
    expect(received.headers['content-security-policy']).toContain('sandbox')
  })

  it('needs a bearer, and takes a form from nobody', async () => {
    const { relay } = await bench((_incoming, outgoing) => outgoing.end('x'))
    const bare = await relay.send({ method: 'POST', path: '/fetch', headers: { 'content-type': 'application/octet-stream' }, body: '' })
    expect(bare.status).toBe(401)
    const form = await relay.send({ method: 'POST', path: '/fetch', headers: { 'content-type': 'text/plain' }, body: '' })
    expect(form.status).toBe(415)
  })

  it('[O12] a redirect to a private address is blocked at that hop, and the first answer is not given', async () => {
    for (const status of [302, 307]) {
      const { fetch, upstream } = await bench((_incoming, outgoing) => {
        outgoing.writeHead(status, { location: '//127.0.0.1:9/secret' })
        outgoing.end('first body')
      })
      const received = await fetch({ redirect: 'follow' })
      expect([received.status, received.text]).toEqual([expect.any(Number), expect.not.stringContaining('first body')])
      expect(received.status).toBeGreaterThanOrEqual(400)
      expect(upstream.seen).toHaveLength(1)
    }
  })

  it('follows redirects of the same place, ends after five, and leaves them alone when asked to', async () => {
    const { fetch, upstream } = await bench((incoming, outgoing) => {
      if (incoming.url === '/end') outgoing.end('there')
      else outgoing.writeHead(302, { location: incoming.url === '/loop' ? '/loop' : '/end' }).end()
    })
    expect((await fetch({ path: '/start', redirect: 'follow' })).text).toBe('there')
    expect((await fetch({ path: '/loop', redirect: 'follow' })).text).toContain('more than 5 times')
    expect(answerOf(await fetch({ path: '/start' }))?.status).toBe(302)
    expect(upstream.seen).toHaveLength(2 + 5 + 1)
  })

  it('drops credentials when a redirect leads to another origin', async () => {
    const second = await startUpstream((_incoming, outgoing) => outgoing.end('ok'))
    open.push({ stop: second.close })
    const { fetch } = await bench((_incoming, outgoing) => outgoing.writeHead(302, { location: `${second.url}/` }).end(), {
      argv: ['--fetch-host', new URL(second.url).host],
    })
    const headers: FetchRequest['headers'] = [
      ['Authorization', 'Basic c2VjcmV0'],
      ['Cookie', 'a=b'],
      ['X-Api-Key', 'k'],
      ['Accept', 'text/html'],
    ]
    await fetch({ redirect: 'follow', headers })
    expect(second.seen[0]?.headers).toMatchObject({ accept: 'text/html' })
    expect(Object.keys(second.seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']))
    expect(second.seen[0]?.headers['cookie']).toBeUndefined()
    expect(second.seen[0]?.headers['x-api-key']).toBeUndefined()
  })

  it('never lets the caller choose what belongs to the connection', async () => {
    const { fetch, upstream } = await bench((_incoming, outgoing) => outgoing.end('ok'))
    await fetch({
      headers: [
        ['Host', 'evil.example'],
        ['Transfer-Encoding', 'chunked'],
        ['Origin', 'https://evil.example'],
        ['X-Forwarded-For', '1.2.3.4'],
      ],
    })
    const [seen] = upstream.seen
    expect(seen?.headers.host).toBe(new URL(upstream.url).host)
    expect([seen?.headers.origin, seen?.headers['x-forwarded-for'], seen?.headers['transfer-encoding']]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('cuts an answer past the limit, so that it cannot be taken for a whole one', async () => {
    const { fetch } = await bench((_incoming, outgoing) => outgoing.end(Buffer.alloc(300_000)), { limits: { fetchAnswer: 100_000 } })
    await expect(fetch({})).rejects.toThrow(/aborted|hang up|reset/)
  })

  it('ends an answer that comes byte for byte once its whole time is over, and says so where none has begun', async () => {
    const { fetch } = await bench((incoming, outgoing) => {
      if (incoming.url === '/never') return
      const drip = setInterval(() => outgoing.write('x'), 5)
      outgoing.once('close', () => clearInterval(drip))
    })
    await expect(fetch({ wholeMs: 200 })).rejects.toThrow(/aborted|hang up|reset/)
    const late = await fetch({ path: '/never', wholeMs: 100 })
    expect([late.status, late.text]).toEqual([504, expect.stringContaining('it took too long')])
  })

  it('refuses a description that is none, with a sentence', async () => {
    const { fetch } = await bench((_incoming, outgoing) => outgoing.end('x'))
    for (const request of [{ headers: [['bad name', 'x']] }, { headers: [['x', 'a\r\nb: c']] }, { url: 'x'.repeat(9000) }]) {
      const received = await fetch(request)
      expect([received.status, received.text]).toEqual([400, expect.stringContaining('must describe what to fetch')])
    }
  })

  it('logs the host and nothing more of the address', async () => {
    const { fetch, relay } = await bench((_incoming, outgoing) => outgoing.end('x'))
    await fetch({ path: '/private/path?token=abc' })
    await expect.poll(() => relay.logged()).toContain('/fetch')
    expect(relay.logged()).not.toContain('private/path')
    expect(relay.logged()).not.toContain('token=abc')
  })
})
