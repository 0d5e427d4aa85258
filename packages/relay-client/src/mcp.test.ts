import { FailureError } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { connectRelay } from './index'

/** A relay that answers by method and path. */
function relay(routes: Readonly<Record<string, unknown>>): { readonly relay: ReturnType<typeof connectRelay>; readonly sent: string[] } {
  const sent: string[] = []
  const answer: typeof fetch = async (input, init) => {
    const route = `${init?.method ?? 'GET'} ${typeof input === 'string' ? input : '?'}`
    sent.push(typeof init?.body === 'string' ? `${route} ${init.body}` : route)
    const body = route === 'POST /session' ? { token: 't', expiresAt: 1, relay: { version: '1' } } : routes[route]
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
  }
  return { relay: connectRelay('', { fetch: answer }), sent }
}

const failed = { name: 'old', where: 'old.example', signsIn: true, state: { type: 'failed', message: 'It went away.' }, tools: [] }
const docs = {
  name: 'docs',
  where: 'docs.example',
  signsIn: false,
  state: { type: 'connected', tools: 1 },
  tools: [{ id: 'mcp::docs::search', description: 'Finds.' }, 7],
}

it('[F63] reads the servers, their tools and what is wrong with them', async () => {
  const { relay: one, sent } = relay({ 'GET /mcp': { servers: [docs, failed] }, 'POST /mcp/sign-out': { servers: [docs] } })
  const tools = [{ id: 'mcp::docs::search', description: 'Finds.' }]
  const read = { name: 'docs', where: 'docs.example', signsIn: false, state: 'connected', tools }
  expect(await one.mcp.list()).toEqual([
    read,
    { name: 'old', where: 'old.example', signsIn: true, state: 'failed', problem: 'It went away.', tools: [] },
  ])
  expect(await one.mcp.signOut('old')).toEqual([read])
  expect(sent.at(-1)).toBe('POST /mcp/sign-out {"server":"old"}')
})

it.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 7, undefined])(
  '[O14] is led to no address that is not of the web: %s',
  async (address) => {
    const { relay: one } = relay({ 'POST /mcp/sign-in': { address } })
    const thrown: unknown = await one.mcp.signIn('old').catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(FailureError)
    expect(String(thrown)).toContain('Signing in to old: the relay named no address that may be opened.')
  },
)

it('hands on where to sign in', async () => {
  const { relay: one } = relay({ 'POST /mcp/sign-in': { address: 'https://auth.example/go?x=1' } })
  expect(await one.mcp.signIn('old')).toBe('https://auth.example/go?x=1')
})
