import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, describe, expect, it } from 'vitest'
import { openWorkerTokens } from '../engine/worker-tokens'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { mcpUnderTest, type TestTool } from './mcp-under-test'

const closers: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const TOKEN = 'tok-canary-0123456789abcdef'

async function relayWith(servers: object): Promise<RelayUnderTest> {
  const data = mkdtempSync(join(tmpdir(), 'tabwright-mcp-clients-'))
  writeFileSync(join(data, 'mcp.json'), JSON.stringify({ servers }))
  const relay = await startForTest({ env: { DOCS_TOKEN: TOKEN }, data })
  closers.push(() => rmSync(data, { recursive: true, force: true }), relay.stop)
  return relay
}

async function serverWith(tools: readonly TestTool[]): Promise<string> {
  const server = await mcpUnderTest(tools)
  closers.push(server.close)
  return server.url
}

/** A client of the official library, as any program has it. */
async function client(relay: RelayUnderTest, server: string, bearer: string): Promise<Client> {
  const made = new Client({ name: 'some client', version: '1' })
  const headers = { authorization: `Bearer ${bearer}` }
  await made.connect(
    new StreamableHTTPClientTransport(new URL(`http://localhost:${relay.port}/mcp/${server}`), { requestInit: { headers } }),
  )
  closers.push(() => made.close())
  return made
}

async function connected(relay: RelayUnderTest, bearer: string): Promise<void> {
  const states = async (): Promise<unknown> => {
    const { text } = await relay.send({ path: '/mcp', headers: { authorization: `Bearer ${bearer}` } })
    const list: { servers: { state: { type: string } }[] } = JSON.parse(text)
    return list.servers.map(({ state }) => state.type)
  }
  await expect.poll(states, { timeout: 20_000 }).not.toContain('connecting')
}

