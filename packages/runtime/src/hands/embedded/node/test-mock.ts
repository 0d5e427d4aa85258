import { MockTimers, type TimerOwners } from './mock-timers'

interface Call {
  readonly arguments: readonly unknown[]
  readonly result: unknown
  readonly error: unknown
  readonly this: unknown
}

/** `mock` of `node:test`: counted functions and methods, and time. */
export function mockFor(owners: TimerOwners) {
  let timers: MockTimers | undefined
  const undo: (() => void)[] = []

  const fn = (original?: unknown, replacement?: unknown): unknown => {
    let implementation = typeof replacement === 'function' ? replacement : original
    const calls: Call[] = []
    const once = new Map<number, unknown>()
    const mocked = function (this: unknown, ...args: unknown[]): unknown {
      const turn = once.get(calls.length) ?? implementation
      try {
        const result: unknown = typeof turn === 'function' ? Reflect.apply(turn, this, args) : undefined
        calls.push({ arguments: args, result, error: undefined, this: this })
        return result
      } catch (error) {
        calls.push({ arguments: args, result: undefined, error, this: this })
        throw error
      }
    }
    const mock = {
      calls,
      callCount: () => calls.length,
      resetCalls: () => calls.splice(0),
      mockImplementation: (next: unknown) => {
        implementation = next
      },
      mockImplementationOnce: (next: unknown, at = calls.length) => {
        once.set(at, next)
      },
      restore: () => {
        implementation = original
      },
    }
    return Object.assign(mocked, { mock })
  }

  const method = (owner: object, name: string, replacement?: unknown): unknown => {
    const original: unknown = Reflect.get(owner, name)
    const mocked = fn(original, replacement)
    const had = Reflect.getOwnPropertyDescriptor(owner, name)
    Reflect.set(owner, name, mocked)
    undo.push(() => {
      if (had === undefined) Reflect.deleteProperty(owner, name)
      else Object.defineProperty(owner, name, had)
    })
    return mocked
  }

  const restoreAll = (): void => {
    timers?.reset()
    for (const back of undo.splice(0).toReversed()) back()
  }

  return {
    fn,
    method,
    restoreAll,
    reset: restoreAll,
    get timers(): MockTimers {
      timers ??= new MockTimers(owners)
      return timers
    },
  }
}
