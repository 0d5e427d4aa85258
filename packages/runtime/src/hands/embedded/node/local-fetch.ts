import type { World } from './context'
import { isHere, noNetwork, refusedAt } from './http-client'

// Taken before a program could put something in their place.
const { Request, Response, Headers, ReadableStream } = globalThis

const failed = (cause: Error): TypeError => new TypeError('fetch failed', { cause })

const MOST_HOPS = 20

/** `fetch` for programs: it reaches those that listen in the same sandbox, and nobody else. */
export function fetchFor(world: World): (input: unknown, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    let request = new Request(input instanceof Request || input instanceof URL ? input : String(input), init)
    for (let hop = 0; ; hop++) {
      const answer = await ask(world, request)
      const to = answer.headers.get('location')
      if (to === null || ![301, 302, 303, 307, 308].includes(answer.status) || request.redirect === 'manual') return answer
      if (request.redirect === 'error') throw failed(new Error('unexpected redirect'))
      if (hop === MOST_HOPS) throw failed(new Error('redirect count exceeded'))
      const isGet = answer.status === 303 || (answer.status < 303 && request.method === 'POST')
      request = new Request(new URL(to, request.url), {
        method: isGet ? 'GET' : request.method,
        headers: request.headers,
        signal: request.signal,
      })
    }
  }
}

async function ask(world: World, request: Request): Promise<Response> {
  const { hostname, port, pathname, search, protocol, host } = new URL(request.url)
  if (protocol !== 'http:' || !isHere(hostname)) throw failed(noNetwork(hostname))
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  const headers: [string, string][] = [['host', host], ['connection', 'keep-alive'], ...request.headers]
  for (const [name, value] of Object.entries({ accept: '*/*', 'accept-language': '*', 'sec-fetch-mode': 'cors', 'user-agent': 'node' }))
    if (!request.headers.has(name)) headers.push([name, value])
  headers.push(['accept-encoding', 'gzip, deflate'])
  if (body !== undefined) headers.push(['content-length', String(body.length)])
  const number = port === '' ? 80 : Number(port)
  return new Promise((resolve, reject) => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined
    const aborted = (): void => {
      call.drop()
      const reason: unknown = request.signal.reason
      reject(reason instanceof Error ? reason : new Error(String(reason)))
      controller?.error(reason)
    }
    const call = world.ports.ask(
      { port: number, method: request.method, path: pathname + search, headers, ...(body && { body }) },
      {
        head: ({ status, statusText, headers: lines }) => {
          const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given), cancel: () => call.drop() })
          const isEmpty = status === 204 || status === 304 || request.method === 'HEAD'
          const answer = new Response(isEmpty ? null : stream, {
            status,
            statusText,
            headers: new Headers(lines.map(([name, value]) => [name, value])),
          })
          Object.defineProperty(answer, 'url', { value: request.url })
          resolve(answer)
        },
        bytes: (bytes) => {
          controller?.enqueue(bytes)
          call.took()
        },
        end: (failure) => {
          request.signal.removeEventListener('abort', aborted)
          if (failure === undefined) return controller?.close()
          const cause = failure.code === 'ECONNREFUSED' ? refusedAt(hostname, number) : new Error('other side closed')
          if (controller === undefined) reject(failed(cause))
          else controller.error(new TypeError('terminated', { cause }))
        },
      },
    )
    if (request.signal.aborted) aborted()
    else request.signal.addEventListener('abort', aborted, { once: true })
  })
}
