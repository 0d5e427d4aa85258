import { failureOf, type Clock } from '@tabwright/protocol'

/** How often the clocks are compared while something waits on the world. */
const TICK_MS = 5_000
/** A wait that took this much longer than asked for was no wait: the computer slept, or the tab was frozen. Source: harness.md rule 117. */
export const SLEPT_MS = 30_000

/** Longer than any pause that the retries ask for; a clock that was set back must not make it longer. */
export const LONGEST_PAUSE_MS = 10 * 60_000

/** A deadline that holds whatever happens to the clocks. */
export interface Deadline {
  /** Milliseconds left; 0 when it has come. */
  left(): number
}

/**
 * By the wall clock, which goes on in a sleep, or by the monotonic one, which nobody sets back: whichever comes first.
 * @param longest a wall clock that was set back far must not make it wait longer than this
 */
export function deadline(clock: Pick<Clock, 'now' | 'mono'>, until: number, longest: number): Deadline {
  const from = clock.mono()
  const ms = Math.min(until - clock.now(), longest)
  return { left: () => Math.max(0, Math.min(until - clock.now(), ms - (clock.mono() - from))) }
}

/** Sleeps in short steps, because a timer stands still while the computer sleeps. Ends early and quietly when the signal comes. */
export async function sleepUntil(clock: Clock, end: Deadline, signal: AbortSignal): Promise<void> {
  const total = end.left()
  let slept = 0
  while (!signal.aborted) {
    const step = Math.min(end.left(), total - slept, TICK_MS)
    if (step <= 0) return
    try {
      await clock.sleep(step, signal)
      slept += step
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

/** Looks at the clocks until it is ended. */
export interface SleepWatch {
  end(): void
}

/** Calls `slept` once, when a tick comes so late that connections are to be taken for dead. @param failed what else went wrong */
export function watchSleep(clock: Clock, slept: () => void, failed: (error: unknown) => void): SleepWatch {
  const over = new AbortController()
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const before = clock.now()
      await clock.sleep(TICK_MS, over.signal)
      if (clock.now() - before - TICK_MS > SLEPT_MS) return slept()
    }
  }
  watch().catch((error: unknown) => {
    if (!over.signal.aborted) failed(failureOf(error))
  })
  return { end: () => over.abort() }
}
