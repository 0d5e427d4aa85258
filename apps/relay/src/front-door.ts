import type { IncomingMessage } from 'node:http'
import {
  isPreviewFile,
  isPreviewHost,
  isSandboxHost,
  isShareFile,
  localShareOrigin,
  PREVIEW_FILES,
  SHARE_FILES,
  SHARE_ID,
} from '@tabwright/protocol'
import { KERNEL_FRAME_PATH } from '@tabwright/protocol/headers'
import { bucketOf, isLoopback, isLoopbackHost } from './address'
import type { Config } from './config'
import { DEFAULT_IDENTITY, TAB_IDENTITY, type Identity } from './engine/identity'
import type { FailedLogins } from './failed-logins'
import type { Refusal } from './refusal'
import type { Sessions } from './session'
import { isDocument } from './static'

/**
 * The checks before any route, in this order: Host, origin, content type, bearer. Each is a function of the request alone, none has a
 * way to be switched off, and loopback gets no discount.
 */
export interface FrontDoor {
  /** Against DNS rebinding: a page of another site that reaches us still names its own host. For every path. */
  host(request: IncomingMessage): Refusal | undefined
  /** Whether it came under the name at which shared sessions are read. */
  isShare(request: IncomingMessage): boolean
  /** For a socket at that name: none of another site's pages may follow by the browser of somebody who may. */
  viewer(request: IncomingMessage): Refusal | undefined
  /** For everything but static files and `/healthz`, whatever the method. The ends of a channel carry their key in the address. */
  caller(request: IncomingMessage, at?: { readonly isChannel: boolean }): Refusal | undefined
  /** For everything that acts or tells. `who` is what log lines say. */
  bearer(request: IncomingMessage): Promise<Refusal | SignedIn>
  /** What it carries, good or not. */
  token(request: IncomingMessage): string | undefined
  /** Whether it carries a bearer that is good, without counting one that is not. */
  knows(request: IncomingMessage): boolean
  /** Whose worker's token it carries, where it carries one that is good; nothing is counted. */
  workerOf(request: IncomingMessage): Identity | undefined
  /** Counts a ticket that is none like a wrong bearer, and says what to answer. */
  wrongTicket(request: IncomingMessage): Promise<Refusal>
  /** Counts a wrong pairing code like a wrong bearer, and says what to answer. */
  wrongCode(request: IncomingMessage): Promise<Refusal>
  /** Milliseconds until a person at this address may try a code again. */
  wait(request: IncomingMessage): Promise<number>
  /** Whether a page asks that this relay served on this machine's own address, to somebody on this machine. */
  isOwnLoopbackPage(request: IncomingMessage): boolean
  /** The same of a program: no page, and no proxy of which one knows. */
  isOwnLoopbackProgram(request: IncomingMessage): boolean
}

/** Whose bearer it is. A worker's opens the way to functions and to nothing else. */
export interface SignedIn {
  readonly type: 'signed-in'
  readonly who: 'session' | 'fixed' | 'worker'
  readonly identity: Identity
}

export interface FrontDoorOptions {
  readonly config: Pick<Config, 'loopbackOnly' | 'hosts' | 'origins' | 'shareOrigin'>
  /** The port that is in use: known once the server listens. */
  readonly port: () => number
  readonly sessions: Sessions
  readonly failedLogins: FailedLogins
  /** The worker that a token was given to. */
  readonly worker: (token: string) => Identity | undefined
}

