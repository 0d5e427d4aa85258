import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startForTest, type RelayUnderTest } from './relay-under-test'

const FIXED = 'automation-token-0123456789'
const JSON_TYPE = { 'content-type': 'application/json' }
let relay: RelayUnderTest
let bearer: string

beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: FIXED } })
  bearer = await relay.pair()
})
afterAll(() => relay.stop())

const withBearer = (more: Record<string, string> = {}) => ({ authorization: `Bearer ${bearer}`, ...more })

describe('Host', () => {
  const paths = ['/', '/healthz', '/index.html', '/vault', '/v1/models', '/session', '/worker', '/nothing']

  it('[O03] a foreign Host is answered 421 with an empty body on every path and method, upgrades included', async () => {
    const hosts = (port: number) => [
      `attacker.example:${port}`,
      `127.evil.com:${port}`,
      `localhost.evil.com:${port}`,
      `localhost:${port}.evil.com`,
      'localhost',
      `localhost:${port + 1}`,
      `localhost.:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `0.0.0.0:${port}`,
      'bad host',
    ]
    for (const path of paths) {
      for (const host of hosts(relay.port)) {
        const { status, text, headers } = await relay.send({ path, headers: withBearer({ host, origin: relay.url }) })
        expect([path, host, status, text]).toEqual([path, host, 421, ''])
        expect(headers['access-control-allow-origin']).toBeUndefined()
      }
      const upgrade = { host: `attacker.example:${relay.port}`, connection: 'Upgrade', upgrade: 'websocket' }
      expect((await relay.send({ path, headers: upgrade })).status).toBe(421)
      expect((await relay.send({ path, method: 'POST', headers: { host: 'evil.example', ...JSON_TYPE }, body: '{}' })).status).toBe(421)
    }
  })

  it('the own names are answered, whatever their letter case', async () => {
    for (const host of [`localhost:${relay.port}`, `LOCALHOST:${relay.port}`, `127.0.0.1:${relay.port}`, `[::1]:${relay.port}`]) {
      expect((await relay.send({ path: '/healthz', headers: { host } })).status).toBe(200)
    }
  })

  it('[O03] a name of a sandbox gives out the locked frame and nothing else, and only its app may frame it', async () => {
    const host = `sandbox-0123456789abcdef.localhost:${relay.port}`
    mkdirSync(join(relay.dist, 'frame'))
    writeFileSync(join(relay.dist, 'frame', 'kernel.html'), 'the frame')
    const frame = await relay.send({ path: '/frame/kernel.html', headers: { host } })
    expect(frame.status).toBe(200)
    expect(frame.headers['cross-origin-resource-policy']).toBe('cross-origin')
    expect(frame.headers['content-security-policy']).toContain(`frame-ancestors 'self' http://localhost:${relay.port};`)
    expect(frame.headers['content-security-policy']).toContain('sandbox allow-scripts')
    for (const path of [...paths, '/frame/kernel.js', '/frame/kernel.html?x', '/frame/../frame/kernel.html', '/assets/'])
      expect([path, (await relay.send({ path, headers: withBearer({ host }) })).status]).toEqual([path, 421])
    expect((await relay.send({ path: '/frame/kernel.html', method: 'POST', headers: { host, ...JSON_TYPE }, body: '{}' })).status).toBe(421)
    for (const name of [
      'sandbox-0.localhost',
      'sandbox-0123456789abcdef.evil.example',
      'x.sandbox-0123456789abcdef.localhost',
      'a.localhost',
    ])
      expect((await relay.send({ path: '/frame/kernel.html', headers: { host: `${name}:${relay.port}` } })).status).toBe(421)
    expect(
      (await relay.send({ path: '/frame/kernel.html', headers: { host: `sandbox-0123456789abcdef.localhost:${relay.port + 1}` } })).status,
    ).toBe(421)
  })

  it('[O03] a name of a preview gives out one empty page for every page, its script, and nothing else', async () => {
    const host = `0123456789abcdef0123456789abcdef.preview.localhost:${relay.port}`
    mkdirSync(join(relay.dist, '__preview'))
    writeFileSync(join(relay.dist, '__preview', 'shell.html'), 'the empty page')
    writeFileSync(join(relay.dist, '__preview', 'page.js'), 'its script')
    for (const path of ['/', '/a/b.html?x=1', '/vault', '/session', '/healthz', '/__preview/shell.html']) {
      const page = await relay.send({ path, headers: { host, accept: 'text/html' } })
      expect([path, page.status, page.text]).toEqual([path, 200, 'the empty page'])
      expect(page.headers['cross-origin-resource-policy']).toBe('cross-origin')
      expect(page.headers['content-security-policy']).toContain(`frame-ancestors 'self' http://localhost:${relay.port}`)
      expect(page.headers['content-security-policy']).toContain("connect-src 'self' data: blob:;")
    }
    expect((await relay.send({ path: '/__preview/page.js', headers: { host } })).text).toBe('its script')
    for (const path of [...paths, '/frame/kernel.html', '/index.html', '/app.js'])
      expect([path, (await relay.send({ path, headers: withBearer({ host }) })).status]).toEqual([path, 421])
    expect((await relay.send({ path: '/', method: 'POST', headers: { host, accept: 'text/html', ...JSON_TYPE }, body: '{}' })).status).toBe(
      421,
    )
    for (const name of ['0.preview.localhost', 'preview.localhost', '0123456789abcdef0123456789abcdef.preview.evil.example'])
      expect((await relay.send({ path: '/', headers: { host: `${name}:${relay.port}`, accept: 'text/html' } })).status).toBe(421)
  })

  it('[O43] gives out no service worker under the name of a preview, its own script neither', async () => {
    const host = `0123456789abcdef0123456789abcdef.preview.localhost:${relay.port}`
    mkdirSync(join(relay.dist, '__preview'), { recursive: true })
    writeFileSync(join(relay.dist, '__preview', 'shell.html'), 'the empty page')
    writeFileSync(join(relay.dist, '__preview', 'page.js'), 'its script')
    for (const path of ['/__preview/page.js', '/__preview/page.js?again', '/', '/sw.js', '/index.html']) {
      // As a browser asks for one: no page can leave the first out.
      const asked = await relay.send({
        path,
        headers: { host, 'service-worker': 'script', 'sec-fetch-dest': 'serviceworker', accept: '*/*' },
      })
      expect([path, asked.status]).toEqual([path, 421])
    }
    expect((await relay.send({ path: '/__preview/page.js', headers: { host, 'sec-fetch-dest': 'script', accept: '*/*' } })).status).toBe(
      200,
    )
  })

  it('both loopback addresses listen on the same port', async () => {
    expect((await relay.send({ path: '/healthz', to: '::1' })).status).toBe(200)
  })

  it('an address in the request line cannot name another host', async () => {
    for (const path of ['http://evil.example/', '//evil.example/vault', '*']) {
      expect((await relay.send({ path, headers: withBearer() })).status).toBe(400)
    }
  })
})

describe('origin', () => {
  const hostile = [
    'https://evil.example',
    'null',
    'http://localhost',
    'http://localhost:1',
    'http://127.0.0.1:PORT',
    'https://localhost:PORT',
    'http://localhost:PORT.evil.com',
    'http://LOCALHOST:PORT',
    '',
  ]

  it('[O01] [O02] a foreign origin is refused even with a valid bearer, on every path that is not a file, upgrades included', async () => {
    for (const template of hostile) {
      const origin = template.replace('PORT', String(relay.port))
      for (const [method, path] of [
        ['GET', '/vault'],
        ['GET', '/v1/models'],
        ['POST', '/session'],
        ['DELETE', '/vault/anthropic'],
        ['POST', '/x'],
      ]) {
        const good = await relay.send({ method, path: path ?? '', headers: withBearer({ origin, ...JSON_TYPE }), body: '{}' })
        const bad = await relay.send({
          method,
          path: path ?? '',
          headers: { authorization: 'Bearer wrong', origin, ...JSON_TYPE },
          body: '{}',
        })
        expect([origin, path, good.status]).toEqual([origin, path, 403])
        expect(bad.text).toBe(good.text)
      }
      const headers = withBearer({ origin, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' })
      for (const path of ['/worker', '/', '/index.html']) expect((await relay.send({ path, headers })).status).toBe(403)
    }
  })

  it('a browser that says another site, or that says anything but same-origin, is refused', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await relay.send({ path: '/vault', headers: withBearer({ 'sec-fetch-site': site }) })).status).toBe(403)
    }
    expect((await relay.send({ path: '/vault', headers: withBearer({ 'sec-ch-ua': '"Chromium";v="156"' }) })).status).toBe(403)
  })

  it('the own page and a command line get in', async () => {
    for (const headers of [{ origin: relay.url }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-mode': 'cors' }, {}]) {
      expect((await relay.send({ path: '/vault', headers: withBearer(headers) })).status).toBe(200)
    }
  })

  it('[O04] a preflight gets no permission, not even from the own origin', async () => {
    for (const [origin, status] of [
      ['https://evil.example', 403],
      [relay.url, 401],
    ] as const) {
      const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
      const answer = await relay.send({ method: 'OPTIONS', path: '/v1/messages', headers })
      expect(answer.status).toBe(status)
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('content type', () => {
  it('[O04] only JSON may act: a form or plain text is refused before the bearer is looked at, without effect', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'text/plain; application/json',
      '',
    ]
    for (const type of types) {
      for (const [method, path] of [
        ['PUT', '/vault/anthropic'],
        ['POST', '/session'],
        ['POST', '/v1/messages'],
      ]) {
        const answer = await relay.send({
          method,
          path: path ?? '',
          headers: withBearer({ 'content-type': type }),
          body: '{"key":"sk-canary-0000"}',
        })
        expect([type, path, answer.status]).toEqual([type, path, 415])
      }
    }
    expect(JSON.parse((await relay.send({ path: '/vault', headers: withBearer() })).text).keys).toEqual([])
  })
})

describe('bearer', () => {
  it('nothing but files, health and pairing is told without one', async () => {
    for (const [method, path] of [
      ['GET', '/vault'],
      ['GET', '/v1/models'],
      ['POST', '/v1/messages'],
      ['PUT', '/vault/anthropic'],
      ['POST', '/nothing'],
    ]) {
      const answer = await relay.send({ method, path: path ?? '', headers: JSON_TYPE, body: '{}' })
      expect([path, answer.status, JSON.parse(answer.text).error.type]).toEqual([path, 401, 'not_signed_in'])
    }
    expect((await relay.send({ path: '/healthz' })).text).toBe('')
  })

  it('the fixed token is a bearer, and mints sessions', async () => {
    const headers = { authorization: `Bearer ${FIXED}`, ...JSON_TYPE }
    expect((await relay.send({ path: '/vault', headers })).status).toBe(200)
    const minted = await relay.send({ method: 'POST', path: '/session', headers, body: '{}' })
    expect(JSON.parse(minted.text)).toMatchObject({ token: expect.any(String), expiresAt: expect.any(Number), relay: { version: '9.9.9' } })
    expect((await relay.send({ path: '/vault', headers: { authorization: `Bearer ${JSON.parse(minted.text).token}` } })).status).toBe(200)
  })

  it('[O05] a credential in the address is refused even if right, in a cookie it counts as absent, and no log line has it', async () => {
    for (const path of [
      `/vault?token=${bearer}`,
      `/vault?x=${bearer}`,
      `/v1/models/${bearer}`,
      `/vault?x=${FIXED}`,
      '/vault?token=anything',
    ]) {
      const answer = await relay.send({ path, headers: withBearer() })
      expect([path, answer.status]).toEqual([path, 400])
      expect(answer.text).not.toContain(bearer)
    }
    for (const name of ['token', 'authorization', 'session']) {
      expect((await relay.send({ path: '/vault', headers: { cookie: `${name}=${bearer}` } })).status).toBe(401)
    }
    expect(relay.logged()).not.toContain(bearer)
    expect(relay.logged()).not.toContain(FIXED)
  })

  it('unknown addresses and methods are refused with one sentence', async () => {
    const cases = [
      ['POST', '/nothing', 404],
      ['PUT', '/vault', 405],
      ['POST', '/v1/models', 405],
      ['POST', '/v1/complete', 404],
      ['GET', '/v1/messages', 405],
    ] as const
    for (const [method, path, status] of cases) {
      const answer = await relay.send({ method, path, headers: withBearer(JSON_TYPE), body: method === 'GET' ? undefined : '{}' })
      expect([path, answer.status]).toEqual([path, status])
      expect(JSON.parse(answer.text).error.message).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('an upgrade with everything right but no handshake of a WebSocket in it is told so', async () => {
    const headers = withBearer({ origin: relay.url, connection: 'Upgrade', upgrade: 'websocket' })
    expect((await relay.send({ path: '/worker', headers })).status).toBe(400)
  })
})

it('[O08] an address has only so many connections, also those that ask nothing; one that ends makes room', async () => {
  const small = await startForTest({ limits: { connectionsOfAddress: { own: 2, other: 1 } } })
  const open = async () => {
    const socket = connect(small.port, '127.0.0.1')
    const closed = new Promise<'closed'>((resolve) => socket.once('close', () => resolve('closed')))
    await new Promise((resolve) => socket.once('connect', resolve))
    return { socket, closed }
  }
  const silent = [await open(), await open()]
  expect(await (await open()).closed).toBe('closed')
  silent[0]?.socket.destroy()
  await vi.waitFor(async () => expect((await small.send({ path: '/healthz' })).status).toBe(200))
  silent[1]?.socket.destroy()
  await small.stop()
})

describe('sizes', () => {
  it('[O08] a body over the limit is refused, announced or not, and the relay goes on', async () => {
    const small = await startForTest({ limits: { body: 1024, modelBody: 2048 }, env: { ANTHROPIC_API_KEY: 'sk-test-abcdefgh' } })
    const headers = { authorization: `Bearer ${await small.pair()}`, ...JSON_TYPE }
    const key = JSON.stringify({ key: 'x'.repeat(1100) })
    expect((await small.send({ method: 'PUT', path: '/vault/anthropic', headers, body: key })).status).toBe(413)
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    expect((await small.send({ method: 'POST', path: '/v1/messages', headers: chunked, body: 'x'.repeat(4096) })).status).toBe(413)
    expect((await small.send({ path: '/healthz', headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(400)
    expect((await small.send({ path: '/healthz' })).status).toBe(200)
    await small.stop()
  })

  it('[O09] a body that is not one flat object of texts is refused without a trace of our code', async () => {
    const bodies = ['[', '[]', '"x"', '{"key":1}', '{"key":{"a":1}}', `${'['.repeat(10_000)}`, '\ufeff{"key":', '{"key":"a"}x', 'null']
    for (const body of bodies) {
      const answer = await relay.send({ method: 'PUT', path: '/vault/anthropic', headers: withBearer(JSON_TYPE), body })
      expect([body.slice(0, 20), answer.status]).toEqual([body.slice(0, 20), 400])
      expect(answer.text).not.toMatch(/at .*\.ts|node_modules|SyntaxError/)
    }
  })
})

it('[O03] a request without a Host, or with two, is answered 421', async () => {
  for (const lines of ['', `Host: localhost:${relay.port}\r\nHost: evil.example\r\n`]) {
    const answer = await rawLines(`GET /vault HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 421 /)
    expect(answer.split('\r\n\r\n')[1]).toBe('')
  }
})

function rawLines(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(relay.port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (part) => (answer += String(part)))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}
