import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startForTest, type Received, type RelayUnderTest } from '../relay-under-test'
import { mcpUnderTest, type McpUnderTest } from './mcp-under-test'

const closers: (() => Promise<void> | void)[] = []
const ACCESS = 'access-canary-0123456789abcdef'
const REFRESH = 'refresh-canary-0123456789abcdef'

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

/** A server that wants a sign-in, and is the place of it too. */
async function guarded(authorize: (origin: string) => string): Promise<McpUnderTest> {
  const json = (body: object, status = 200): { status: number; headers: Record<string, string>; body: string } => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const mcp: McpUnderTest = await mcpUnderTest(
    [{ name: 'echo', description: '', run: () => `you are ${ACCESS}` }],
    (incoming, { pathname }) => {
      const origin = `http://${incoming.headers.host}`
      if (pathname.startsWith('/.well-known/oauth-protected-resource'))
        return json({ resource: `${origin}/mcp`, authorization_servers: [origin] })
      if (pathname.startsWith('/.well-known/oauth-authorization-server'))
        return json({
          issuer: origin,
          authorization_endpoint: authorize(origin),
          token_endpoint: `${origin}/token`,
          registration_endpoint: `${origin}/register`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
        })
      if (pathname === '/register') return json({ client_id: 'client-1', redirect_uris: ['http://localhost/mcp/callback'] }, 201)
      if (pathname === '/token') return json({ access_token: ACCESS, refresh_token: REFRESH, token_type: 'Bearer', expires_in: 3600 })
      if (incoming.headers.authorization === `Bearer ${ACCESS}`) return undefined
      const challenge = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource"`
      return { status: 401, headers: { 'www-authenticate': challenge }, body: '' }
    },
  )
  closers.push(mcp.close)
  return mcp
}

interface Started {
  readonly relay: RelayUnderTest
  readonly state: () => Promise<string>
  readonly get: (path: string) => Promise<Received>
  readonly post: (path: string, body: object) => Promise<Received>
}

async function start(mcp: McpUnderTest, data: string): Promise<Started> {
  writeFileSync(join(data, 'mcp.json'), JSON.stringify({ servers: { docs: { url: mcp.url, oauth: true } } }))
  const relay = await startForTest({ data })
  closers.push(relay.stop)
  const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
  return {
    relay,
    state: async () => JSON.parse((await relay.send({ path: '/mcp', headers })).text).servers[0].state.type,
    get: (path) => relay.send({ path, headers }),
    post: (path, body) => relay.send({ method: 'POST', path, headers, body: JSON.stringify(body) }),
  }
}

function folder(): string {
  const data = mkdtempSync(join(tmpdir(), 'tabwright-sign-in-'))
  closers.push(() => rmSync(data, { recursive: true, force: true }))
  return data
}

/** As the browser comes back: from another site, without a bearer. */
const comeBack = ({ relay }: Started, query: string): Promise<Received> =>
  relay.send({ path: `/mcp/callback?${query}`, headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })

describe('signing in to a server', () => {
  it('[F63] [O35] gives the relay a token that lies encrypted in its vault, outlives it, and is told to nobody', async () => {
    const mcp = await guarded((origin) => `${origin}/authorize`)
    const data = folder()
    const first = await start(mcp, data)
    await expect.poll(first.state).toBe('needs-sign-in')
    const { address }: { address: string } = JSON.parse((await first.post('/mcp/sign-in', { server: 'docs' })).text)
    const to = new URL(address)
    expect(to.searchParams.get('code_challenge_method')).toBe('S256')
    expect(to.searchParams.get('redirect_uri')).toBe(`${first.relay.url}/mcp/callback`)
    const back = `code=code-1&state=${to.searchParams.get('state')}`
    expect((await comeBack(first, 'code=code-1&state=guessed')).status).toBe(400)
    const done = await comeBack(first, back)
    expect([done.status, done.text]).toEqual([200, 'Signed in to docs. You can close this page.\n'])
    await expect.poll(first.state).toBe('connected')
    expect((await comeBack(first, back)).status, 'once').toBe(400)
    const answer = await first.post('/invoke/mcp::docs::echo', {})
    expect(answer.text).toBe('"you are [key removed]"')
    const listed = await Promise.all(['/mcp', '/vault', '/vault/hosts'].map((path) => first.get(path)))
    const told = listed.map(({ text }) => text).join('') + first.relay.logged()
    for (const secret of [ACCESS, REFRESH]) expect(told).not.toContain(secret)
    await first.relay.stop()
    for (const name of readdirSync(data))
      for (const secret of [ACCESS, REFRESH]) expect(readFileSync(join(data, name)).includes(secret), name).toBe(false)
    const again = await start(mcp, data)
    await expect.poll(again.state).toBe('connected')
    expect((await again.post('/mcp/sign-out', { server: 'docs' })).status).toBe(200)
    await expect.poll(again.state, { timeout: 20_000 }).toBe('needs-sign-in')
  })

  it('[O14] is not begun at an address that runs something or holds a credential', async () => {
    for (const authorize of [
      'javascript:alert(1)//',
      'file:///etc/passwd',
      'data:text/html,x',
      'https://me:hunter2hunter2@evil.example/',
    ]) {
      const mcp = await guarded(() => authorize)
      const started = await start(mcp, folder())
      await expect.poll(started.state).toBe('failed')
      const asked = await started.post('/mcp/sign-in', { server: 'docs' })
      expect([asked.status, authorize]).toEqual([502, authorize])
      expect(asked.text + started.relay.logged()).not.toContain('hunter2')
    }
  })
})
