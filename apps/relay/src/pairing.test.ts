import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createFailedLogins } from './failed-logins'
import { startForTest, type RelayUnderTest, type TestOptions } from './relay-under-test'
import { openSocket } from './engine/socket-under-test'
import { createSessions } from './session'

const JSON_TYPE = { 'content-type': 'application/json' }
const open: RelayUnderTest[] = []

async function start(options?: TestOptions): Promise<RelayUnderTest> {
  const relay = await startForTest(options)
  open.push(relay)
  return relay
}

afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((relay) => relay.stop()))
})

/** The newest one: each use prints another. */
function codeOf(relay: RelayUnderTest): string {
  return /[A-Z0-9]{4}-[A-Z0-9]{4}$/.exec(relay.said().at(-1) ?? '')?.[0] ?? relay.pairingCode ?? ''
}

describe('pairing', () => {
  const ask = (relay: RelayUnderTest, headers: Record<string, string>, body = '{}') =>
    relay.send({ method: 'POST', path: '/session', headers: { ...JSON_TYPE, ...headers }, body })

  it('the own page on loopback is paired without a question', async () => {
    const relay = await start()
    for (const headers of [{ origin: relay.url }, { 'sec-fetch-site': 'same-origin' }]) {
      const answer = await ask(relay, headers)
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.text).expiresAt).toBeGreaterThan(Date.now() + 23 * 3_600_000)
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })

  it('a program, another user of this machine and a request that came through a proxy are not', async () => {
    const relay = await start()
    expect((await ask(relay, {})).status).toBe(401)
    expect((await ask(relay, { origin: relay.url, 'x-forwarded-for': '203.0.113.7' })).status).toBe(401)
    expect((await ask(relay, { origin: relay.url, forwarded: 'for=203.0.113.7' })).status).toBe(401)
    const shared = await start({ isOwnUser: () => Promise.resolve(false) })
    expect((await ask(shared, { origin: shared.url })).status).toBe(401)
  })

  it('under another origin the printed code pairs once, and the next one is printed', async () => {
    const relay = await start({ argv: ['--origin', 'https://ide.example'] })
    const headers = { host: 'ide.example', origin: 'https://ide.example' }
    expect(JSON.parse((await ask(relay, headers)).text).error.type).toBe('code_needed')
    expect((await ask(relay, headers, '{"code":"AAAA-AAAA"}')).status).toBe(401)
    const { pairingCode = '' } = relay
    expect((await ask(relay, headers, JSON.stringify({ code: pairingCode.toLowerCase() }))).status).toBe(200)
    expect((await ask(relay, headers, JSON.stringify({ code: pairingCode }))).status).toBe(401)
    const lines = relay.said()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/[A-Z0-9]{4}-[A-Z0-9]{4}$/)
    expect(lines[0]).not.toContain(pairingCode)
  })

  it('a page that was paired with the code asks again with its bearer, until it is ended: then its bearers are none and its sockets are closed', async () => {
    const relay = await start({ argv: ['--origin', 'https://ide.example'] })
    const headers = { host: 'ide.example', origin: 'https://ide.example' }
    const as = (token: string) => ({ ...headers, authorization: `Bearer ${token}` })
    const said = ({ text }: { readonly text: string }) => JSON.parse(text)
    const paired = async (): Promise<string> => said(await ask(relay, headers, JSON.stringify({ code: codeOf(relay) }))).token
    const joined = async (token: string) => {
      const socket = await openSocket(`ws://localhost:${relay.port}/worker/${said(await ask(relay, as(token), '{"for":"worker"}')).ticket}`)
      if ('status' in socket) throw new Error(socket.body)
      return socket
    }
    const [first, other] = [await paired(), await paired()]
    const again: string = said(await ask(relay, as(first))).token
    expect(again).not.toBe(first)
    expect((await ask(relay, headers)).status).toBe(401)
    const [one, two, others] = [await joined(first), await joined(again), await joined(other)]
    const { ticket } = said(await ask(relay, as(again), '{"for":"worker"}'))
    const ended = await relay.send({ method: 'DELETE', path: '/session', headers: { ...JSON_TYPE, ...as(again) }, body: '{}' })
    expect([ended.status, said(ended)]).toEqual([200, { ended: true }])
    expect(await Promise.all([one.closed, two.closed])).toEqual([1008, 1008])
    for (const token of [first, again]) expect(said(await ask(relay, as(token))).error.type).toBe('session_ended')
    expect(await openSocket(`ws://localhost:${relay.port}/worker/${ticket}`)).toMatchObject({ status: 401 })
    // Nobody else's.
    await others.settled()
    expect((await ask(relay, as(other))).status).toBe(200)
    others.ws.close()
  })

  it('only a page is ended there', async () => {
    const relay = await start({ env: { TABWRIGHT_TOKEN: 'automation-token-0123456789' } })
    const end = (token: string) =>
      relay.send({ method: 'DELETE', path: '/session', headers: { ...JSON_TYPE, authorization: `Bearer ${token}` }, body: '{}' })
    expect((await end('automation-token-0123456789')).status).toBe(403)
    expect((await end('a guess')).status).toBe(401)
    const [one, other] = [await relay.pair(), await relay.pair()]
    expect((await end(one)).status).toBe(200)
    expect(JSON.parse((await end(one)).text).error.type).toBe('session_ended')
    // A page that pairs by itself has that one bearer.
    expect((await end(other)).status).toBe(200)
  })

  it('tells the fingerprint that the terminal prints: the same after a restart, another of another folder, and to nobody who is not paired', async () => {
    const data = mkdtempSync(join(tmpdir(), 'tabwright-fingerprint-'))
    const told = async (relay: RelayUnderTest): Promise<string> => {
      const { fingerprint }: { fingerprint: string } = JSON.parse((await ask(relay, { origin: relay.url })).text).relay
      expect(fingerprint).toMatch(/^[0-9a-f]{4}(?:-[0-9a-f]{4}){3}$/)
      expect(relay.fingerprint).toBe(fingerprint)
      expect((await ask(relay, {})).text).not.toContain(fingerprint)
      await relay.stop()
      return fingerprint
    }
    const first = await told(await startForTest({ data }))
    expect(await told(await startForTest({ data }))).toBe(first)
    expect(await told(await startForTest())).not.toBe(first)
    rmSync(data, { recursive: true })
  })

  it('[O06] pairing codes are counted as logins', async () => {
    const relay = await start({ argv: ['--origin', 'https://ide.example'] })
    const headers = { host: 'ide.example', origin: 'https://ide.example' }
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await ask(relay, headers, JSON.stringify({ code: `AAAA-${1000 + i}` }))).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
    expect((await ask(relay, headers, JSON.stringify({ code: relay.pairingCode }))).status).toBe(429)
  })
})

