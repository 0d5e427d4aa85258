import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { SHARE_FILES } from '@tabwright/protocol'
import { Hono, type Context } from 'hono'
import { bodyBounds, readFields } from './body'
import { ANTHROPIC_URL, type Config } from './config'
import { tokenOrigin, tokenProblem, type HostTokens } from './host-tokens'
import type { Hub } from './engine/engine'
import { isGranted, type Identity } from './engine/identity'
import { answerInvoke } from './engine/invoke-route'
import type { Tickets } from './engine/tickets'
import type { FrontDoor, SignedIn } from './front-door'
import type { GuardedFetch } from './guarded-fetch/guarded-fetch'
import { checkModelOrigin, keyProblem } from './model-origin'
import { mirrorRoute } from './mirror-routes'
import type { MirrorStore } from './mirror-store'
import { leaveLive, writeLive, type LiveParts } from './live-routes'
import { listShares, readShare, revokeShare, writeShare, type ShareParts } from './share-routes'
import { MODEL_ROUTES, type ModelProxy, type ModelRoute } from './model-proxy'
import { answerCallback, answerClient, answerMcpList, answerSignIn } from './mcp/mcp-routes'
import type { Mcp } from './mcp/mcp-servers'
import type { isOwnUser } from './peer'
import type { Notifier } from './notify'
import { API_HEADERS, refuse } from './refusal'
import type { Services } from './services/services'
import type { Sessions } from './session'
import { answerPairing, answerUnpairing } from './session-routes'
import { isDocument, type StaticFiles } from './static'
import type { Vault } from './vault'
import type { VaultKey } from './vault-key'

/** Everything a route may use. */
export interface Parts {
  readonly config: Config
  readonly version: string
  /** Which relay this is, for a person to compare. */
  readonly fingerprint: string
  readonly port: () => number
  readonly door: FrontDoor
  readonly sessions: Sessions
  readonly vault: Vault
  readonly hostTokens: HostTokens
  readonly vaultKeyFrom: VaultKey['from']
  readonly proxy: ModelProxy
  readonly fetch: GuardedFetch
  readonly mcp: Mcp
  readonly mirror: MirrorStore
  readonly shares: ShareParts
  readonly live: LiveParts
  readonly notifier: Notifier
  readonly hub: Hub
  readonly tickets: Tickets
  readonly answerHttp: Services['answer']
  readonly files: StaticFiles
  /** Whether a pairing code was printed. */
  readonly hasCode: boolean
  /** A line for the person at the terminal: a new pairing code. */
  readonly say: (line: string) => void
  /** Whether the connection is of the person who started the relay; see `peer.ts`. */
  readonly isOwnUser: typeof isOwnUser
}

/** What the log line of a request says beyond method, status and time. Never a path as sent, a header or a body. */
export interface Noted {
  route: string
  who: SignedIn['who'] | 'nobody'
  note?: string
}

type Bindings = { Bindings: HttpBindings; Variables: { noted: Noted; identity: Identity } }
type Ctx = Context<Bindings>

const API =
  /^\/(?:session|fetch|notify|metrics|http(?:\/.*)?|worker(?:\/.*)?|invoke(?:\/.*)?|mcp(?:\/.*)?|mirror(?:\/.*)?|shares(?:\/.*)?|live(?:\/.*)?|vault(?:\/.*)?|v1(?:\/.*)?)$/

