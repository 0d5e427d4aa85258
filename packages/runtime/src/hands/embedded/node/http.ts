import events from 'events'
import { unsupported, type World } from './context'
import { ClientRequest, noNetwork, targetOf } from './http-client'
import { IncomingMessage, METHODS, STATUS_CODES } from './http-message'
import { Server, ServerResponse } from './http-server'

/** Connections are not kept, so there is nothing to manage. */
class Agent extends events {
  readonly options: unknown
  maxSockets = Infinity
  maxFreeSockets = 256
  keepAlive: boolean
  sockets = {}
  freeSockets = {}
  requests = {}

  constructor(options: unknown = {}) {
    super()
    this.options = options
    this.keepAlive = Reflect.get(Object(options), 'keepAlive') === true
  }

  destroy(): void {
    // Nothing is kept.
  }
}

/** `http`: servers and requests within the sandbox. */
export function httpFor(world: World): Record<string, unknown> {
  const request = (...args: unknown[]): ClientRequest => new ClientRequest(world, targetOf(args, 'http:'), args.at(-1))
  const createServer = (...args: unknown[]): Server => new Server(world, args.at(-1))
  return {
    METHODS,
    STATUS_CODES,
    Agent,
    globalAgent: new Agent({ keepAlive: true }),
    ClientRequest,
    IncomingMessage,
    OutgoingMessage: ServerResponse,
    ServerResponse,
    Server: function (...args: unknown[]) {
      return createServer(...args)
    },
    createServer,
    request,
    get: (...args: unknown[]) => request(...args).end(),
    maxHeaderSize: 16_384,
    validateHeaderName: (name: unknown) => void name,
  }
}

/** `https`: what a program asks for ends in an error that says that there is no network; certificates are for nobody here. */
export function httpsFor(): Record<string, unknown> {
  const request = (...args: unknown[]): never => {
    throw noNetwork(targetOf(args, 'https:').host)
  }
  return {
    Agent,
    globalAgent: new Agent({ keepAlive: true }),
    request,
    get: request,
    createServer: () => {
      throw unsupported('https', 'createServer is missing; http.createServer is there')
    },
  }
}
