import { NetRefusal, type Net, type NetAnswer, type NetRequest } from '../../shell/net'
import { followRedirects } from '../../shell/net-redirects'
import type { Input } from '../../shell/streams/stream'
import { askPort, portOf } from './ports/port-net'
import type { PortTable } from './ports/port-table'
import { CHUNKS_AHEAD, MAX_CHUNK, MAX_FETCHES, MAX_UPLOAD, type FromKernel, type ToKernel } from './messages'

/** What of a request goes out. */
type Outgoing = Extract<FromKernel, { type: 'fetch' | 'fetch-bytes' | 'fetch-took' | 'fetch-drop' }>
/** What of its answer comes in. */
type Incoming = Extract<ToKernel, { type: 'fetch-sent' | 'fetch-head' | 'fetch-bytes' | 'fetch-took' | 'fetch-end' }>

/** The kernel's end of the network: asks the host, which asks the person. */
export interface KernelNet extends Net {
  take(message: Incoming): void
}

/** What the kernel lends it. */
export interface KernelNetOptions {
  readonly post: (message: Outgoing, handed?: readonly ArrayBuffer[]) => void
  /** A person is asked about so many requests now: the time of the command that runs stands still while there are any. */
  readonly asking: (count: number) => void
  /** Programs of the sandbox itself: what is asked of them does not go out. */
  readonly ports: PortTable
  /** Numbers its requests from above this. Default: 0. */
  readonly after?: number
}

/** Opens the kernel's end. */
export function kernelNet(options: KernelNetOptions): KernelNet {
  const open = new Map<number, Exchange>()
  let last = options.after ?? 0
  const told = (): void => options.asking([...open.values()].filter(({ isAsking }) => isAsking).length)
  const send = async (request: NetRequest): Promise<NetAnswer> => {
    request.signal.throwIfAborted()
    const port = portOf(options.ports, request.url)
    if (port !== undefined) return askPort(options.ports, port, request)
    if ((sentBy(request)?.length ?? 0) > MAX_UPLOAD)
      throw new NetRefusal('too-large', `A request may send ${MAX_UPLOAD / 1024 / 1024} MiB; this one has more. Nothing was sent.`)
    // A crowd waits in line; the host takes no more than so many at once.
    while (open.size >= MAX_FETCHES) {
      await Promise.race([...open.values()].map(({ over }) => over))
      request.signal.throwIfAborted()
    }
    const id = ++last
    const exchange = new Exchange(id, request, options.post)
    open.set(id, exchange)
    exchange.whenOver(() => {
      open.delete(id)
      told()
    })
    told()
    return exchange.answer()
  }
  return {
    request: (request) => followRedirects(request, send),
    take: (message) => {
      open.get(message.id)?.take(message)
      if (message.type === 'fetch-sent') told()
    },
  }
}

/** The bytes that the host has to see. */
const sentBy = ({ body, announces }: NetRequest): Uint8Array | undefined => announces?.body ?? body

