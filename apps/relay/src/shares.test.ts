import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameShare } from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from './config'
import { startForTest, type Received, type RelayUnderTest, type TestOptions } from './relay-under-test'
import { openShareStore } from './share-store'

const BYTES = { 'content-type': 'application/octet-stream' }
const FILES = {
  'index.html': 'the app',
  'share/viewer.html': 'the reader',
  'share/viewer.js': 'its script',
  'share/viewer.css': 'its style',
  'share/whole.html': 'all in one',
  'assets/app.js': 'the app',
}

const running: RelayUnderTest[] = []
afterEach(async () => {
  for (const relay of running.splice(0)) await relay.stop()
})

const newId = (): string => randomBytes(16).toString('base64url')
const newToken = (): string => randomBytes(32).toString('hex')

function frame(more: { expires?: number; size?: number } = {}): Buffer {
  const { expires = 0, size = 400 } = more
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length))
  return Buffer.from(frameShare({ created: Date.now(), expires, check: random(16), iv: random(12), sealed: random(size) }))
}

interface Shares {
  readonly relay: RelayUnderTest
  readonly host: string
  put(id: string, token: string, body: Uint8Array): Promise<Received>
  revoke(id: string, token: string): Promise<Received>
  list(): Promise<{ readonly origin: string | null; readonly shares: readonly Record<string, unknown>[] }>
  /** As a reader's page asks. */
  read(id: string, headers?: Record<string, string>): Promise<Received>
}

async function start(options: TestOptions = {}): Promise<Shares> {
  const relay = await startForTest({ files: FILES, ...options })
  running.push(relay)
  const host = `share.localhost:${relay.port}`
  const own = { authorization: `Bearer ${await relay.pair()}`, origin: relay.url }
  return {
    relay,
    host,
    put: (id, token, body) =>
      relay.send({ method: 'PUT', path: `/shares/${id}`, headers: { ...own, ...BYTES, 'share-token': token }, body }),
    revoke: (id, token) => relay.send({ method: 'DELETE', path: `/shares/${id}`, headers: { ...own, 'share-token': token } }),
    list: async () => JSON.parse((await relay.send({ path: '/shares', headers: own })).text),
    read: (id, headers = {}) => relay.send({ path: `/shares/${id}`, headers: { host, 'sec-fetch-site': 'same-origin', ...headers } }),
  }
}

const typeOf = ({ text }: Received): unknown => JSON.parse(text).error.type

