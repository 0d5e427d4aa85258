import { fetchHere } from './ask'
import { EventText } from './event-text'

/** Between two tries, where the program does not say. */
const RETRY_MS = 3000

type Handler = ((event: Event) => unknown) | null

/** `EventSource` by the way that `fetch` takes, because the platform's own would ask the server of this name, which has nothing. */
export class PageEvents extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSED = 2
  readonly url: string
  readonly withCredentials: boolean
  readyState = 0
  readonly #over = new AbortController()
  readonly #handlers = new Map<string, Handler>()
  #lastId = ''
  #retry = RETRY_MS

  constructor(address: string | URL, { withCredentials = false }: EventSourceInit = {}) {
    super()
    if (!URL.canParse(address, document.baseURI)) throw new DOMException(`${String(address)} is no address.`, 'SyntaxError')
    this.url = new URL(address, document.baseURI).href
    this.withCredentials = withCredentials
    void this.#run()
  }

  close(): void {
    this.readyState = 2
    this.#over.abort()
  }

  get onopen(): Handler {
    return this.#handlers.get('open') ?? null
  }

  set onopen(handler: Handler) {
    this.#handle('open', handler)
  }

  get onmessage(): Handler {
    return this.#handlers.get('message') ?? null
  }

  set onmessage(handler: Handler) {
    this.#handle('message', handler)
  }

  get onerror(): Handler {
    return this.#handlers.get('error') ?? null
  }

  set onerror(handler: Handler) {
    this.#handle('error', handler)
  }

  #handle(type: string, handler: Handler): void {
    const before = this.#handlers.get(type)
    if (before) this.removeEventListener(type, before)
    this.#handlers.set(type, typeof handler === 'function' ? handler : null)
    if (typeof handler === 'function') this.addEventListener(type, handler)
  }

  async #run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const isFit = await this.#once().catch(() => true)
      if (this.#over.signal.aborted) return
      this.readyState = isFit ? 0 : 2
      this.dispatchEvent(new Event('error'))
      if (!isFit) return
      await new Promise((resolve) => setTimeout(resolve, this.#retry))
    }
  }

  /** Until the program ends it. False: it is no stream of events, so there is nothing to try again. */
  async #once(): Promise<boolean> {
    const { signal } = this.#over
    const more: Record<string, string> = this.#lastId === '' ? {} : { 'last-event-id': this.#lastId }
    const headers = { accept: 'text/event-stream', 'cache-control': 'no-store', ...more }
    const answer = await fetchHere(new Request(this.url, { headers, signal }))
    const isEvents = answer.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (answer.status !== 200 || !isEvents || answer.body === null) {
      await answer.body?.cancel()
      return false
    }
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
    await this.#read(answer.body)
    return true
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const text = new EventText()
    text.id = this.#lastId
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (let got = await reader.read(); !got.done; got = await reader.read()) {
      for (const { type, data, id } of text.feed(decoder.decode(got.value, { stream: true }))) {
        this.#lastId = id
        if (!this.#over.signal.aborted)
          this.dispatchEvent(new MessageEvent(type, { data, lastEventId: id, origin: new URL(this.url).origin }))
      }
      this.#retry = text.retry ?? this.#retry
    }
  }
}
