/** Time for what is shown and for looking again. May be late, as a hidden tab's timers are; nothing that must happen hangs on it. */
export interface Timers {
  /** Calls once. Returns what takes it back. */
  after(ms: number, act: () => void): () => void
  /** Calls again and again. Returns its end. */
  every(ms: number, act: () => void): () => void
}

/** This platform's. */
export const systemTimers: Timers = {
  after: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
  every: (ms, act) => {
    const timer = setInterval(act, ms)
    return () => clearInterval(timer)
  },
}
