import { Client, StreamableHTTPClientTransport, UnauthorizedError, type OAuthClientProvider } from '@modelcontextprotocol/client'
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { isJsonObject, type Json } from '@tabwright/protocol'
import { CallError, type IncomingCall, type Registered, type Worker } from '@tabwright/relay-client/worker'
import type { McpServer } from './mcp-config'
import type { McpBridge } from './mcp-bridge'
import type { FetchLike } from './mcp-fetch'
import type { McpEntry } from './mcp-servers'
import { answerOf, functionsOf, redacted, redactedText, type ListedTool, type McpFunction } from './mcp-tools'

/** One server, for as long as it is there. */
export interface McpLink {
  readonly transport: StdioClientTransport | StreamableHTTPClientTransport
  /** Resolves when the server is gone, or {@link close} was called. */
  readonly ended: Promise<void>
  /** Its tools as they are offered at this moment. */
  offered(): McpEntry['tools']
  /** For clients of the protocol. */
  readonly bridge: McpBridge
  close(): Promise<void>
}

export interface McpLinkOptions {
  readonly server: McpServer
  readonly version: string
  /** Undefined: a program of this machine. The signal ends all that is open. */
  readonly fetch: ((gone: AbortSignal) => FetchLike) | undefined
  readonly signIn: OAuthClientProvider | undefined
  /** What was sent along and must not come back. Read at each answer. */
  readonly secrets: () => readonly string[]
  /** Joins the relay for this server; its functions are gone when it leaves. */
  readonly join: () => Worker
  readonly changed: (tools: number) => void
}

const CONNECT_MS = 30_000
/** As long as the relay lets any call run. */
const CALL_MS = 120_000

/**
 * Connects, and offers the server's tools as functions until it is gone.
 * @throws UnauthorizedError where somebody has to sign in first; Error where the server cannot be reached
 */
export async function openLink(options: McpLinkOptions): Promise<McpLink> {
  const { version, secrets } = options
  const gone = new AbortController()
  const transport = transportOf(options, gone.signal)
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  let offered: ReturnType<typeof offering> | undefined
  const watchers = new Set<() => void>()
  const offer = (tools: readonly ListedTool[]): void => {
    offered?.offer(tools)
    for (const changed of watchers) changed()
  }
  const client = new Client(
    { name: 'tabwright', version },
    {
      // Nothing is offered to servers: they cannot ask the model or the person for anything.
      capabilities: {},
      // What a stranger's schema says is for the tab to judge; nothing is compiled from it here.
      jsonSchemaValidator: { getValidator: () => (input) => ({ valid: true, data: trusted(input), errorMessage: undefined }) },
      listChanged: { tools: { onChanged: (error, tools) => error === null && tools !== null && offer(tools) } },
    },
  )
  client.onclose = () => {
    gone.abort()
    offered?.leave()
    end()
  }
  try {
    await client.connect(transport, { timeout: CONNECT_MS })
    const { tools } = await client.listTools(undefined, { timeout: CONNECT_MS })
    const call = (one: McpFunction, data: Json | undefined, incoming: IncomingCall): Promise<Json> =>
      callTool(client, { one, data, incoming, secrets: secrets() })
    offered = offering(options, call)
    offered.offer(tools)
  } catch (thrown) {
    gone.abort()
    await client.close()
    throw thrown instanceof UnauthorizedError ? thrown : new Error(messageOf(thrown, secrets()), { cause: thrown })
  }
  const functionOf = (tool: string): string | undefined => offered?.functionOf(tool)
  const watch = (changed: () => void): (() => void) => {
    watchers.add(changed)
    return () => void watchers.delete(changed)
  }
  const bridge = { server: options.server.name, client, functionOf, secrets, watch, gone: gone.signal }
  return { transport, ended, bridge, offered: () => offered?.list() ?? [], close: () => client.close() }
}

/** Our validator takes everything, so this is what was handed in. */
function trusted<T>(input: unknown): T {
  const value: T = JSON.parse(JSON.stringify(input))
  return value
}

