import type { Input } from '../../streams/stream'

/** Bytes of an input in the amounts that a format wants, read as late as can be. */
export class ByteReader {
  /** What was read and not taken begins at {@link ByteReader.at}. */
  chunk: Uint8Array = new Uint8Array()
  at = 0
  isEnded = false
  /** Bytes in front of {@link ByteReader.chunk}. */
  #before = 0
  readonly #input: Input
  readonly #tick: () => void

  constructor(input: Input, tick: () => void) {
    this.#input = input
    this.#tick = tick
  }

  /** How many bytes were taken so far. */
  get taken(): number {
    return this.#before + this.at
  }

  get left(): number {
    return this.chunk.length - this.at
  }

  /** Sees to it that so many bytes are in the chunk; false where the input ends before. */
  async want(count: number): Promise<boolean> {
    while (this.left < count && !this.isEnded) {
      this.#tick()
      const more = await this.#input.read()
      if (more === undefined) {
        this.isEnded = true
        break
      }
      this.#before += this.at
      const rest = this.chunk.subarray(this.at)
      this.at = 0
      if (rest.length === 0) this.chunk = more
      else {
        this.chunk = new Uint8Array(rest.length + more.length)
        this.chunk.set(rest)
        this.chunk.set(more, rest.length)
      }
    }
    return this.left >= count
  }

  /** So many bytes, fewer where the input ends. Of what is large, use {@link ByteReader.some}. */
  async bytes(count: number): Promise<Uint8Array> {
    await this.want(count)
    const part = this.chunk.subarray(this.at, this.at + count)
    this.at += part.length
    return part
  }

  /** What there is next, at most so many; empty at the end. */
  async some(most: number): Promise<Uint8Array> {
    await this.want(1)
    const part = this.chunk.subarray(this.at, this.at + most)
    this.at += part.length
    return part
  }

  /** False where the input ends before. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0;) {
      const part = await this.some(left)
      if (part.length === 0) return false
      left -= part.length
    }
    return true
  }

  close(): void {
    this.#input.close()
  }
}