export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const { config, sessions, failedLogins } = options

  function host(request: IncomingMessage): Refusal | undefined {
    const named = request.headersDistinct['host'] ?? []
    const name = named[0]?.toLowerCase()
    if (named.length === 1 && name !== undefined) {
      if (allowedHosts(config, options.port()).has(name)) return undefined
      if (isSandboxHost(name, options.port()) && isKernelFrame(request)) return undefined
      if (isPreviewHost(name, options.port()) && isPreviewStart(request)) return undefined
      if (isShare(request) && isShareRead(request)) return undefined
    }
    return { status: 421, type: 'wrong_host', message: 'This relay does not answer under that name.' }
  }

  const isShare = ({ headers }: IncomingMessage): boolean => headers.host?.toLowerCase() === shareHost(config, options.port())

  function caller(request: IncomingMessage, at = { isChannel: false }): Refusal | undefined {
    const isKnown = (text: string) => sessions.check(text) !== 'wrong' || options.worker(text) !== undefined
    return (
      wrongOrigin(request, allowedOrigins(config, options.port())) ??
      credentialInAddress(request, isKnown, at.isChannel ? ['key'] : []) ??
      wrongContentType(request)
    )
  }

  async function bearer(request: IncomingMessage): Promise<Refusal | SignedIn> {
    const given = request.headersDistinct['authorization'] ?? []
    if (given.length === 0) return notSignedIn('Sign in first: this address needs a bearer, which POST /session gives to the app.')
    const token = bearerOf(request)
    const kind = token === undefined ? 'wrong' : sessions.check(token)
    // A live session is 32 random bytes of ours: nobody guesses it, so the wait that others caused does not lock its owner out.
    if (token !== undefined && kind === 'session')
      return { type: 'signed-in', who: 'session', identity: sessions.identityOf(token) ?? TAB_IDENTITY }
    if (kind === 'ended') return { status: 401, type: 'session_ended', message: 'This session of the tab has ended; reload the page.' }
    const worker = workerOf(token, options)
    if (worker !== undefined) return { type: 'signed-in', who: 'worker', identity: worker }
    const bucket = bucketOf(request.socket.remoteAddress)
    const waiting = await failedLogins.wait(bucket)
    if (waiting > 0) return tooMany(waiting)
    if (kind === 'fixed') return { type: 'signed-in', who: 'fixed', identity: DEFAULT_IDENTITY }
    const wait = await failedLogins.add(bucket)
    return wait > 0 ? tooMany(wait) : notSignedIn('The bearer is wrong.')
  }

  async function wrong(request: IncomingMessage, refusal: Refusal): Promise<Refusal> {
    const wait = await failedLogins.add(bucketOf(request.socket.remoteAddress))
    return wait > 0 ? tooMany(wait) : refusal
  }

  return {
    host,
    token: bearerOf,
    isShare,
    viewer: (request) => wrongViewer(request, shareOrigin(config, options.port())),
    caller,
    bearer,
    knows: (request) => isKnownBearer(bearerOf(request), options),
    workerOf: (request) => workerOf(bearerOf(request), options),
    wrongTicket: (request) => wrong(request, notSignedIn('This ticket was used, is too old, or is none.')),
    wrongCode: (request) => wrong(request, WRONG_CODE),
    wait: (request) => failedLogins.wait(bucketOf(request.socket.remoteAddress)),
    isOwnLoopbackPage: (request) => isOwnLoopback(request, config.loopbackOnly) && isFromPage(request),
    isOwnLoopbackProgram: (request) => isOwnLoopback(request, config.loopbackOnly) && !isFromPage(request),
  }
}

function workerOf(token: string | undefined, { worker }: Pick<FrontDoorOptions, 'worker'>): Identity | undefined {
  return token === undefined ? undefined : worker(token)
}

function isKnownBearer(token: string | undefined, options: Pick<FrontDoorOptions, 'sessions' | 'worker'>): boolean {
  return token !== undefined && (options.sessions.check(token) !== 'wrong' || options.worker(token) !== undefined)
}

function isOwnLoopback(request: IncomingMessage, loopbackOnly: boolean): boolean {
  const { headers } = request
  // Behind a reverse proxy everybody comes from loopback: one that says so is not silent, one that hides it has another Host.
  if (headers['forwarded'] !== undefined || headers['x-forwarded-for'] !== undefined) return false
  const hostName = URL.canParse(`http://${headers.host}`) ? new URL(`http://${headers.host}`).hostname : ''
  return loopbackOnly && isLoopbackHost(hostName) && isLoopback(request.socket.remoteAddress)
}

function isFromPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin'
}

/** The one document that is given out under a sandbox's own name. */
function isKernelFrame({ method, url }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && url === KERNEL_FRAME_PATH
}

/**
 * A page, which is the same empty one whatever its address, or its script. What it is filled with is the app's to answer. Never a service worker's: one
 * made of that script would outlive the page that it is of.
 */
function isPreviewStart(request: IncomingMessage): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const isWorker = request.headers['service-worker'] !== undefined
  return isRead && !isWorker && (isPreviewFile(request.url ?? '') || isDocument(request))
}

