import { FailureError, type Clock } from '@tabwright/protocol'

// A longer timeout than this fires at once.
const LONGEST_TIMER_MS = 2_147_483_647

/** The platform's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer)
        reject(new FailureError({ code: 'aborted', message: 'The wait was ended early.' }))
      }
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', aborted)
          resolve()
        },
        Math.min(Math.max(0, ms), LONGEST_TIMER_MS),
      )
      if (signal.aborted) aborted()
      else signal.addEventListener('abort', aborted, { once: true })
    }),
}
