/** Most that one command may say, in characters; what is over is left out in the middle, where it is missed least. */
export const MAX_OUTPUT = 8_000_000

/** Collects output up to a limit: the first and the last half of it, with a note between them. */
export class CappedOutput {
  readonly #half: number
  #head = ''
  #tail: string[] = []
  #tailLength = 0
  #dropped = 0

  constructor(limit = MAX_OUTPUT) {
    this.#half = Math.floor(limit / 2)
  }

  push(text: string): void {
    const room = this.#half - this.#head.length
    this.#head += text.slice(0, room)
    if (text.length <= room) return
    const rest = text.slice(Math.max(room, 0))
    this.#tail.push(rest)
    this.#tailLength += rest.length
    // Shortened only when twice too long: joining for every small piece would be quadratic.
    if (this.#tailLength > this.#half * 2) this.#shorten()
  }

  /** True once something was left out: nothing more needs to be streamed to a screen. */
  get isFull(): boolean {
    return this.#dropped > 0
  }

  text(): string {
    if (this.#tailLength > this.#half) this.#shorten()
    const tail = this.#tail.join('')
    if (this.#dropped === 0) return this.#head + tail
    return `${this.#head}\n[… ${this.#dropped} characters left out: the output passed ${this.#half * 2} characters …]\n${tail}`
  }

  #shorten(): void {
    const all = this.#tail.join('')
    const kept = all.slice(all.length - this.#half)
    this.#dropped += all.length - kept.length
    this.#tail = [kept]
    this.#tailLength = kept.length
  }
}
