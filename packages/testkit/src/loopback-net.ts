import { request as httpRequest, type IncomingMessage } from 'node:http'
import { followRedirects } from '../../runtime/src/shell/net-redirects'
import { NetRefusal, type Net, type NetAnswer, type NetHeader, type NetRequest } from '../../runtime/src/shell/net'

/** How {@link loopbackNet} answers beside what servers say. */
export interface LoopbackOptions {
  /** Asked at each request, as the person would be: what it gives is refused. */
  readonly refuse?: (request: NetRequest) => NetRefusal | undefined
  /** `Authorization` that is kept for `host:port`; others are refused as `no-token`. */
  readonly tokens?: ReadonlyMap<string, string>
}

/** A network that reaches servers on this machine only, over real HTTP. What was asked is in `asked`, in order, each redirect on its own. */
export interface LoopbackNet extends Net {
  readonly asked: readonly NetRequest[]
}

const HIDDEN = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i

/** A {@link Net} without a gate and without a relay, for tests of what stands on it. */
export function loopbackNet({ refuse = () => undefined, tokens = new Map() }: LoopbackOptions = {}): LoopbackNet {
  const asked: NetRequest[] = []
  const send = async (request: NetRequest): Promise<NetAnswer> => {
    asked.push(request)
    const refusal = refuse(request)
    if (refusal !== undefined) throw refusal
    const url = new URL(request.url)
    if (url.protocol !== 'http:' || !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
      throw new NetRefusal('unknown-host', `${url.host} is not known: tests reach servers of this machine only.`)
    const token = request.useToken ? tokens.get(url.host) : undefined
    if (request.useToken && token === undefined)
      throw new NetRefusal('no-token', `No token is kept for ${url.host}; enter one in Settings › Git hosts.`)
    return answerOf(request, await dial(request, url, token))
  }
  return {
    asked,
    request: (request) => followRedirects(request, send),
  }
}

function dial(request: NetRequest, url: URL, token: string | undefined): Promise<IncomingMessage> {
  const { signal, body, timeoutMs } = request
  return new Promise((resolve, reject) => {
    const headers = [...request.headers, ...(token === undefined ? [] : [['Authorization', token] satisfies NetHeader])]
    const raw: string[] = ['Host', url.host]
    for (const [name, value] of headers) raw.push(name, value)
    if (body !== undefined || ['POST', 'PUT', 'PATCH'].includes(request.method)) raw.push('Content-Length', String(body?.length ?? 0))
    const sent = httpRequest(url, { method: request.method, headers: raw, agent: false, signal })
    if (timeoutMs !== undefined) {
      const late = setTimeout(() => sent.destroy(new NetRefusal('timeout', `No whole answer within ${timeoutMs} ms.`)), timeoutMs)
      sent.once('close', () => clearTimeout(late))
    }
    sent.once('response', resolve)
    sent.once('error', (error) => reject(signal.aborted ? signal.reason : refusalOf(error, url)))
    sent.end(body)
  })
}

function refusalOf(error: Error, url: URL): Error {
  return error instanceof NetRefusal ? error : new NetRefusal('unreachable', `${url.host} could not be reached (${error.message}).`)
}

function answerOf(request: NetRequest, incoming: IncomingMessage): NetAnswer {
  const headers: NetHeader[] = []
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? ''
    if (!HIDDEN.test(name)) headers.push([name, incoming.rawHeaders[i + 1] ?? ''])
  }
  const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    version: incoming.httpVersion,
    url: request.url,
    headers,
    body: {
      read: async (max = 65_536) => {
        while (rest.length === 0) {
          const next = await chunks.next().catch((error: unknown) => {
            if (request.signal.aborted) throw request.signal.reason
            if (error instanceof NetRefusal) throw error
            throw new NetRefusal('cut', `${new URL(request.url).host} broke off in the middle of its answer.`)
          })
          if (next.done) return undefined
          rest = next.value
        }
        const part = rest.subarray(0, max)
        rest = rest.subarray(part.length)
        return part
      },
      close: () => void incoming.destroy(),
    },
  }
}
