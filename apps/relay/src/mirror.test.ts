import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameMirrorHead } from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { startForTest, type Received, type RelayUnderTest, type TestOptions } from './relay-under-test'

const name = (of: string): string => createHash('sha256').update(of).digest('hex')
const [SESSION, PART] = [name('session'), name('part')]

const BYTES = { 'content-type': 'application/octet-stream' }

const running: RelayUnderTest[] = []
afterEach(async () => {
  for (const relay of running.splice(0)) await relay.stop()
})

interface Mirror {
  readonly relay: RelayUnderTest
  send(method: string, path: string, more?: { body?: Uint8Array | string; headers?: Record<string, string> }): Promise<Received>
  put(path: string, body: Uint8Array): Promise<Received>
  /** Replaces the head of this number. */
  head(session: string, head: Uint8Array, version: number, parts?: readonly string[]): Promise<Received>
}

async function start(options: TestOptions = {}): Promise<Mirror> {
  const relay = await startForTest(options)
  running.push(relay)
  const bearer = { authorization: `Bearer ${await relay.pair()}`, origin: relay.url }
  const send: Mirror['send'] = (method, path, more = {}) =>
    relay.send({ method, path, headers: { ...bearer, ...more.headers }, body: more.body })
  return {
    relay,
    send,
    put: (path, body) => send('PUT', path, { body, headers: BYTES }),
    head: (session, head, version, parts = []) =>
      send('PUT', `/mirror/${session}`, { body: frameMirrorHead({ parts, head }), headers: { ...BYTES, 'if-match': `"${version}"` } }),
  }
}

