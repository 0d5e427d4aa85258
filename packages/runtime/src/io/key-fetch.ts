import { assertNever, fail, FailureError } from '@tabwright/protocol'
import type { PortMessage, PortReply } from './key-messages'

/**
 * `fetch` for the two requests that the key worker knows, over a port that it granted. What the caller puts into
 * `authorization` is dropped here and replaced there.
 */
export function keyFetch(port: MessagePort): typeof fetch {
  const waiting = new Map<number, Waiting>()
  const post = (message: PortMessage): void => port.postMessage(message)
  port.addEventListener('message', ({ data }: MessageEvent<PortReply>) => take(waiting, data))
  port.start()
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const message = requestOf(urlOf(input), init)
      const { id } = message
      const { signal } = init
      const stop = (): void => {
        post({ type: 'abort', id })
        waiting.get(id)?.failed(new DOMException('The request was stopped.', 'AbortError'))
      }
      if (signal?.aborted) return reject(new DOMException('The request was stopped.', 'AbortError'))
      signal?.addEventListener('abort', stop, { once: true })
      const over = (): void => {
        waiting.delete(id)
        signal?.removeEventListener('abort', stop)
      }
      waiting.set(id, openWaiting({ id, post, over, resolve, reject }))
      post(message)
    })
}

/** One request on its way. */
interface Waiting {
  head(reply: Extract<PortReply, { type: 'head' }>): void
  chunk(bytes: Uint8Array): void
  end(): void
  failed(error: unknown): void
}

interface Opening {
  readonly id: number
  readonly post: (message: PortMessage) => void
  readonly over: () => void
  readonly resolve: (response: Response) => void
  readonly reject: (error: unknown) => void
}

function openWaiting({ id, post, over, resolve, reject }: Opening): Waiting {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    // One chunk for each room: a slow reader holds the provider's stream back instead of filling memory.
    pull: () => post({ type: 'pull', id }),
    cancel: () => {
      over()
      post({ type: 'abort', id })
    },
  })
  return {
    head({ status, headers }) {
      const isEmpty = status === 204 || status === 205 || status === 304
      resolve(new Response(isEmpty ? null : body, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) }))
    },
    chunk: (bytes) => controller?.enqueue(bytes),
    end() {
      over()
      controller?.close()
    },
    failed(error) {
      over()
      reject(error)
      controller?.error(error)
    },
  }
}

function take(waiting: Map<number, Waiting>, reply: PortReply): void {
  if (reply.type === 'refused') {
    const error = new FailureError({ code: 'not_permitted', message: 'The key worker does not send such a request.' })
    for (const one of waiting.values()) one.failed(error)
    return
  }
  const one = waiting.get(reply.id)
  if (!one) return
  switch (reply.type) {
    case 'head':
      return one.head(reply)
    case 'chunk':
      return one.chunk(reply.bytes)
    case 'end':
      return one.end()
    case 'failed':
      return one.failed(new FailureError(reply.failure))
    default:
      assertNever(reply)
  }
}

/** Ids are unique in this worker, so that two models can share a port. */
let lastId = 0

function requestOf(url: URL, init: RequestInit): Extract<PortMessage, { type: 'messages' | 'models' }> {
  const headers = new Headers(init.headers)
  const id = ++lastId
  const version = headers.get('anthropic-version') ?? ''
  if (url.pathname.endsWith('/v1/models')) return { type: 'models', id, version, query: url.search }
  if (!url.pathname.endsWith('/v1/messages') || typeof init.body !== 'string')
    return fail('not_permitted', 'The key worker does not send such a request.')
  const beta = headers.get('anthropic-beta')
  return { type: 'messages', id, version, body: init.body, ...(beta === null ? {} : { beta }) }
}

/** The address of whatever `fetch` takes. */
export function urlOf(input: RequestInfo | URL): URL {
  return new URL(input instanceof Request ? input.url : input)
}
