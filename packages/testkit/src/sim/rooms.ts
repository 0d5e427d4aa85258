import type { LiveChannel, Platform } from '@tabwright/runtime/session-tab'
import type { Life, Schedule } from './schedule'

/** What the tabs of one origin share besides the disk. */
export interface Room<T> {
  of(life: Life): T
}

type Lock = Platform['lock']

interface Waiting {
  readonly life: Life
  readonly given: (given: boolean) => void
}

/** The lock of the session. Whoever it is stolen from hears of it, late or never; whoever waits gets it when its holder dies or lets go. */
export function lockRoom(schedule: Schedule, told: (from: Life) => void): Room<Lock> {
  let holder: Life | undefined
  let waiting: Waiting[] = []
  const lost = new Map<Life, Set<() => void>>()
  const held = (): Life | undefined => (holder?.state === 'dead' ? undefined : holder)
  const pass = (): void => {
    if (held()) return
    const next = waiting.find(({ life }) => life.state !== 'dead')
    if (!next) return
    waiting = waiting.filter((other) => other !== next)
    give(next.life)
    void schedule.turn(next.life, 'lock.given', () => next.given(true))
  }
  const give = (life: Life): void => {
    holder = life
    void life.died.then(pass)
  }
  return {
    of: (life) => ({
      tryAcquire: () =>
        schedule.turn(life, 'lock.try', () => {
          if (!held()) give(life)
          return holder === life
        }),
      steal: () =>
        schedule.turn(life, 'lock.steal', () => {
          const before = held()
          give(life)
          if (!before || before === life) return
          told(before)
          for (const listener of lost.get(before) ?? []) void schedule.turn(before, 'hint.stolen', listener)
        }),
      wait: (signal) =>
        new Promise((resolve) => {
          const entry: Waiting = { life, given: resolve }
          waiting.push(entry)
          signal.addEventListener('abort', () => {
            waiting = waiting.filter((other) => other !== entry)
            resolve(false)
          })
          pass()
        }),
      onLost: (listener) => {
        const listeners = lost.get(life) ?? new Set()
        lost.set(life, listeners.add(listener))
        return () => listeners.delete(listener)
      },
      release: () => {
        if (holder !== life) return
        holder = undefined
        pass()
      },
    }),
  }
}

/** What tabs tell each other beside the log: lost, doubled, late. */
export function channelRoom(schedule: Schedule): Room<LiveChannel> {
  const listeners = new Map<(message: unknown) => void, Life>()
  return {
    of: (life) => ({
      tell: (message) => {
        for (const [listener, other] of listeners) {
          if (other !== life && other.state !== 'dead') void schedule.turn(other, 'hint.live', () => listener(message))
        }
      },
      listen: (listener) => {
        listeners.set(listener, life)
        return () => listeners.delete(listener)
      },
    }),
  }
}
