import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'

/**
 * Connections to model servers. One whose answer ended a moment ago is used again: an agent asks in quick succession, and a new connection
 * costs each time two ways to the server and back before the request is even sent. One that rested for longer is not, because it may have
 * died with the laptop's sleep and would eat the request.
 */
export interface ModelConnections {
  /** For a request that is made now. */
  agentFor(url: URL): HttpAgent
  /** Its answer has ended. */
  rests(socket: Socket): void
  /** One that was used again had died: the others that rest are no better. */
  dropResting(): void
}

/** As long as a call of a tool mostly takes. */
const REST_MS = 10_000
const MOST_RESTING = 8

/** @param now wall clock: the other one stands still while a laptop sleeps */
export function createModelConnections(now: () => number): ModelConnections {
  const options = { keepAlive: true, maxFreeSockets: MOST_RESTING, timeout: REST_MS }
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }
  const since = new WeakMap<Socket, number>()
  const drop = (isOver: (socket: Socket) => boolean): void => {
    for (const { freeSockets } of Object.values(agents))
      for (const socket of Object.values(freeSockets).flatMap((resting = []) => resting)) if (isOver(socket)) socket.destroy()
  }
  return {
    agentFor: ({ protocol }) => {
      const at = now()
      // Also where the clock was turned back: then nobody knows for how long.
      drop((socket) => Math.abs(at - (since.get(socket) ?? 0)) > REST_MS)
      return protocol === 'https:' ? agents.https : agents.http
    },
    rests: (socket) => void since.set(socket, now()),
    dropResting: () => drop(() => true),
  }
}
