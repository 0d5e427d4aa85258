/** The time that a command has; it stands still while a person is asked. */
export class CommandLimit {
  readonly #ended: () => void
  #left: number
  #since = performance.now()
  #timer: ReturnType<typeof setTimeout> | undefined
  #isPaused = false

  /** @param ended called when the time is over */
  constructor(ms: number, ended: () => void) {
    this.#left = ms
    this.#ended = ended
    this.#timer = setTimeout(ended, ms)
  }

  /** For a loop in which no timer comes to its turn. */
  get isOver(): boolean {
    return !this.#isPaused && performance.now() - this.#since > this.#left
  }

  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#left = Math.max(0, this.#left - (performance.now() - this.#since))
    clearTimeout(this.#timer)
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#since = performance.now()
    this.#timer = setTimeout(this.#ended, this.#left)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}