describe('shared sessions', () => {
  it('[O36] are given back byte for byte to whoever has the name, also after a restart; opens are counted, names are never logged', async () => {
    const data = mkdtempSync(join(tmpdir(), 'shares-'))
    const first = await start({ data })
    const [id, token, bytes] = [newId(), newToken(), frame()]
    expect((await first.put(id, token, bytes)).status).toBe(200)
    await first.relay.stop()
    running.length = 0
    const { read, list, relay } = await start({ data })
    for (const _ of [1, 2]) {
      const got = await read(id)
      expect([got.status, got.bytes.equals(bytes)]).toEqual([200, true])
      expect(got.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex, nofollow',
        'content-type': 'application/octet-stream',
      })
      expect(got.headers['set-cookie']).toBeUndefined()
    }
    expect(await list()).toEqual({
      origin: `http://share.localhost:${relay.port}`,
      shares: [{ id, at: expect.any(Number), expires: 0, size: bytes.length, opens: 2, state: 'open' }],
    })
    expect(relay.logged()).toContain('/shares/:id')
    for (const secret of [id, token]) expect(relay.logged()).not.toContain(secret)
    expect(statSync(join(data, 'shares.db')).mode & 0o077).toBe(0)
    for (const file of readdirSync(data)) if (file.startsWith('shares')) expect(readFileSync(join(data, file)).includes(token)).toBe(false)
  })

  it('are replaced and revoked by whoever has the token, and by nobody else', async () => {
    const { put, revoke, read } = await start()
    const [id, token] = [newId(), newToken()]
    const [first, second] = [frame(), frame({ size: 500 })]
    await put(id, token, first)
    expect(typeOf(await put(id, newToken(), second))).toBe('share_not_yours')
    expect(typeOf(await revoke(id, newToken()))).toBe('share_not_yours')
    expect((await read(id)).bytes.equals(first)).toBe(true)
    expect((await put(id, token, second)).status).toBe(200)
    expect((await read(id)).bytes.equals(second)).toBe(true)
    expect((await revoke(id, token)).status).toBe(200)
    const gone = await read(id)
    expect([gone.status, typeOf(gone)]).toEqual([410, 'share_revoked'])
    expect(typeOf(await put(id, token, second)), 'what was taken back does not come again').toBe('share_revoked')
    expect(typeOf(await read(newId()))).toBe('share_unknown')
    expect(typeOf(await revoke(newId(), token))).toBe('share_unknown')
  })

  it('end at their time, and the text goes with it', () => {
    let now = 1_000
    const data = mkdtempSync(join(tmpdir(), 'shares-'))
    const store = openShareStore(data, { bytes: 1 << 24, shares: 10 }, () => now)
    const [id, token, other] = [newId(), newToken(), newId()]
    store.put({ id, token, expires: 5_000, bytes: Buffer.from('sealed') })
    store.put({ id: other, token, expires: 0, bytes: Buffer.from('for ever') })
    now = 4_999
    expect(store.open(id, true)).toEqual(Buffer.from('sealed'))
    now = 5_000
    expect(store.open(id, true)).toBe('expired')
    expect(store.list().find((row) => row.id === id)).toMatchObject({ size: 0, state: 'expired', opens: 1 })
    expect(store.put({ id, token, expires: 9_000, bytes: Buffer.from('again') }), 'its owner makes it last').toBe('kept')
    expect(store.open(id, false)).toEqual(Buffer.from('again'))
    now = 9_000
    expect(store.open(id, false)).toBe('expired')
    now += 91 * 24 * 60 * 60_000
    expect(
      store.list().map((row) => row.id),
      'and later nothing is left to tell',
    ).toEqual([other])
    store.close()
  })

  it('are bounded: by size, by number, by room and by requests in a minute', async () => {
    const limits = { sharePart: 10_000, shares: 2, shareBytes: 30 * 4_096, shareWrites: 8, shareReads: 3 }
    const { put, read, list } = await start({ limits })
    expect(typeOf(await put(newId(), newToken(), frame({ size: 20_000 })))).toBe('too_large')
    const [id, token] = [newId(), newToken()]
    expect((await put(id, token, frame({ size: 9_000 }))).status).toBe(200)
    expect((await put(newId(), newToken(), frame())).status).toBe(200)
    const full = await put(newId(), newToken(), frame())
    expect([full.status, typeOf(full)]).toEqual([507, 'relay_full'])
    expect((await put(id, token, frame())).status, 'another version needs no other place').toBe(200)
    for (const bad of [frame({ expires: 5 }), Buffer.from('plain text'), frame().subarray(0, 60)])
      expect(typeOf(await put(id, token, bad))).toBe('bad_request')
    const late = await put(id, token, frame())
    expect([late.status, typeOf(late)]).toEqual([429, 'too_many_requests'])
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
    for (const status of [200, 200, 200, 429]) expect((await read(id)).status).toBe(status)
    expect((await list()).shares).toHaveLength(2)
  })

  it('a full disk keeps what was there', async () => {
    const { put, read } = await start({ limits: { shareBytes: 30 * 4_096 } })
    const [id, bytes] = [newId(), frame({ size: 40_000 })]
    expect((await put(id, newToken(), bytes)).status).toBe(200)
    expect(typeOf(await put(newId(), newToken(), frame({ size: 90_000 })))).toBe('relay_full')
    expect((await read(id)).bytes.equals(bytes)).toBe(true)
  })
})

/** Asks for a shared session and takes nothing of it. */
function askAndLeave({ relay, host }: Shares, id: string): Promise<Socket> {
  const socket = connect(relay.port, '127.0.0.1')
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.once('readable', () => resolve(socket))
    socket.write(`GET /shares/${id} HTTP/1.1\r\nhost: ${host}\r\nsec-fetch-site: same-origin\r\n\r\n`)
  })
}

it('who asks and does not read holds no more than their share, is told from those who are opened, and is cut in the end', async () => {
  const limits = { sharePart: 1 << 25, shareWaitingEach: 40_000_000, shareSilenceMs: 400, shareReads: 10_000 }
  const shares = await start({ limits })
  const [id, other] = [newId(), newId()]
  await shares.put(id, newToken(), frame({ size: 18_000_000 }))
  await shares.put(other, newToken(), frame())
  const idle = [await askAndLeave(shares, id), await askAndLeave(shares, id)]
  const refused = await shares.read(id)
  expect([refused.status, typeOf(refused), refused.headers['retry-after']]).toEqual([503, 'busy', '5'])
  expect((await shares.read(other)).status, 'a small one still fits').toBe(200)
  expect((await shares.list()).shares.find((row) => row['id'] === id)).toMatchObject({ opens: 2 })
  while ((await shares.read(id)).status !== 200) await Promise.resolve()
  for (const socket of idle) socket.destroy()
}, 20_000)

