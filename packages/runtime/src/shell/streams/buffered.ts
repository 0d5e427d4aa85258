import type { Input, Output } from './stream'
import { bytesOf, joined } from '../text'

/** So much is gathered before it is written: fewer, larger writes into a pipe of 64 KiB. */
const ROOM = 32_768

/**
 * Gathers small writes. `put` never waits; ask `isFull` in loops and `flush` then, at the end, and before waiting for input
 * (see {@link flushedBefore}).
 */
export class OutputBuffer {
  readonly #output: Output
  #parts: Uint8Array[] = []
  #text = ''
  #size = 0

  constructor(output: Output) {
    this.#output = output
  }

  get isFull(): boolean {
    return this.#size >= ROOM
  }

  /** Text, or bytes that are not changed until the next flush. */
  put(data: Uint8Array | string): void {
    if (typeof data === 'string') this.#text += data
    else {
      this.#close()
      this.#parts.push(data)
    }
    this.#size += data.length
  }

  /** @throws what the output throws, such as Killed with PIPE */
  async flush(): Promise<void> {
    this.#close()
    if (this.#parts.length === 0) return
    const bytes = joined(this.#parts)
    this.#parts = []
    this.#size = 0
    await this.#output.write(bytes)
  }

  #close(): void {
    if (this.#text === '') return
    this.#parts.push(bytesOf(this.#text))
    this.#text = ''
  }
}

/** The same input; what `out` holds is written before each read, so a slow writer upstream is seen line by line. */
export function flushedBefore(input: Input, out: Pick<OutputBuffer, 'flush'>): Input {
  return {
    read: async (max) => {
      await out.flush()
      return input.read(max)
    },
    close: () => input.close(),
  }
}
