import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameLive, LIVE_ENDS, readLiveNote, type LiveNote } from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startForTest, type Received, type RelayUnderTest, type TestOptions } from './relay-under-test'

const BYTES = { 'content-type': 'application/octet-stream' }

const running: RelayUnderTest[] = []
const open: WebSocket[] = []
afterEach(async () => {
  for (const ws of open.splice(0)) ws.terminate()
  for (const relay of running.splice(0)) await relay.stop()
})

const newId = (): string => randomBytes(16).toString('base64url')
const newToken = (): string => randomBytes(32).toString('hex')

function frame(epoch: number, counter: number, more: { size?: number; expires?: number } = {}): Buffer {
  const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length))
  const { size = 100, expires = 0 } = more
  return Buffer.from(frameLive({ epoch, counter, expires, check: random(16), sealed: random(size) }))
}

/** Somebody who follows. */
interface Following {
  readonly ws: WebSocket
  readonly frames: Buffer[]
  readonly notes: LiveNote[]
  /** Resolves when this holds, looked at after whatever comes. */
  until(holds: () => boolean): Promise<void>
  /** The code of its end, or the status with which it was refused. */
  readonly over: Promise<number>
}

async function start(options: TestOptions = {}) {
  const relay = await startForTest(options)
  running.push(relay)
  const host = `share.localhost:${relay.port}`
  const own = { authorization: `Bearer ${await relay.pair()}`, origin: relay.url }
  const put = (id: string, token: string, body: Uint8Array = Buffer.alloc(0)): Promise<Received> =>
    relay.send({ method: 'PUT', path: `/live/${id}`, headers: { ...own, ...BYTES, 'share-token': token }, body })
  const leave = (path: string, token: string): Promise<Received> =>
    relay.send({ method: 'DELETE', path, headers: { ...own, 'share-token': token } })
  const follow = (id: string, headers: Record<string, string> = {}, query = ''): Following =>
    following(new WebSocket(`ws://127.0.0.1:${relay.port}/live/${id}${query}`, { headers: { host, origin: `http://${host}`, ...headers } }))
  return { relay, host, own, put, follow, revoke: (id: string, token: string) => leave(`/live/${id}`, token), leave }
}

function following(ws: WebSocket): Following {
  open.push(ws)
  const frames: Buffer[] = []
  const notes: LiveNote[] = []
  const waiting = new Set<() => void>()
  ws.on('message', (data: Buffer, isBinary) => {
    const note = isBinary ? undefined : readLiveNote(data.toString())
    if (note) notes.push(note)
    else frames.push(data)
    for (const look of waiting) look()
  })
  const over = new Promise<number>((resolve) => {
    ws.on('close', resolve)
    ws.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode))
    ws.on('error', () => undefined)
  })
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { ws, frames, notes, until, over }
}

const json = ({ text }: Received): Record<string, unknown> => JSON.parse(text)
const typeOf = (received: Received): unknown => (json(received)['error'] as Record<string, unknown>)['type']