/** The page, which is one whatever session it is to show, its parts, and ciphertext by its name. */
function isShareRead({ method, url = '/', headers }: IncomingMessage): boolean {
  if (headers.upgrade !== undefined) return method === 'GET' && LIVE_SESSION.test(url)
  if (method !== 'GET' && method !== 'HEAD') return false
  return SHARED_SESSION.test(url) || SHARED_BYTES.test(url) || (isShareFile(url) && url !== SHARE_FILES.whole)
}

const SHARED_SESSION = new RegExp(`^/[sl]/${SHARE_ID.source.slice(1)}`)
const LIVE_SESSION = new RegExp(`^/live/${SHARE_ID.source.slice(1, -1)}(?:\\?[\\w=&]{0,60})?$`)
const SHARED_BYTES = new RegExp(`^/shares/${SHARE_ID.source.slice(1)}`)

/** Where shared sessions are read; undefined where that would be no origin of its own. */
export function shareOrigin(config: Pick<Config, 'loopbackOnly' | 'shareOrigin'>, port: number): string | undefined {
  return config.shareOrigin ?? (config.loopbackOnly ? localShareOrigin(port) : undefined)
}

function shareHost(config: Pick<Config, 'loopbackOnly' | 'shareOrigin'>, port: number): string | undefined {
  const origin = shareOrigin(config, port)
  return origin === undefined ? undefined : new URL(origin).host
}

/**
 * What is asked for under this name: at a preview's every page is the one that all begin with, and so it is where shared sessions are read.
 * Call it when the host was let in.
 */
export function addressOf(request: IncomingMessage, port: number, isShare: boolean): string {
  const { headers, url = '/' } = request
  if (isShare) return SHARED_SESSION.test(url) ? SHARE_FILES.page : url
  return isPreviewHost(headers.host?.toLowerCase() ?? '', port) && !isPreviewFile(url) ? PREVIEW_FILES.shell : url
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

/** Of the page that shows shared sessions, or of no page. */
function wrongViewer(request: IncomingMessage, own: string | undefined): Refusal | undefined {
  return wrongOrigin(request, new Set(own === undefined ? [] : [new URL(own).origin]))
}

const WRONG_CODE: Refusal = { status: 401, type: 'code_needed', message: 'That is not the pairing code that the relay printed.' }

function bearerOf(request: IncomingMessage): string | undefined {
  const [given = '', another] = request.headersDistinct['authorization'] ?? []
  if (another !== undefined) return undefined
  const bearer = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(given)?.[1]
  if (bearer !== undefined || request.url?.endsWith('/otel') !== true) return bearer
  // The published SDK has no header for this socket, but a token before the host of its address comes as the password of one.
  const basic = /^Basic ([A-Za-z0-9+/=]{1,1024})$/i.exec(given)?.[1]
  return basic === undefined ? undefined : /^[^:]*:([\x21-\x7e]{1,512})$/.exec(Buffer.from(basic, 'base64').toString())?.[1]
}

/** Addresses end up in histories and logs. Refused even if the credential is right, and never repeated in the answer. */
function credentialInAddress(
  request: IncomingMessage,
  isKnown: (text: string) => boolean,
  allowed: readonly string[],
): Refusal | undefined {
  const url = new URL(request.url ?? '/', 'http://relay')
  const named = ['token', 'access_token', 'api_key', 'apikey', 'key', 'bearer', 'authorization', 'code'].some(
    (name) => url.searchParams.has(name) && !allowed.includes(name),
  )
  const texts = [...url.searchParams.values(), ...url.pathname.split('/')].filter((text) => text.length >= 6)
  if (!named && !texts.some(isKnown)) return undefined
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
  // Whatever a function takes, behind a bearer, which no page of another site can add.
  if (request.url?.startsWith('/http/') === true) return undefined
  // Bytes cannot be sent by a page of another site without asking either: only forms and plain text can.
  const isBytes = given.length === 1 && /^application\/octet-stream$/i.test(given[0]?.trim() ?? '')
  if (isBytes && request.method === 'POST' && request.url === '/fetch') return undefined
  if (isBytes && request.method === 'PUT' && /^\/(?:mirror|shares|live)\//.test(request.url ?? '')) return undefined
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
