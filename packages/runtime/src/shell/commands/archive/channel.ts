import type { Input } from '../../streams/stream'

/** Where one who writes meets one who reads: a write ends when all of it was read. */
export class Channel implements Input {
  #part: Uint8Array | undefined
  #isEnded = false
  #isClosed = false
  #error: unknown
  #wake: (() => void) | undefined
  #taken: (() => void) | undefined

  /** @param bytes not changed until the write ends */
  write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || this.#isClosed) return Promise.resolve()
    this.#part = bytes
    this.#wake?.()
    return new Promise((resolve) => {
      this.#taken = resolve
    })
  }

  /** Nothing more comes; with an error, that is what the reader gets. */
  end(error?: unknown): void {
    this.#isEnded = true
    this.#error = error
    this.#wake?.()
  }

  async read(max = Infinity): Promise<Uint8Array | undefined> {
    while (this.#part === undefined && !this.#isEnded) {
      // The writer goes on only now: nobody works ahead.
      this.#taken?.()
      this.#taken = undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    const part = this.#part
    if (part === undefined) {
      if (this.#error !== undefined) throw this.#error
      return undefined
    }
    const given = part.subarray(0, max)
    this.#part = given.length < part.length ? part.subarray(given.length) : undefined
    return given
  }

  /** Nobody reads on: what is still written goes nowhere. */
  close(): void {
    this.#isClosed = true
    this.#part = undefined
    this.#taken?.()
  }
}

/** What `produce` writes, as an input. It begins with the first read. */
export function inputFrom(produce: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Input {
  const channel = new Channel()
  let isStarted = false
  return {
    read: (max) => {
      if (!isStarted) {
        isStarted = true
        produce((bytes) => channel.write(bytes)).then(
          () => channel.end(),
          (thrown: unknown) => channel.end(thrown),
        )
      }
      return channel.read(max)
    },
    close: () => undefined,
  }
}
