import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Limits } from './limits'
import { API_HEADERS, BODY_SILENT } from './refusal'
import { stoppable } from './stopping'

/** Answers a request. */
export type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** Node's own, for heads. */
const HEAD_MS = 60_000
const LOOK_MS = 30_000

/** A server that answers what is a request, and tells whoever did not send one to its end. */
export function httpServer({ headers, requestMs }: Pick<Limits, 'headers' | 'requestMs'>, handle: Handler): Server {
  const options = {
    maxHeaderSize: headers,
    requireHostHeader: false,
    requestTimeout: requestMs,
    headersTimeout: Math.min(HEAD_MS, requestMs),
    connectionsCheckingInterval: Math.min(LOOK_MS, requestMs),
  }
  const server = stoppable(createServer(options, handle))
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

/** Broken requests get no details. */
function wordsFor(error: Error): string {
  if (!('code' in error) || error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') return 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'
  const { type, message } = BODY_SILENT
  const body = JSON.stringify({ type: 'error', error: { type, message } })
  const headers = { ...API_HEADERS, connection: 'close', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return ['HTTP/1.1 408 Request Timeout', ...lines, '', body].join('\r\n')
}
