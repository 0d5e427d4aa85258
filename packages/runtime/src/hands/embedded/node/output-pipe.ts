// Messages that may go out in one go before output is gathered: enough that the last words before an endless loop are seen.
const BURST = 64
const WINDOW_MS = 10
const CHUNK = 16_384

type Send = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void

/** Sends output at once while there is little, in pieces while there is much, and keeps the order of the two streams. */
export class OutputPipe {
  readonly #send: Send
  #stream: 'stdout' | 'stderr' = 'stdout'
  #parts: Uint8Array[] = []
  #size = 0
  #sent = 0
  #windowStart = 0

  constructor(send: Send) {
    this.#send = send
  }

  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (stream !== this.#stream) this.flush()
    this.#stream = stream
    this.#parts.push(bytes)
    this.#size += bytes.length
    const now = performance.now()
    if (now - this.#windowStart > WINDOW_MS) {
      this.#windowStart = now
      this.#sent = 0
    }
    if (this.#sent < BURST || this.#size >= CHUNK) this.flush()
    else if (this.#parts.length === 1) queueMicrotask(() => this.flush())
  }

  flush(): void {
    if (this.#size === 0) return
    const all = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#parts) {
      all.set(part, at)
      at += part.length
    }
    this.#parts = []
    this.#size = 0
    this.#sent++
    this.#send(this.#stream, all)
  }
}
