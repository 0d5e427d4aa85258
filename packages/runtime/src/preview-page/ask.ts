import { MAX_PREVIEW_PATH, type FilesAnswer, type FilesRequest } from '@tabwright/protocol'
import { streamOf } from './pieces'

/** Longer than the app waits for a program; after this it is gone. */
const ANSWER_MS = 40_000
/** The same, of one that may come in pieces. */
const HEAD_MS = 310_000

/** An answer, and the port where the rest of it comes. */
export type Answered = FilesAnswer & { readonly rest?: MessagePort }

let port: MessagePort | undefined
let lastId = 0
const waiting = new Map<number, (answer: Answered) => void>()

/** Where the app answers from now on. */
export function takeFiles(files: MessagePort): void {
  port = files
  files.addEventListener('message', ({ data, ports: [rest] }: MessageEvent<FilesAnswer>) =>
    waiting.get(data.id)?.({ ...data, ...(rest && { rest }) }),
  )
  files.start()
}

/** What a request of a page may say beside its path. */
export interface Asked {
  readonly method?: string
  readonly isPage?: boolean
  readonly headers?: readonly [name: string, value: string][]
  readonly body?: Uint8Array<ArrayBuffer>
  readonly redirect?: RequestRedirect
  readonly signal?: AbortSignal
  readonly takesPieces?: true
}

/** A request of this page, answered by the app. @throws TypeError, as `fetch` does, when nobody answers, and what the signal was aborted with */
export function askFor(
  path: string,
  { method = 'GET', isPage = false, headers = [], body, redirect, signal, takesPieces }: Asked = {},
): Promise<Answered> {
  const id = ++lastId
  return new Promise((resolve, reject) => {
    if (port === undefined) return reject(new TypeError('The preview is not connected to the app.'))
    if (path.length > MAX_PREVIEW_PATH)
      return reject(
        new TypeError(`An address of ${path.length} characters; a preview takes ${MAX_PREVIEW_PATH} at most. Nothing was asked for.`),
      )
    if (signal?.aborted === true) return reject(signal.reason)
    const over = (): void => {
      clearTimeout(timer)
      waiting.delete(id)
      signal?.removeEventListener('abort', stop)
    }
    const stop = (): void => {
      over()
      port?.postMessage({ type: 'drop', id })
      reject(signal?.reason)
    }
    const timer = setTimeout(
      () => {
        over()
        reject(new TypeError(`The app did not answer for ${path}.`))
      },
      takesPieces === true ? HEAD_MS : ANSWER_MS,
    )
    signal?.addEventListener('abort', stop)
    waiting.set(id, (answer) => {
      over()
      resolve(answer)
    })
    const more = { ...(body && { body }), ...(redirect && { redirect }), ...(takesPieces && { takesPieces }) }
    port.postMessage({ type: 'get', id, method, path, isPage, headers: [...headers], ...more } satisfies FilesRequest)
  })
}

/** Answers without a body, whatever came with them. */
const BODYLESS = new Set([101, 204, 205, 304])
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** As browsers do. */
const MOST_REDIRECTS = 20

/** A request as `fetch` makes it. */
export async function fetchHere(request: Request): Promise<Response> {
  const { method, redirect, signal } = request
  const sent = method === 'GET' || method === 'HEAD' ? undefined : new Uint8Array(await request.arrayBuffer())
  const how = { method, headers: [...request.headers], redirect, signal, takesPieces: true as const, ...(sent && { body: sent }) }
  let url = new URL(request.url)
  for (let n = 0; n <= MOST_REDIRECTS; n += 1) {
    const answer = await askFor(`${url.pathname}${url.search}`, how)
    const to = REDIRECTS.has(answer.status) ? answer.headers['location'] : undefined
    if (to === undefined || (redirect === 'follow' && sent !== undefined)) {
      const from = answer.redirectedTo === undefined ? url : new URL(answer.redirectedTo, url)
      return answered(answer, { method, url: from.href, isRedirected: n > 0 || answer.redirectedTo !== undefined, signal })
    }
    answer.rest?.postMessage({ type: 'drop' })
    if (redirect === 'manual')
      return Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' }, url: { value: request.url } })
    if (redirect === 'error') throw new TypeError(`${request.url} leads elsewhere, and the request was not to follow.`)
    url = new URL(to, url)
    if (url.origin !== new URL(request.url).origin)
      throw new TypeError(`${request.url} leads to ${url.origin}, which a preview cannot reach.`)
  }
  throw new TypeError(`${request.url} leads elsewhere again and again.`)
}

interface From {
  readonly method: string
  readonly url: string
  readonly isRedirected: boolean
  readonly signal: AbortSignal
}

function answered({ status, headers, body, rest }: Answered, { method, url, isRedirected, signal }: From): Response {
  const isBare = body === null || method === 'HEAD' || BODYLESS.has(status)
  if (isBare) rest?.postMessage({ type: 'drop' })
  const content = isBare ? null : rest ? streamOf(body, rest, signal) : new Uint8Array(body)
  const made = new Response(content, { status: status < 200 || status > 599 ? 502 : status, headers })
  return Object.defineProperties(made, { url: { value: url }, redirected: { value: isRedirected } })
}