function transportOf({ server, fetch, signIn }: McpLinkOptions, gone: AbortSignal): McpLink['transport'] {
  if (server.type === 'stdio') {
    const { command, args, env, cwd } = server
    const all = { ...getDefaultEnvironment(), ...env }
    return new StdioClientTransport({ command, args: [...args], env: all, stderr: 'ignore', ...(cwd !== undefined && { cwd }) })
  }
  return new StreamableHTTPClientTransport(new URL(server.url), {
    ...(fetch && { fetch: fetch(gone) }),
    ...(signIn && { authProvider: signIn }),
    ...(server.token !== undefined && { requestInit: { headers: { authorization: `Bearer ${server.token}` } } }),
  })
}

type CallOne = (one: McpFunction, data: Json | undefined, incoming: IncomingCall) => Promise<Json>

interface Offering {
  offer(tools: readonly ListedTool[]): void
  list(): McpEntry['tools']
  functionOf(tool: string): string | undefined
  leave(): void
}

/** Of a description, where tools are listed for a person. */
const MOST_SHOWN = 300

/** The tools of one server as functions of one worker. */
function offering({ server, secrets, join, changed }: McpLinkOptions, call: CallOne): Offering {
  const worker = join()
  const offered = new Map<string, { readonly tool: string; readonly says: string; readonly is: string; readonly registered: Registered }>()
  return {
    offer: (tools) => {
      const now = functionsOf(server.name, tools, secrets())
      for (const [id, { is, registered }] of offered) {
        // One that is not as it was is another one: whoever knows it is told that it went and came.
        if (now.some((one) => one.id === id && JSON.stringify(one) === is)) continue
        registered.unregister()
        offered.delete(id)
      }
      for (const one of now) {
        if (offered.has(one.id)) continue
        const { id, tool, description, request, response } = one
        const options = { description, request, ...(response && { response }), metadata: { mcp: { server: server.name, tool } } }
        const registered = worker.registerFunction(id, (data, incoming) => call(one, data, incoming), options)
        offered.set(id, { tool, says: description.slice(0, MOST_SHOWN), is: JSON.stringify(one), registered })
      }
      changed(offered.size)
    },
    list: () => [...offered].map(([id, { says }]) => ({ id, description: says })),
    functionOf: (tool) => [...offered].find(([, one]) => one.tool === tool)?.[0],
    leave: () => worker.close(),
  }
}

interface ToolCall {
  readonly one: McpFunction
  readonly data: Json | undefined
  readonly incoming: IncomingCall
  readonly secrets: readonly string[]
}

async function callTool(client: Client, { one, data, incoming, secrets }: ToolCall): Promise<Json> {
  if (data !== undefined && data !== null && !isJsonObject(data))
    throw new CallError(one.id, { code: 'bad_input', message: 'The input must be an object.' })
  const { metadata, traceparent, signal } = incoming
  const key = isJsonObject(metadata) && typeof metadata['key'] === 'string' ? metadata['key'] : incoming.invocationId
  // The same at each delivery of one call, so that a server that looks can tell a repeat.
  const meta = { ...(key !== undefined && { 'tabwright/key': key }), ...(traceparent !== undefined && { traceparent }) }
  const failed = (message: string): CallError => new CallError(one.id, { code: 'tool_failed', message })
  const asked = { name: one.tool, arguments: { ...data }, _meta: meta }
  const answer = await client.callTool(asked, { signal, timeout: CALL_MS }).catch((thrown: unknown) => {
    throw failed(messageOf(thrown, secrets))
  })
  const result = redacted(answerOf(answer), secrets)
  if (answer.isError !== true) return result
  throw failed(typeof result === 'string' ? result : JSON.stringify(result))
}

/** Some libraries quote what they sent. */
export function messageOf(thrown: unknown, secrets: readonly string[]): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return redactedText(message.slice(0, 2000), secrets)
}
