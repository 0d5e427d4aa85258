import events from 'events'
import { Writable } from 'readable-stream'
import type { PortAsk } from '../ports/port-messages'
import { bytesOf, type World } from './context'
import { checkedChunk, HeaderBag, IncomingMessage, METHODS, socketOf, STATUS_CODES } from './http-message'
import type { AnswerOut, Listening } from './program-ports'

const sentAlready = (what: string): Error =>
  Object.assign(new Error(`Cannot ${what} headers after they are sent to the client`), { code: 'ERR_HTTP_HEADERS_SENT' })

/** An answer that a server writes. */
export class ServerResponse extends Writable {
  statusCode = 200
  statusMessage: string | undefined
  sendDate = true
  finished = false
  shouldKeepAlive = true
  readonly req: IncomingMessage
  readonly socket: Record<string, unknown>
  readonly connection: Record<string, unknown>
  readonly #out: AnswerOut
  readonly #headers = new HeaderBag()
  readonly #isBodiless: boolean
  #isSent = false

  constructor(req: IncomingMessage, out: AnswerOut) {
    super({
      write: (chunk, encoding, done) => this.#put(bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding), done),
      final: (done) => {
        this.#sendHead()
        out.end()
        done()
      },
    })
    this.req = req
    this.socket = req.socket
    this.connection = req.socket
    this.#out = out
    this.#isBodiless = req.method === 'HEAD'
    out.onDrop = () => {
      req.aborted = !this.finished
      this.emit('close')
      req.emit('close')
    }
  }

  get headersSent(): boolean {
    return this.#isSent
  }

  /** As whether its head is out was once asked. */
  get _header(): string | null {
    return this.#isSent ? 'sent' : null
  }

