import { ServerResponse, type IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { WebSocketServer, type WebSocket } from 'ws'
import { bucketOf } from '../address'
import type { FrontDoor } from '../front-door'
import type { LiveHub, LivePlace } from '../live-hub'
import type { isOwnUser } from '../peer'
import { refuse, type Refusal } from '../refusal'
import type { Direction } from './channels'
import type { Hub } from './engine'
import type { EngineLimits } from './engine-limits'
import type { Identity } from './identity'
import type { Tickets } from './tickets'

export interface UpgradeOptions {
  readonly limits: EngineLimits
  readonly door: FrontDoor
  readonly tickets: Tickets
  readonly hub: Hub
  /** Those who follow a shared session, at the name at which those are read. */
  readonly live: Pick<LiveHub, 'accept'>
  /** Asked where the bearer is none of ours; undefined: nobody is. */
  readonly authenticate: ((request: IncomingMessage) => Promise<Identity | undefined>) | undefined
  /** Whether the connection is of the person who started the relay. */
  readonly isOwnUser: typeof isOwnUser
  readonly log: Logger
  /** For everything that is not the address of workers: an ordinary request, refused or answered as one. */
  readonly ordinary: (request: IncomingMessage, response: ServerResponse) => void
}

/** What a socket wants, by its path. */
type Wanted =
  | { readonly type: 'worker'; readonly ticket: string | undefined }
  | { readonly type: 'channel'; readonly id: string; readonly direction: Direction; readonly key: string }
  | { readonly type: 'telemetry' }
  | { readonly type: 'live'; readonly id: string; readonly from: LivePlace }
  | { readonly type: 'other' }

/** Takes sockets in at `/worker`, behind the same door as everything: Host, origin, credential, bounds. A refusal is an HTTP answer. */
export function createUpgrades(options: UpgradeOptions): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { limits } = options
  // A variable, because the types do not know `maxFragments` yet.
  const settings = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frame,
    maxFragments: limits.fragments,
  }
  const server = new WebSocketServer(settings)
  // Who only looks on has nothing to say.
  const lookout = new WebSocketServer({ ...settings, maxPayload: 1_024 })
  return (request, duplex, head) => {
    const socket = asSocket(duplex)
    const letGo = endOnError(socket)
    const wanted =
      options.door.host(request) === undefined && isPlainPath(request) ? wantedAt(request, options.door.isShare(request)) : OTHER
    if (wanted.type === 'other') return options.ordinary(request, responseOn(request, socket))
    const upgrade = (then: (ws: WebSocket) => void) =>
      (wanted.type === 'live' ? lookout : server).handleUpgrade(request, socket, head, (ws) => {
        letGo()
        then(ws)
      })
    enter(request, { wanted, socket, upgrade }, options).then(
      (refusal) => {
        const route = ROUTES[wanted.type]
        options.log.info({ method: 'GET', route, status: refusal?.status ?? 101, note: refusal?.type }, 'socket')
        if (refusal !== undefined) answer(request, socket, refusal)
      },
      (thrown: unknown) => {
        options.log.error({ err: thrown, route: '/worker' }, 'a socket could not be taken')
        socket.destroy()
      },
    )
  }
}

interface Entering {
  readonly wanted: Exclude<Wanted, { type: 'other' }>
  readonly socket: Socket
  readonly upgrade: (then: (ws: WebSocket) => void) => void
}

async function enter(
  request: IncomingMessage,
  { wanted, socket, upgrade }: Entering,
  options: UpgradeOptions,
): Promise<Refusal | undefined> {
  const { door, hub, live } = options
  const refusal = wanted.type === 'live' ? door.viewer(request) : door.caller(request, { isChannel: wanted.type === 'channel' })
  if (refusal !== undefined) return refusal
  const address = bucketOf(socket.remoteAddress)
  if (wanted.type === 'live') {
    upgrade((ws) => live.accept(ws, { id: wanted.id, address, from: wanted.from }))
    return undefined
  }
  if (wanted.type === 'channel') {
    const why = hub.full(undefined, address)
    if (why !== undefined) return busy(why)
    return hub.acceptChannel({ ...wanted, by: door.workerOf(request) }, upgrade)
      ? undefined
      : { status: 404, type: 'not_found', message: 'There is no such channel.' }
  }
  const own = wanted.type === 'telemetry' ? await ownProgram(request, socket, options) : undefined
  const ticket = wanted.type === 'worker' ? wanted.ticket : undefined
  const entered = own ?? (await identityOf(request, ticket, options))
  if ('status' in entered) return entered
  const why = hub.full(entered, address)
  if (why !== undefined) return busy(why)
  upgrade((ws) => {
    if (wanted.type === 'telemetry') hub.acceptTelemetry(ws, { identity: entered, address })
    else hub.accept(ws, { socket, identity: entered, address })
  })
  return undefined
}

