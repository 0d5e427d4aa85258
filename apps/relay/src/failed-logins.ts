import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limits } from './limits'

/** Counts wrong credentials by address. There is no way to ask it that does not count: a limiter has no off branch. */
export interface FailedLogins {
  /** Milliseconds that this address still has to wait; 0 when it may try. */
  wait(bucket: string): Promise<number>
  /** One more wrong credential. Returns the wait as {@link FailedLogins.wait} does. */
  add(bucket: string): Promise<number>
}

const LONGEST_SECONDS = 24 * 60 * 60

export function createFailedLogins(limits: Pick<Limits, 'failedLogins' | 'failedLoginWindowMs'>): FailedLogins {
  const seconds = limits.failedLoginWindowMs / 1000
  const tries = new RateLimiterMemory({ points: limits.failedLogins, duration: seconds, keyPrefix: 'tries' })
  const strikes = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: LONGEST_SECONDS, keyPrefix: 'strikes' })

  async function wait(bucket: string): Promise<number> {
    const seen = await tries.get(bucket)
    return seen !== null && seen.consumedPoints > limits.failedLogins ? seen.msBeforeNext : 0
  }

  async function add(bucket: string): Promise<number> {
    const before = await wait(bucket)
    if (before > 0) return before
    try {
      await tries.consume(bucket)
      return 0
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown
      // Of many tries at once only the one that crossed the line is a strike.
      if (thrown.consumedPoints > limits.failedLogins + 1) return thrown.msBeforeNext
      const { consumedPoints } = await strikes.consume(bucket)
      const pause = Math.min(LONGEST_SECONDS, seconds * 2 ** (consumedPoints - 1))
      await tries.block(bucket, pause)
      return pause * 1000
    }
  }

  return { wait, add }
}
