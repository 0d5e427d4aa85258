import type { Client, Progress } from '@modelcontextprotocol/client'
import { createMcpHandler, ProtocolError, Server, type ServerContext, type ServerEventBus } from '@modelcontextprotocol/server'
import { isJsonObject, parseJson, type Json, type JsonObject } from '@tabwright/protocol'
import { isGranted } from '../engine/identity'
import type { McpAsking } from './mcp-servers'
import { redacted, redactedText } from './mcp-tools'

/** A server as clients reach it through the relay. */
export interface McpBridge {
  readonly server: string
  readonly client: Client
  /** The function that a tool is, as it is offered now; undefined for what is not offered. */
  readonly functionOf: (tool: string) => string | undefined
  /** What was sent along and must not come back. Read at each answer. */
  readonly secrets: () => readonly string[]
  /** Called when its tools are others, until the returned function is. */
  readonly watch: (changed: () => void) => () => void
  /** Aborted when the server is gone. */
  readonly gone: AbortSignal
}

/** As long as the relay lets any call run. */
const CALL_MS = 120_000
const INTERNAL = -32_603
const BAD_PARAMS = -32_602

/**
 * One request of a client of the protocol, answered by the server behind it. Each stands for itself, whoever it comes from: there are no
 * sessions here, and the one connection to the server is the relay's. A bearer may do what it may call functions for.
 */
export async function answerBridged(bridge: McpBridge, asking: McpAsking): Promise<Response> {
  const bus: ServerEventBus = {
    // Nobody here says that anything changed: the server behind it does.
    publish: () => undefined,
    subscribe: (listener) => bridge.watch(() => listener({ kind: 'tools_list_changed' })),
  }
  const handler = createMcpHandler(() => bridged(bridge, asking), { maxRequestBodySize: asking.limit, maxSubscriptions: 1, bus })
  // Who listens for changes is told that there are none to come.
  const end = (): void => void handler.close()
  bridge.gone.addEventListener('abort', end, { once: true })
  asking.gone.addEventListener('abort', () => bridge.gone.removeEventListener('abort', end), { once: true })
  return handler.fetch(asking.request)
}

/** Whether a request of the newer protocol waits for changes; it lasts until one side ends it. */
export function isListening({ headers }: Request): boolean {
  return headers.get('mcp-method') === 'subscriptions/listen'
}

const RESOURCES = ['resources/list', 'resources/templates/list', 'resources/read'] as const
const PROMPTS = ['prompts/list', 'prompts/get'] as const
const COMPLETIONS = ['completion/complete'] as const
type Passed = (typeof RESOURCES | typeof PROMPTS | typeof COMPLETIONS)[number]

function bridged(bridge: McpBridge, { as, gone, begin }: McpAsking): Server {
  const { client, server: name, secrets, functionOf } = bridge
  const has = client.getServerCapabilities() ?? {}
  const may = (what: 'resources' | 'prompts' | 'completions'): boolean =>
    has[what] !== undefined && isGranted(as, 'call', `mcp::${name}::${what}::read`)
  const { name: title, version } = client.getServerVersion() ?? { name, version: '0' }
  const instructions = client.getInstructions()
  // Of other lists nothing is announced, and servers can ask for nothing.
  const kinds = [...(may('resources') ? ['resources'] : []), ...(may('prompts') ? ['prompts'] : [])]
  if (may('completions')) kinds.push('completions')
  const server = new Server(
    { name: redactedText(title, secrets()), version: redactedText(version, secrets()) },
    {
      capabilities: { tools: { listChanged: true }, ...Object.fromEntries(kinds.map((kind) => [kind, {}])) },
      ...(instructions !== undefined && { instructions: redactedText(instructions, secrets()) }),
    },
  )
  const isAllowed = (tool: string): boolean => {
    const id = functionOf(tool)
    return id !== undefined && isGranted(as, 'call', id)
  }
  server.setRequestHandler('tools/list', (request, context) =>
    passed(bridge, asked(context, gone), async (options) => {
      const list = await client.request({ method: 'tools/list', params: paramsOf(request.params) }, options)
      return { ...list, tools: list.tools.filter((tool) => isAllowed(tool.name)) }
    }),
  )
  server.setRequestHandler('tools/call', (request, context) => {
    const { name: tool } = request.params
    if (!isAllowed(tool)) throw new ProtocolError(BAD_PARAMS, `There is no tool ${JSON.stringify(tool)} here that this bearer may call.`)
    return called(bridge, { id: functionOf(tool) ?? tool, params: paramsOf(request.params), begin }, asked(context, gone))
  })
  const pass = (method: Passed): void =>
    server.setRequestHandler(method, (request, context) =>
      passed(bridge, asked(context, gone), (options) => client.request({ method, params: paramsOf(request.params) }, options)),
    )
  if (may('resources')) RESOURCES.forEach(pass)
  if (may('prompts')) PROMPTS.forEach(pass)
  if (may('completions')) COMPLETIONS.forEach(pass)
  return server
}

