import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { BodySilent } from '../../body'
import {
  EngineError,
  type Binding,
  type BindingEnd,
  type BuiltInTrigger,
  type InvokeOptions,
  type LocalChannel,
  type Service,
} from '../../engine/built-in'
import { isGranted, subjectOf, type Identity } from '../../engine/identity'
import { depthOf, traceOf } from '../../engine/trace'
import { deeper, type ServiceParts } from '../parts'
import { HttpAnswer } from './http-answer'
import { bodyTooLarge, payloadOf, readHttpBody, saysTooMuch, streamBody, type HttpPayload } from './http-payload'
import { readRoute, RouteTable, type HttpRoute, type Matched } from './route-table'

/** Functions that answer under `/http/`. */
export interface HttpService extends Service {
  /** Answers, and says which route it was: never the address as it was sent. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, as: Identity): Promise<string>
}

/** What a call and its answer may take. Longer streams go on: their function was asked in time. */
const DEADLINE_MS = 120_000
/** How long after a function that returned nothing its `response` channel may still open. */
const STREAM_MS = 2000
const RETRY_AFTER_S = 2
/** Whoever unbinds because it ends takes its functions with it by then. */
const LEAVING_MS = 1000

const STATUS: ReadonlyMap<string, number> = new Map([
  ['FORBIDDEN', 403],
  ['busy', 503],
  ['too_many', 503],
  ['unavailable', 503],
  ['function_not_found', 503],
  ['invocation_stopped', 503],
  ['too_deep', 508],
  ['too_large', 413],
  ['request_timeout', 408],
  ['TIMEOUT', 504],
])

export function createHttpService(parts: ServiceParts): HttpService {
  const table = new RouteTable(({ functionId, binder }) => parts.engine.owner(functionId) === binder.id)
  const timers = new Set<NodeJS.Timeout>()
  const unbind = (id: string, how: BindingEnd): void => {
    const functionId = table.leave(id)
    if (functionId === undefined || how === 'left') return
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (parts.engine.presence(functionId) === 'live') table.forget(id)
    }, LEAVING_MS)
    timers.add(timer.unref())
  }
  return {
    functions: [],
    triggerTypes: [httpTrigger(async (binding) => table.add(readRoute(binding)), unbind)],
    answer: (incoming, outgoing, as) => answer({ incoming, outgoing, as }, table, parts),
    close: () => {
      for (const timer of timers) clearTimeout(timer)
      return Promise.resolve()
    },
  }
}

function httpTrigger(bind: (binding: Binding) => Promise<void>, unbind: (id: string, how: BindingEnd) => void): BuiltInTrigger {
  const text = { type: 'string' }
  return {
    type: 'http',
    description: 'Calls the function with requests to an address under /http/, and answers what it returns or streams.',
    configSchema: {
      type: 'object',
      properties: {
        api_path: text,
        http_method: text,
        condition_function_id: text,
        middleware_function_ids: { type: 'array', items: text },
      },
      required: ['api_path'],
    },
    bind,
    unbind: (id, how) => Promise.resolve(unbind(id, how)),
  }
}

interface Asked {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly as: Identity
}

async function answer(asked: Asked, table: RouteTable, parts: ServiceParts): Promise<string> {
  const { incoming, outgoing, as } = asked
  const { pathname } = new URL(incoming.url ?? '/', 'http://relay')
  const answering = new HttpAnswer(outgoing, parts.engine.handedInParts(as))
  const matched = table.find(incoming.method ?? 'GET', pathname.slice('/http'.length))
  if (matched === undefined) {
    answering.error(404, { code: 'NOT_FOUND', message: 'No function answers at this address with this method.' })
    return '/http/none'
  }
  const { route } = matched
  const { functionId, binder } = route.binding
  const identity = parts.engine.identity(subjectOf(binder))
  if (!isGranted(as, 'call', functionId)) {
    answering.error(403, { code: 'FORBIDDEN', message: `"${as.id}" may not call ${functionId}.` })
  } else if (identity === undefined || route.isAway || parts.engine.presence(functionId) !== 'live') {
    answering.error(503, {
      code: 'unavailable',
      message: `The worker behind ${route.path} is away; it may come back.`,
      retryAfter: RETRY_AFTER_S,
    })
  } else {
    await answerLive(asked, { matched, answering, identity }, parts)
  }
  return `/http${route.path}`
}

interface Answering {
  readonly matched: Matched
  readonly answering: HttpAnswer
  /** The binder as it is now. */
  readonly identity: Identity
}

