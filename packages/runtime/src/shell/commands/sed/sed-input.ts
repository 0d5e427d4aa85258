import type { Input } from '../../streams/stream'
import { joined, textOf } from '../../text'

/** One line, without its end. */
export interface SedLine {
  readonly text: string
  readonly isEnded: boolean
}

/** Lines of one input, taken without waiting as long as some are there. */
export class LineReader {
  readonly #input: Input
  readonly #separator: number
  readonly #mark: string
  #text = ''
  #at = 0
  #rest: Uint8Array[] = []
  #isOver = false

  constructor(input: Input, separator: number) {
    this.#input = input
    this.#separator = separator
    this.#mark = String.fromCharCode(separator)
  }

  /** A line can be taken, or the end is known. */
  get isReady(): boolean {
    return this.#isOver || this.#at < this.#text.length
  }

  get hasLine(): boolean {
    return this.#at < this.#text.length
  }

  /** Reads on until {@link isReady}. */
  async fill(): Promise<void> {
    while (!this.isReady) {
      const chunk = await this.#input.read()
      const cut = chunk === undefined ? 0 : chunk.lastIndexOf(this.#separator) + 1
      if (chunk === undefined) {
        this.#isOver = true
        this.#load(this.#rest)
        this.#rest = []
      } else if (cut > 0) {
        this.#load([...this.#rest, chunk.subarray(0, cut)])
        this.#rest = cut < chunk.length ? [chunk.slice(cut)] : []
      } else this.#rest.push(chunk.slice())
    }
  }

  take(): SedLine | undefined {
    if (!this.hasLine) return undefined
    const end = this.#text.indexOf(this.#mark, this.#at)
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end)
    this.#at = end < 0 ? this.#text.length : end + 1
    return { text, isEnded: end >= 0 }
  }

  close(): void {
    this.#input.close()
  }

  #load(parts: readonly Uint8Array[]): void {
    this.#text = parts.length === 0 ? '' : textOf(joined(parts))
    this.#at = 0
  }
}