describe('a session that is followed', () => {
  it('[O36] comes byte for byte and in order to all who follow, from its beginning to who comes late, and from their place to who comes back', async () => {
    const data = mkdtempSync(join(tmpdir(), 'live-'))
    const first = await start({ data })
    const [id, token] = [newId(), newToken()]
    const sent = [frame(1, 0), frame(1, 1)]
    for (const bytes of sent) expect((await first.put(id, token, bytes)).status).toBe(200)
    const early = first.follow(id)
    await early.until(() => early.frames.length === 2)
    sent.push(frame(1, 2))
    expect(json(await first.put(id, token, sent[2]))).toEqual({ epoch: 1, next: 3, viewers: 1 })
    await early.until(() => early.frames.length === 3)
    expect(Buffer.concat(early.frames).equals(Buffer.concat(sent))).toBe(true)
    const back = first.follow(id, {}, '?epoch=1&next=2')
    await back.until(() => back.frames.length > 0)
    expect(back.frames.map((one) => one.equals(sent[2] ?? Buffer.alloc(0)))).toEqual([true])
    await first.relay.stop()
    running.length = 0

    const { relay, follow, put } = await start({ data })
    const late = follow(id)
    await late.until(() => late.frames.length === 3)
    expect(late.notes[0], 'nobody has heard of its owner since').toEqual({ viewers: 1, heard: null, isAway: true })
    const anew = frame(2, 0)
    await put(id, token, anew)
    await late.until(() => late.frames.length === 4)
    const other = follow(id, {}, '?epoch=1&next=3')
    await other.until(() => other.frames.length === 1)
    expect([late.frames[3]?.equals(anew), other.frames[0]?.equals(anew)]).toEqual([true, true])
    expect(relay.logged()).toContain('/live/:id')
    for (const secret of [id, token]) expect(relay.logged()).not.toContain(secret)
    for (const file of readdirSync(data)) if (file.startsWith('live')) expect(readFileSync(join(data, file)).includes(token)).toBe(false)
  })

  it('[O37] takes nothing from who follows: their connection ends, and nobody else hears of it', async () => {
    const { put, follow } = await start()
    const [id, token] = [newId(), newToken()]
    const bytes = frame(1, 0)
    await put(id, token, bytes)
    const [honest, forger, shouter] = [follow(id), follow(id), follow(id)]
    for (const one of [honest, forger, shouter]) await one.until(() => one.frames.length === 1)
    forger.ws.send(frame(1, 1))
    expect(await forger.over).toBe(LIVE_ENDS['read-only'])
    shouter.ws.send('x'.repeat(5_000))
    expect(await shouter.over).toBe(1009)
    expect(json(await put(id, token))).toMatchObject({ epoch: 1, next: 1 })
    const [next] = [frame(1, 1)]
    await put(id, token, next)
    await honest.until(() => honest.frames.length === 2)
    expect(honest.frames.map((one) => one.equals(bytes) || one.equals(next))).toEqual([true, true])
  })

  it('[O37] is given no number twice, no gap, no earlier epoch, and no frame of anybody else', async () => {
    const { put, revoke } = await start()
    const [id, token] = [newId(), newToken()]
    const bytes = frame(3, 0)
    expect(typeOf(await put(id, token)), 'nothing was begun').toBe('share_unknown')
    expect(typeOf(await put(id, token, frame(3, 1))), 'it begins with the first').toBe('live_stale')
    expect((await put(id, token, bytes)).status).toBe(200)
    expect((await put(id, token, bytes)).status, 'its answer may not have come').toBe(200)
    for (const wrong of [frame(3, 0), frame(3, 2), frame(2, 1), frame(4, 1)]) expect(typeOf(await put(id, token, wrong))).toBe('live_stale')
    for (const answer of [await put(id, newToken(), frame(3, 1)), await put(id, newToken()), await revoke(id, newToken())])
      expect(typeOf(answer)).toBe('share_not_yours')
    for (const bad of [bytes.subarray(0, 30), Buffer.from('plain text'), frame(3, 1).subarray(0, -1)])
      expect(typeOf(await put(id, token, bad))).toBe('bad_request')
    expect(typeOf(await put(id, token, frame(3, 1, { expires: 5 })))).toBe('share_expired')
    expect(json(await put(id, token))).toEqual({ epoch: 3, next: 1, viewers: 0 })
  })

  it('is cut for all at once when it is revoked, ends when it is ended, and never begins again', async () => {
    const { put, follow, revoke, leave, relay } = await start()
    const [id, other, token] = [newId(), newId(), newToken()]
    await put(id, token, frame(1, 0, { size: 5_000 }))
    await put(other, token, frame(1, 0))
    const some = [follow(id), follow(id)]
    const follower = follow(other)
    for (const one of [...some, follower]) await one.until(() => one.frames.length === 1)
    expect((await revoke(id, token)).status).toBe(200)
    expect(await Promise.all(some.map((one) => one.over))).toEqual([LIVE_ENDS.revoked, LIVE_ENDS.revoked])
    expect(await follow(id).over).toBe(LIVE_ENDS.revoked)
    for (const body of [frame(1, 1), frame(9, 0), Buffer.alloc(0)]) expect(typeOf(await put(id, token, body))).toBe('share_revoked')
    expect((await leave(`/live/${other}/stream`, token)).status).toBe(200)
    expect(await follower.over).toBe(LIVE_ENDS.ended)
    expect(await follow(other).over).toBe(LIVE_ENDS.ended)
    expect(typeOf(await put(other, token, frame(2, 0)))).toBe('live_ended')
    expect(await follow(newId()).over).toBe(LIVE_ENDS.unknown)
    const kept = readdirSync(relay.data).filter((name) => name.startsWith('live'))
    expect(Math.max(...kept.map((name) => readFileSync(join(relay.data, name)).length)), 'the text is gone from the disk').toBeLessThan(
      40_000,
    )
  })

  it('tells how many look on, and that its owner is away and is back', async () => {
    const { put, follow } = await start({ limits: { liveAwayMs: 60, liveLookMs: 20 } })
    const [id, token] = [newId(), newToken()]
    await put(id, token, frame(1, 0))
    const one = follow(id)
    await one.until(() => one.notes.some((note) => note.isAway && note.heard !== null && note.heard >= 60))
    const two = follow(id)
    await one.until(() => one.notes.at(-1)?.viewers === 2)
    const told = one.notes.length
    expect(json(await put(id, token))).toMatchObject({ viewers: 2 })
    await one.until(() => one.notes.slice(told).some((note) => !note.isAway))
    two.ws.close()
    await one.until(() => one.notes.at(-1)?.viewers === 1)
  })

  it('ends at its time', async () => {
    const { put, follow } = await start({ limits: { liveLookMs: 10 } })
    const [id, token] = [newId(), newToken()]
    await put(id, token, frame(1, 0, { expires: Date.now() + 400 }))
    const one = follow(id)
    await one.until(() => one.frames.length === 1)
    expect(await one.over).toBe(LIVE_ENDS.expired)
    expect(await follow(id).over).toBe(LIVE_ENDS.expired)
    expect(typeOf(await put(id, token))).toBe('share_expired')
  })

  it('is bounded: by size, by number, by who follows and how often they come', async () => {
    const limits = { liveFrame: 10_000, liveEach: 12_000, lives: 2, liveViewers: 2, liveViewersEach: 3, shareReads: 6 }
    const { put, follow } = await start({ limits })
    const [id, other, token] = [newId(), newId(), newToken()]
    expect(typeOf(await put(id, token, frame(1, 0, { size: 11_000 })))).toBe('too_large')
    expect((await put(id, token, frame(1, 0, { size: 9_000 }))).status).toBe(200)
    const full = await put(id, token, frame(1, 1, { size: 9_000 }))
    expect([full.status, typeOf(full)]).toEqual([413, 'too_large'])
    expect((await put(id, token, frame(2, 0, { size: 9_000 }))).status, 'a new epoch has all of the room').toBe(200)
    expect((await put(other, token, frame(1, 0))).status).toBe(200)
    expect(typeOf(await put(newId(), token, frame(1, 0)))).toBe('relay_full')
    const two = [follow(id), follow(id)]
    for (const one of two) await one.until(() => one.frames.length === 1)
    expect(await follow(id).over).toBe(LIVE_ENDS['too-many-viewers'])
    const third = follow(other)
    await third.until(() => third.frames.length === 1)
    expect(await follow(other).over).toBe(LIVE_ENDS['too-many-viewers'])
    third.ws.close()
    await third.over
    const again = follow(other)
    await again.until(() => again.frames.length === 1)
    expect(await follow(other).over).toBe(LIVE_ENDS['too-many-requests'])
  })

  it('waits in the store for who does not read, and comes whole when they do', async () => {
    const { put, follow } = await start({ limits: { liveAhead: 100_000 } })
    const [id, token] = [newId(), newToken()]
    const size = 3_000_000
    await put(id, token, frame(1, 0))
    const slow = follow(id)
    await slow.until(() => slow.frames.length === 1)
    slow.ws.pause()
    for (let n = 1; n <= 6; n++) await put(id, token, frame(1, n, { size }))
    slow.ws.resume()
    await slow.until(() => slow.frames.length === 7)
    expect(slow.frames.map((bytes) => bytes.readUInt32BE(8))).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})

describe('[O33] the door of those who follow', () => {
  it('is at the name of shared sessions alone, for pages of that name, and leads nowhere else', async () => {
    const { put, follow, relay, host, own } = await start()
    const [id, token] = [newId(), newToken()]
    await put(id, token, frame(1, 0))
    expect(await follow(id, { origin: 'https://evil.example' }).over).toBe(403)
    expect(await follow(id, { origin: relay.url }).over, 'not the app’s either').toBe(403)
    expect(await follow(id, { host: `localhost:${relay.port}`, origin: relay.url }).over).not.toBe(101)
    expect(await follow(id, { host: 'share.evil.example' }).over).toBe(421)
    for (const path of ['worker', `live/${id}/x`, 'live/short', `shares/${id}`]) {
      const ws = following(new WebSocket(`ws://127.0.0.1:${relay.port}/${path}`, { headers: { ...own, host, origin: `http://${host}` } }))
      expect([path, await ws.over]).toEqual([path, 421])
    }
    expect((await relay.send({ path: `/live/${id}`, headers: { host } })).status).toBe(421)
    const page = await relay.send({ path: `/l/${id}`, headers: { host, accept: 'text/html' } })
    expect(page.headers['content-security-policy']).toContain("connect-src 'self';")
  })

  it('is not the owner’s, who needs a bearer, a token and bytes', async () => {
    const { put, relay, own } = await start()
    const id = newId()
    expect(typeOf(await put(id, 'short', frame(1, 0)))).toBe('bad_request')
    expect(typeOf(await put('short', newToken(), frame(1, 0)))).toBe('bad_request')
    const headers = { ...BYTES, origin: relay.url, 'share-token': newToken() }
    const stranger = await relay.send({ method: 'PUT', path: `/live/${id}`, headers, body: frame(1, 0) })
    expect([stranger.status, typeOf(stranger)]).toEqual([401, 'not_signed_in'])
    const form = { ...own, 'content-type': 'text/plain', 'share-token': newToken() }
    expect((await relay.send({ method: 'PUT', path: `/live/${id}`, headers: form, body: frame(1, 0) })).status).toBe(415)
  })
})