describe('wrong bearers', () => {
  it('[O06] are throttled after ten, over all spellings of loopback, whatever else the request carries', async () => {
    const relay = await start({ env: { TABWRIGHT_TOKEN: 'automation-token-0123456789' } })
    const bearer = await relay.pair()
    const statuses: number[] = []
    for (let i = 0; i < 40; i++) {
      const decoy = { devicetoken: 'x', 'x-api-key': 'x', 'x-forwarded-for': `203.0.113.${i}`, cookie: 'token=x' }
      const to = i % 2 === 0 ? '127.0.0.1' : '::1'
      const authorization = i % 3 === 0 ? [`Bearer wrong-${i}`, `Bearer ${bearer}`] : `Bearer wrong-${i}`
      statuses.push((await relay.send({ path: '/vault', to, headers: { ...decoy, authorization } })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), ...Array.from({ length: 30 }, () => 429)])
    const answer = await relay.send({ path: '/vault', headers: { authorization: 'Bearer automation-token-0123456789' } })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(500)
    // The page's own session is nothing that can be guessed, so the flood does not lock its owner out.
    expect((await relay.send({ path: '/vault', headers: { authorization: `Bearer ${bearer}` } })).status).toBe(200)
    expect((await relay.send({ path: '/vault', headers: { authorization: `Bearer ${await relay.pair()}` } })).status).toBe(200)
  })

  it('of a relay that was started anew are told that they ended, and are no guesses', async () => {
    const data = mkdtempSync(join(tmpdir(), 'tabwright-again-'))
    const first = await startForTest({ data })
    const stale = await first.pair()
    await first.stop()
    const second = await start({ data })
    for (let i = 0; i < 15; i++) {
      const answer = await second.send({ path: '/vault', headers: { authorization: `Bearer ${stale}` } })
      expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([401, 'session_ended'])
    }
    await second.stop()
    rmSync(data, { recursive: true })
  })

  it('[O06] lock another address not at all, and the same one longer each time', async () => {
    // A busy machine needs longer for a thousand of them than any window that a test could wait for.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const logins = createFailedLogins({ failedLogins: 10, failedLoginWindowMs: 60 })
    const waits = await Promise.all(Array.from({ length: 1000 }, () => logins.add('loopback')))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
    expect(Math.max(...waits)).toBeLessThanOrEqual(60)
    expect(await logins.wait('203.0.113.7')).toBe(0)
    await vi.advanceTimersByTimeAsync(80)
    expect(await logins.wait('loopback')).toBe(0)
    const again = await Promise.all(Array.from({ length: 11 }, () => logins.add('loopback')))
    expect(again.at(-1)).toBe(120)
  })
})

it('[O08] nobody who is not paired yet makes the relay keep more than a small body, announced or not', async () => {
  const relay = await startForTest()
  const headers = { origin: relay.url, 'content-type': 'application/json' }
  const body = JSON.stringify({ code: 'x'.repeat(70_000) })
  for (const more of [{}, { 'transfer-encoding': 'chunked' }]) {
    const answer = await relay.send({ method: 'POST', path: '/session', headers: { ...headers, ...more }, body })
    expect([answer.status, JSON.parse(answer.text).error.message]).toEqual([413, 'The request is larger than 64 KiB.'])
  }
  await relay.stop()
})

describe('sessions', () => {
  const make = (now: () => number, sessions = 3) =>
    createSessions({ limits: { sessions, sessionMs: 1000 }, stampKey: Buffer.alloc(32, 1), fixedToken: undefined, now })

  it('end after their time, and the oldest when there are too many', () => {
    let now = 0
    const sessions = make(() => now)
    const tokens = Array.from({ length: 4 }, () => sessions.mint().token)
    expect(tokens.map((token) => sessions.check(token))).toEqual(['ended', 'session', 'session', 'session'])
    now = 1000
    expect(tokens.map((token) => sessions.check(token))).toEqual(['ended', 'ended', 'ended', 'ended'])
    expect(new Set(tokens).size).toBe(4)
  })

  it('are recognised by the key that stamped them, so a guess in their shape stays a guess', () => {
    const other = createSessions({ limits: { sessions: 3, sessionMs: 1 }, stampKey: Buffer.alloc(32, 2), fixedToken: undefined })
    const sessions = make(() => 0)
    const { token } = other.mint()
    for (const text of [token, '', '.', 'a.b', `${token}.`, token.slice(0, -1)]) expect(sessions.check(text)).toBe('wrong')
  })
})