describe('the mirror', () => {
  it('gives back what it was given, byte for byte, also after a restart', async () => {
    const data = mkdtempSync(join(tmpdir(), 'mirror-'))
    const first = await start({ data })
    const [head, part] = [randomBytes(5_000), randomBytes(300_000)]
    expect((await first.put(`/mirror/${SESSION}/${PART}`, part)).status).toBe(200)
    expect(JSON.parse((await first.head(SESSION, head, 0, [PART])).text)).toEqual({ version: 1 })
    await first.relay.stop()
    running.length = 0
    const { send, relay } = await start({ data })
    const back = await send('GET', `/mirror/${SESSION}`)
    expect([back.status, back.headers.etag, back.bytes.equals(head)]).toEqual([200, '"1"', true])
    expect((await send('GET', `/mirror/${SESSION}/${PART}`)).bytes.equals(part)).toBe(true)
    expect(JSON.parse((await send('GET', `/mirror/${SESSION}/parts`)).text)).toEqual({ parts: [{ part: PART, size: 300_000 }] })
    expect(JSON.parse((await send('GET', '/mirror')).text)).toEqual({
      sessions: [{ session: SESSION, version: 1, at: expect.any(Number), size: 305_000 }],
    })
    expect(back.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
    expect(statSync(join(data, 'mirror.db')).mode & 0o077).toBe(0)
    expect(relay.logged()).not.toContain(SESSION)
    expect(relay.logged()).toContain('/mirror/:session')
  })

  it('replaces a head only by who knows it, and never a part', async () => {
    const { head, put, send } = await start()
    expect((await head(SESSION, randomBytes(10), 1)).status).toBe(412)
    expect((await head(SESSION, randomBytes(10), 0)).status).toBe(200)
    const second = randomBytes(10)
    expect(JSON.parse((await head(SESSION, second, 1)).text)).toEqual({ version: 2 })
    for (const version of [0, 1, 3]) {
      const refused = await head(SESSION, randomBytes(10), version)
      expect([refused.status, JSON.parse(refused.text).error.type]).toEqual([412, 'mirror_stale'])
    }
    expect((await send('GET', `/mirror/${SESSION}`)).bytes.equals(second)).toBe(true)
    expect((await put(`/mirror/${SESSION}`, second)).status).toBe(400)
    const unframed = await send('PUT', `/mirror/${SESSION}`, {
      body: randomBytes(5_000).fill(1, 0, 1),
      headers: { ...BYTES, 'if-match': '"2"' },
    })
    expect([unframed.status, JSON.parse(unframed.text).error.message]).toEqual([400, expect.stringContaining('reload it')])
    expect((await send('GET', `/mirror/${SESSION}`)).bytes.equals(second)).toBe(true)
    const part = randomBytes(10)
    await put(`/mirror/${SESSION}/${PART}`, part)
    expect((await put(`/mirror/${SESSION}/${PART}`, randomBytes(10))).status).toBe(200)
    expect((await send('GET', `/mirror/${SESSION}/${PART}`)).bytes.equals(part)).toBe(true)
  })

  it('takes no head without the parts that it names, and lets go of all others in the same step', async () => {
    const { put, send, head } = await start()
    const two = name('2')
    await put(`/mirror/${SESSION}/${PART}`, randomBytes(10))
    const refused = await head(SESSION, randomBytes(10), 0, [PART, two])
    expect([refused.status, JSON.parse(refused.text).error.type]).toEqual([409, 'mirror_incomplete'])
    expect((await send('GET', `/mirror/${SESSION}`)).status).toBe(404)
    await put(`/mirror/${SESSION}/${two}`, randomBytes(10))
    await put(`/mirror/${name('another session')}/${PART}`, randomBytes(10))
    expect((await head(SESSION, randomBytes(10), 0, [PART, two])).status).toBe(200)
    // Somebody who does not know the newest head removes nothing.
    expect((await head(SESSION, randomBytes(10), 0, [])).status).toBe(412)
    expect((await head(SESSION, randomBytes(10), 1, [two])).status).toBe(200)
    expect(JSON.parse((await send('GET', `/mirror/${SESSION}/parts`)).text)).toEqual({ parts: [{ part: two, size: 10 }] })
    expect((await send('GET', `/mirror/${name('another session')}/${PART}`)).status).toBe(200)
  })

  it('deletes a session with all of its parts, and no part alone', async () => {
    const { put, send, head } = await start()
    await put(`/mirror/${SESSION}/${PART}`, randomBytes(10))
    await put(`/mirror/${SESSION}/${name('2')}`, randomBytes(10))
    await head(SESSION, randomBytes(10), 0, [PART])
    expect((await send('DELETE', `/mirror/${SESSION}/${PART}`)).status).toBe(405)
    expect((await send('DELETE', `/mirror/${SESSION}`)).status).toBe(200)
    for (const path of [`/mirror/${SESSION}`, `/mirror/${SESSION}/${PART}`]) expect((await send('GET', path)).status).toBe(404)
    expect(JSON.parse((await send('GET', '/mirror')).text)).toEqual({ sessions: [] })
  })

  it('[C36] answers 507 and keeps nothing of it when there is no room; reads go on, and deleting makes room', async () => {
    const { head, put, send, relay } = await start({ limits: { mirrorBytes: 400_000 } })
    const kept = randomBytes(100_000)
    expect((await put(`/mirror/${SESSION}/${PART}`, kept)).status).toBe(200)
    expect((await head(SESSION, randomBytes(100), 0, [PART])).status).toBe(200)
    const refused = await put(`/mirror/${SESSION}/${name('large')}`, randomBytes(380_000))
    expect([refused.status, JSON.parse(refused.text).error.type]).toEqual([507, 'relay_full'])
    expect((await head(SESSION, randomBytes(380_000), 1, [PART])).status).toBe(507)
    expect((await send('GET', `/mirror/${SESSION}/${name('large')}`)).status).toBe(404)
    expect((await send('GET', `/mirror/${SESSION}/${PART}`)).bytes.equals(kept)).toBe(true)
    expect((await send('GET', `/mirror/${SESSION}`)).headers.etag).toBe('"1"')
    // What a head lets go of is room for it, on a full disk too.
    expect((await head(SESSION, randomBytes(150_000), 1, [])).status).toBe(200)
    expect((await send('GET', `/mirror/${SESSION}/${PART}`)).status).toBe(404)
    expect((await head(SESSION, randomBytes(100), 2, [])).status).toBe(200)
    expect((await put(`/mirror/${SESSION}/${name('again')}`, randomBytes(150_000))).status).toBe(200)
    expect(relay.logged()).not.toContain('request failed')
  })

  it('refuses what is too large, too many, empty, misnamed or of another kind', async () => {
    const { head, put, send } = await start({ limits: { mirrorPart: 1024 * 1024, mirrorSessions: 1 } })
    expect((await put(`/mirror/${SESSION}/${PART}`, randomBytes(1024 * 1024 + 1))).status).toBe(413)
    expect((await put(`/mirror/${SESSION}/${PART}`, new Uint8Array())).status).toBe(400)
    expect((await head(SESSION, randomBytes(1), 0)).status).toBe(200)
    expect((await head(name('another'), randomBytes(1), 0)).status).toBe(507)
    for (const path of ['/mirror/x', `/mirror/${SESSION}/../x`, `/mirror/${SESSION}/x`, `/mirror/${SESSION}/${PART}/more`, '/mirror/'])
      expect((await put(path, randomBytes(1))).status).toBeGreaterThanOrEqual(404)
    expect((await send('POST', `/mirror/${SESSION}`, { body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(405)
    expect((await send('PUT', `/mirror/${SESSION}`, { body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    const bytes = { 'content-type': 'application/octet-stream' }
    expect((await send('PUT', '/vault/anthropic', { body: 'x', headers: bytes })).status).toBe(415)
  })

  it('opens to a bearer of our own page only', async () => {
    const { head, relay } = await start()
    await head(SESSION, randomBytes(9), 0)
    for (const path of ['/mirror', `/mirror/${SESSION}`, `/mirror/${SESSION}/parts`]) {
      expect((await relay.send({ path, headers: { origin: relay.url } })).status).toBe(401)
      const token = await relay.pair()
      const foreign = { authorization: `Bearer ${token}`, origin: 'https://evil.example' }
      expect((await relay.send({ path, headers: foreign })).status).toBe(403)
    }
  })

  it('has nothing on its disk but what it was given', async () => {
    const { head, relay } = await start()
    await head(SESSION, Buffer.from('only-this-ciphertext'), 0)
    const kept = readdirSync(relay.data, { withFileTypes: true }).filter((entry) => entry.isFile())
    const files = kept.map((file) => readFileSync(join(relay.data, file.name)).toString('latin1'))
    expect(files.some((text) => text.includes('only-this-ciphertext'))).toBe(true)
  })
})
