import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { bodyBounds, readBody } from './body'
import type { Limits } from './limits'
import type { ModelConnections } from './model-connections'
import { createRedactor, holdsKey } from './redactor'
import { API_HEADERS, type Refusal } from './refusal'
import { estimateOfCut } from './spending/estimate'
import type { Ledger, Spent } from './spending/ledger'
import { createMeter } from './spending/meter'
import type { UsableKey, Vault } from './vault'

/** Paths of the Messages API that are passed on, and how. Anything else of a provider is not reachable through us. */
export const MODEL_ROUTES = [
  { method: 'POST', path: '/v1/messages' },
  { method: 'POST', path: '/v1/messages/count_tokens' },
  { method: 'GET', path: '/v1/models' },
] as const

export type ModelRoute = (typeof MODEL_ROUTES)[number]

/** What became of one request, for the log line. `refusal`: nothing was sent to the page yet, the caller answers. */
export type Proxied =
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'answered'; readonly status: number }
  /** The page went away, or the model server did in the middle of its answer. The connection is gone, never ended cleanly. */
  | { readonly type: 'cut'; readonly by: 'page' | 'server' }

export interface ModelProxyOptions {
  readonly vault: Pick<Vault, 'use'>
  readonly ledger: Pick<Ledger, 'refusal' | 'add'>
  readonly connections: ModelConnections
  readonly limits: Pick<Limits, 'modelBody' | 'bodySilenceMs' | 'modelRequests' | 'connectMs' | 'silenceMs'>
  readonly version: string
}

