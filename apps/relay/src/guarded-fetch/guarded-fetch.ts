import type { LookupAddress } from 'node:dns'
import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FETCH_ANSWER_HEADER, type FetchAnswer, type FetchMethod } from '@tabwright/protocol'
import { bodyBounds } from '../body'
import type { UsableToken } from '../host-tokens'
import type { Limits } from '../limits'
import { createRedactor, withoutKey } from '../redactor'
import { API_HEADERS, type Refusal } from '../refusal'
import { hopHeaders, readAsked, type Asked } from './request'
import { checkTarget, type Target, type TargetRules } from './target'

/** What became of one fetch. `refusal`: nothing was sent to the caller yet. */
export type Fetched =
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'answered'; readonly host: string }
  | { readonly type: 'cut'; readonly host: string }

export interface GuardedFetchOptions {
  readonly limits: Pick<Limits, 'fetchBody' | 'bodySilenceMs' | 'fetchAnswer' | 'fetches' | 'connectMs' | 'fetchSilenceMs' | 'headers'>
  /** Read at each fetch: the port is known once the server listens. */
  readonly rules: () => TargetRules
  /** The token kept for an origin. */
  readonly token: (origin: string) => UsableToken | undefined
}

/**
 * Fetches for tools (`security.md` §3.9): every hop is checked, its address resolved once and that very address dialled, redirects are
 * followed here or not at all, and an answer that grows past the limit is cut, never ended as if it were whole.
 */
export type GuardedFetch = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<Fetched>

const HOPS = 5

export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { limits } = options
  let running = 0
  return async (incoming, outgoing) => {
    if (running >= limits.fetches)
      return refused({ status: 503, type: 'busy', message: `${limits.fetches} fetches are running already.`, retryAfterMs: 1000 })
    running++
    try {
      const asked = await readAsked(incoming, bodyBounds(limits.fetchBody, limits))
      if ('status' in asked) return refused(asked)
      return await follow(asked, outgoing, options)
    } finally {
      running--
    }
  }
}

async function follow(asked: Asked, outgoing: ServerResponse, { limits, rules, token: tokenOf }: GuardedFetchOptions): Promise<Fetched> {
  let hop: Asked = asked
  let origin: string | undefined
  const until = asked.wholeMs === undefined ? undefined : performance.now() + asked.wholeMs
  for (let n = 0; ; n++) {
    const target = await checkTarget(hop.url, rules())
    if ('status' in target) return refused(target)
    origin ??= target.url.origin
    const isFirstOrigin = origin === target.url.origin
    const token = asked.useToken && isFirstOrigin ? tokenOf(origin) : undefined
    if (asked.useToken && n === 0 && token === undefined) return refused(noToken(target))
    const answer = await dial(hop, { target, isFirstOrigin, token, limits, outgoing, until })
    if (answer instanceof Error) return outgoing.closed ? { type: 'cut', host: target.url.host } : refused(unreachable(target, answer))
    const next = asked.redirect === 'follow' ? nextHop(hop, answer, target.url) : undefined
    if (token !== undefined && isPacked(answer)) {
      answer.destroy()
      return refused(packed(target))
    }
    if (next === undefined) return send(answer, outgoing, { target, token, limit: limits.fetchAnswer })
    answer.destroy()
    if (n + 1 >= HOPS)
      return refused({ status: 502, type: 'upstream_redirect', message: `${target.url.host} redirected more than ${HOPS} times.` })
    if (target.url.protocol === 'https:' && next.url.startsWith('http:'))
      return refused({
        status: 502,
        type: 'upstream_redirect',
        message: `${target.url.host} redirected to an unprotected address, which was not followed.`,
      })
    hop = next
  }
}

const WITH_BODY: ReadonlySet<FetchMethod> = new Set(['POST', 'PUT', 'PATCH'])
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** The request that a redirect asks for, as browsers do it. */
function nextHop(hop: Asked, answer: IncomingMessage, from: URL): Asked | undefined {
  const { location } = answer.headers
  const status = answer.statusCode ?? 0
  if (!REDIRECTS.has(status) || location === undefined) return undefined
  const url = URL.canParse(location, from.href) ? new URL(location, from.href).href : location
  const becomesGet = hop.method !== 'HEAD' && (status === 303 || (hop.method === 'POST' && status < 303))
  return becomesGet ? { ...hop, url, method: 'GET', body: Buffer.alloc(0) } : { ...hop, url }
}

interface Dial {
  readonly target: Target
  readonly isFirstOrigin: boolean
  readonly token: UsableToken | undefined
  readonly limits: GuardedFetchOptions['limits']
  readonly outgoing: ServerResponse
  /** When all of it has to be there, by `performance.now()`. */
  readonly until: number | undefined
}

