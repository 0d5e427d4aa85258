const TICK_MS = 250
/** So long may a kernel be silent whose page answers. */
const SILENT_MS = 2000
/** So long may it be silent where its page does not answer either, or it makes a worker. */
const MOST_SILENT_MS = 15_000

/** Whom a watch asks, and whom it tells. */
export interface Watched {
  /** Asks the kernel and the page of its frame for a sign of life. */
  ping(): void
  /** @param seconds of silence */
  silent(seconds: number): void
}

/**
 * Tells when a kernel has been silent for too long while somebody waits for it. In Firefox a worker that makes another one stands still until the
 * browser has it, which takes the thread of the frame's page, and that is the app's as well. So time in which the page does not answer either, or
 * in which the kernel said that it makes a worker, is the machine's silence and not the kernel's, up to a limit of its own.
 */
export class KernelWatch {
  readonly #watched: Watched
  #watchers = 0
  #silentFor = 0
  #unheardFor = 0
  #pageAnswered = true
  #isStarting = false
  #ticker: ReturnType<typeof setInterval> | undefined

  constructor(watched: Watched) {
    this.#watched = watched
  }

  /** Somebody waits. Returns the end of that wait. */
  begin(): () => void {
    this.#watchers += 1
    if (this.#watchers === 1) this.#start()
    return () => {
      this.#watchers -= 1
      if (this.#watchers === 0) this.end()
    }
  }

  /** Whoever waits, it is over. */
  end(): void {
    clearInterval(this.#ticker)
  }

  kernelHeard(): void {
    this.#silentFor = 0
    this.#unheardFor = 0
    this.#isStarting = false
  }

  /** The last that was heard is that it makes a worker. */
  kernelStarts(): void {
    this.#isStarting = true
  }

  pageHeard(): void {
    this.#pageAnswered = true
  }

  #start(): void {
    this.kernelHeard()
    this.#pageAnswered = true
    let last = performance.now()
    this.#ticker = setInterval(() => {
      const now = performance.now()
      // A tick counts for little however late it comes: after the machine slept, silence was nobody's fault.
      const passed = Math.min(now - last, TICK_MS * 2)
      last = now
      this.#unheardFor += passed
      if (this.#pageAnswered && !this.#isStarting) this.#silentFor += passed
      if (this.#silentFor > SILENT_MS) return this.#watched.silent(SILENT_MS / 1000)
      if (this.#unheardFor > MOST_SILENT_MS) return this.#watched.silent(MOST_SILENT_MS / 1000)
      this.#pageAnswered = false
      this.#watched.ping()
    }, TICK_MS)
  }
}
