import { Buffer } from 'buffer'
import { Writable } from 'readable-stream'
import { joined } from '../../../shell/text'
import { bytesOf, type World } from './context'
import { HeaderBag, IncomingMessage, socketOf } from './http-message'

/** Whether an address means this sandbox. */
export function isHere(host: string): boolean {
  return /^(?:localhost|(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1?\]?)$/i.test(host)
}

/** What a program is told that asks for something outside. */
export function noNetwork(host: string): Error {
  return Object.assign(
    new Error(`there is no network in this sandbox for programs, so ${host} cannot be reached; curl in the shell can ask for it`),
    { code: 'ERR_UNSUPPORTED_IN_SANDBOX', syscall: 'connect', hostname: host },
  )
}

/** Node's error for a port of this sandbox where nobody listens. */
export function refusedAt(host: string, port: number): Error {
  const at = (address: string): Error =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), {
      errno: -111,
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address,
      port,
    })
  if (/^[\d.]+$|:/.test(host)) return at(host.replace(/[[\]]/g, ''))
  return Object.assign(new AggregateError([at('::1'), at('127.0.0.1')]), { code: 'ECONNREFUSED' })
}

interface Target {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly method: string
  readonly headers: unknown
  readonly auth: string | undefined
  readonly protocol: string
}