interface Call {
  /** Of the function that the tool is. */
  readonly id: string
  readonly params: JsonObject
  readonly begin: McpAsking['begin']
}

/** A part of its caller's trace, as a call of the function would be: the server hangs on the relay's span. */
async function called<T>(bridge: McpBridge, { id, params, begin }: Call, asking: Asked): Promise<T> {
  const { _meta: meta, ...rest } = params
  const given = isJsonObject(meta) ? meta : {}
  const hop = begin(id, typeof given['traceparent'] === 'string' ? given['traceparent'] : undefined)
  const traced: JsonObject = {
    ...rest,
    _meta: { ...given, ...(hop.trace.traceparent !== undefined && { traceparent: hop.trace.traceparent }) },
  }
  try {
    const answer = await passed<T>(bridge, asking, (options) => bridge.client.request({ method: 'tools/call', params: traced }, options))
    const said: Json | undefined = parseJson(JSON.stringify(answer))
    hop.end(isJsonObject(said) && said['isError'] === true ? 'tool_failed' : undefined)
    return answer
  } catch (thrown) {
    hop.end('tool_failed')
    throw thrown
  }
}

/** Without what the library puts there for itself on either side. */
function paramsOf(params: unknown): JsonObject {
  const value: Json | undefined = parseJson(JSON.stringify(params ?? {}))
  if (!isJsonObject(value)) return {}
  const { _meta: meta, ...rest } = value
  if (!isJsonObject(meta)) return rest
  const kept = Object.entries(meta).filter(([key]) => key !== 'progressToken' && !key.startsWith('io.modelcontextprotocol/'))
  return kept.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(kept) }
}

interface Asked {
  readonly options: { readonly signal: AbortSignal; readonly timeout: number; readonly onprogress?: (progress: Progress) => void }
  /** When all that was told of its progress is on its way. */
  readonly told: () => Promise<unknown>
}

function asked({ mcpReq }: ServerContext, signal: AbortSignal): Asked {
  const token = mcpReq._meta?.progressToken
  const options = { signal, timeout: CALL_MS }
  if (token === undefined) return { options, told: () => Promise.resolve() }
  const telling: Promise<void>[] = []
  const onprogress = (progress: Progress): void => {
    // Whoever asked may be gone: then the call is over too.
    const sent = mcpReq.notify({ method: 'notifications/progress', params: { ...progress, progressToken: token } })
    telling.push(sent.catch(() => undefined))
  }
  return { options: { ...options, onprogress }, told: () => Promise.all(telling) }
}

/** What the server answered, or failed with, without what it was sent along. */
async function passed<T>(
  { secrets }: McpBridge,
  { options, told }: Asked,
  ask: (options: Asked['options']) => Promise<unknown>,
): Promise<T> {
  try {
    const answer = await ask(options)
    await told()
    const result: T = JSON.parse(JSON.stringify(redacted(parseJson(JSON.stringify(answer)) ?? {}, secrets())))
    return result
  } catch (thrown) {
    const code = thrown instanceof ProtocolError ? thrown.code : INTERNAL
    const message = redactedText((thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 2000), secrets())
    throw new ProtocolError(code, message)
  }
}