/** All routes behind the front door, in the order in which a request meets them. */
export function createRoutes(parts: Parts, noted: (context: HttpBindings) => Noted): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.use(async (c, next) => {
    c.set('noted', noted(c.env))
    await next()
  })
  app.get('/healthz', (c) => {
    c.get('noted').route = '/healthz'
    return new Response(null, { status: 200, headers: { 'cache-control': 'no-store', server: 'tabwright' } })
  })
  app.get('/mcp/callback', (c) => {
    c.get('noted').route = '/mcp/callback'
    return answerCallback(c.req.url, parts.mcp)
  })
  app.use(async (c, next) => {
    if (isStatic(c)) return sendFile(c, parts)
    const refusal = parts.door.caller(c.env.incoming)
    if (refusal !== undefined) return refuse(refusal)
    return next()
  })
  app.get('/shares/:id', (c) => openShare(c, parts))
  app.on(['POST', 'DELETE'], '/session', (c) => pairing(c, parts))
  app.use(async (c, next) => {
    const entered = await parts.door.bearer(c.env.incoming)
    if (entered.type !== 'signed-in') return refuse(entered)
    c.get('noted').who = entered.who
    c.set('identity', entered.identity)
    return next()
  })
  app.post('/invoke/:id', (c) => invoke(c, parts))
  app.all('/http/*', async (c) => {
    c.get('noted').route = '/http'
    c.get('noted').route = await parts.answerHttp(c.env.incoming, c.env.outgoing, c.get('identity'))
    return RESPONSE_ALREADY_SENT
  })
  app.all('/mcp/:server{(?!sign-(?:in|out)$)[a-z0-9_-]+}', (c) => reachServer(c, parts))
  if (parts.config.metrics) app.get('/metrics', (c) => metrics(c, parts))
  app.use(async (c, next) => {
    if (c.get('noted').who === 'worker')
      return refuse({ status: 403, type: 'not_allowed', message: 'A token of a worker is for functions only.' })
    return next()
  })
  addVaultRoutes(app, parts)
  for (const route of MODEL_ROUTES) app.on(route.method, route.path, (c) => passToModel(c, route, parts))
  app.post('/fetch', (c) => fetchForTool(c, parts))
  app.on(['GET', 'POST'], '/notify', (c) => notify(c, parts))
  app.get('/mcp', (c) => {
    c.get('noted').route = '/mcp'
    return answerMcpList(parts.mcp)
  })
  for (const isOut of [false, true]) app.post(isOut ? '/mcp/sign-out' : '/mcp/sign-in', (c) => signIn(c, isOut, parts))
  app.all('/mirror/*', (c) => answerMirror(c, parts))
  addShareRoutes(app, parts)
  app.all('*', (c) => {
    c.get('noted').route = 'none'
    if (isKnown(c.req.path)) return refuse({ status: 405, type: 'method_not_allowed', message: 'That address does not take this method.' })
    return refuse({ status: 404, type: 'not_found', message: 'There is nothing at that address.' })
  })
  return app
}

function addVaultRoutes(app: Hono<Bindings>, parts: Parts): void {
  app.get('/vault', (c) => {
    c.get('noted').route = '/vault'
    return json({ keys: parts.vault.list(), vaultKey: parts.vaultKeyFrom })
  })
  app.put('/vault/anthropic', (c) => putKey(c, parts))
  app.delete('/vault/anthropic', (c) => removeKey(c, parts))
  app.get('/vault/hosts', (c) => {
    c.get('noted').route = '/vault/hosts'
    return json({ hosts: parts.hostTokens.list() })
  })
  app.put('/vault/hosts', (c) => putToken(c, parts))
  app.delete('/vault/hosts', (c) => removeToken(c, parts))
}

function addShareRoutes(app: Hono<Bindings>, { shares, live }: Parts): void {
  addLiveRoutes(app, live)
  app.get('/shares', (c) => {
    c.get('noted').route = '/shares'
    return listShares(shares)
  })
  app.put('/shares/:id', (c) => {
    c.get('noted').route = '/shares/:id'
    return writeShare(c.env.incoming, shares, c.req.param('id'))
  })
  app.delete('/shares/:id', (c) => {
    c.get('noted').route = '/shares/:id'
    return revokeShare(c.env.incoming, shares, c.req.param('id'))
  })
}

function addLiveRoutes(app: Hono<Bindings>, live: LiveParts): void {
  app.put('/live/:id', (c) => {
    c.get('noted').route = '/live/:id'
    return writeLive(c.env.incoming, live, c.req.param('id'))
  })
  for (const how of ['revoked', 'ended'] as const)
    app.delete(how === 'ended' ? '/live/:id/stream' : '/live/:id', (c) => {
      c.get('noted').route = how === 'ended' ? '/live/:id/stream' : '/live/:id'
      return leaveLive(c.env.incoming, live, { id: c.req.param('id'), how })
    })
}

/** Without a bearer: who reads a shared session has none, and what is given out opens to nobody without the link. */
function openShare(c: Ctx, { shares, door }: Parts): Response {
  c.get('noted').route = '/shares/:id'
  const { incoming } = c.env
  return readShare(c.env, { parts: shares, id: c.req.param('id') ?? '', counts: door.isShare(incoming) })
}

