import type { FilesAnswer, FilesRequest } from '@tabwright/protocol'

/** Longer than the app waits for a program; after this it is gone. */
const ANSWER_MS = 40_000

let port: MessagePort | undefined
let lastId = 0
const waiting = new Map<number, (answer: FilesAnswer) => void>()

/** Where the app answers from now on. */
export function takeFiles(files: MessagePort): void {
  port = files
  files.addEventListener('message', ({ data }: MessageEvent<FilesAnswer>) => waiting.get(data.id)?.(data))
  files.start()
}

/** What a request of a page may say beside its path. */
export interface Asked {
  readonly method?: string
  readonly isPage?: boolean
  readonly headers?: readonly [name: string, value: string][]
  readonly body?: Uint8Array<ArrayBuffer>
}

/** A request of this page, answered by the app. @throws TypeError, as `fetch` does, when nobody answers */
export function askFor(path: string, { method = 'GET', isPage = false, headers = [], body }: Asked = {}): Promise<FilesAnswer> {
  const id = ++lastId
  return new Promise((resolve, reject) => {
    if (port === undefined) return reject(new TypeError('The preview is not connected to the app.'))
    const timer = setTimeout(() => {
      waiting.delete(id)
      reject(new TypeError(`The app did not answer for ${path}.`))
    }, ANSWER_MS)
    waiting.set(id, (answer) => {
      clearTimeout(timer)
      waiting.delete(id)
      resolve(answer)
    })
    port.postMessage({ type: 'get', id, method, path, isPage, headers: [...headers], ...(body && { body }) } satisfies FilesRequest)
  })
}

/** Answers without a body, whatever came with them. */
const BODYLESS = new Set([101, 204, 205, 304])

/** A request as `fetch` makes it. */
export async function fetchHere(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const { method } = request
  const sent = method === 'GET' || method === 'HEAD' ? undefined : new Uint8Array(await request.arrayBuffer())
  const answer = await askFor(`${pathname}${search}`, { method, headers: [...request.headers], ...(sent && { body: sent }) })
  const { status, headers, body } = answer
  const isBare = body === null || method === 'HEAD' || BODYLESS.has(status)
  const made = new Response(isBare ? null : new Uint8Array(body), { status: status < 200 || status > 599 ? 502 : status, headers })
  Object.defineProperty(made, 'url', { value: request.url })
  return made
}