function dial(hop: Asked, { target, isFirstOrigin, token, limits, outgoing, until }: Dial): Promise<IncomingMessage | Error> {
  const { url, addresses } = target
  const headers = hopHeaders(hop, isFirstOrigin)
  if (token !== undefined) {
    headers['authorization'] = `Basic ${Buffer.from(`${token.user}:${token.token}`).toString('base64')}`
    // What is packed could echo the token unseen.
    headers['accept-encoding'] = 'identity'
  }
  if (hop.body.length > 0 || WITH_BODY.has(hop.method)) headers['content-length'] = String(hop.body.length)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  // No agent: nothing of the environment (proxies, kept connections) may choose where this goes.
  const request = send(url, {
    method: hop.method,
    headers,
    agent: false,
    maxHeaderSize: 65_536,
    lookup: pinned(addresses),
    ...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}),
  })
  outgoing.once('close', () => request.destroy())
  if (until !== undefined) {
    const late = setTimeout(() => request.destroy(new Late('it took too long')), Math.max(0, until - performance.now()))
    request.once('close', () => clearTimeout(late))
  }
  request.end(hop.body)
  return response(request, { ...limits, connectMs: Math.min(limits.connectMs, hop.connectMs ?? limits.connectMs) })
}

/** Answers every look-up with the addresses that were checked. */
export function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses
    if (options.all) callback(null, [...addresses])
    else if (first === undefined) callback(new Error('no address'), '', 0)
    else callback(null, first.address, first.family)
  }
}

/** Time ran out on this side. */
class Late extends Error {}

function response(request: ClientRequest, limits: GuardedFetchOptions['limits']): Promise<IncomingMessage | Error> {
  return new Promise((resolve) => {
    const late = setTimeout(() => request.destroy(new Late(`no connection within ${limits.connectMs / 1000} s`)), limits.connectMs)
    request.once('socket', (socket) => {
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
        clearTimeout(late)
        request.setTimeout(limits.fetchSilenceMs, () => request.destroy(new Late(`no byte for ${limits.fetchSilenceMs / 1000} s`)))
      })
    })
    request.once('response', resolve)
    request.on('error', resolve)
    request.once('close', () => {
      clearTimeout(late)
      resolve(new Error('the connection was closed'))
    })
  })
}

const HIDDEN = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i

async function send(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { target, token, limit }: { target: Target; token: UsableToken | undefined; limit: number },
): Promise<Fetched> {
  const headers: [string, string][] = []
  // Wherever a server can put what it was sent, it may have put the token.
  const bare = (text: string): string => (token === undefined ? text : withoutKey(text, token.token))
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) {
    const name = answer.rawHeaders[i] ?? ''
    const value = answer.rawHeaders[i + 1] ?? ''
    if (!HIDDEN.test(name)) headers.push([bare(name), bare(value)])
  }
  const told: FetchAnswer = {
    status: answer.statusCode ?? 502,
    statusText: bare(answer.statusMessage ?? ''),
    url: bare(target.url.href),
    headers,
    version: answer.httpVersion,
  }
  // What a stranger says travels as a value of ours: none of its headers acts on the page.
  outgoing.writeHead(200, {
    ...API_HEADERS,
    'cache-control': 'no-store, no-transform',
    'content-type': 'application/octet-stream',
    [FETCH_ANSWER_HEADER]: Buffer.from(JSON.stringify(told)).toString('base64url'),
  })
  outgoing.flushHeaders()
  try {
    if (token === undefined) await pipeline(answer, capped(limit), outgoing)
    else await pipeline(answer, capped(limit), createRedactor(token.token), outgoing)
    return { type: 'answered', host: target.url.host }
  } catch (thrown) {
    // Both ends are destroyed: the caller sees a broken connection, not a short but complete answer.
    if (!(thrown instanceof Error)) throw thrown
    return { type: 'cut', host: target.url.host }
  }
}

function capped(limit: number): Transform {
  let seen = 0
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length
      if (seen > limit) done(new Error('too large'))
      else done(null, chunk)
    },
  })
}

function refused(refusal: Refusal): Fetched {
  return { type: 'refused', refusal }
}

function unreachable(target: Target, cause: Error): Refusal {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
  if (cause instanceof Late)
    return { status: 504, type: 'upstream_timeout', message: `${target.url.host} did not answer in time (${cause.message}).` }
  return { status: 502, type: 'upstream_unreachable', message: `${target.url.host} could not be reached (${code}).` }
}

/** It was asked not to. In what is packed the token could come back unseen. */
function isPacked({ headers }: IncomingMessage): boolean {
  const coding = headers['content-encoding']?.trim().toLowerCase()
  return coding !== undefined && coding !== '' && coding !== 'identity'
}

function packed(target: Target): Refusal {
  const message = `${target.url.host} answered packed although it was asked not to. The kept token could be hidden in there, so nothing of it was given on.`
  return { status: 502, type: 'upstream_unreadable', message }
}

function noToken(target: Target): Refusal {
  return { status: 409, type: 'no_token', message: `No token is kept for ${target.url.host}; enter one in Settings › Git hosts.` }
}
