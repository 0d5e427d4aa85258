import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { FETCH_ANSWER_HEADER, FETCH_REQUEST_HEADER, parseFetchAnswer } from '@tabwright/protocol'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHostTokens, tokenOrigin, tokenProblem, type HostTokens } from './host-tokens'
import { startForTest, startUpstream, type Received } from './relay-under-test'
import { readVaultKey } from './vault-key'

const CANARY = 'ghp_canary0123456789abcdefABCDEF'
let data: string
const stops: (() => Promise<void>)[] = []

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tabwright-tokens-'))
})
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
  rmSync(data, { recursive: true, force: true })
})

function using<T>(run: (tokens: HostTokens) => T, key?: string): T {
  const tokens = openHostTokens({ data, vaultKey: readVaultKey(data, key) })
  try {
    return run(tokens)
  } finally {
    tokens.close()
  }
}

describe('a token for a host', () => {
  it('[O35] is there after a restart for its origin alone, and lists without itself', () => {
    using((tokens) => tokens.put({ origin: 'https://github.com', user: 'git', token: CANARY }))
    expect(using((tokens) => tokens.use('https://github.com'))).toEqual({ user: 'git', token: CANARY })
    for (const other of ['http://github.com', 'https://github.com:8443', 'https://api.github.com'])
      expect(using((tokens) => tokens.use(other))).toBeUndefined()
    const list = using((tokens) => tokens.list())
    expect(list).toEqual([{ origin: 'https://github.com', user: 'git', last4: 'CDEF', createdAt: expect.any(Number), readable: true }])
  })

  it('[O31] lies in no file in the clear, and every file is its owner’s only', () => {
    using((tokens) => tokens.put({ origin: 'https://github.com', user: 'git', token: CANARY }))
    for (const name of readdirSync(data)) {
      expect(readFileSync(join(data, name)).includes(CANARY)).toBe(false)
      expect(statSync(join(data, name)).mode & 0o077).toBe(0)
    }
  })

  it('does not open for a row that was edited to point elsewhere', () => {
    using((tokens) => tokens.put({ origin: 'https://github.com', user: 'git', token: CANARY }))
    const db = new Database(join(data, 'relay.db'))
    db.prepare("UPDATE host_tokens SET origin = 'https://evil.example'").run()
    db.close()
    expect(using((tokens) => tokens.use('https://evil.example'))).toBeUndefined()
    expect(using((tokens) => tokens.list())[0]?.readable).toBe(false)
  })

  it('is bound to https, or to a server that the operator named', () => {
    const named = new Set(['127.0.0.1:3000'])
    expect(tokenOrigin('GitHub.com', named)).toEqual({ origin: 'https://github.com' })
    expect(tokenOrigin('https://git.example:8443/', named)).toEqual({ origin: 'https://git.example:8443' })
    expect(tokenOrigin('http://127.0.0.1:3000', named)).toEqual({ origin: 'http://127.0.0.1:3000' })
    for (const bad of ['', 'http://github.com', 'ftp://github.com', 'me:pw@github.com', 'github.com/owner', 'a b', 'javascript:alert(1)'])
      expect(tokenOrigin(bad, named), bad).toHaveProperty('problem')
    expect(tokenProblem({ user: 'git', token: 'short' })).toContain('8 characters')
    expect(tokenProblem({ user: 'a:b', token: CANARY })).toContain('user name')
  })
})

async function bench() {
  const upstream = await startUpstream((incoming, outgoing) => {
    const sent = incoming.headers.authorization ?? ''
    const plain = Buffer.from(sent.replace('Basic ', ''), 'base64').toString()
    if (incoming.url === '/packed') return void outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(plain))
    if (incoming.url === '/moved') return void outgoing.writeHead(302, { location: `/?was=${plain}` }).end()
    outgoing.writeHead(200, `You are ${plain}`, { 'x-echo': sent, 'x-plain': plain, [`x-${plain.replace('me:', '')}`]: '1' })
    outgoing.end(`you sent ${sent}, which is ${Buffer.from(sent.replace('Basic ', ''), 'base64').toString()}.`)
  })
  const relay = await startForTest({ argv: ['--fetch-host', new URL(upstream.url).host] })
  stops.push(relay.stop, upstream.close)
  const token = await relay.pair()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const hosts = (method: string, body?: object): Promise<Received> =>
    relay.send({ method, path: '/vault/hosts', headers, ...(body && { body: JSON.stringify(body) }) })
  const fetch = (more: object): Promise<Received> => {
    const asked = { url: `${upstream.url}/`, method: 'GET', headers: [], redirect: 'manual', ...more }
    const described = { [FETCH_REQUEST_HEADER]: Buffer.from(JSON.stringify(asked)).toString('base64url') }
    return relay.send({
      method: 'POST',
      path: '/fetch',
      headers: { ...headers, 'content-type': 'application/octet-stream', ...described },
      body: '',
    })
  }
  return { upstream, relay, hosts, fetch }
}

describe('POST /fetch with the token of a host', () => {
  it('[O30] sends it, and takes it out of whatever comes back', async () => {
    const { upstream, relay, hosts, fetch } = await bench()
    const put = await hosts('PUT', { host: upstream.url, user: 'me', token: CANARY })
    expect([put.status, put.text]).toEqual([200, expect.not.stringContaining(CANARY)])
    const received = await fetch({ useToken: true })
    const basic = Buffer.from(`me:${CANARY}`).toString('base64')
    expect(upstream.seen[0]?.headers['authorization']).toBe(`Basic ${basic}`)
    const answer = Buffer.from(String(received.headers[FETCH_ANSWER_HEADER]), 'base64url').toString()
    expect(parseFetchAnswer(answer)?.status).toBe(200)
    for (const text of [received.text, answer, relay.logged(), (await hosts('GET')).text]) {
      expect(text).not.toContain(CANARY)
      expect(text).not.toContain(basic.slice(4, 40))
    }
    expect(received.text).toContain('[key removed]')
    const moved = await fetch({ url: `${upstream.url}/moved`, useToken: true, redirect: 'follow' })
    expect(Buffer.from(String(moved.headers[FETCH_ANSWER_HEADER]), 'base64url').toString()).not.toContain(CANARY)
  })

  it('[O30] gives nothing on that could hide it: an answer packed against the request', async () => {
    const { upstream, hosts, fetch } = await bench()
    await hosts('PUT', { host: upstream.url, user: 'me', token: CANARY })
    const refused = await fetch({ url: `${upstream.url}/packed`, useToken: true })
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining('answered packed')])
    const plain = await fetch({ url: `${upstream.url}/packed` })
    expect(plain.status).toBe(200)
  })

  it('goes nowhere when it is not asked for, or none is kept', async () => {
    const { upstream, hosts, fetch } = await bench()
    const none = await fetch({ useToken: true })
    expect([none.status, none.text]).toEqual([409, expect.stringContaining('Settings › Git hosts')])
    await hosts('PUT', { host: upstream.url, token: CANARY })
    await fetch({})
    expect(upstream.seen).toHaveLength(1)
    expect(upstream.seen[0]?.headers['authorization']).toBeUndefined()
    expect((await hosts('DELETE', { origin: upstream.url })).status).toBe(200)
    expect((await hosts('DELETE', { origin: upstream.url })).status).toBe(404)
    expect((await fetch({ useToken: true })).status).toBe(409)
  })

  it('is not told to who is not signed in', async () => {
    const { relay } = await bench()
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const received = await relay.send({ method, path: '/vault/hosts', headers: { 'content-type': 'application/json' }, body: '{}' })
      expect(received.status, method).toBe(401)
    }
  })
})