/**
 * The published SDK sends its credential on its main socket only. A program of the person who started the relay may tell what it did all
 * the same, on a relay that only this machine reaches: what it tells is kept apart under a name that no token has, and does nothing.
 */
async function ownProgram(request: IncomingMessage, socket: Socket, { door, isOwnUser }: UpgradeOptions): Promise<Identity | undefined> {
  if (request.headers.authorization !== undefined || !door.isOwnLoopbackProgram(request)) return undefined
  const { remoteAddress, remotePort, localPort } = socket
  return (await isOwnUser({ remoteAddress, remotePort, localPort })) ? LOCAL_TELEMETRY : undefined
}

async function identityOf(
  request: IncomingMessage,
  ticket: string | undefined,
  { door, tickets, authenticate }: UpgradeOptions,
): Promise<Identity | Refusal> {
  if (ticket !== undefined) {
    const found = tickets.use(ticket)
    return found ?? (await door.wrongTicket(request))
  }
  // Asked first, so that a credential of somebody else's making is not counted as a guess at ours.
  const isGuest = authenticate !== undefined && !door.knows(request) && (await door.wait(request)) === 0
  const guest = isGuest ? await authenticate(request) : undefined
  if (guest !== undefined) return guest
  const entered = await door.bearer(request)
  return entered.type === 'signed-in' ? entered.identity : entered
}

const LOCAL_TELEMETRY: Identity = { id: 'this machine', kind: 'worker', grants: { register: [], call: [], bind: [], provide: [] } }

const ROUTES = { worker: '/worker', telemetry: '/worker/otel', channel: '/worker/ws/channels/:id', live: '/live/:id' } as const

const OTHER: Wanted = { type: 'other' }
const CHANNEL = /^\/worker(?:\/[\w-]{20,100})?\/ws\/channels\/([0-9a-f-]{36})$/
// A ticket is for the main socket, which comes second: it is passed over here.
const TELEMETRY = /^\/worker(?:\/[\w.-]{20,200})?\/otel$/
const TICKET = /^\/worker(?:\/([\w.-]{20,200}))?\/?$/

const LIVE = /^\/live\/([\w-]{22})$/

/** @param isShare it came under the name at which shared sessions are read, where there is nothing else */
function wantedAt(request: IncomingMessage, isShare: boolean): Wanted {
  if (!isShare) return wantedBy(request)
  const url = new URL(request.url ?? '/', 'http://relay')
  const id = LIVE.exec(url.pathname)?.[1]
  const count = (name: string): number => {
    const value = Number(url.searchParams.get(name) ?? 0)
    return Number.isSafeInteger(value) && value >= 0 ? value : 0
  }
  return id === undefined ? OTHER : { type: 'live', id, from: { epoch: count('epoch'), next: count('next') } }
}

function wantedBy(request: IncomingMessage): Wanted {
  const url = new URL(request.url ?? '/', 'http://relay')
  const channel = CHANNEL.exec(url.pathname)?.[1]
  const direction = url.searchParams.get('dir')
  if (channel !== undefined && (direction === 'read' || direction === 'write'))
    return { type: 'channel', id: channel, direction, key: url.searchParams.get('key') ?? '' }
  if (TELEMETRY.test(url.pathname)) return { type: 'telemetry' }
  const worker = TICKET.exec(url.pathname)
  return worker === null ? OTHER : { type: 'worker', ticket: worker[1] }
}

function isPlainPath({ url }: IncomingMessage): boolean {
  return url?.startsWith('/') === true && !url.startsWith('//') && URL.canParse(`http://localhost${url}`)
}

/**
 * What breaks before anybody has it must not end the process; the returned function is for when somebody has. A function of its own: its
 * closure must not keep the request alive.
 */
function endOnError(socket: Socket): () => void {
  const destroy = () => socket.destroy()
  socket.on('error', destroy)
  return () => socket.off('error', destroy)
}

function busy(message: string): Refusal {
  return { status: 503, type: 'busy', message, retryAfterMs: 5000 }
}

/** Node types the socket of an upgrade as any stream; a server of `node:http` gives a socket. */
function asSocket(duplex: Duplex): Socket {
  if (duplex instanceof Socket) return duplex
  throw new TypeError('an upgrade came without a socket')
}

function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => {
    response.detachSocket(socket)
    socket.end()
  })
  return response
}

function answer(request: IncomingMessage, socket: Socket, refusal: Refusal): void {
  const { status, headers } = refuse(refusal)
  const body = JSON.stringify({ type: 'error', error: { type: refusal.type, message: refusal.message } })
  responseOn(request, socket)
    .writeHead(status, { ...Object.fromEntries(headers), 'content-length': String(Buffer.byteLength(body)), connection: 'close' })
    .end(body)
}
