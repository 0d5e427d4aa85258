import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { isJsonObject, parseJson, type Json } from '@tabwright/protocol'
import type { ChannelItem } from '../../engine/built-in'

/**
 * What functions may not say in the relay's name: how the connection is kept, cookies of the app's own origin, and who may use it. The
 * policy below makes whatever they answer a document without rights, because it comes from the app's origin.
 */
const KEPT_BACK =
  /^(?:connection|keep-alive|transfer-encoding|content-length|upgrade|trailer|te|proxy-.*|set-cookie2?|clear-site-data|content-security-policy.*|service-worker-allowed|access-control-.*|strict-transport-security|cross-origin-.*|x-content-type-options|x-tabwright-.*)$/i
const OWN_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
} as const
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/

/** An answer on its way out: first its head, then bytes, at the pace of whoever asked. */
export class HttpAnswer {
  readonly #outgoing: ServerResponse
  readonly #told: (part: ChannelItem) => void
  #status = 200
  #headers: Readonly<Record<string, string>> = {}

  /** @param told of what is answered, before it leaves */
  constructor(outgoing: ServerResponse, told: (part: ChannelItem) => void) {
    this.#outgoing = outgoing
    this.#told = told
  }

  get hasBegun(): boolean {
    return this.#outgoing.headersSent
  }

  /** One message of the function's `response` channel: what the head shall be, while that can be said, or a part of the body. */
  async take(item: ChannelItem): Promise<void> {
    if (typeof item === 'string' && !this.hasBegun && this.#control(item)) return
    this.#begin()
    this.#told(item)
    if (!this.#outgoing.write(item) && !this.#outgoing.destroyed) await drained(this.#outgoing)
  }

  end(): void {
    if (!this.hasBegun) this.#begin()
    this.#outgoing.end()
  }

  /** What breaks off in the middle must not look complete. */
  cut(): void {
    this.#outgoing.destroy()
  }

  /** What the function returned: `{status_code, headers, body}`, or a body alone. */
  result(value: Json | undefined): void {
    const { status_code, headers, body } = isWrapped(value) ? value : { status_code: 200, headers: {}, body: value }
    this.#setStatus(status_code ?? 200)
    this.#setHeaders(headers ?? {})
    const type = this.#headers['content-type']
    const isText = typeof body === 'string' && type !== undefined && !/\bjson\b/i.test(type)
    if (type === undefined) this.#headers = { ...this.#headers, 'content-type': 'application/json' }
    this.#whole(isText ? body : JSON.stringify(body ?? {}))
  }

  error(status: number, error: { readonly code: string; readonly message: string; readonly retryAfter?: number }): void {
    const { code, message, retryAfter } = error
    this.#status = status
    this.#headers = {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      // What is still on its way of a body that is too large, or is missing of one, is not waited for.
      ...((status === 413 || status === 408) && { connection: 'close' }),
    }
    this.#whole(JSON.stringify({ error: { code, message, error_id: randomUUID() } }))
  }

  #whole(text: string): void {
    this.#told(text)
    const bytes = Buffer.from(text)
    this.#begin(bytes.length)
    this.#outgoing.end(hasNoBody(this.#status) ? undefined : bytes)
  }

  #control(text: string): boolean {
    const said = parseJson(text)
    if (!isJsonObject(said)) return false
    if (said['type'] === 'set_status') this.#setStatus(said['status_code'] ?? 200)
    else if (said['type'] === 'set_headers') this.#setHeaders(said['headers'] ?? {})
    else return false
    return true
  }

  #setStatus(status: Json): void {
    this.#status = typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599 ? status : 500
  }

  /** A map, or a list of `name: value`. */
  #setHeaders(headers: Json): void {
    const lines: readonly Json[] = Array.isArray(headers) ? headers : []
    const pairs = isJsonObject(headers)
      ? Object.entries(headers)
      : lines.map((line) =>
          typeof line === 'string' ? ([line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()] as const) : (['', ''] as const),
        )
    const good = pairs.flatMap(([name, value]) => {
      const text = typeof value === 'number' ? String(value) : value
      const isFine = typeof text === 'string' && TOKEN.test(name) && !KEPT_BACK.test(name) && /^[\t\x20-\x7e]{0,8192}$/.test(text)
      return isFine ? [[name.toLowerCase(), text] as const] : []
    })
    this.#headers = { ...this.#headers, ...Object.fromEntries(good) }
  }

  #begin(length?: number): void {
    if (this.hasBegun) return
    const size = length === undefined || hasNoBody(this.#status) ? {} : { 'content-length': String(length) }
    this.#outgoing.writeHead(this.#status, { ...OWN_HEADERS, ...this.#headers, ...size })
    // A stream's head is an answer too: who waits for events should see that it began.
    if (length === undefined) this.#outgoing.flushHeaders()
  }
}

/** Or gone. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done)
      resolve()
    }
    outgoing.once('drain', done).once('close', done)
  })
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304
}

interface Wrapped {
  readonly status_code?: Json
  readonly headers?: Json
  readonly body?: Json
}

function isWrapped(value: Json | undefined): value is { readonly [key: string]: Json } & Wrapped {
  return isJsonObject(value) && ['status_code', 'headers', 'body'].some((name) => Object.hasOwn(value, name))
}
