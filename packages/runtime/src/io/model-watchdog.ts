import { FailureError, type Clock } from '@tabwright/protocol'

/** After this long without a byte the screen gets a hint; source: harness.md rule 52. */
const HINT_MS = 20_000
const REPEAT_MS = 10_000
/** After this long without a byte the request is given up. */
const LIMIT_MS = 300_000

/** What came first: the work, or a while of silence. `timeout` means that the limit is reached. */
export type Waited<T> =
  | { readonly type: 'done'; readonly value: T }
  | { readonly type: 'silent'; readonly ms: number }
  | { readonly type: 'timeout'; readonly ms: number }

/** Watches for bytes, for the SDK's own timeout ends with the headers. Any byte counts, pings too. */
export interface Watchdog {
  touch(): void
  /** Call again with the same promise after `silent`. One wait at a time. */
  wait<T>(work: Promise<T>): Promise<Waited<T>>
  stop(): void
}

/** Starts watching at once. `stop` must be called. */
export function watchBytes(clock: Pick<Clock, 'mono' | 'sleep'>): Watchdog {
  const stopped = new AbortController()
  let last = clock.mono()
  let bark: ((ms: number) => void) | undefined
  let broken: ((error: unknown) => void) | undefined
  let fresh = true

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      const idle = clock.mono() - last
      await clock.sleep(nextDue(idle) - idle, stopped.signal)
      const silence = clock.mono() - last
      if (silence >= HINT_MS) bark?.(silence)
    }
  }
  watch().catch((error: unknown) => {
    if (!(error instanceof FailureError && error.failure.code === 'aborted')) broken?.(error)
  })

  return {
    touch() {
      last = clock.mono()
    },
    wait(work) {
      return new Promise((resolve, reject) => {
        // Silence while nobody waited for the model was ours, not the model's.
        if (fresh) last = clock.mono()
        fresh = false
        broken = reject
        bark = (ms) => {
          bark = undefined
          resolve({ type: ms >= LIMIT_MS ? 'timeout' : 'silent', ms })
        }
        work.then((value) => {
          bark = undefined
          fresh = true
          resolve({ type: 'done', value })
        }, reject)
      })
    },
    stop() {
      stopped.abort()
    },
  }
}

/** 20 s, 30 s … and so exactly 300 s. */
function nextDue(idle: number): number {
  if (idle < HINT_MS) return HINT_MS
  return HINT_MS + REPEAT_MS * (Math.floor((idle - HINT_MS) / REPEAT_MS) + 1)
}