async function answerLive({ incoming, outgoing }: Asked, { matched, answering, identity }: Answering, parts: ServiceParts): Promise<void> {
  const gone = new AbortController()
  // After an answer that is whole its function may still tidy up.
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  const { traceparent, baggage } = incoming.headers
  const trace = traceOf({ traceparent: single(traceparent), baggage: single(baggage) })
  try {
    const call: InvokeOptions = { as: identity, trace, depth: deeper(depthOf(trace)), deadlineMs: DEADLINE_MS, signal: gone.signal }
    const most = parts.limits.httpBody
    if (saysTooMuch(incoming, most)) throw bodyTooLarge(most)
    const silenceMs = parts.limits.httpBodySilenceMs
    const body = await readHttpBody(incoming, { most: parts.limits.value, silenceMs })
    if (body.type === 'bad') return answering.error(400, { code: 'deserialization_error', message: body.message })
    const payload = { ...payloadOf(incoming, matched), ...(body.type === 'read' && body.value !== undefined && { body: body.value }) }
    if (await isAnsweredBefore(matched.route, { payload, call, answering }, parts)) return
    const [request, response] = [parts.engine.createChannel('write'), parts.engine.createChannel('read')]
    const destroy = () => {
      request.destroy()
      response.destroy()
    }
    // Whoever writes for somebody who has left is told by the end of the channel.
    gone.signal.addEventListener('abort', destroy)
    try {
      const pace = { silenceMs, mayBeSilent: () => answering.hasBegun }
      const sending = streamBody(incoming, body, { channel: request, most, pace }).catch((thrown: unknown) => {
        // Its function has the beginning of it and may be at work: its call is called off.
        if (isNoWhole(thrown)) gone.abort(thrown)
        else ignoreUnread(thrown, incoming, parts)
      })
      await run(
        matched.route,
        { payload: { ...payload, request_body: { ...request.ref }, response: { ...response.ref } }, call, answering },
        { parts, response },
      )
      request.destroy()
      await sending
    } finally {
      destroy()
    }
  } catch (thrown) {
    fail(thrown, { answering, gone: gone.signal }, parts)
  }
}

/** Of a body that was not taken in to its end. */
function isNoWhole(thrown: unknown): boolean {
  return thrown instanceof BodySilent || (thrown instanceof EngineError && thrown.code === 'too_large')
}

/** A function need not read what was sent, and whoever sends may break off. */
function ignoreUnread(thrown: unknown, incoming: IncomingMessage, { failed }: ServiceParts): void {
  if (!(thrown instanceof EngineError) && !incoming.destroyed) failed('http body', thrown)
}

interface Running<P> {
  readonly payload: P
  readonly call: InvokeOptions
  readonly answering: HttpAnswer
}

/** Condition and middleware: whether one of them has answered in the function's place. */
async function isAnsweredBefore(
  route: HttpRoute,
  { payload, call, answering }: Running<HttpPayload>,
  { engine }: ServiceParts,
): Promise<boolean> {
  if (route.condition !== undefined && (await engine.invoke(route.condition, payload, call)) === false) {
    answering.error(422, { code: 'CONDITION_NOT_MET', message: `The condition of ${route.path} does not hold for this request.` })
    return true
  }
  let context: Json = {}
  for (const name of route.middleware) {
    const { path_params, query_params, headers, method } = payload
    const said = await engine.invoke(name, { phase: 'preHandler', request: { path_params, query_params, headers, method }, context }, call)
    if (!isJsonObject(said)) continue
    if (said['action'] === 'respond') {
      answering.result(said['response'] ?? {})
      return true
    }
    context = said['context'] ?? context
  }
  return false
}

/** The function's result or what it writes into its channel, whichever begins first. */
async function run(
  route: HttpRoute,
  running: Running<JsonObject>,
  { parts, response }: { parts: ServiceParts; response: LocalChannel },
): Promise<void> {
  const { payload, call, answering } = running
  let hasStream = false
  const streaming = pipe(response, answering, () => (hasStream = true))
  // Looked at below; until then it must not count as unhandled.
  streaming.catch(() => undefined)
  const returned = parts.engine.invoke(route.binding.functionId, payload, call).then(
    (value) => ({ type: 'value', value }) as const,
    (thrown: unknown) => ({ type: 'thrown', thrown }) as const,
  )
  const first = await Promise.race([
    returned,
    streaming.then(
      () => ({ type: 'streamed' }) as const,
      () => returned,
    ),
  ])
  if (first.type === 'streamed') return answering.end()
  if (first.type === 'thrown' && !hasStream) throw first.thrown
  if (first.type === 'value' && first.value !== undefined && !hasStream) return answering.result(first.value)
  // It returned nothing, so its answer comes by the channel; a stream that has begun goes on to its end.
  const opened = hasStream
    ? 'streamed'
    : await Promise.race([streaming.then(() => 'streamed'), wait(STREAM_MS).then(() => (hasStream ? 'streamed' : 'nothing'))])
  if (opened === 'nothing') return answering.result({ status_code: 204 })
  await streaming
  answering.end()
}

async function pipe(response: LocalChannel, answering: HttpAnswer, began: () => void): Promise<void> {
  for await (const item of response.read()) {
    began()
    await answering.take(item)
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

function fail(thrown: unknown, { answering, gone }: { answering: HttpAnswer; gone: AbortSignal }, { failed }: ServiceParts): void {
  const refused: unknown = isNoWhole(gone.reason) ? gone.reason : undefined
  if (gone.aborted && refused === undefined) return
  if (answering.hasBegun) return answering.cut()
  const cause = refused ?? thrown
  if (cause instanceof EngineError) {
    const { code, message } = cause
    const status = STATUS.get(code) ?? 500
    return answering.error(status, { code, message, ...(status === 503 && { retryAfter: RETRY_AFTER_S }) })
  }
  failed('http', thrown)
  answering.error(500, { code: 'internal', message: 'The relay failed at this request; its log says why.' })
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
