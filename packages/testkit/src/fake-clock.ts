import { FailureError, type Clock } from '@tabwright/protocol'

/** Time that moves only when told to. */
export interface FakeClock extends Clock {
  /** Moves both clocks on; every sleep that ends on the way resolves at its own time, in order. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock alone, as a person or a time server does. */
  jump(ms: number): void
  /** How many sleeps are under way. */
  sleeping(): number
}

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** @param start wall clock of the first moment, milliseconds */
export function fakeClock(start = 1_750_000_000_000): FakeClock {
  const sleepers = new Set<Sleeper>()
  let wall = start
  let mono = 0

  const nextBefore = (end: number): Sleeper | undefined =>
    [...sleepers].filter(({ until }) => until <= end).toSorted((a, b) => a.until - b.until)[0]

  const moveTo = (time: number): void => {
    wall += Math.max(0, time - mono)
    mono = Math.max(mono, time)
  }

  return {
    now: () => wall,
    mono: () => mono,
    sleeping: () => sleepers.size,
    jump(ms) {
      wall += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const aborted = (): void => {
          sleepers.delete(sleeper)
          reject(new FailureError({ code: 'aborted', message: 'The wait was ended early.' }))
        }
        const sleeper: Sleeper = {
          until: mono + Math.max(0, ms),
          wake() {
            sleepers.delete(sleeper)
            signal.removeEventListener('abort', aborted)
            resolve()
          },
        }
        if (signal.aborted) return aborted()
        signal.addEventListener('abort', aborted, { once: true })
        sleepers.add(sleeper)
      }),
    async advance(ms) {
      const end = mono + ms
      await settled()
      for (let next = nextBefore(end); next; next = nextBefore(end)) {
        moveTo(next.until)
        next.wake()
        // Whoever woke may go to sleep again before the end.
        await settled()
      }
      moveTo(end)
    },
  }
}

/** Lets everything run that is ready, in-memory databases included. */
async function settled(): Promise<void> {
  for (let round = 0; round < 4; round++) await new Promise((resolve) => setImmediate(resolve))
}
