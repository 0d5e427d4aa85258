import { assertNever, fail, FailureError, failureOf, type Failure, type ModelInfo } from '@tabwright/protocol'
import { urlOf } from './key-fetch'
import { parsePortMessage, type PortMessage, type PortReply } from './key-messages'
import { redactBytes } from './key-redact'
import { unreachable } from './model-failure'
import { listModels } from './model-list'

/** Holds one key in memory and sends the two requests that need it. Nothing gives the key back. */
export interface KeyHolder {
  /** Asks the provider for its models with the key, and keeps it when that worked. @throws FailureError `bad_input`, `rejected_key`, `offline` */
  put(key: string, origin: string): Promise<readonly ModelInfo[]>
  /** Drops the key and ends what is running with it. */
  forget(): void
  /** Answers requests on this port: it can send them and stop them, nothing else. */
  serve(port: MessagePort): void
}

interface Held {
  readonly key: string
  readonly origin: string
}

interface State {
  readonly fetch: typeof fetch
  readonly running: Set<AbortController>
  held: Held | undefined
}

/** `fetch` is the platform's. */
export function keyHolder(options: { readonly fetch: typeof fetch; readonly now: () => number }): KeyHolder {
  const state: State = { fetch: options.fetch, running: new Set(), held: undefined }
  const forget = (): void => {
    state.held = undefined
    for (const abort of state.running) abort.abort()
  }
  return {
    async put(key, origin) {
      const held = { key: checkedKey(key), origin: checkedOrigin(origin) }
      const models = await listModels({
        baseUrl: held.origin,
        token: held.key,
        fetch: async (input, init = {}) => send(state, held, { ...init, url: urlOf(input).href }),
        now: options.now,
      })
      forget()
      state.held = held
      return models
    },
    forget,
    serve: (port) => servePort(state, port),
  }
}

/** @throws FailureError `bad_input` */
function checkedKey(key: string): string {
  const text = key.trim()
  if (!/^[\x21-\x7e]{8,512}$/.test(text))
    fail('bad_input', 'That is not a key: a key is one line of 8 to 512 letters, digits and signs, without spaces.')
  return text
}

/** @throws FailureError `bad_input` */
function checkedOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) return fail('bad_input', `${JSON.stringify(text.slice(0, 100))} is not an address.`)
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    return fail('bad_input', 'A key is sent to https addresses only, or to this machine.')
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return fail('bad_input', 'Give the address without a path, such as https://api.anthropic.com. Addresses with a path need the relay.')
  }
  return url.origin
}

/** One request with the key; the answer without it, and with harmless headers only. */
async function send(
  { fetch: platformFetch }: State,
  { key, origin }: Held,
  request: RequestInit & { readonly url: string },
): Promise<Response> {
  const { url, headers, ...init } = request
  if (!url.startsWith(`${origin}/v1/`)) return fail('not_permitted', 'The key is sent to its own provider only.')
  const sent = new Headers(headers)
  sent.set('authorization', `Bearer ${key}`)
  sent.set('anthropic-dangerous-direct-browser-access', 'true')
  // No redirect may carry the key on, and no cookie may identify the person beside it.
  const response = await platformFetch(url, {
    ...init,
    headers: sent,
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
  })
  const kept = [...response.headers]
    .filter(([name]) => PASSED_ON.test(name))
    .map(([name, value]): [string, string] => [name, value.replaceAll(key, '[key removed]')])
  return new Response(response.body?.pipeThrough(redactBytes(key)) ?? null, { status: response.status, headers: kept })
}

const PASSED_ON = /^(content-type|retry-after|retry-after-ms|request-id|x-should-retry|anthropic-ratelimit-.+)$/

/** What one port has asked for. */
interface Asked {
  readonly abort: AbortController
  /** Chunks that the other side has room for. */
  room: number
  wake: () => void
}

function servePort(state: State, port: MessagePort): void {
  const asked = new Map<number, Asked>()
  const reply = (message: PortReply, transfer: Transferable[] = []): void => port.postMessage(message, transfer)
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = parsePortMessage(data)
    if (!message) return reply({ type: 'refused' })
    switch (message.type) {
      case 'messages':
      case 'models':
        if (asked.has(message.id)) return reply({ type: 'refused' })
        return start({ state, asked, reply }, message)
      case 'pull': {
        const one = asked.get(message.id)
        if (one) one.room++
        return one?.wake()
      }
      case 'abort':
        return asked.get(message.id)?.abort.abort()
      default:
        return assertNever(message)
    }
  })
  port.start()
}

interface Serving {
  readonly state: State
  readonly asked: Map<number, Asked>
  readonly reply: (message: PortReply, transfer?: Transferable[]) => void
}

type Request = Extract<PortMessage, { type: 'messages' | 'models' }>

function start(serving: Serving, message: Request): void {
  const { state, asked, reply } = serving
  const abort = new AbortController()
  const one: Asked = { abort, room: 0, wake: () => undefined }
  abort.signal.addEventListener('abort', () => one.wake(), { once: true })
  asked.set(message.id, one)
  state.running.add(abort)
  run(serving, message, one)
    .catch((error: unknown) => reply({ type: 'failed', id: message.id, failure: failureOfRun(error, abort.signal, state.held) }))
    .finally(() => {
      asked.delete(message.id)
      state.running.delete(abort)
    })
}

async function run({ state, reply }: Serving, message: Request, one: Asked): Promise<void> {
  const { held } = state
  if (!held) return fail('no_key', 'No key was entered in this tab. Add one in Settings.')
  const { id } = message
  const response = await send(state, held, { ...templateOf(message, held.origin), signal: one.abort.signal })
  reply({ type: 'head', id, status: response.status, headers: [...response.headers] })
  const reader = response.body?.getReader()
  while (reader) {
    while (one.room === 0 && !one.abort.signal.aborted) await new Promise<void>((resolve) => (one.wake = resolve))
    const { done, value } = await reader.read()
    if (done) break
    one.room--
    // A copy of exact size: the view may share its buffer, and a transfer takes all of it.
    const bytes = new Uint8Array(value)
    reply({ type: 'chunk', id, bytes }, [bytes.buffer])
  }
  reply({ type: 'end', id })
}

/** The two addresses that exist. */
function templateOf(message: Request, origin: string): RequestInit & { readonly url: string } {
  const headers: Record<string, string> = { 'anthropic-version': message.version }
  if (message.type === 'models') return { url: `${origin}/v1/models${message.query}`, headers }
  headers['content-type'] = 'application/json'
  if (message.beta !== undefined) headers['anthropic-beta'] = message.beta
  return { url: `${origin}/v1/messages`, method: 'POST', headers, body: message.body }
}

function failureOfRun(error: unknown, signal: AbortSignal, held: Held | undefined): Failure {
  if (signal.aborted) return { code: 'aborted', message: 'The request was stopped.' }
  if (error instanceof FailureError) return error.failure
  // The platform says only "failed to fetch" for no network, a refused connection, missing CORS and redirects alike.
  if (error instanceof TypeError && held) return unreachable(new URL(held.origin).host)
  const { code } = failureOf(error)
  return { code, message: 'The request could not be sent.' }
}
