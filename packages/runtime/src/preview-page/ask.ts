import type { FilesAnswer, FilesRequest } from '@tabwright/protocol'

/** The app reads from memory or disk; longer than this it is gone. */
const ANSWER_MS = 20_000

let port: MessagePort | undefined
let lastId = 0
const waiting = new Map<number, (answer: FilesAnswer) => void>()

/** Where the app answers from now on. */
export function takeFiles(files: MessagePort): void {
  port = files
  files.addEventListener('message', ({ data }: MessageEvent<FilesAnswer>) => waiting.get(data.id)?.(data))
  files.start()
}

/** A request of this page, answered by the app. @throws TypeError, as `fetch` does, when nobody answers */
export function askFor(
  path: string,
  { method = 'GET', isPage = false }: { readonly method?: string; readonly isPage?: boolean } = {},
): Promise<FilesAnswer> {
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
    port.postMessage({ type: 'get', id, method, path, isPage } satisfies FilesRequest)
  })
}
