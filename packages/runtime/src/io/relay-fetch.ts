import { isJsonObject } from '@tabwright/protocol'
import { parseObject } from './model-json'

/** Requests through the relay, with the bearer of this tab. */
export interface RelayFetch {
  readonly fetch: typeof fetch
  /** What later requests carry. */
  setToken(token: string): void
  /** Resolves when there is a bearer. @throws FailureError when there is no relay, or it wants a code from the person */
  ready(signal: AbortSignal): Promise<void>
}

export interface RelayFetchOptions {
  /** Pairs with the relay again and gives the new bearer. @throws FailureError when that needs a person */
  readonly renew: () => Promise<string>
  readonly fetch?: typeof fetch
}

/** The relay's own words for a bearer that is over. A 401 of the provider, about a key, has others. */
const OVER: ReadonlySet<unknown> = new Set(['session_ended', 'not_signed_in'])

/**
 * `fetch` that carries the bearer and gets another when it is over: the relay was started anew, or a day has passed. The
 * refused request was not passed on to anybody, so the same one is sent once more; its body must be text or bytes.
 */
export function relayFetch({ renew, fetch: send = (input, init) => fetch(input, init) }: RelayFetchOptions): RelayFetch {
  let token = ''
  let renewing: Promise<string> | undefined
  /** Requests that were refused side by side share one renewal. */
  const renewed = (refused: string): Promise<string> => {
    if (token !== refused) return Promise.resolve(token)
    renewing ??= renew()
      .then((next) => (token = next))
      .finally(() => {
        renewing = undefined
      })
    return renewing
  }
  return {
    setToken: (next) => {
      token = next
    },
    ready: async (signal) => {
      if (token === '') await unlessAborted(renewed(''), signal)
    },
    fetch: async (input, init) => {
      const used = token
      const response = await send(input, carrying(init, used))
      if (!(await isOver(response))) return response
      const next = await unlessAborted(renewed(used), init?.signal)
      return send(input, carrying(init, next))
    },
  }
}

function carrying(init: RequestInit | undefined, token: string): RequestInit {
  const headers = new Headers(init?.headers)
  headers.set('authorization', `Bearer ${token}`)
  return { ...init, headers }
}

/** Reads a copy: whatever else the answer is, the caller gets it whole. */
async function isOver(response: Response): Promise<boolean> {
  if (response.status !== 401 || !(response.headers.get('content-type') ?? '').includes('json')) return false
  const error = parseObject(await response.clone().text())?.['error']
  return isJsonObject(error) && OVER.has(error['type'])
}

/** Stopping a request must not wait for a relay that does not answer. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new DOMException('The request was stopped.', 'AbortError'))
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop))
  })
}
