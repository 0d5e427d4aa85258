import type { IncomingMessage } from 'node:http'
import { bucketOf, isLoopback, isLoopbackHost } from './address'
import type { Config } from './config'
import type { FailedLogins } from './failed-logins'
import type { Refusal } from './refusal'
import type { Sessions } from './session'

/**
 * The checks before any route, in this order: Host, origin, content type, bearer. Each is a function of the request alone, none has a
 * way to be switched off, and loopback gets no discount.
 */
export interface FrontDoor {
  /** Against DNS rebinding: a page of another site that reaches us still names its own host. For every path. */
  host(request: IncomingMessage): Refusal | undefined
  /** For everything but static files and `/healthz`, whatever the method. */
  caller(request: IncomingMessage): Refusal | undefined
  /** For everything that acts or tells. `who` is what log lines say. */
  bearer(request: IncomingMessage): Promise<Refusal | { readonly type: 'signed-in'; readonly who: 'session' | 'fixed' }>
  /** Counts a wrong pairing code like a wrong bearer, and says what to answer. */
  wrongCode(request: IncomingMessage): Promise<Refusal>
  /** Milliseconds until a person at this address may try a code again. */
  wait(request: IncomingMessage): Promise<number>
  /** Whether a page asks that this relay served on this machine's own address, to somebody on this machine. */
  isOwnLoopbackPage(request: IncomingMessage): boolean
}

export interface FrontDoorOptions {
  readonly config: Pick<Config, 'loopbackOnly' | 'hosts' | 'origins'>
  /** The port that is in use: known once the server listens. */
  readonly port: () => number
  readonly sessions: Sessions
  readonly failedLogins: FailedLogins
}

export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { config, sessions, failedLogins } = options

  function host(request: IncomingMessage): Refusal | undefined {
    const named = request.headersDistinct['host'] ?? []
    const name = named[0]?.toLowerCase()
    if (named.length === 1 && name !== undefined && allowedHosts(config, options.port()).has(name)) return undefined
    return { status: 421, type: 'wrong_host', message: 'This relay does not answer under that name.' }
  }

  function caller(request: IncomingMessage): Refusal | undefined {
    return (
      wrongOrigin(request, allowedOrigins(config, options.port())) ?? credentialInAddress(request, sessions) ?? wrongContentType(request)
    )
  }

  async function bearer(request: IncomingMessage): Promise<Refusal | { readonly type: 'signed-in'; readonly who: 'session' | 'fixed' }> {
    const given = request.headersDistinct['authorization'] ?? []
    if (given.length === 0) return notSignedIn('Sign in first: this address needs a bearer, which POST /session gives to the app.')
    const token = given.length === 1 ? /^Bearer ([\x21-\x7e]{1,512})$/i.exec(given[0] ?? '')?.[1] : undefined
    const kind = token === undefined ? 'wrong' : sessions.check(token)
    // A live session is 32 random bytes of ours: nobody guesses it, so the wait that others caused does not lock its owner out.
    if (kind === 'session') return { type: 'signed-in', who: 'session' }
    if (kind === 'ended') return { status: 401, type: 'session_ended', message: 'This session of the tab has ended; reload the page.' }
    const bucket = bucketOf(request.socket.remoteAddress)
    const waiting = await failedLogins.wait(bucket)
    if (waiting > 0) return tooMany(waiting)
    if (kind === 'fixed') return { type: 'signed-in', who: 'fixed' }
    const wait = await failedLogins.add(bucket)
    return wait > 0 ? tooMany(wait) : notSignedIn('The bearer is wrong.')
  }

  async function wrongCode(request: IncomingMessage): Promise<Refusal> {
    const wait = await failedLogins.add(bucketOf(request.socket.remoteAddress))
    if (wait > 0) return tooMany(wait)
    return { status: 401, type: 'code_needed', message: 'That is not the pairing code that the relay printed.' }
  }

  function isOwnLoopbackPage(request: IncomingMessage): boolean {
    const { headers } = request
    // Behind a reverse proxy everybody comes from loopback: one that says so is not silent, one that hides it has another Host.
    if (headers['forwarded'] !== undefined || headers['x-forwarded-for'] !== undefined) return false
    const hostName = URL.canParse(`http://${headers.host}`) ? new URL(`http://${headers.host}`).hostname : ''
    const fromPage = headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin'
    return config.loopbackOnly && isLoopbackHost(hostName) && isLoopback(request.socket.remoteAddress) && fromPage
  }

  return {
    host,
    caller,
    bearer,
    wrongCode,
    wait: (request) => failedLogins.wait(bucketOf(request.socket.remoteAddress)),
    isOwnLoopbackPage,
  }
}

