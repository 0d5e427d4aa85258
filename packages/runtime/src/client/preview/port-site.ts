import { failureOf, type FilesAnswer, type FilesRequest, type PortReply, type PortRequest, type StreamTaking } from '@tabwright/protocol'
import type { PortsHandle } from '../api'
import { createCookies } from './cookies'

/** What a page gets for a request, and the port where the rest of it comes. */
export type PageAnswer = Omit<FilesAnswer, 'type' | 'id'> & { readonly rest?: MessagePort }

/** A program's answers as a page gets them. */
export interface PortSite {
  /** @param signal aborted: nobody wants the answer any more */
  answer(request: FilesRequest, port: number, signal?: AbortSignal): Promise<PageAnswer>
}

/** As browsers do. */
const MOST_REDIRECTS = 20
/** The connection's and the browser's own: a page does not say them. */
const NOT_A_PAGES = /^(?:host|cookie|connection|content-length|transfer-encoding|accept-encoding|origin|referer|keep-alive|upgrade|te)$/
const HERE = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/

/**
 * Asks a program of the sandbox for a page's requests. Cookies are kept here, one jar a port, because a page under another name could not keep them;
 * what a page's script asks for follows redirects here, a page itself goes where it is sent.
 * @param agent what the browser calls itself
 */
export function createPortSite(ports: Pick<PortsHandle, 'request'>, agent: string): PortSite {
  const jars = new Map<number, ReturnType<typeof createCookies>>()
  const jarOf = (port: number): ReturnType<typeof createCookies> => {
    const jar = jars.get(port) ?? createCookies()
    jars.set(port, jar)
    return jar
  }
  const once = async (request: FilesRequest, port: number, signal?: AbortSignal): Promise<Replied> => {
    const jar = jarOf(port)
    const { method, path, body } = request
    const asked: PortRequest = {
      port,
      method,
      path,
      headers: headersOf(
        request,
        [
          ['host', `localhost:${port}`],
          ['user-agent', agent],
        ],
        jar.header(),
      ),
      ...(body && { body }),
    }
    const reply = await (request.takesPieces === true ? inPieces(ports, asked, signal) : ports.request(asked))
    for (const [name, value] of reply.headers) if (name.toLowerCase() === 'set-cookie') jar.take(value)
    return reply
  }
  return {
    answer: async (request, port, signal) => {
      try {
        let asked = request
        for (let n = 0; n <= MOST_REDIRECTS; n += 1) {
          const reply = await once(asked, port, signal)
          const to = redirected(reply, asked.path, port)
          if (to === undefined)
            return {
              ...pageAnswer(reply),
              ...(reply.rest && { rest: reply.rest, isOpen: true as const }),
              ...(n > 0 && { redirectedTo: asked.path }),
            }
          reply.rest?.postMessage({ type: 'drop' } satisfies StreamTaking)
          // The page sees that it leads elsewhere, and not where to.
          if (asked.redirect === 'manual' || asked.redirect === 'error') return pageAnswer(reply)
          if (to === 'elsewhere')
            return words(502, 'The program sends this page to an address outside of the sandbox, which a preview cannot show.')
          if (asked.isPage) return { ...pageAnswer(reply), headers: { ...pageAnswer(reply).headers, location: to } }
          asked = nextRequest(asked, reply.status, to)
        }
        return words(508, `The program redirects ${request.path} in a circle.`)
      } catch (error) {
        const { code, message } = failureOf(error)
        return words(code === 'timeout' ? 504 : 502, message)
      }
    },
  }
}

type Replied = PortReply & { readonly rest?: MessagePort }

/** An answer that goes on comes with the port where the rest of it comes. */
async function inPieces(ports: Pick<PortsHandle, 'request'>, asked: PortRequest, signal: AbortSignal | undefined): Promise<Replied> {
  const { port1, port2 } = new MessageChannel()
  const drop = (): void => port1.postMessage({ type: 'drop' } satisfies StreamTaking)
  signal?.addEventListener('abort', drop, { once: true })
  try {
    const reply = await ports.request(asked, port2)
    if (reply.isOpen === true) return { ...reply, rest: port1 }
    port1.close()
    return reply
  } finally {
    signal?.removeEventListener('abort', drop)
  }
}

function words(status: number, text: string): PageAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: new TextEncoder().encode(`${text}\n`) }
}

function headersOf(
  request: FilesRequest,
  first: readonly (readonly [string, string])[],
  cookie: string,
): readonly (readonly [string, string])[] {
  const own = request.headers.filter(([name]) => !NOT_A_PAGES.test(name.toLowerCase()))
  const has = (wanted: string): boolean => own.some(([name]) => name.toLowerCase() === wanted)
  return [
    ...first,
    ...(has('accept') ? [] : [['accept', request.isPage ? 'text/html,application/xhtml+xml,*/*;q=0.8' : '*/*'] as const]),
    ...own,
    ...(cookie === '' ? [] : [['cookie', cookie] as const]),
    ...(request.method === 'GET' || request.method === 'HEAD' ? [] : [['content-length', String(request.body?.length ?? 0)] as const]),
  ]
}

/** Several of one name are one line, as `fetch` shows them; cookies are not for the page. */
function pageAnswer({ status, headers, body }: PortReply): PageAnswer {
  const joined: Record<string, string> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (key !== 'set-cookie') joined[key] = joined[key] === undefined ? value : `${joined[key]}, ${value}`
  }
  return { status, headers: joined, body }
}

/** The path that an answer leads to, if it leads anywhere. */
function redirected({ status, headers }: PortReply, from: string, port: number): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined
  const to = headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
  if (to === undefined) return undefined
  const base = `http://localhost:${port}${from}`
  if (!URL.canParse(to, base)) return undefined
  const url = new URL(to, base)
  const isHere = url.protocol === 'http:' && HERE.test(url.hostname) && (url.port === '' ? '80' : url.port) === String(port)
  return isHere ? `${url.pathname}${url.search}${url.hash}` : 'elsewhere'
}

function nextRequest(asked: FilesRequest, status: number, to: string): FilesRequest {
  const path = to.replace(/#.*$/s, '')
  const becomesGet = asked.method !== 'HEAD' && (status === 303 || (status < 303 && asked.method === 'POST'))
  if (!becomesGet) return { ...asked, path }
  const { body: _, ...rest } = asked
  return { ...rest, path, method: 'GET', headers: asked.headers.filter(([name]) => !/^content-/i.test(name)) }
}
