import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { Server } from '@modelcontextprotocol/server'

/** A tool of the server under test; what it throws is its error. */
export interface TestTool {
  readonly name: string
  readonly description: string
  readonly run: (input: unknown, call: { readonly meta: unknown; readonly signal: AbortSignal }) => unknown
}

/** A server of the Model Context Protocol on loopback, made with the official library. */
export interface McpUnderTest {
  readonly url: string
  readonly seen: IncomingMessage[]
  /** Another set of tools from now on; clients are told. */
  offer(tools: readonly TestTool[]): Promise<void>
  /** Every connection breaks, and no new one is taken until {@link resume}. */
  pause(): void
  resume(): void
  close(): Promise<void>
}

type Besides = (
  incoming: IncomingMessage,
  url: URL,
) => { readonly status: number; readonly headers?: Record<string, string>; readonly body: string } | undefined

/** @param besides answers in the protocol's place where it gives something: sign-in, errors */
export async function mcpUnderTest(first: readonly TestTool[], besides: Besides = () => undefined): Promise<McpUnderTest> {
  let tools = first
  let isPaused = false
  const seen: IncomingMessage[] = []
  const sessions = new Map<string, { readonly server: Server; readonly transport: NodeStreamableHTTPServerTransport }>()

  async function open(): Promise<NodeStreamableHTTPServerTransport> {
    const server = new Server({ name: 'under test', version: '1' }, { capabilities: { tools: { listChanged: true } } })
    server.setRequestHandler('tools/list', () => ({
      tools: tools.map(({ name, description }) => ({ name, description, inputSchema: { type: 'object' as const } })),
    }))
    server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
      const found = tools.find(({ name }) => name === params.name)
      if (found === undefined) throw new Error('no such tool')
      const said = await found.run(params.arguments, { meta: mcpReq._meta, signal: mcpReq.signal })
      return { content: [{ type: 'text' as const, text: typeof said === 'string' ? said : JSON.stringify(said) }] }
    })
    const transport: NodeStreamableHTTPServerTransport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { server, transport }),
    })
    await server.connect(transport)
    return transport
  }

  const http = createServer((incoming, outgoing) => {
    seen.push(incoming)
    const other = isPaused ? { status: 503, body: 'paused' } : besides(incoming, new URL(incoming.url ?? '/', 'http://x'))
    if (other !== undefined) {
      incoming.resume()
      outgoing.writeHead(other.status, other.headers).end(other.body)
      return
    }
    const id = incoming.headers['mcp-session-id']
    const known = typeof id === 'string' ? sessions.get(id)?.transport : undefined
    const opening = known === undefined ? open() : Promise.resolve(known)
    opening.then((transport) => transport.handleRequest(incoming, outgoing)).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/mcp`,
    seen,
    offer: async (now) => {
      tools = now
      await Promise.all([...sessions.values()].map(({ server }) => server.sendToolListChanged()))
    },
    pause: () => {
      isPaused = true
      sessions.clear()
      http.closeAllConnections()
    },
    resume: () => {
      isPaused = false
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}
