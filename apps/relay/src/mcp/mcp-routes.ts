import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody, readFields, type BodyBounds, type FieldLimits } from '../body'
import type { Hub } from '../engine/engine'
import type { Identity } from '../engine/identity'
import { traceOf } from '../engine/trace'
import { API_HEADERS, refuse } from '../refusal'
import type { Mcp, McpAsking } from './mcp-servers'

/** `POST /mcp/sign-in {server}`: where the person goes; `POST /mcp/sign-out {server}`: what was given is forgotten. */
export async function answerSignIn(
  incoming: IncomingMessage,
  { mcp, limits, isOut }: { readonly mcp: Mcp; readonly limits: FieldLimits; readonly isOut: boolean },
): Promise<Response> {
  const fields = await readFields(incoming, limits)
  if (fields.type !== 'fields') return refuse(fields)
  const server = fields.get('server') ?? ''
  if (isOut) {
    return mcp.signOut(server)
      ? json({ servers: mcp.list() })
      : refuse({ status: 404, type: 'not_found', message: 'Nothing is kept for this server.' })
  }
  const address = await mcp.signIn(server)
  if (address !== undefined) return json({ address })
  const entry = mcp.list().find(({ name }) => name === server)
  if (entry?.state.type === 'failed') return refuse({ status: 502, type: 'upstream_unreachable', message: entry.state.message })
  return refuse({ status: 404, type: 'not_found', message: 'There is nothing to sign in to at this server.' })
}

/** Any method of `/mcp/:server`: a client of the protocol reaches a configured server. Its bearer and cookies stay here. */
export async function answerClient({ incoming, outgoing }: Exchange, { mcp, server, as, body: bounds, hop }: Reaching): Promise<Response> {
  const body = incoming.method === 'POST' ? await readBody(incoming, bounds) : undefined
  if (body !== undefined && !Buffer.isBuffer(body)) return refuse(body)
  const gone = new AbortController()
  if (outgoing.closed) gone.abort()
  else outgoing.once('close', () => gone.abort())
  const headers = new Headers()
  for (const name of PASSED_HEADERS) {
    const value = incoming.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const method = incoming.method ?? 'GET'
  const request = new Request(`http://relay/mcp/${server}`, { method, headers, ...(body && { body: new Uint8Array(body) }) })
  const header = incoming.headers['traceparent']
  const begin: McpAsking['begin'] = (functionId, traceparent = typeof header === 'string' ? header : undefined) =>
    hop({ functionId, trace: traceOf({ traceparent }), as: as.id, caller: undefined, depth: 0, chars: body?.length })
  const reached = mcp.reach(server, { request, as, limit: bounds.most, begin, gone: gone.signal })
  if (reached === undefined) return refuse({ status: 404, type: 'not_found', message: 'There is no MCP server of that name.' })
  if ('status' in reached) return refuse(reached)
  const answer = await reached
  for (const [name, value] of Object.entries(API_HEADERS)) answer.headers.set(name, value)
  return answer
}

const PASSED_HEADERS = [
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'last-event-id',
  'mcp-session-id',
] as const

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** Which server a client reaches, and with whose rights. */
export interface Reaching {
  readonly mcp: Mcp
  readonly server: string
  readonly as: Identity
  readonly body: BodyBounds
  /** A part of a trace begins. */
  readonly hop: Hub['hop']
}

/** What `GET /mcp` tells. */
export function answerMcpList(mcp: Mcp): Response {
  return json({ servers: mcp.list() })
}

/** Where a browser comes back to from the sign-in. It carries no bearer: the mark that only we and that sign-in know is what lets it in. */
export async function answerCallback(address: string, mcp: Mcp): Promise<Response> {
  try {
    const server = await mcp.finishSignIn(new URL(address).searchParams)
    return page(200, `Signed in to ${server}. You can close this page.`)
  } catch (thrown) {
    return page(400, thrown instanceof Error ? thrown.message : 'Signing in did not work.')
  }
}

/** Words only: a page of an address that strangers lead to runs and loads nothing. */
function page(status: number, words: string): Response {
  return new Response(`${words}\n`, { status, headers: { ...API_HEADERS, 'content-type': 'text/plain; charset=utf-8' } })
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...API_HEADERS, 'content-type': 'application/json' } })
}