/** Addresses of the network that we listen on by their own name. All addresses at once have none: `--origin` gives it. */
function outsideNames(hosts: readonly string[]): readonly string[] {
  const literals = hosts.filter((one) => !isLoopbackHost(one) && one !== '0.0.0.0' && one !== '::')
  return literals.map((one) => (one.includes(':') ? `[${one}]` : one))
}

/** The values of Host that are ours. */
function allowedHosts(config: Pick<Config, 'hosts' | 'origins'>, port: number): ReadonlySet<string> {
  const names = ['localhost', '127.0.0.1', '[::1]', ...outsideNames(config.hosts)]
  const own = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  return new Set([...own, ...config.origins.map((origin) => new URL(origin).host)])
}

/** The app lives at `localhost`; documents asked for by its address are sent there, so no page of ours has another loopback origin. */
function allowedOrigins(config: Pick<Config, 'hosts' | 'origins'>, port: number): ReadonlySet<string> {
  const names = ['localhost', ...outsideNames(config.hosts)]
  return new Set([...names.map((name) => (port === 80 ? `http://${name}` : `http://${name}:${port}`)), ...config.origins])
}

/**
 * A page must be ours: an exact Origin, or none and the browser's word that it is the same origin (a GET carries no Origin).
 * No Origin and no other mark of a browser: a worker or a command line, which needs a bearer like everybody.
 */
function wrongOrigin(request: IncomingMessage, origins: ReadonlySet<string>): Refusal | undefined {
  const refusal: Refusal = { status: 403, type: 'wrong_origin', message: 'This relay answers its own page only.' }
  const given = request.headersDistinct['origin'] ?? []
  if (given.length > 1) return refusal
  const [origin] = given
  if (origin !== undefined) return origins.has(origin) ? undefined : refusal
  const site = request.headers['sec-fetch-site']
  // Node's own fetch sends `sec-fetch-mode` too, so that one is no mark of a browser.
  const marked = Object.keys(request.headers).some((name) => /^sec-(?:fetch-(?!mode$)|ch-ua)/.test(name))
  return site === 'same-origin' || (site === undefined && !marked) ? undefined : refusal
}

/** Addresses end up in histories and logs. Refused even if the credential is right, and never repeated in the answer. */
function credentialInAddress(request: IncomingMessage, sessions: Sessions): Refusal | undefined {
  const url = new URL(request.url ?? '/', 'http://relay')
  const named = ['token', 'access_token', 'api_key', 'apikey', 'key', 'bearer', 'authorization', 'code'].some((name) =>
    url.searchParams.has(name),
  )
  const texts = [...url.searchParams.values(), ...url.pathname.split('/')].filter((text) => text.length >= 6)
  if (!named && texts.every((text) => sessions.check(text) === 'wrong')) return undefined
  return {
    status: 400,
    type: 'credential_in_address',
    message: 'Credentials belong into the Authorization header, never into the address.',
  }
}

/** JSON, and bytes for the mirror, only: a form or plain text is what a page of another site can send without asking. */
function wrongContentType(request: IncomingMessage): Refusal | undefined {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return undefined
  const given = request.headersDistinct['content-type'] ?? []
  if (given.length === 1 && /^application\/json(;|$)/i.test(given[0]?.trim() ?? '')) return undefined
  // Bytes cannot be sent by a page of another site without asking either: only forms and plain text can.
  const isBytes = given.length === 1 && /^application\/octet-stream$/i.test(given[0]?.trim() ?? '')
  if (isBytes && request.method === 'PUT' && request.url?.startsWith('/mirror/') === true) return undefined
  if (request.method === 'DELETE' && given.length === 0 && !hasBody(request)) return undefined
  return { status: 415, type: 'unsupported_content_type', message: 'Send application/json.' }
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || (request.headers['content-length'] ?? '0') !== '0'
}

function notSignedIn(message: string): Refusal {
  return { status: 401, type: 'not_signed_in', message }
}

function tooMany(waitMs: number): Refusal {
  const message = `Too many wrong credentials from this address. Try again in ${Math.ceil(waitMs / 60_000)} min.`
  return { status: 429, type: 'too_many_failed_logins', message, retryAfterMs: waitMs }
}
