import { Buffer } from 'buffer'
import { Readable } from 'readable-stream'
import { invalidArgument } from './context'

/** Reasons by status, as Node words them. */
export const STATUS_CODES: Readonly<Record<string, string>> = Object.fromEntries(
  (
    '100 Continue|101 Switching Protocols|102 Processing|103 Early Hints|200 OK|201 Created|202 Accepted|203 Non-Authoritative Information|' +
    '204 No Content|205 Reset Content|206 Partial Content|207 Multi-Status|208 Already Reported|226 IM Used|300 Multiple Choices|' +
    '301 Moved Permanently|302 Found|303 See Other|304 Not Modified|305 Use Proxy|307 Temporary Redirect|308 Permanent Redirect|' +
    '400 Bad Request|401 Unauthorized|402 Payment Required|403 Forbidden|404 Not Found|405 Method Not Allowed|406 Not Acceptable|' +
    '407 Proxy Authentication Required|408 Request Timeout|409 Conflict|410 Gone|411 Length Required|412 Precondition Failed|' +
    "413 Payload Too Large|414 URI Too Long|415 Unsupported Media Type|416 Range Not Satisfiable|417 Expectation Failed|418 I'm a Teapot|" +
    '421 Misdirected Request|422 Unprocessable Entity|423 Locked|424 Failed Dependency|425 Too Early|426 Upgrade Required|' +
    '428 Precondition Required|429 Too Many Requests|431 Request Header Fields Too Large|451 Unavailable For Legal Reasons|' +
    '500 Internal Server Error|501 Not Implemented|502 Bad Gateway|503 Service Unavailable|504 Gateway Timeout|' +
    '505 HTTP Version Not Supported|506 Variant Also Negotiates|507 Insufficient Storage|508 Loop Detected|509 Bandwidth Limit Exceeded|' +
    '510 Not Extended|511 Network Authentication Required'
  )
    .split('|')
    .map((line) => [line.slice(0, 3), line.slice(4)]),
)

export const METHODS: readonly string[] =
  'ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'.split(
    ' ',
  )

export type RawHeader = readonly [name: string, value: string]

const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/
const BAD_VALUE = /[^\t\u0020-\u007e\u0080-\u00ff]/

interface Kept {
  readonly name: string
  readonly value: string | readonly string[]
}

const coded = (error: Error, code: string): Error => Object.assign(error, { code })

/** Headers that are being put together, as `setHeader` and its kin keep them. */
export class HeaderBag {
  readonly #kept = new Map<string, Kept>()