describe('[O03] the name at which shared sessions are read', () => {
  it('gives out one page for every session, its script and style, ciphertext, and nothing else', async () => {
    const { relay, host, put, read } = await start()
    const id = newId()
    await put(id, newToken(), frame())
    const page = await relay.send({ path: `/s/${id}`, headers: { host, accept: 'text/html' } })
    expect([page.status, page.text]).toEqual([200, 'the reader'])
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
    })
    expect(page.headers['cross-origin-embedder-policy']).toBeUndefined()
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(page.headers['content-security-policy']).toContain("connect-src 'self';")
    expect((await relay.send({ path: '/share/viewer.js', headers: { host } })).text).toBe('its script')
    expect((await relay.send({ path: '/share/viewer.css', headers: { host } })).text).toBe('its style')
    const bearer = { host, authorization: `Bearer ${await relay.pair()}` }
    const closed = [
      '/',
      '/index.html',
      '/assets/app.js',
      '/share/whole.html',
      '/vault',
      '/session',
      '/shares',
      '/mirror',
      '/healthz',
      `/s/${id}/x`,
      '/s/x',
    ]
    for (const path of closed) expect([path, (await relay.send({ path, headers: bearer })).status]).toEqual([path, 421])
    for (const method of ['PUT', 'DELETE', 'POST'])
      expect(
        (await relay.send({ method, path: `/shares/${id}`, headers: { ...bearer, ...BYTES, 'share-token': newToken() }, body: 'x' }))
          .status,
      ).toBe(421)
    for (const name of [
      'share.localhost',
      `share.localhost:${relay.port + 1}`,
      `a.share.localhost:${relay.port}`,
      `share.evil.example:${relay.port}`,
    ])
      expect((await relay.send({ path: `/s/${id}`, headers: { host: name, accept: 'text/html' } })).status).toBe(421)
    expect((await read(id, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await read(id, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('is the only place of that page: the app’s own name has the one that is no origin’s', async () => {
    const { relay } = await start()
    expect((await relay.send({ path: '/share/viewer.html', headers: { accept: 'text/html' } })).status).toBe(404)
    const whole = await relay.send({ path: '/share/whole.html', headers: { accept: 'text/html' } })
    expect(whole.text).toBe('all in one')
    expect(whole.headers['content-security-policy']).toContain('sandbox allow-scripts')
    expect(whole.headers['content-security-policy']).toContain("connect-src 'none'")
  })

  it('is none where others can connect, unless one was named that is not the app’s', async () => {
    const env = { TABWRIGHT_DATA: '/nowhere', TABWRIGHT_TOKEN: 'automation-token-0123456789' }
    const argv = ['--host', '192.0.2.1', '--origin', 'https://ide.example']
    const parsed = (more: Record<string, string>) => readConfig(argv, { ...env, ...more }, '/dist')
    expect(parsed({})).toMatchObject({ config: { shareOrigin: undefined } })
    expect(parsed({ TABWRIGHT_SHARE_ORIGIN: 'https://share.example' })).toMatchObject({ config: { shareOrigin: 'https://share.example' } })
    expect(parsed({ TABWRIGHT_SHARE_ORIGIN: 'https://ide.example' })).toMatchObject({
      type: 'bad',
      message: expect.stringContaining('another origin'),
    })
    expect(parsed({ TABWRIGHT_SHARE_ORIGIN: 'share.example/x' })).toMatchObject({ type: 'bad' })
    const named = await start({ env: { TABWRIGHT_SHARE_ORIGIN: 'https://share.example' } })
    expect((await named.list()).origin).toBe('https://share.example')
    const page = { path: `/s/${newId()}`, headers: { host: 'share.example', accept: 'text/html' } }
    expect((await named.relay.send(page)).text).toBe('the reader')
    expect((await named.relay.send({ ...page, headers: { ...page.headers, host: named.host } })).status).toBe(421)
  })
})
