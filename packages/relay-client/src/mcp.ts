import { fail, isJsonObject, type Json } from '@tabwright/protocol'
import { objectOf } from './answer'
import type { Line } from './line'

/** A server of the Model Context Protocol that the relay's operator has configured. */
export interface McpServer {
  readonly name: string
  /** Its host, or that it is a program of the relay's machine. */
  readonly where: string
  /** Whether somebody can sign in to it. */
  readonly signsIn: boolean
  readonly state: 'connecting' | 'connected' | 'needs-sign-in' | 'failed'
  /** Why it failed, as a sentence. */
  readonly problem?: string
  /** What it offers now. */
  readonly tools: readonly McpTool[]
}

/** A tool of a server, by the name of the function that it is. */
interface McpTool {
  readonly id: string
  /** The server's own word, cut. */
  readonly description: string
}

/** The MCP servers of a relay. Every call throws a FailureError whose message can be shown. */
export interface McpServers {
  list(): Promise<readonly McpServer[]>
  /** Where a person signs in to this server; only an address that a browser may be sent to. */
  signIn(server: string): Promise<string>
  /** Forgets what was given. The list afterwards. */
  signOut(server: string): Promise<readonly McpServer[]>
}

const ASKED = "The relay's MCP servers"
const STATES = ['connecting', 'connected', 'needs-sign-in', 'failed'] as const

export function openMcp(line: Line): McpServers {
  const parse = (answer: { readonly [key: string]: Json }): readonly McpServer[] =>
    Array.isArray(answer['servers']) ? answer['servers'].map(parseServer) : unreadable()
  return {
    list: async () => parse(objectOf(await line.call({ method: 'GET', path: '/mcp', asked: ASKED }), ASKED)),
    signIn: async (server) => {
      const asked = `Signing in to ${server}`
      const { address } = objectOf(await line.call({ method: 'POST', path: '/mcp/sign-in', body: { server }, asked }), asked)
      return isPlace(address) ? address : fail('bad_response', `${asked}: the relay named no address that may be opened.`)
    },
    signOut: async (server) => {
      const asked = `Signing out of ${server}`
      return parse(objectOf(await line.call({ method: 'POST', path: '/mcp/sign-out', body: { server }, asked }), asked))
    },
  }
}

/** Of the web: whatever else an address may begin with, it is no place to sign in. */
function isPlace(address: Json | undefined): address is string {
  return typeof address === 'string' && /^https?:\/\/[^\s]+$/i.test(address)
}

function parseServer(value: Json): McpServer {
  const { name, where, signsIn, state, tools } = isJsonObject(value) ? value : {}
  const { type, message } = isJsonObject(state) ? state : {}
  const known = STATES.find((one) => one === type)
  if (typeof name !== 'string' || typeof where !== 'string' || known === undefined) return unreadable()
  return {
    name,
    where,
    signsIn: signsIn === true,
    state: known,
    ...(typeof message === 'string' && { problem: message }),
    tools: Array.isArray(tools) ? tools.flatMap(toolsIn) : [],
  }
}

function toolsIn(value: Json): readonly McpTool[] {
  const { id, description } = isJsonObject(value) ? value : {}
  return typeof id === 'string' && typeof description === 'string' ? [{ id, description }] : []
}

function unreadable(): never {
  return fail('bad_response', `${ASKED} could not be read.`)
}
