import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A server between the relay and the provider that passes everything on and remembers the first question. */
export interface Recorder {
  readonly url: string
  /** Body of the first `POST /v1/messages`; empty before it. */
  first(): string
  /** Where requests go from now on. */
  lead(target: string): void
  close(): Promise<void>
}

/** Between two hops only; the others are the provider's. */
const OF_THE_HOP = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'keep-alive',
  'accept-encoding',
])

/** @param target origin of the provider, with a path prefix where it has one */
export async function startRecorder(target: string): Promise<Recorder> {
  const state = { target, first: '' }
  const server = createServer((request, response) => {
    passOn(state, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'application/json' })
      const message = error instanceof Error ? error.message : String(error)
      response.end(JSON.stringify({ type: 'error', error: { type: 'api_error', message: `The provider was not reached: ${message}` } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('The recorder has no port.')
  return {
    url: `http://127.0.0.1:${at.port}`,
    first: () => state.first,
    lead: (next) => void (state.target = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function passOn(state: { target: string; first: string }, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request)
  if (state.first === '' && request.method === 'POST' && request.url?.startsWith('/v1/messages') === true) state.first = body.toString()
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (!OF_THE_HOP.has(name) && value !== undefined) headers.set(name, String(value))
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await fetch(`${state.target.replace(/\/$/, '')}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers,
    signal: gone.signal,
    // The key goes where it was meant to go and nowhere else.
    redirect: 'error',
    ...(body.length > 0 && { body }),
  })
  response.writeHead(answer.status, [...answer.headers].filter(([name]) => !OF_THE_HOP.has(name)).flat())
  // Events go on as they come.
  const reader = answer.body?.getReader()
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) response.write(piece.value)
  response.end()
}
