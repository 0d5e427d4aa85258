import type { Input } from '../../streams/stream'
import { latinOf } from './latin'

/** Records one by one, for tools that read several files in step. */
export class RecordReader {
  readonly #input: Input
  readonly #separator: string
  #text = ''
  #at = 0
  #isOver = false
  /** False once the last record was given and had no separator. */
  isEnded = true

  constructor(input: Input, separator = '\n') {
    this.#input = input
    this.#separator = separator
  }

  /** The next record without its separator; undefined at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf(this.#separator, this.#at)
      if (end >= 0) {
        const record = this.#text.slice(this.#at, end)
        this.#at = end + 1
        return record
      }
      if (this.#isOver) return this.#rest()
      const chunk = await this.#input.read()
      if (chunk === undefined) this.#isOver = true
      else {
        this.#text = this.#text.slice(this.#at) + latinOf(chunk)
        this.#at = 0
      }
    }
  }

  #rest(): string | undefined {
    if (this.#at >= this.#text.length) return undefined
    const record = this.#text.slice(this.#at)
    this.#at = this.#text.length
    this.isEnded = false
    return record
  }
}