  setHeader(name: unknown, value: unknown): this {
    if (this.#isSent) throw sentAlready('set')
    this.#headers.set(name, value)
    return this
  }

  setHeaders(headers: Iterable<readonly [unknown, unknown]>): this {
    for (const [name, value] of headers) this.setHeader(name, value)
    return this
  }

  appendHeader(name: unknown, value: unknown): this {
    if (this.#isSent) throw sentAlready('append')
    this.#headers.append(name, value)
    return this
  }

  getHeader(name: unknown): unknown {
    return this.#headers.get(name)
  }

  getHeaders(): Record<string, unknown> {
    return this.#headers.all()
  }

  getHeaderNames(): string[] {
    return this.#headers.names()
  }

  getRawHeaderNames(): string[] {
    return this.#headers.rawNames()
  }

  hasHeader(name: unknown): boolean {
    return this.#headers.has(String(name))
  }

  removeHeader(name: unknown): void {
    if (this.#isSent) throw sentAlready('remove')
    this.#headers.remove(name)
  }

  writeHead(status: unknown, ...rest: readonly unknown[]): this {
    if (this.#isSent) throw sentAlready('write')
    const code = Number(status)
    if (!(code >= 100 && code <= 999))
      throw Object.assign(new RangeError(`Invalid status code: ${String(status)}`), { code: 'ERR_HTTP_INVALID_STATUS_CODE' })
    this.statusCode = code
    if (typeof rest[0] === 'string') this.statusMessage = rest[0]
    const headers = typeof rest[0] === 'string' ? rest[1] : (rest[0] ?? rest[1])
    if (headers !== undefined && headers !== null) this.#headers.take(headers)
    // What follows at once may still say how long it is.
    return this
  }

  flushHeaders(): void {
    this.#sendHead()
  }

  writeContinue(): void {
    // The request is here as a whole already.
  }

  assignSocket(): void {
    // There is none to take.
  }

  setTimeout(): this {
    return this
  }

  override write(chunk: unknown, ...rest: readonly unknown[]): boolean {
    checkedChunk(chunk)
    return super.write(chunk, ...rest)
  }

  override end(...args: readonly unknown[]): this {
    const [chunk, encoding] = args
    if (!this.#isSent && !this.finished && !this.#headers.has('content-length') && !this.#headers.has('transfer-encoding')) {
      const isText = typeof chunk === 'string' || chunk instanceof Uint8Array
      const length = isText ? bytesOf(chunk, typeof encoding === 'string' ? encoding : 'utf8').length : 0
      this.#sendHead(this.writableLength > 0 ? undefined : length)
    }
    this.finished = true
    return super.end(...args)
  }

  override destroy(error?: Error): this {
    this.#out.cut()
    return super.destroy(error)
  }

  #put(bytes: Uint8Array, done: () => void): void {
    this.#sendHead()
    if (this.#isBodiless || this.statusCode === 204 || this.statusCode === 304) done()
    else this.#out.write(bytes, done)
  }

  #sendHead(length?: number): void {
    if (this.#isSent) return
    this.#isSent = true
    const { statusCode: status } = this
    const lines = this.#headers.lines().map(([name, value]): [string, string] => [name, value])
    if (this.sendDate && !this.#headers.has('date')) lines.push(['Date', new Date().toUTCString()])
    if (!this.#headers.has('connection')) {
      const isClosing = String(this.req.headers['connection']).toLowerCase() === 'close'
      lines.push(['Connection', isClosing ? 'close' : 'keep-alive'])
      if (!isClosing) lines.push(['Keep-Alive', 'timeout=5'])
    }
    const hasBody = status !== 204 && status !== 304 && status >= 200
    if (hasBody && !this.#headers.has('content-length') && !this.#headers.has('transfer-encoding')) {
      if (length !== undefined && !(this.#isBodiless && length === 0)) lines.push(['Content-Length', String(length)])
      else if (!this.#isBodiless) lines.push(['Transfer-Encoding', 'chunked'])
    }
    this.#out.head({ status, statusText: this.statusMessage ?? STATUS_CODES[status] ?? 'unknown', headers: lines })
  }
}

interface Place {
  readonly port: number
  readonly host: string | undefined
}

function placeOf(args: readonly unknown[]): Place {
  const [first, second] = args
  if (typeof first === 'object' && first !== null) {
    const { port, host, path } = Object.fromEntries(Object.entries(first))
    if (path !== undefined)
      throw Object.assign(new Error('listen: a socket file is not in this sandbox, ports are'), { code: 'ERR_UNSUPPORTED_IN_SANDBOX' })
    return { port: portNumber(port), host: typeof host === 'string' ? host : undefined }
  }
  return { port: typeof first === 'function' ? 0 : portNumber(first), host: typeof second === 'string' ? second : undefined }
}

function portNumber(given: unknown): number {
  const port = given === undefined || given === null ? 0 : Number(given)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw Object.assign(new RangeError(`options.port should be >= 0 and < 65536. Received type ${typeof given} (${String(given)}).`), {
    code: 'ERR_SOCKET_BAD_PORT',
  })
}

/** A server on a port of the sandbox. */
export class Server extends events {
  listening = false
  keepAliveTimeout = 5000
  requestTimeout = 300_000
  headersTimeout = 60_000
  timeout = 0
  maxHeadersCount: number | null = null
  readonly #world: World
  #address: { address: string; family: string; port: number } | null = null
  #release: (() => void) | undefined
  #isRef = true
  #onWay = 0

  constructor(world: World, onRequest: unknown) {
    super()
    this.#world = world
    if (typeof onRequest === 'function') this.on('request', (...args) => void Reflect.apply(onRequest, this, args))
  }

  listen(...args: readonly unknown[]): this {
    const { port, host } = placeOf(args)
    const callback = args.at(-1)
    if (typeof callback === 'function') this.once('listening', () => void Reflect.apply(callback, this, []))
    if (this.listening)
      throw Object.assign(new Error('Listen method has been called more than once without closing.'), { code: 'ERR_SERVER_ALREADY_LISTEN' })
    this.#world.ports.listen(
      port,
      (heard) => this.#heard(heard, host),
      (ask, out) => this.#serve(ask, out),
    )
    return this
  }

  address(): object | null {
    return this.#address
  }

  close(callback?: unknown): this {
    const isOpen = this.listening
    if (typeof callback === 'function') {
      const error = Object.assign(new Error('Server is not running.'), { code: 'ERR_SERVER_NOT_RUNNING' })
      this.once('close', () => void Reflect.apply(callback, this, isOpen ? [] : [error]))
    }
    if (isOpen && this.#address !== null) this.#world.ports.close(this.#address.port)
    this.listening = false
    this.#address = null
    this.#closeWhenDone()
    return this
  }

  closeAllConnections(): void {
    // What is on its way ends with its answers.
  }

  closeIdleConnections(): void {
    // None are kept.
  }

  getConnections(callback: unknown): this {
    if (typeof callback === 'function') this.#world.loop.complete(() => void Reflect.apply(callback, this, [null, this.#onWay]))
    return this
  }

  setTimeout(): this {
    return this
  }

  ref(): this {
    this.#isRef = true
    if (this.listening) this.#release ??= this.#world.loop.hold()
    return this
  }

  unref(): this {
    this.#isRef = false
    this.#release?.()
    this.#release = undefined
    return this
  }

  #heard({ port, code }: Listening, host: string | undefined): void {
    const isFour = host !== undefined && !host.includes(':')
    const address = host === undefined ? '::' : host === 'localhost' ? '127.0.0.1' : host
    if (code !== undefined) {
      const what = code === 'EADDRINUSE' ? 'address already in use' : 'too many open files'
      const error = new Error(`listen ${code}: ${what} ${address}:${port}`)
      const errno = code === 'EADDRINUSE' ? -98 : -24
      this.emit('error', Object.assign(error, { code, errno, syscall: 'listen', address, port }))
      return
    }
    this.listening = true
    this.#address = { address, family: isFour ? 'IPv4' : 'IPv6', port }
    if (this.#isRef) this.#release = this.#world.loop.hold()
    this.emit('listening')
  }

  #serve({ method, path, headers, body }: PortAsk, out: AnswerOut): void {
    this.#onWay += 1
    const cut = (): void => {
      out.cut()
      res.emit('close')
    }
    const req = new IncomingMessage({ headers, socket: socketOf(cut) })
    req.method = METHODS.includes(method) ? method : method.toUpperCase()
    req.url = path
    const res = new ServerResponse(req, out)
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      this.#onWay -= 1
      this.#closeWhenDone()
    }
    res.once('finish', over)
    res.once('close', over)
    req.whole(body ?? new Uint8Array())
    this.emit('request', req, res)
  }

  #closeWhenDone(): void {
    if (this.listening || this.#onWay > 0) return
    this.#release?.()
    this.#release = undefined
    this.#world.loop.complete(() => void this.emit('close'))
  }
}
