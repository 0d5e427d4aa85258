/** Characters of one stream that are kept from its beginning, and as many from its end. */
const HALF = 60_000

/** What a command wrote to a stream, without the middle where that is long. Takes any amount in bounded memory. */
export class KeptOutput {
  #head = ''
  #tail = ''
  #left = 0

  push(text: string): void {
    const room = HALF - this.#head.length
    this.#head += text.slice(0, room)
    this.#tail += text.slice(room)
    if (this.#tail.length <= 2 * HALF) return
    this.#left += this.#tail.length - HALF
    this.#tail = this.#tail.slice(-HALF)
  }

  text(): string {
    const over = Math.max(0, this.#tail.length - HALF)
    const left = this.#left + over
    return left === 0 ? this.#head + this.#tail : `${this.#head}\n[… ${left} characters left out …]\n${this.#tail.slice(over)}`
  }
}
