import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { FETCH_REQUEST_HEADER, type Json, type JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runTokenCommand } from './cli/token-command'
import { openSocket, openWorker, until, type RawSocket } from './engine/socket-under-test'
import { mcpUnderTest, type McpUnderTest } from './mcp/mcp-under-test'
import { startForTest, startUpstream, type Received, type RelayUnderTest, type Sent, type Upstream } from './relay-under-test'
import { createRoutes } from './routes'

const TOKEN = 'automation-token-0123456789'
/** What the relay keeps for others and must give back to nobody. */
const PLANTED = {
  'key of the environment': 'sk-env-planted-aaaa0123456789',
  'key from Settings': 'sk-set-planted-bbbb0123456789',
  'token of a host': 'ghp_planted_cccc0123456789abcdef',
  'token of an MCP server': 'mcp-planted-dddd0123456789abcdef',
  'credential of a function behind an address': 'orders-planted-eeee0123456789',
  'fixed token': TOKEN,
}
const JSON_TYPE = { 'content-type': 'application/json' }

let data: string
let relay: RelayUnderTest
let [model, place]: Upstream[] = []
let mcp: McpUnderTest
let gate: RawSocket
let vaultKey: string

/** Everything that it was sent, in each form in which something could come back. */
const echo: RequestListener = (incoming, outgoing) => {
  incoming.resume()
  const sent = [...new Set(Object.values(incoming.headersDistinct).flatMap((values) => values ?? []))]
  const plain = sent.map((text) => Buffer.from(text.replace('Basic ', ''), 'base64').toString('latin1'))
  const forms = [...sent, ...plain].flatMap((text) => [text, encodeURIComponent(text), Buffer.from(text).toString('base64')])
  outgoing.writeHead(200, { 'content-type': 'application/json', 'x-echo': sent.filter((text) => /planted/.test(text)) })
  outgoing.end(JSON.stringify({ forms }))
}