/** One request and its answer. */
class Exchange {
  /** Resolves when it is off the list of those that are on their way. */
  readonly over: Promise<void>
  isAsking = true
  readonly #id: number
  readonly #request: NetRequest
  readonly #post: KernelNetOptions['post']
  readonly #chunks: Uint8Array[] = []
  #head: Extract<Incoming, { type: 'fetch-head' }> | undefined
  #isWhole = false
  #failure: unknown
  #hasFailed = false
  /** Bytes of the body that were sent and not taken. */
  #ahead = 0
  #wake: (() => void)[] = []
  #resolve: () => void = () => undefined
  #leave: () => void = () => undefined
  #left: () => void = () => undefined
  #isOver = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(id: number, request: NetRequest, post: KernelNetOptions['post']) {
    this.#id = id
    this.#request = request
    this.#post = post
    const { signal } = request
    const aborted = (): void => this.#fail(signal.reason, true)
    this.over = new Promise<void>((resolve) => (this.#resolve = resolve))
    this.#leave = () => {
      clearTimeout(this.#timer)
      signal.removeEventListener('abort', aborted)
    }
    signal.addEventListener('abort', aborted, { once: true })
  }

  /** Called once, before whoever waits for {@link Exchange.over} goes on. */
  whenOver(left: () => void): void {
    this.#left = left
    if (this.#isOver) left()
  }

  async answer(): Promise<NetAnswer> {
    await this.#ask()
    while (this.#head === undefined) {
      if (this.#hasFailed) throw this.#failure
      await this.#change()
    }
    const { status, statusText, version, url, headers } = this.#head
    return { status, statusText, version, url, headers, body: this.#input() }
  }

  take(message: Incoming): void {
    if (message.type === 'fetch-sent') this.#sent()
    else if (message.type === 'fetch-took') this.#ahead -= message.size
    else if (message.type === 'fetch-head') this.#head = message
    else if (message.type === 'fetch-bytes') this.#chunks.push(message.bytes)
    else if (message.refusal !== undefined) this.#fail(new NetRefusal(message.refusal.type, message.refusal.message), false)
    else {
      this.#isWhole = true
      this.#finish()
    }
    this.#changed()
  }

  #sent(): void {
    const { timeoutMs } = this.#request
    this.isAsking = false
    if (timeoutMs === undefined) return
    const late = new NetRefusal('timeout', `No whole answer within ${timeoutMs} milliseconds.`)
    this.#timer = setTimeout(() => this.#fail(late, true), timeoutMs)
  }

  async #ask(): Promise<void> {
    const { method, url, headers, purpose, useToken = false, connectMs, byGit, npm, announces } = this.#request
    const body = sentBy(this.#request)
    const size = body?.length
    this.#post({
      type: 'fetch',
      id: this.#id,
      method,
      url,
      headers: headers.map(([name, value]) => [name, value]),
      purpose: purpose.slice(0, 4000),
      useToken,
      ...(size !== undefined && { size }),
      ...(connectMs !== undefined && { connectMs: Math.min(600_000, Math.max(1, Math.round(connectMs))) }),
      ...(byGit && { byGit }),
      ...(npm && { npm: { ...npm, wants: [...npm.wants] } }),
      ...(announces && {
        announces: {
          url: announces.url,
          headers: announces.headers.map(([name, value]) => [name, value]),
          purpose: announces.purpose.slice(0, 4000),
        },
      }),
    })
    for (let at = 0; at < (size ?? 0) && !this.#hasFailed; at += MAX_CHUNK) {
      while (this.#ahead >= MAX_CHUNK * CHUNKS_AHEAD && !this.#hasFailed) await this.#change()
      const bytes = new Uint8Array((body ?? new Uint8Array()).subarray(at, at + MAX_CHUNK))
      this.#ahead += bytes.length
      this.#post({ type: 'fetch-bytes', id: this.#id, bytes }, [bytes.buffer])
    }
  }

  #input(): Input {
    let rest: Uint8Array = new Uint8Array()
    let isClosed = false
    return {
      read: async (max = MAX_CHUNK) => {
        while (rest.length === 0) {
          const next = this.#chunks.shift()
          if (next !== undefined) {
            rest = next
            if (!this.#isWhole && !this.#hasFailed) this.#post({ type: 'fetch-took', id: this.#id, size: next.length })
          } else if (this.#hasFailed && !isClosed) throw this.#failure
          else if (this.#isWhole || isClosed) return undefined
          else await this.#change()
        }
        const part = rest.subarray(0, max)
        rest = rest.subarray(part.length)
        return part
      },
      close: () => {
        isClosed = true
        rest = new Uint8Array()
        this.#chunks.length = 0
        if (!this.#isWhole) this.#fail(new NetRefusal('cut', 'The rest was not wanted.'), true)
      },
    }
  }

  #fail(reason: unknown, tellsHost: boolean): void {
    if (this.#hasFailed || this.#isWhole) return
    this.#hasFailed = true
    this.#failure = reason
    this.isAsking = false
    if (tellsHost) this.#post({ type: 'fetch-drop', id: this.#id })
    this.#finish()
    this.#changed()
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#leave()
    this.#left()
    this.#resolve()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #changed(): void {
    const wake = this.#wake
    this.#wake = []
    for (const one of wake) one()
  }
}