/** Before workers' tokens are turned away: they may reach what they may call. */
function reachServer(c: Ctx, { mcp, config, hub }: Parts): Promise<Response> {
  c.get('noted').route = '/mcp/:server'
  const server = c.req.param('server') ?? ''
  const body = bodyBounds(config.limits.engine.frame, config.limits)
  return answerClient(c.env, { mcp, server, as: c.get('identity'), body, hop: (start) => hub.hop(start) })
}

function signIn(c: Ctx, isOut: boolean, { mcp, config }: Parts): Promise<Response> {
  c.get('noted').route = isOut ? '/mcp/sign-out' : '/mcp/sign-in'
  return answerSignIn(c.env.incoming, { mcp, limits: config.limits, isOut })
}

async function answerMirror(c: Ctx, parts: Parts): Promise<Response> {
  const route = mirrorRoute(c.req.method, c.req.path)
  c.get('noted').route = typeof route === 'object' ? route.route : 'none'
  if (route === 'wrong-method')
    return refuse({ status: 405, type: 'method_not_allowed', message: 'That address does not take this method.' })
  if (route === undefined) return refuse({ status: 404, type: 'not_found', message: 'There is nothing at that address.' })
  return route.answer(c.env.incoming, { mirror: parts.mirror, limits: parts.config.limits })
}

function isKnown(path: string): boolean {
  return (
    path === '/session' ||
    path === '/fetch' ||
    path === '/notify' ||
    path === '/shares' ||
    path.startsWith('/shares/') ||
    path.startsWith('/live/') ||
    path.startsWith('/invoke/') ||
    path === '/vault' ||
    path === '/vault/anthropic' ||
    path === '/vault/hosts' ||
    MODEL_ROUTES.some((route) => route.path === path)
  )
}

/** An upgrade is never a file: it has to pass the whole front door before anybody looks where it wants to go. */
function isStatic(c: Ctx): boolean {
  const read = c.req.method === 'GET' || c.req.method === 'HEAD'
  return read && !API.test(c.req.path) && c.env.incoming.headers.upgrade === undefined
}

async function sendFile(c: Ctx, parts: Parts): Promise<Response> {
  c.get('noted').route = 'static'
  const { incoming } = c.env
  const name = URL.canParse(`http://${incoming.headers.host}`) ? new URL(`http://${incoming.headers.host}`).hostname : ''
  // Two names for one app would be two origins, with different sessions in each.
  if (isDocument(incoming) && (name === '127.0.0.1' || name === '[::1]')) {
    const { pathname, search } = new URL(c.req.url)
    const port = parts.port() === 80 ? '' : `:${parts.port()}`
    return new Response(null, {
      status: 307,
      headers: { location: `http://localhost${port}${pathname}${search}`, 'cache-control': 'no-store' },
    })
  }
  // At its own name alone: the app's storage is not for a page that shows what strangers wrote.
  if (c.req.path === SHARE_FILES.page && !parts.door.isShare(incoming)) return new Response(null, { status: 404, headers: API_HEADERS })
  return parts.files(incoming)
}

/** For a scraper with a token of its own, who may read metrics and nothing else. */
function metrics(c: Ctx, { hub }: Parts): Response {
  c.get('noted').route = '/metrics'
  if (!isGranted(c.get('identity'), 'call', 'engine::metrics::list'))
    return refuse({ status: 403, type: 'not_allowed', message: 'This token may not call engine::metrics::list.' })
  return new Response(hub.metrics(), { headers: { ...API_HEADERS, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } })
}

async function invoke(c: Ctx, { hub, config }: Parts): Promise<Response> {
  c.get('noted').route = '/invoke/:function_id'
  const body = bodyBounds(config.limits.engine.frame, config.limits)
  return answerInvoke(c.env.incoming, { hub, as: c.get('identity'), body, outgoing: c.env.outgoing })
}

function pairing(c: Ctx, parts: Parts): Promise<Response> {
  const noted = c.get('noted')
  noted.route = '/session'
  const answer = c.req.method === 'POST' ? answerPairing : answerUnpairing
  return answer(c.env.incoming, parts, (who) => (noted.who = who))
}