/** Understands `request(url, options)`, `request(options)`. @throws TypeError */
export function targetOf(args: readonly unknown[], fallback: string): Target {
  const [first, second] = args
  const url = typeof first === 'string' ? new URL(first) : first instanceof URL ? first : undefined
  const given = Object.fromEntries(Object.entries(Object((url === undefined ? first : second) ?? {})))
  const text = (name: string): string | undefined => {
    const value: unknown = given[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  const protocol = text('protocol') ?? url?.protocol ?? fallback
  if (protocol !== fallback)
    throw Object.assign(new TypeError(`Protocol "${protocol}" not supported. Expected "${fallback}"`), { code: 'ERR_INVALID_PROTOCOL' })
  const path = text('path') ?? (url === undefined ? '/' : url.pathname + url.search)
  if (/[^\u0021-\u00ff]/.test(path))
    throw Object.assign(new TypeError('Request path contains unescaped characters'), { code: 'ERR_UNESCAPED_CHARACTERS' })
  const port = Number(text('port') ?? (url !== undefined && url.port !== '' ? url.port : fallback === 'https:' ? 443 : 80))
  return {
    host: text('hostname') ?? text('host') ?? url?.hostname ?? 'localhost',
    port,
    path,
    method: (text('method') ?? 'GET').toUpperCase(),
    headers: given['headers'],
    auth: text('auth') ?? (url !== undefined && url.username !== '' ? `${url.username}:${url.password}` : undefined),
    protocol,
  }
}

/** Of these methods a body is expected. */
const isBodiless = (method: string): boolean => /^(?:GET|HEAD|DELETE|OPTIONS|TRACE|CONNECT)$/.test(method)

/** A request that a program makes. What it sends goes out at its end, as a whole. */
export class ClientRequest extends Writable {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly protocol: string
  aborted = false
  reusedSocket = false
  maxHeadersCount: number | null = null
  readonly socket: Record<string, unknown>
  readonly connection: Record<string, unknown>
  readonly #world: World
  readonly #target: Target
  readonly #headers = new HeaderBag()
  readonly #parts: Uint8Array[] = []
  #call: { took(): void; drop(): void } | undefined
  #answer: IncomingMessage | undefined
  #wasWritten = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(world: World, target: Target, onResponse: unknown) {
    super({
      // It lives on until its answer is whole.
      autoDestroy: false,
      write: (chunk, encoding, done) => {
        this.#parts.push(bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding))
        done()
      },
      final: (done) => {
        this.#send()
        done()
      },
    })
    this.#world = world
    this.#target = target
    this.method = target.method
    this.path = target.path
    this.host = target.host
    this.protocol = target.protocol
    this.socket = socketOf(() => this.destroy())
    this.connection = this.socket
    if (target.headers !== undefined) this.#headers.take(target.headers)
    if (target.auth !== undefined && !this.#headers.has('authorization'))
      this.#headers.set('Authorization', `Basic ${Buffer.from(target.auth).toString('base64')}`)
    if (!this.#headers.has('host')) this.#headers.set('Host', target.port === 80 ? target.host : `${target.host}:${target.port}`)
    if (typeof onResponse === 'function') this.once('response', (answer) => void Reflect.apply(onResponse, this, [answer]))
  }

  setHeader(name: unknown, value: unknown): this {
    this.#headers.set(name, value)
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

  hasHeader(name: unknown): boolean {
    return this.#headers.has(String(name))
  }

  removeHeader(name: unknown): void {
    this.#headers.remove(name)
  }

  flushHeaders(): void {
    // It goes out as a whole.
  }

  setNoDelay(): this {
    return this
  }

  setSocketKeepAlive(): this {
    return this
  }

  setTimeout(ms: number, callback?: unknown): this {
    if (typeof callback === 'function') this.once('timeout', () => void Reflect.apply(callback, this, []))
    globalThis.clearTimeout(this.#timer)
    if (ms > 0) this.#timer = globalThis.setTimeout(() => void this.emit('timeout'), ms)
    return this
  }

  abort(): void {
    this.aborted = true
    this.destroy()
  }

  override write(chunk: unknown, ...rest: readonly unknown[]): boolean {
    this.#wasWritten = true
    return super.write(chunk, ...rest)
  }

  override end(...args: readonly unknown[]): this {
    const [chunk, encoding] = args
    const hasLength = this.#headers.has('content-length') || this.#headers.has('transfer-encoding')
    if (!this.#headers.has('connection')) this.#headers.set('Connection', 'keep-alive')
    if (!hasLength && this.#wasWritten) this.#headers.set('Transfer-Encoding', 'chunked')
    else if (!hasLength && (typeof chunk === 'string' || chunk instanceof Uint8Array))
      this.#headers.set('Content-Length', bytesOf(chunk, typeof encoding === 'string' ? encoding : 'utf8').length)
    else if (!hasLength && !isBodiless(this.method)) this.#headers.set('Content-Length', 0)
    return super.end(...args)
  }

  override destroy(error?: Error): this {
    globalThis.clearTimeout(this.#timer)
    const isPending = this.#call !== undefined && this.#answer === undefined
    this.#call?.drop()
    this.#call = undefined
    this.#answer?.destroy(error)
    const hungUp = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
    return super.destroy(error ?? (isPending ? hungUp() : undefined))
  }

  #send(): void {
    const { host, port, method, path } = this.#target
    if (!isHere(host)) return this.#later(() => this.#fail(noNetwork(host)))
    const headers = this.#headers.lines().map(([name, value]): [string, string] => [name, value])
    const body = joined(this.#parts)
    let waiting: Uint8Array[] = []
    let isWanted = false
    const call = this.#world.ports.ask(
      { port, method, path, headers, ...(body.length > 0 && { body }) },
      {
        head: ({ status, statusText, headers: lines }) => {
          const give = (): void => {
            isWanted = true
            const [next, ...rest] = waiting
            waiting = rest
            if (next !== undefined) {
              isWanted = false
              answer.push(Buffer.from(next))
              call.took()
            }
          }
          const answer = new IncomingMessage({ headers: lines, socket: this.socket, wants: give })
          answer.statusCode = status
          answer.statusMessage = statusText
          this.#answer = answer
          globalThis.clearTimeout(this.#timer)
          // Nobody takes it: it is let go, as Node does.
          if (!this.emit('response', answer)) answer.resume()
        },
        bytes: (bytes) => {
          if (isWanted) {
            isWanted = false
            this.#answer?.push(Buffer.from(bytes))
            call.took()
          } else waiting.push(bytes)
        },
        end: (failure) => this.#ended(failure?.code, waiting),
      },
    )
    this.#call = call
  }

  #ended(code: 'ECONNREFUSED' | 'ECONNRESET' | undefined, waiting: readonly Uint8Array[]): void {
    this.#call = undefined
    const answer = this.#answer
    const { host, port } = this.#target
    if (answer === undefined)
      return this.#fail(
        code === 'ECONNREFUSED' ? refusedAt(host, port) : Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      )
    if (code !== undefined) {
      answer.aborted = true
      answer.emit('aborted')
      answer.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
      return
    }
    for (const bytes of waiting) answer.push(Buffer.from(bytes))
    answer.complete = true
    answer.push(null)
    this.emit('close')
  }

  #fail(error: Error): void {
    globalThis.clearTimeout(this.#timer)
    this.emit('error', error)
    this.emit('close')
  }

  #later(run: () => void): void {
    this.#world.loop.complete(run)
  }
}