/** Passes one request on with the vault's key and streams the answer back, chunk for chunk. */
export type ModelProxy = (route: ModelRoute, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<Proxied>

export function createModelProxy(options: ModelProxyOptions): ModelProxy {
  const { vault, limits } = options
  let running = 0

  async function pass(route: ModelRoute, incoming: IncomingMessage, outgoing: ServerResponse): Promise<Proxied> {
    const usable = vault.use()
    if (typeof usable === 'string') return refused({ status: 401, type: 'no_key', message: NO_KEY[usable] })
    const overCap = route.path === '/v1/messages' ? options.ledger.refusal(usable.key) : undefined
    if (overCap !== undefined) return refused(overCap)
    const body = route.method === 'POST' ? await readBody(incoming, bodyBounds(limits.modelBody, limits)) : Buffer.alloc(0)
    if (outgoing.closed) return { type: 'cut', by: 'page' }
    if (!Buffer.isBuffer(body)) return refused(body)
    const ask = () => open(route, incoming, { usable, body, options })
    let upstream = ask()
    const since = performance.now()
    const estimate = (): Spent => estimateOfCut(body, performance.now() - since, Date.now())
    const gone = new Promise<'gone'>((resolve) => {
      outgoing.once('close', () => {
        upstream.destroy()
        resolve('gone')
      })
    })
    let answer = await Promise.race([gone, response(upstream, limits)])
    if (answer instanceof Error && hadDied(upstream, answer)) {
      options.connections.dropResting()
      upstream = ask()
      answer = await Promise.race([gone, response(upstream, limits)])
    }
    if (answer === 'gone') {
      // An answer in one piece has no headers before it is made: by now it may have been, and been paid for.
      if (upstream.writableFinished && route.path === '/v1/messages') options.ledger.add(usable.key, estimate())
      return { type: 'cut', by: 'page' }
    }
    return answer instanceof Error
      ? refused(unreachable(usable, answer))
      : relay(answer, outgoing, { usable, ledger: options.ledger, estimate })
  }

  return async (route, incoming, outgoing) => {
    if (running >= limits.modelRequests) {
      return refused({
        status: 503,
        type: 'busy',
        message: `${limits.modelRequests} model requests are running already.`,
        retryAfterMs: 1000,
      })
    }
    running++
    try {
      return await pass(route, incoming, outgoing)
    } finally {
      running--
    }
  }
}

const NO_KEY = {
  none: 'No model key is set. Enter one in Settings, or start the relay with ANTHROPIC_API_KEY.',
  unreadable: 'The stored model key cannot be read with the present vault key. Enter it again in Settings.',
} as const

function refused(refusal: Refusal): Proxied {
  return { type: 'refused', refusal }
}

interface Outbound {
  readonly usable: UsableKey
  readonly body: Buffer
  readonly options: ModelProxyOptions
}

function open(route: ModelRoute, incoming: IncomingMessage, { usable, body, options }: Outbound): ClientRequest {
  const url = new URL(`${usable.origin}${route.path}`)
  const asked = new URL(incoming.url ?? '/', 'http://relay').searchParams
  for (const name of ['beta', 'limit', 'after_id', 'before_id']) {
    const value = asked.get(name)
    if (value !== null) url.searchParams.set(name, value)
  }
  const headers = outboundHeaders(incoming, usable, options.version)
  if (route.method === 'POST') headers['content-length'] = String(body.length)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const request = send(url, { method: route.method, headers, agent: options.connections.agentFor(url) })
  request.once('response', (answer: IncomingMessage) => {
    const { socket } = answer
    answer.once('end', () => options.connections.rests(socket))
  })
  request.end(body)
  return request
}

/** The server hung up while the connection rested, before it could see the request: as browsers do, it is sent once more on a new one. */
function hadDied(request: ClientRequest, cause: Error): boolean {
  return request.reusedSocket && 'code' in cause && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE')
}

const PASSED_ON = /^(?:anthropic-version|anthropic-beta|content-type|accept|x-stainless-[a-z-]+)$/

/**
 * Only what the API needs: no cookie, no bearer of ours, nothing by which the provider could tell that a browser asks.
 *
 * The key goes as a bearer, which is what the provider's own SDK sends since 1.0. Servers that imitate the API were mostly written for
 * the header before that, `x-api-key`, so they get both. Anthropic itself gets only the bearer: two credentials in one request is
 * something that its SDK never sends.
 */
function outboundHeaders(incoming: IncomingMessage, usable: UsableKey, version: string): Record<string, string> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${usable.key}`,
    'user-agent': `tabwright-relay/${version}`,
    // The key is looked for in the answer's bytes, so they must not be compressed.
    'accept-encoding': 'identity',
  }
  const { hostname } = new URL(usable.origin)
  if (hostname !== 'anthropic.com' && !hostname.endsWith('.anthropic.com')) headers['x-api-key'] = usable.key
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (PASSED_ON.test(name) && typeof value === 'string') headers[name] = value
  }
  return headers
}

/** The beginning of the answer, or what went wrong before it. */
function response(request: ClientRequest, limits: ModelProxyOptions['limits']): Promise<IncomingMessage | Error> {
  return new Promise((resolve) => {
    const late = setTimeout(() => request.destroy(new Error(`no connection within ${limits.connectMs / 1000} s`)), limits.connectMs)
    request.once('socket', (socket) => {
      const connected = () => {
        clearTimeout(late)
        request.setTimeout(limits.silenceMs, () => request.destroy(new Error(`no byte for ${limits.silenceMs / 60_000} min`)))
      }
      if (request.reusedSocket) connected()
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected)
    })
    request.once('response', resolve)
    request.on('error', resolve)
    request.once('close', () => {
      clearTimeout(late)
      resolve(new Error('the connection was closed'))
    })
  })
}

interface Answered {
  readonly usable: UsableKey
  readonly ledger: Pick<Ledger, 'add'>
  readonly estimate: () => Spent
}

async function relay(answer: IncomingMessage, outgoing: ServerResponse, { usable, ledger, estimate }: Answered): Promise<Proxied> {
  const status = answer.statusCode ?? 502
  const decoder = decoderFor(answer.headers['content-encoding'])
  if ((status >= 300 && status < 400) || decoder === 'unknown') {
    answer.destroy()
    return refused(decoder === 'unknown' ? unreadable(usable) : redirected(usable))
  }
  // Headers do not wait for the first byte of the body, at which the page's clock for "no answer" would stop too late; where that is here
  // already they leave in one write.
  outgoing.cork()
  setImmediate(() => outgoing.uncork())
  outgoing.writeHead(status, inboundHeaders(answer, usable.key))
  outgoing.flushHeaders()
  try {
    const redactor = createRedactor(usable.key)
    const type = answer.headers['content-type'] ?? ''
    const meter = createMeter({ type, now: Date.now, add: (spent) => ledger.add(usable.key, spent), estimate })
    await (decoder === undefined ? pipeline(answer, meter, redactor, outgoing) : pipeline(answer, decoder, meter, redactor, outgoing))
    return { type: 'answered', status }
  } catch (thrown) {
    // The pipeline has destroyed both ends: whoever is left sees a broken connection, not a short but complete answer.
    if (!(thrown instanceof Error)) throw thrown
    return { type: 'cut', by: 'code' in thrown && thrown.code === 'ERR_STREAM_PREMATURE_CLOSE' && !answer.errored ? 'page' : 'server' }
  }
}

const PASSED_BACK = /^(?:content-type|retry-after|retry-after-ms|request-id|x-should-retry|anthropic-ratelimit-[a-z-]+)$/

function inboundHeaders(answer: IncomingMessage, key: string): Record<string, string> {
  // `no-transform`: whatever stands between us and the page must not gather the stream to compress it.
  const headers: Record<string, string> = { ...API_HEADERS, 'cache-control': 'no-store, no-transform' }
  for (const [name, value] of Object.entries(answer.headers)) {
    if (PASSED_BACK.test(name) && typeof value === 'string' && !holdsKey(value, key)) headers[name] = value
  }
  return headers
}

/** For servers that compress although asked not to. */
function decoderFor(encoding: string | undefined): Transform | undefined | 'unknown' {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === '' || name === 'identity') return undefined
  if (name === 'gzip' || name === 'x-gzip') return createGunzip()
  if (name === 'br') return createBrotliDecompress()
  if (name === 'deflate') return createInflate()
  return 'unknown'
}

function hostOf(usable: UsableKey): string {
  return new URL(usable.origin).host
}

function redirected(usable: UsableKey): Refusal {
  const message = `The model server at ${hostOf(usable)} answered with a redirect. It was not followed, because the key is bound to that address.`
  return { status: 502, type: 'upstream_redirect', message }
}

function unreadable(usable: UsableKey): Refusal {
  return {
    status: 502,
    type: 'upstream_unreadable',
    message: `The model server at ${hostOf(usable)} answered in a compression that the relay cannot read.`,
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at that address',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up; this machine may be offline',
  EHOSTUNREACH: 'there is no way to it; this machine may be offline',
  ENETUNREACH: 'there is no way to it; this machine may be offline',
  ETIMEDOUT: 'it did not answer in time',
}

function unreachable(usable: UsableKey, cause: Error): Refusal {
  const code = errorCode(cause)
  // Node's own text may quote the request, so only texts without the key are shown.
  const said = REASONS[code ?? ''] ?? (holdsKey(cause.message, usable.key) ? 'the request failed' : cause.message)
  return { status: 502, type: 'upstream_unreachable', message: `The model server at ${hostOf(usable)} could not be reached: ${said}.` }
}

/** Node tries a name's addresses in turn and reports all failures in one; the first tells most. */
function errorCode(cause: Error): string | undefined {
  const one: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  return one instanceof Error && 'code' in one && typeof one.code === 'string' ? one.code : undefined
}
