import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Json } from '@tabwright/protocol'
import { isFunctionName } from '@tabwright/protocol/relay'
import { readBody, type BodyBounds } from '../body'
import { API_HEADERS, refuse } from '../refusal'
import { EngineError } from './built-in'
import type { CallRequest } from './dispatch'
import type { Hub } from './engine'
import { readFrame } from './frame-text'
import type { Identity } from './identity'
import { depthOf, traceOf } from './trace'

/** What the codes of failed calls are in HTTP. Whatever a function itself failed with is 500. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['FORBIDDEN', 403],
  ['function_not_found', 404],
  ['NOT_FOUND', 404],
  ['deserialization_error', 400],
  ['too_deep', 400],
  ['too_large', 413],
  ['CONFLICT', 409],
  ['store_full', 507],
  ['busy', 429],
  ['enqueue_error', 503],
  ['invocation_stopped', 503],
  ['unavailable', 503],
  ['TIMEOUT', 504],
])

export interface InvokeOptions {
  readonly hub: Hub
  readonly as: Identity
  readonly body: BodyBounds
  readonly outgoing: ServerResponse
}

/** `POST /invoke/:function_id`: a call for what has no SDK. `?enqueue=<queue>` answers 202 with the receipt. */
export async function answerInvoke(request: IncomingMessage, { hub, as, body: bounds, outgoing }: InvokeOptions): Promise<Response> {
  const url = new URL(request.url ?? '/', 'http://relay')
  const functionId = decode(url.pathname.slice('/invoke/'.length))
  if (!isFunctionName(functionId)) return refuse({ status: 404, type: 'not_found', message: 'That is not the name of a function.' })
  const body = await readBody(request, bounds)
  if (!Buffer.isBuffer(body)) return refuse(body)
  const read = body.length === 0 ? undefined : readFrame(body.toString('utf8'))
  if (read?.type === 'unread') return refuse({ status: 400, type: 'bad_request', message: read.message.replace('frame', 'body') })
  const { traceparent, baggage } = request.headers
  const trace = traceOf({ traceparent: one(traceparent), baggage: one(baggage) })
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const call = { functionId, data: read?.value, metadata: undefined, as, trace, depth: depthOf(trace), signal: gone.signal }
  const queue = url.searchParams.get('enqueue')
  const json = (status: number, value: Json): Response => {
    const text = JSON.stringify(value)
    hub.engine.handed(text, as)
    return new Response(text, { status, headers: { ...API_HEADERS, 'content-type': 'application/json' } })
  }
  try {
    if (queue === null) return json(200, (await hub.call({ ...call, waits: true })) ?? null)
    return json(202, (await hub.call(enqueue(call, queue))) ?? null)
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown
    const isNoQueue = queue !== null && thrown.code === 'function_not_found'
    const code = isNoQueue ? 'enqueue_error' : thrown.code
    const message = isNoQueue ? 'This relay has no queue; nothing was accepted.' : thrown.message
    // As on the wire: only the relay says it, and where it does whoever called may call again.
    const more = thrown.isNotCalled ? { not_called: true } : {}
    return json(STATUS.get(code) ?? 500, { type: 'error', error: { type: code, message, ...more } })
  }
}

type Call = Omit<CallRequest, 'id' | 'caller' | 'settle'>

function enqueue(call: Call, queue: string): Call {
  const { functionId, data, trace } = call
  const payload = data === undefined ? {} : { data }
  const item = { queue, function_id: functionId, ...payload, messageReceiptId: crypto.randomUUID(), ...trace }
  return { ...call, functionId: 'engine::queue::enqueue', data: item }
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (thrown) {
    if (thrown instanceof URIError) return ''
    throw thrown
  }
}
