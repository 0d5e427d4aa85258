/** Time as the client sees it, so that tests hold it in their hands. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number
  /** Runs once after so long, unless the function it gives was called before. */
  after(ms: number, run: () => void): () => void
}

/** The machine's. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