  /** @throws TypeError in Node's words */
  set(name: unknown, value: unknown): void {
    const key = nameOf(name)
    this.#kept.set(key.toLowerCase(), {
      name: key,
      value: Array.isArray(value) ? value.map((one) => valueOf(key, one)) : valueOf(key, value),
    })
  }

  append(name: unknown, value: unknown): void {
    const before = this.get(name)
    const more = Array.isArray(value) ? value : [value]
    this.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), ...more])
  }

  get(name: unknown): unknown {
    return this.#kept.get(String(name).toLowerCase())?.value
  }

  has(name: string): boolean {
    return this.#kept.has(name.toLowerCase())
  }

  remove(name: unknown): void {
    this.#kept.delete(String(name).toLowerCase())
  }

  names(): string[] {
    return [...this.#kept.keys()]
  }

  rawNames(): string[] {
    return [...this.#kept.values()].map(({ name }) => name)
  }

  all(): Record<string, unknown> {
    const all: Record<string, unknown> = Object.create(null)
    for (const [key, { value }] of this.#kept) all[key] = value
    return all
  }

  /** One line each, lists as several. */
  lines(): RawHeader[] {
    return [...this.#kept.values()].flatMap(({ name, value }) =>
      (Array.isArray(value) ? value : [value]).map((one): RawHeader => [name, String(one)]),
    )
  }

  /** Takes over what `writeHead` or the options of a request were given: an object, pairs, or a flat list. */
  take(given: unknown): void {
    if (Array.isArray(given)) {
      const pairs = Array.isArray(given[0])
        ? given.map((pair: unknown): unknown[] => (Array.isArray(pair) ? pair : []))
        : given.flatMap((name: unknown, at) => (at % 2 === 0 ? [[name, given[at + 1]]] : []))
      for (const [name] of pairs) this.remove(name)
      for (const [name, value] of pairs) this.append(name, value)
    } else for (const [name, value] of Object.entries(Object(given))) if (value !== undefined) this.set(name, value)
  }
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && TOKEN.test(name)) return name
  throw coded(new TypeError(`Header name must be a valid HTTP token ["${String(name)}"]`), 'ERR_INVALID_HTTP_TOKEN')
}

function valueOf(name: string, value: unknown): string {
  const text = String(value)
  if (value === undefined) throw coded(new TypeError(`Invalid value "undefined" for header "${name}"`), 'ERR_HTTP_INVALID_HEADER_VALUE')
  if (BAD_VALUE.test(text)) throw coded(new TypeError(`Invalid character in header content ["${name}"]`), 'ERR_INVALID_CHAR')
  return text
}

/** Of these the first counts; of the others several become one, joined. */
const ONCE = new Set(
  'age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified location max-forwards proxy-authorization referer retry-after server user-agent'.split(
    ' ',
  ),
)

/** Headers as a message shows them: names small, repeated ones joined as Node joins them. */
export function joinedHeaders(lines: readonly RawHeader[]): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {}
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    const known = all[key]
    if (key === 'set-cookie') all[key] = [...(Array.isArray(known) ? known : []), value]
    else if (known === undefined) all[key] = value
    else if (!ONCE.has(key)) all[key] = `${String(known)}${key === 'cookie' ? '; ' : ', '}${value}`
  }
  return all
}

/** What stands for the connection: there is none, only who is at its ends. */
export function socketOf(close: () => void): Record<string, unknown> {
  const socket: Record<string, unknown> = {
    remoteAddress: '127.0.0.1',
    remoteFamily: 'IPv4',
    remotePort: 40_000,
    localAddress: '127.0.0.1',
    readable: true,
    writable: true,
    destroyed: false,
    encrypted: undefined,
    destroy: () => {
      socket['destroyed'] = true
      close()
      return socket
    },
    end: () => socket,
    address: () => ({ address: '127.0.0.1', family: 'IPv4', port: 0 }),
  }
  for (const name of ['on', 'once', 'off', 'addListener', 'removeListener', 'setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref'])
    socket[name] = () => socket
  return socket
}

interface Incoming {
  readonly headers: readonly RawHeader[]
  readonly socket: Record<string, unknown>
  /** Called when there is room for more. */
  readonly wants?: () => void
}

/** A request as its server gets it, or an answer as its asker does. */
export class IncomingMessage extends Readable {
  httpVersion = '1.1'
  httpVersionMajor = 1
  httpVersionMinor = 1
  complete = false
  aborted = false
  upgrade = false
  url = ''
  method: string | null = null
  statusCode: number | null = null
  statusMessage: string | null = null
  readonly headers: Record<string, string | string[]>
  readonly headersDistinct: Record<string, string[]>
  readonly rawHeaders: string[]
  trailers: Record<string, string> = {}
  rawTrailers: string[] = []
  readonly socket: Record<string, unknown>
  readonly connection: Record<string, unknown>

  constructor({ headers, socket, wants }: Incoming) {
    super({ read: () => wants?.() })
    this.headers = joinedHeaders(headers)
    this.headersDistinct = {}
    for (const [name, value] of headers) (this.headersDistinct[name.toLowerCase()] ??= []).push(value)
    this.rawHeaders = headers.flat()
    this.socket = socket
    this.connection = socket
  }

  setTimeout(): this {
    return this
  }

  /** All of the body at once. */
  whole(body: Uint8Array): void {
    if (body.length > 0) this.push(Buffer.from(body))
    this.complete = true
    this.push(null)
  }
}

/** @throws TypeError where a piece of a body is neither text nor bytes */
export function checkedChunk(chunk: unknown): void {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))
    throw invalidArgument('chunk', 'of type string or an instance of Buffer or Uint8Array', chunk)
}