describe('a client of the Model Context Protocol', () => {
  it('[F63] [O30] reaches a configured server through the relay, which adds the token and takes it out of the answers', async () => {
    const url = await serverWith([
      { name: 'Read.File', description: `Not ${TOKEN}`, run: (input) => ({ got: input, token: TOKEN }) },
      { name: 'fail', description: '', run: () => Promise.reject(new Error(`bad ${TOKEN}`)) },
    ])
    const relay = await relayWith({ docs: { url, tokenVariable: 'DOCS_TOKEN' } })
    const bearer = await relay.pair()
    await connected(relay, bearer)
    const one = await client(relay, 'docs', bearer)
    const { tools } = await one.listTools()
    expect(tools.map(({ name, description }) => [name, description])).toEqual([
      ['Read.File', 'Not [key removed]'],
      ['fail', ''],
    ])
    const answered = await one.callTool({ name: 'Read.File', arguments: { a: 'é' } })
    expect(answered.content).toEqual([{ type: 'text', text: '{"got":{"a":"é"},"token":"[key removed]"}' }])
    await expect(one.callTool({ name: 'fail', arguments: {} })).rejects.toThrow('bad [key removed]')
    await expect(one.callTool({ name: 'none', arguments: {} })).rejects.toThrow('There is no tool "none" here')
    expect(relay.logged()).not.toContain(TOKEN)
  })

  it('reaches a program of this machine the same way, with resources, prompts and progress', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tabwright-stdio-'))
    closers.push(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'server.mjs'), STDIO)
    const relay = await relayWith({ local: { command: process.execPath, args: ['server.mjs'], cwd: folder } })
    const bearer = await relay.pair()
    await connected(relay, bearer)
    const one = await client(relay, 'local', bearer)
    expect(one.getInstructions()).toBe('Ask for slow.')
    let arrived: (progress: number) => void = () => undefined
    const step = new Promise<number>((resolve) => (arrived = resolve))
    const slow = one.callTool({ name: 'slow', arguments: {} }, { onprogress: ({ progress }) => arrived(progress) })
    expect(await step).toBe(1)
    await one.callTool({ name: 'go', arguments: {} })
    expect((await slow).content).toEqual([{ type: 'text', text: 'done' }])
    expect((await one.readResource({ uri: 'note://1' })).contents).toEqual([{ uri: 'note://1', text: 'a note' }])
    expect((await one.listPrompts()).prompts.map(({ name }) => name)).toEqual(['greet'])
  })

  it('[O07] sees and does what its bearer may call, and nothing without one', async () => {
    const tool = (name: string): TestTool => ({ name, description: '', run: () => name })
    const relay = await relayWith({ docs: { url: await serverWith([tool('search'), tool('drop_all')]) } })
    const bearer = await relay.pair()
    await connected(relay, bearer)
    const tokens = openWorkerTokens({ data: relay.data })
    const limited = tokens.add('reader', { register: [], call: ['mcp::docs::search'], bind: [], provide: [] }) ?? ''
    tokens.close()
    const one = await client(relay, 'docs', limited)
    expect((await one.listTools()).tools.map(({ name }) => name)).toEqual(['search'])
    expect((await one.callTool({ name: 'search', arguments: {} })).content).toEqual([{ type: 'text', text: 'search' }])
    await expect(one.callTool({ name: 'drop_all', arguments: {} })).rejects.toThrow('this bearer may call')
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const ask = (path: string, more: object): Promise<{ status: number }> =>
      relay.send({ method: 'POST', path, headers: { ...headers, ...more }, body })
    expect((await ask('/mcp/docs', {})).status).toBe(401)
    expect((await ask('/mcp/docs', { authorization: `Bearer ${bearer}`, origin: 'http://evil.example' })).status).toBe(403)
    expect((await ask('/mcp/other', { authorization: `Bearer ${bearer}` })).status).toBe(404)
    expect((await ask('/mcp/docs', { authorization: `Bearer ${bearer}` })).status).toBe(200)
    expect((await relay.send({ path: '/mcp/docs', headers: { authorization: `Bearer ${bearer}` } })).status).toBe(405)
  })

  it('hears of tools that came and went where it speaks the newer protocol, until one side ends that', async () => {
    const tool = (name: string): TestTool => ({ name, description: '', run: () => name })
    const server = await mcpUnderTest([tool('search')])
    closers.push(server.close)
    const relay = await relayWith({ docs: { url: server.url } })
    const bearer = await relay.pair()
    await connected(relay, bearer)
    const lists: (readonly string[])[] = []
    const onChanged = (_error: Error | null, tools: readonly { name: string }[] | null): void =>
      void lists.push(tools?.map(({ name }) => name) ?? [])
    const options = { versionNegotiation: { mode: 'auto' }, listChanged: { tools: { onChanged, debounceMs: 0 } } } as const
    const made = new Client({ name: 'newer client', version: '1' }, options)
    const headers = { authorization: `Bearer ${bearer}` }
    await made.connect(new StreamableHTTPClientTransport(new URL(`http://localhost:${relay.port}/mcp/docs`), { requestInit: { headers } }))
    closers.push(() => made.close())
    const listening = made.autoOpenedSubscription ?? expect.unreachable('nothing is listened to')
    await server.offer([tool('search'), tool('read')])
    await expect.poll(() => lists.at(-1), { timeout: 20_000 }).toEqual(['search', 'read'])
    await listening.close()
    expect(await listening.closed).toBe('local')
    await server.offer([])
    expect((await made.listTools()).tools).toEqual([])
    expect(lists).toHaveLength(1)
  })

  it('[F63] calls in one trace with the relay and the server behind it, whose span is a part of theirs', async () => {
    const metas: unknown[] = []
    const url = await serverWith([{ name: 'search', description: '', run: (_input, { meta }) => metas.push(meta) }])
    const relay = await relayWith({ docs: { url } })
    const bearer = await relay.pair()
    await connected(relay, bearer)
    const one = await client(relay, 'docs', bearer)
    const [trace, span] = ['a'.repeat(32), 'b'.repeat(16)]
    await one.callTool({ name: 'search', arguments: {}, _meta: { traceparent: `00-${trace}-${span}-01` } })
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ trace_id: trace })
    const { text } = await relay.send({ method: 'POST', path: '/invoke/engine::traces::tree', headers, body })
    const { spans } = JSON.parse(text)
    expect(spans).toMatchObject([{ name: 'mcp::docs::search', parent_span_id: span }])
    expect(metas).toMatchObject([{ traceparent: `00-${trace}-${spans[0].span_id}-01` }])
  })

  it('is told that a server is not there, and why', async () => {
    const relay = await relayWith({ docs: { url: 'http://127.0.0.1:9/mcp' } })
    const bearer = await relay.pair()
    await connected(relay, bearer)
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const { status, text } = await relay.send({ method: 'POST', path: '/mcp/docs', headers, body: '{}' })
    expect(status).toBe(503)
    expect(text).toMatch(/The MCP server docs is not there: .*127\.0\.0\.1:9/)
  })
})

/** A server that speaks the protocol over its standard streams, by hand. */
const STDIO = `
import { createInterface } from 'node:readline'
let waiting = () => undefined
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
  const answer = (result) => say({ id, result })
  if (method === 'initialize') answer({ protocolVersion: params.protocolVersion, instructions: 'Ask for slow.', capabilities: { tools: {}, resources: {}, prompts: {} }, serverInfo: { name: 's', version: '1' } })
  else if (method === 'tools/list') answer({ tools: [{ name: 'slow', inputSchema: { type: 'object' } }, { name: 'go', inputSchema: { type: 'object' } }] })
  else if (method === 'resources/read') answer({ contents: [{ uri: params.uri, text: 'a note' }] })
  else if (method === 'prompts/list') answer({ prompts: [{ name: 'greet' }] })
  else if (method === 'tools/call' && params.name === 'slow') {
    waiting = () => answer({ content: [{ type: 'text', text: 'done' }] })
    say({ method: 'notifications/progress', params: { progressToken: params._meta.progressToken, progress: 1 } })
  } else if (method === 'tools/call') {
    waiting()
    answer({ content: [] })
  }
})
`
