import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { bucketOf } from './address'
import type { Limits } from './limits'
import { API_HEADERS, BODY_SILENT } from './refusal'
import { stoppable } from './stopping'

/** Answers a request. */
export type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** Node's own, for heads. */
const HEAD_MS = 60_000
const LOOK_MS = 30_000

/** A server that answers what is a request, and tells whoever did not send one to its end. */
export function httpServer(
  { headers, requestMs, connectionsOfAddress }: Pick<Limits, 'headers' | 'requestMs' | 'connectionsOfAddress'>,
  handle: Handler,
): Server {
  const options = {
    maxHeaderSize: headers,
    requireHostHeader: false,
    requestTimeout: requestMs,
    headersTimeout: Math.min(HEAD_MS, requestMs),
    connectionsCheckingInterval: Math.min(LOOK_MS, requestMs),
  }
  const server = bounded(stoppable(createServer(options, handle)), connectionsOfAddress)
  const answers = new WeakMap<Duplex, ServerResponse>()
  server.on('request', ({ socket }, outgoing) => answers.set(socket, outgoing))
  server.on('clientError', (error, socket) => {
    const answer = answers.get(socket)
    // Words in the middle of an answer would be taken for a part of it.
    const isAnswering = answer?.headersSent === true && !answer.writableFinished
    if (socket.writable && !isAnswering) socket.end(wordsFor(error))
    else socket.destroy()
  })
  return server
}

/** Who opens connections and asks nothing has as many as one address may have, and not all that this process can hold. */
function bounded(server: Server, { own, other }: Limits['connectionsOfAddress']): Server {
  const counts = new Map<string, number>()
  return server.on('connection', (socket: Socket) => {
    const address = bucketOf(socket.remoteAddress)
    const count = counts.get(address) ?? 0
    if (count >= (address === 'loopback' ? own : other)) return void socket.destroy()
    counts.set(address, count + 1)
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
  })
}

/** Broken requests get no details. */
function wordsFor(error: Error): string {
  if (!('code' in error) || error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') return 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'
  const { type, message } = BODY_SILENT
  const body = JSON.stringify({ type: 'error', error: { type, message } })
  const headers = { ...API_HEADERS, connection: 'close', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return ['HTTP/1.1 408 Request Timeout', ...lines, '', body].join('\r\n')
}