async function putKey(c: Ctx, parts: Parts): Promise<Response> {
  c.get('noted').route = '/vault/:name'
  const fields = await readFields(c.env.incoming, parts.config.limits)
  if (fields.type !== 'fields') return refuse(fields)
  const bad = (message: string): Response => refuse({ status: 400, type: 'bad_request', message })
  const key = fields.get('key')
  const asked = fields.get('origin') ?? ''
  if (key === undefined) return bad('The key is missing.')
  const problem = keyProblem(key)
  if (problem !== undefined) return bad(problem)
  const origin = asked !== '' ? asked : (parts.config.baseUrl ?? ANTHROPIC_URL)
  const checked = checkModelOrigin(origin, { configured: parts.config.baseUrl, ownPort: parts.port() })
  if (checked.type === 'bad') return bad(checked.message)
  parts.vault.put(key, checked.url)
  return json({ keys: parts.vault.list(), vaultKey: parts.vaultKeyFrom })
}

function removeKey(c: Ctx, parts: Parts): Response {
  c.get('noted').route = '/vault/:name'
  const removed = parts.vault.remove()
  const keys = parts.vault.list()
  if (!removed && keys.length > 0) {
    const message = 'This key comes from ANTHROPIC_API_KEY. Start the relay without it to remove the key.'
    return refuse({ status: 409, type: 'environment_key', message })
  }
  if (!removed) return refuse({ status: 404, type: 'not_found', message: 'No key is stored.' })
  return json({ keys, vaultKey: parts.vaultKeyFrom })
}

async function putToken(c: Ctx, parts: Parts): Promise<Response> {
  c.get('noted').route = '/vault/hosts'
  const fields = await readFields(c.env.incoming, parts.config.limits)
  if (fields.type !== 'fields') return refuse(fields)
  const bad = (message: string): Response => refuse({ status: 400, type: 'bad_request', message })
  const place = tokenOrigin(fields.get('host') ?? '', new Set(parts.config.fetchHosts))
  if ('problem' in place) return bad(place.problem)
  // Hosts that take a token as password take any name beside it.
  const entry = { origin: place.origin, user: fields.get('user') || 'git', token: fields.get('token') ?? '' }
  const problem = tokenProblem(entry)
  if (problem !== undefined) return bad(problem)
  parts.hostTokens.put(entry)
  return json({ hosts: parts.hostTokens.list() })
}

async function removeToken(c: Ctx, parts: Parts): Promise<Response> {
  c.get('noted').route = '/vault/hosts'
  const fields = await readFields(c.env.incoming, parts.config.limits)
  if (fields.type !== 'fields') return refuse(fields)
  if (parts.hostTokens.remove(fields.get('origin') ?? '')) return json({ hosts: parts.hostTokens.list() })
  return refuse({ status: 404, type: 'not_found', message: 'No token is kept for this host.' })
}

async function passToModel(c: Ctx, route: ModelRoute, parts: Parts): Promise<Response> {
  const noted = c.get('noted')
  noted.route = route.path
  const done = await parts.proxy(route, c.env.incoming, c.env.outgoing)
  if (done.type === 'refused') {
    noted.note = done.refusal.type
    return refuse(done.refusal)
  }
  if (done.type === 'cut') noted.note = `cut by the ${done.by}`
  return RESPONSE_ALREADY_SENT
}

/** A name of ours and nothing else: whatever a page sends beside it stays here. */
const SESSION = /^[\w-]{1,128}$/

async function notify(c: Ctx, parts: Parts): Promise<Response> {
  c.get('noted').route = '/notify'
  if (c.req.method === 'GET') return json({ host: parts.notifier.host ?? null })
  const fields = await readFields(c.env.incoming, parts.config.limits)
  if (fields.type !== 'fields') return refuse(fields)
  const session = fields.get('session') ?? ''
  if (!SESSION.test(session)) return refuse({ status: 400, type: 'bad_request', message: 'Which session waits is missing.' })
  const told = await parts.notifier.tell(session)
  return typeof told === 'string' ? json({ told }) : refuse(told)
}

async function fetchForTool(c: Ctx, parts: Parts): Promise<Response> {
  const noted = c.get('noted')
  noted.route = '/fetch'
  const done = await parts.fetch(c.env.incoming, c.env.outgoing)
  if (done.type === 'refused') {
    noted.note = done.refusal.type
    return refuse(done.refusal)
  }
  // The host and nothing more of the address: paths and queries hold what nobody meant to log.
  noted.note = done.type === 'cut' ? `cut ${done.host}` : done.host
  return RESPONSE_ALREADY_SENT
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...API_HEADERS, 'content-type': 'application/json' } })
}
