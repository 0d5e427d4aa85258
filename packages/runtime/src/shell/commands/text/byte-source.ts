import type { Input } from '../../streams/stream'

/** Bytes of an input in blocks of one size, for dumps. */
export class ByteSource {
  readonly #input: Input
  #rest: Uint8Array = new Uint8Array()
  #left: number

  /** @param limit no more bytes than this */
  constructor(input: Input, limit = Infinity) {
    this.#input = input
    this.#left = limit
  }

  /** Skips bytes. False: there are not so many. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0;) {
      const part = await this.#some(left)
      if (part === undefined) return false
      left -= part.length
    }
    return true
  }

  /** The next `size` bytes, fewer only at the end; undefined when there are none. Skipped bytes do not count for the limit. */
  async block(size: number): Promise<Uint8Array | undefined> {
    const want = Math.min(size, this.#left)
    const block = new Uint8Array(want)
    let at = 0
    while (at < want) {
      const part = await this.#some(want - at)
      if (part === undefined) break
      block.set(part, at)
      at += part.length
    }
    this.#left -= at
    return at === 0 ? undefined : block.subarray(0, at)
  }

  async #some(max: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const chunk = await this.#input.read()
      if (chunk === undefined) return undefined
      this.#rest = chunk
    }
    const part = this.#rest.subarray(0, max)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }
}