/** Which of them stand in a text, as they are, percent-encoded, in hex, or in any run of base64. */
function found(text: string): readonly string[] {
  // What stands before it in a run shifts the alphabet.
  const runs = [...text.matchAll(/[\w+/-]{16,}={0,2}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString('latin1')),
  )
  const percent = text.replaceAll(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
  const all = [text, percent, ...runs].join('\n')
  return Object.entries({ ...PLANTED, 'key of the vault': vaultKey })
    .filter(([, secret]) => all.includes(secret) || all.includes(Buffer.from(secret).toString('hex')))
    .map(([name]) => name)
}

const leaks: string[] = []
const look = (where: string, ...texts: readonly string[]): void => {
  for (const name of found(texts.join('\n'))) leaks.push(`${where}: ${name}`)
}

type Headers = Readonly<Record<string, string>>
const signed = (bearer: string): Headers => ({ authorization: `Bearer ${bearer}` })
const send = async (who: string, sent: Sent): Promise<Received> => {
  const received = await relay.send(sent)
  look(`${who} ${sent.method ?? 'GET'} ${sent.path}`, JSON.stringify(received.headers), received.bytes.toString('latin1'))
  return received
}

async function plant(): Promise<void> {
  const headers = { ...signed(TOKEN), ...JSON_TYPE }
  const put = async (path: string, body: object): Promise<void> => {
    expect((await send('plants', { method: 'PUT', path, headers, body: JSON.stringify(body) })).status).toBe(200)
  }
  await put('/vault/anthropic', { key: PLANTED['key from Settings'], origin: model?.url })
  await put('/vault/hosts', { host: place?.url, user: 'me', token: PLANTED['token of a host'] })
}

beforeAll(async () => {
  ;[model, place, mcp] = await Promise.all([
    startUpstream(echo),
    startUpstream(echo),
    mcpUnderTest([{ name: 'tell', description: PLANTED['token of an MCP server'], run: () => PLANTED['token of an MCP server'] }]),
  ])
  data = mkdtempSync(join(tmpdir(), 'tabwright-roles-'))
  writeFileSync(join(data, 'mcp.json'), JSON.stringify({ servers: { docs: { url: mcp.url, tokenVariable: 'DOCS_TOKEN' } } }))
  const host = new URL(place.url).host
  relay = await startForTest({
    data,
    argv: ['--fetch-host', host],
    env: {
      TABWRIGHT_TOKEN: TOKEN,
      ANTHROPIC_API_KEY: PLANTED['key of the environment'],
      DOCS_TOKEN: PLANTED['token of an MCP server'],
      ORDERS_TOKEN: PLANTED['credential of a function behind an address'],
      TABWRIGHT_HTTP_SECRETS: `ORDERS_TOKEN@${host}`,
      TABWRIGHT_AUTH_FUNCTION: 'gate::who',
      TABWRIGHT_METRICS: '1',
    },
  })
  vaultKey = readFileSync(join(data, 'vault.key'), 'utf8').trim()
  gate = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
  answerAll(gate)
  const invocation = { url: `${place.url}/orders`, method: 'POST', auth: { type: 'bearer', token_key: 'ORDERS_TOKEN' } }
  gate.send({ type: 'registerfunction', id: 'gate::who' })
  gate.send({ type: 'registerfunction', id: 'gate::orders', invocation })
  const config = { api_path: '/orders', http_method: 'GET' }
  gate.send({ type: 'registertrigger', id: 'orders', trigger_type: 'http', function_id: 'gate::orders', config })
  await gate.settled()
  await until(async () => {
    const list = await gate.call('engine::functions::list', {})
    if (!JSON.stringify(list).includes('mcp::docs::tell')) throw new Error('the MCP server is not there yet')
  })
})
afterAll(async () => {
  gate.ws.close()
  await relay.stop()
  await Promise.all([model?.close(), place?.close(), mcp.close()])
  rmSync(data, { recursive: true, force: true })
})

/** A worker that answers each call with what a stranger may do, and reads all that it is told. */
function answerAll(socket: RawSocket): void {
  const everything = { allowed_functions: ['*'], allowed_trigger_types: ['*'] }
  socket.ws.on('message', (part: Buffer) => {
    const frame: JsonObject = JSON.parse(part.toString())
    if (frame['type'] !== 'invokefunction') return
    socket.send({ type: 'invocationresult', invocation_id: frame['invocation_id'] ?? null, result: everything })
  })
}

const TEMPLATE = '{{vault.anthropic}} ${ANTHROPIC_API_KEY} $ANTHROPIC_API_KEY %ANTHROPIC_API_KEY% <%= process.env.ANTHROPIC_API_KEY %>'
const NAMES = ['name', 'id', 'scope', 'key', 'queue', 'topic', 'function_id', 'message_id', 'invocation_id', 'trigger_type', 'server']
const TEXTS = ['search', 'prefix', 'value', 'data', 'ops', 'text', 'title', 'message', 'path', 'url', 'config', 'trace_id']
/** Whatever a function could take, in the hope that it says too much. */
const inputs = (): readonly Json[] => {
  const guesses = { ...allOf(NAMES, 'anthropic'), ...allOf(TEXTS, TEMPLATE), include_internal: true, offset: 0, limit: 500 }
  return [null, {}, guesses, { ...guesses, search: 'planted', function_id: 'mcp::docs::tell', data: guesses, path: '../vault.key' }]
}

function allOf(names: readonly string[], value: string): JsonObject {
  return Object.fromEntries(names.map((name) => [name, value]))
}

/** Every function that there is, listed or not, by a socket of that role. */
async function askAll(who: string, socket: RawSocket, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    for (const input of inputs()) look(`${who} calls ${id}`, JSON.stringify(await socket.call(id, input, { metadata: { enqueue: {} } })))
  look(`${who} was told`, JSON.stringify(socket.frames))
  socket.ws.close()
}

async function allFunctions(): Promise<readonly string[]> {
  const { result } = await gate.call('engine::functions::list', { include_internal: true })
  const { functions }: { functions: { function_id: string }[] } = JSON.parse(JSON.stringify(result))
  return functions.map((one) => one.function_id)
}

/** Every address that the router knows, with names that may be there and files that must not. */
function allPaths(ids: readonly string[]): readonly string[] {
  const app = createRoutes(Object({ config: { metrics: true } }), () => ({ route: '', who: 'nobody' }))
  const known = [...new Set(app.routes.map(({ path }) => path))].filter((path) => path !== '/*' && path !== '*')
  expect(known.length).toBeGreaterThan(20)
  const filled = known.flatMap((path) => {
    if (path === '/invoke/:id') return ids.map((id) => `/invoke/${id}`)
    if (path.startsWith('/mcp/:server')) return ['/mcp/docs', '/mcp/none']
    if (path === '/http/*') return ['/http/orders', '/http/none']
    if (path === '/mirror/*') return ['/mirror', `/mirror/${'a'.repeat(64)}`, `/mirror/${'a'.repeat(64)}/parts`]
    return path.includes(':id') ? [path.replace(':id', 'a'.repeat(22)), path.replace(':id', 'anthropic')] : [path]
  })
  const guessed = ['/', '/vault/anthropic/key', '/vault/hosts/me', '/vault.key', '/relay.db', '/data/vault.key', '/..%2fdata%2fvault.key']
  return [...filled, ...guessed, '/%2e%2e/data/relay.db', '/.env', '/assets/../../data/vault.key', '/healthz', '/v1/models?x=anthropic']
}

async function askAddresses(who: string, headers: Headers, paths: readonly string[]): Promise<void> {
  const described = { url: `${place?.url}/x`, method: 'GET', headers: [], redirect: 'follow', useToken: true }
  const fetching = { [FETCH_REQUEST_HEADER]: Buffer.from(JSON.stringify(described)).toString('base64url') }
  const body = JSON.stringify(inputs()[2])
  const first = paths.find((path) => path.startsWith('/invoke/'))
  for (const path of paths) {
    // Sockets of the others have called them all; by HTTP the road of each is that of the first.
    if (path.startsWith('/invoke/') && path !== first && who !== 'worker') continue
    const type = path === '/fetch' ? { 'content-type': 'application/octet-stream', ...fetching } : JSON_TYPE
    // One address for all functions: by other methods than this it is asked once.
    const others = path.startsWith('/invoke/') && path !== first ? [] : ['PUT', 'DELETE']
    if (others.length > 0) await send(who, { path, headers })
    for (const method of ['POST', ...others]) await send(who, { method, path, headers: { ...headers, ...type }, body })
    // Some roles may delete or replace, and what is gone cannot leak.
    if (path.startsWith('/vault/')) await plant()
  }
}

async function askMcp(who: string, bearer: string): Promise<void> {
  const client = new Client({ name: 'some client', version: '1' })
  const requestInit = { headers: signed(bearer) }
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://localhost:${relay.port}/mcp/docs`), { requestInit }))
  const said = [await client.listTools(), await client.callTool({ name: 'tell', arguments: {} })]
  const failed = await client.callTool({ name: TEMPLATE, arguments: {} }).catch((thrown: unknown) => String(thrown))
  look(`${who} as a client of MCP`, JSON.stringify([said, failed, client.getServerVersion()]))
  await client.close()
}

it('[O35] no role gets a kept key by any function, any address, as a client of MCP, or by what the relay writes', async () => {
  await plant()
  expect(found(`x${Buffer.from(`me:${PLANTED['token of a host']}`).toString('base64')}`)).toEqual(['token of a host'])
  const added = runTokenCommand(['add', 'role', '--call', '*', '--bind', '*', '--register', 'role::*', '--data', data], {})
  const [page, worker, ids] = [await relay.pair(), added.out.trim(), await allFunctions()]
  const base = `ws://localhost:${relay.port}/worker`
  const ticketed = await relay.send({
    method: 'POST',
    path: '/session',
    headers: { ...signed(page), ...JSON_TYPE },
    body: '{"for":"worker"}',
  })
  const sockets = {
    tab: await openSocket(`${base}/${JSON.parse(ticketed.text).ticket}`),
    program: await openWorker(base, TOKEN),
    worker: await openWorker(base, worker),
    stranger: await openSocket(base, { headers: signed('of-somebody-else') }),
  }
  for (const [who, socket] of Object.entries(sockets)) {
    if ('status' in socket) throw new Error(`${who} was refused with ${socket.status}`)
    await askAll(who, socket, ids)
  }
  // A page that asks to be ended is nobody from then on.
  const paths = allPaths(ids).toSorted((a, b) => Number(a === '/session') - Number(b === '/session'))
  const viewer = { host: `share.localhost:${relay.port}` }
  const roles = { nobody: {}, viewer, page: signed(page), program: signed(TOKEN), worker: signed(worker) }
  for (const [who, headers] of Object.entries(roles)) await askAddresses(who, headers, paths)
  await askMcp('page', await relay.pair())
  await askMcp('worker', worker)
  look('what the worker of others was told', JSON.stringify(gate.frames))
  look('the log', relay.logged())
  look('the terminal', relay.said().join('\n'))
  expect(leaks).toEqual([])
  // They were used: what was looked for was there to be found.
  const sent = (upstream: Upstream | undefined) => JSON.stringify(upstream?.seen.map(({ headers }) => headers))
  expect(sent(model)).toContain(PLANTED['key from Settings'])
  expect(found(sent(place))).toEqual(expect.arrayContaining(['token of a host', 'credential of a function behind an address']))
  expect(JSON.stringify(mcp.seen.map(({ headers }) => headers))).toContain(PLANTED['token of an MCP server'])
}, 60_000)
