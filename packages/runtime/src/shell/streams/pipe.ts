import { Killed } from '../signals'

/** Bytes that a pipe holds before its writer waits; Linux's size. */
const PIPE_ROOM = 65_536

/** Ends a wait when its process is ended. */
export interface Waiter {
  readonly signal: AbortSignal
}

/** A pipe: bytes in order, bounded, with as many readers and writers as have it open. Each end is counted by {@link OpenFile}. */
export class Pipe {
  readonly #chunks: Uint8Array[] = []
  #held = 0
  #writers = 0
  #readers = 0
  #waiting: (() => void)[] = []

  addReader(): void {
    this.#readers += 1
  }

  addWriter(): void {
    this.#writers += 1
    this.#wake()
  }

  dropReader(): void {
    this.#readers -= 1
    this.#wake()
  }

  dropWriter(): void {
    this.#writers -= 1
    this.#wake()
  }

  /** @throws Killed as the waiter's process is */
  async read(max: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    while (this.#held === 0) {
      if (this.#writers === 0) return undefined
      await this.#change(waiter)
    }
    return this.#take(max)
  }

  /** Puts bytes before those that wait. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.unshift(bytes)
    this.#held += bytes.length
    this.#wake()
  }

  #take(max: number): Uint8Array | undefined {
    const [first] = this.#chunks
    if (first === undefined) return undefined
    const part = first.subarray(0, max)
    if (part.length === first.length) this.#chunks.shift()
    else this.#chunks[0] = first.subarray(max)
    this.#held -= part.length
    this.#wake()
    return part
  }

  /** Bytes up to and with `separator`, or what is there; undefined at the end. @throws Killed as the waiter's process is */
  async readUntil(separator: number, waiter: Waiter): Promise<Uint8Array | undefined> {
    while (this.#held === 0) {
      if (this.#writers === 0) return undefined
      await this.#change(waiter)
    }
    const at = this.#chunks[0]?.indexOf(separator) ?? -1
    return this.#take(at < 0 ? PIPE_ROOM : at + 1)
  }

  /** @throws Killed with PIPE when nobody has the other end open */
  async write(bytes: Uint8Array, waiter: Waiter): Promise<void> {
    let rest = bytes
    do {
      if (this.#readers === 0) throw new Killed('PIPE')
      const room = PIPE_ROOM - this.#held
      if (room > 0 && rest.length > 0) {
        // Copied: a command may go on filling the buffer that it wrote from.
        const part = rest.slice(0, room)
        this.#chunks.push(part)
        this.#held += part.length
        rest = rest.subarray(part.length)
        this.#wake()
      }
      if (rest.length > 0) await this.#change(waiter)
    } while (rest.length > 0)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #change({ signal }: Waiter): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const woken = (): void => {
        signal.removeEventListener('abort', ended)
        resolve()
      }
      const ended = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== woken)
        reject(signal.reason instanceof Error ? signal.reason : new Killed('KILL'))
      }
      this.#waiting.push(woken)
      signal.addEventListener('abort', ended, { once: true })
    })
  }
}
