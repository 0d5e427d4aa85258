import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { pinned } from '../guarded-fetch/guarded-fetch'
import { checkTarget, type TargetRules } from '../guarded-fetch/target'

/** A request was not made, or not answered; the message is a sentence. */
export class McpFetchError extends Error {}

/** As the global one, for the protocol's library. */
export type FetchLike = (url: string | URL, init?: RequestInit) => Promise<Response>

const CONNECT_MS = 15_000
/** An answer that is a stream of its own accord may last; any other is over when nobody can wait for it any more. */
const ANSWER_MS = 150_000
/** Of an answer, or of each message where it is a stream of them: until its end it is kept in memory. */
const MOST_MESSAGE = 10 * 1024 * 1024

/**
 * Requests to a configured server, and to whatever it names for signing in, by the rules of every fetch: its address is checked, and the one
 * that was checked is dialled. The server's own host is named by the operator's file. Redirects are answers here.
 * @param gone ends every request and answer that is still open
 */
export function mcpFetch(server: string, rules: () => TargetRules, gone: AbortSignal): FetchLike {
  const place = placeOf(new URL(server))
  return async (url, init) => {
    const asked = new Request(url, init)
    const body = Buffer.from(await asked.arrayBuffer())
    const all = rules()
    const target = await checkTarget(asked.url, { ...all, named: new Set([...all.named, place]) })
    if ('status' in target) throw new McpFetchError(target.message)
    const send = target.url.protocol === 'https:' ? httpsRequest : httpRequest
    const outgoing = send(target.url, {
      method: asked.method,
      headers: {
        ...Object.fromEntries(asked.headers),
        ...(body.length > 0 && { 'content-length': String(body.length) }),
        'accept-encoding': 'identity',
      },
      agent: false,
      lookup: pinned(target.addresses),
      ...(isIP(target.url.hostname) === 0 ? { servername: target.url.hostname } : {}),
    })
    // Those that were handed in: the request has a signal that follows them, but nobody keeps it, and what was collected tells of nothing.
    const signals = [gone, init?.signal].filter((one) => one !== undefined && one !== null)
    return responseOf(await answerTo(outgoing, { host: target.url.host, method: asked.method, body, signals }))
  }
}

interface Asking {
  readonly host: string
  readonly method: string
  readonly body: Buffer
  readonly signals: readonly AbortSignal[]
}

/** The beginning of the answer. It breaks off when a signal says so, when it takes too long, or when a message of it is too long. */
function answerTo(outgoing: ClientRequest, { host, method, body, signals }: Asking): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let open: ClientRequest | IncomingMessage = outgoing
    const end = (why: string): void => void open.destroy(new McpFetchError(`${host} ${why}.`))
    const nobodyWaits = (): void => end('was not waited for any longer')
    const unconnected = setTimeout(() => end('could not be reached (no connection in time)'), CONNECT_MS)
    const unanswered = setTimeout(() => end('did not end its answer in time'), ANSWER_MS)
    for (const signal of signals) signal.addEventListener('abort', nobodyWaits)
    outgoing.once('socket', (socket) => {
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => clearTimeout(unconnected))
    })
    outgoing.once('response', (answer) => {
      open = answer
      // A stream that breaks off is told to whoever reads it, and to nobody else.
      answer.on('error', () => answer.destroy())
      if (isEvents(answer) && method === 'GET') clearTimeout(unanswered)
      resolve(answer)
    })
    outgoing.on('error', (error) =>
      reject(error instanceof McpFetchError ? error : new McpFetchError(`${host} could not be reached (${error.message}).`)),
    )
    outgoing.once('close', () => {
      clearTimeout(unconnected)
      clearTimeout(unanswered)
      for (const signal of signals) signal.removeEventListener('abort', nobodyWaits)
    })
    if (signals.some(({ aborted }) => aborted)) nobodyWaits()
    else outgoing.end(body)
  })
}

function isEvents({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.includes('text/event-stream') === true
}

function placeOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
}

const EMPTY: ReadonlySet<number> = new Set([101, 204, 205, 304])

function responseOf(answer: IncomingMessage): Response {
  const status = answer.statusCode ?? 502
  const headers = new Headers()
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2) headers.append(answer.rawHeaders[i] ?? '', answer.rawHeaders[i + 1] ?? '')
  if (EMPTY.has(status)) {
    answer.resume()
    return new Response(null, { status, headers })
  }
  return new Response(webStream(answer), { status, headers })
}

function webStream(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const parts = answer.iterator()
  const sizeWith = isEvents(answer) ? eventSize() : bodySize()
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next: IteratorResult<Uint8Array> = await parts.next()
      if (next.done === true) return controller.close()
      if (sizeWith(next.value) <= MOST_MESSAGE) return controller.enqueue(new Uint8Array(next.value))
      answer.destroy()
      throw new McpFetchError(`The server sent a message of more than ${MOST_MESSAGE / 1024 / 1024} MiB.`)
    },
    cancel: () => {
      answer.destroy()
    },
  })
}

/** Bytes of what is not complete yet, with these. */
type SizeWith = (bytes: Uint8Array) => number

function bodySize(): SizeWith {
  let size = 0
  return (bytes) => (size += bytes.length)
}

const [LF, CR] = [10, 13]

/** An empty line ends an event; lines end with LF, CR or both. */
function eventSize(): SizeWith {
  let before = { size: 0, line: 0, last: 0 }
  return (bytes) => {
    // Of this function alone, and no iterator: it looks at every byte, in a process that others wait for.
    let { size, line, last } = before
    let most = size
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      const isEnd = byte === CR || (byte === LF && last !== CR)
      size = isEnd && line === 0 ? 0 : size + 1
      line = byte === LF || byte === CR ? 0 : line + 1
      last = byte
      if (size > most) most = size
    }
    before = { size, line, last }
    return most
  }
}
