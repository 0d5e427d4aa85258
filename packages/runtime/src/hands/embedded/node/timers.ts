import { invalidArgument } from './context'
import { bound } from './contexts'
import type { Loop } from './loop'

// The platform's own, taken before the program's stand in their place.
const start = globalThis.setTimeout.bind(globalThis)
const stop = globalThis.clearTimeout.bind(globalThis)

type Callback = (...args: unknown[]) => unknown

/** What `setTimeout` and `setInterval` give back: an object as in Node, a number where one is wanted. */
class Timeout {
  readonly #loop: Loop
  readonly #fire: () => void
  readonly #ms: number
  readonly #repeats: boolean
  #id: ReturnType<typeof start> | undefined
  #release: (() => void) | undefined
  #isRef = true
  static #numbers = 0
  static readonly #byNumber = new Map<number, Timeout>()
  readonly #number = ++Timeout.#numbers

  constructor(loop: Loop, fire: () => void, options: { readonly ms: number; readonly repeats: boolean }) {
    this.#loop = loop
    this.#fire = bound(fire)
    this.#ms = options.ms >= 1 && options.ms <= 2_147_483_647 ? options.ms : 1
    this.#repeats = options.repeats
    Timeout.#byNumber.set(this.#number, this)
    this.#arm()
  }

  static close(timer: unknown): void {
    if (timer instanceof Timeout) timer.close()
    else if (typeof timer === 'number' || typeof timer === 'string') Timeout.#byNumber.get(Number(timer))?.close()
  }

  ref(): this {
    this.#isRef = true
    if (this.#id !== undefined) this.#release ??= this.#loop.hold()
    return this
  }

  unref(): this {
    this.#isRef = false
    this.#release?.()
    this.#release = undefined
    return this
  }

  hasRef(): boolean {
    return this.#isRef
  }

  refresh(): this {
    stop(this.#id)
    this.#arm()
    return this
  }

  close(): this {
    stop(this.#id)
    this.#id = undefined
    Timeout.#byNumber.delete(this.#number)
    this.#release?.()
    this.#release = undefined
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.#number
  }

  #arm(): void {
    if (this.#isRef) this.#release ??= this.#loop.hold()
    this.#id = start(() => {
      this.#loop.enter(this.#fire)
      if (this.#id === undefined) return
      if (this.#repeats) this.#arm()
      else this.close()
    }, this.#ms)
  }
}

class Immediate {
  readonly close: () => void

  constructor(close: () => void) {
    this.close = close
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }
}

function callable(callback: unknown): Callback {
  if (typeof callback === 'function') return (...args) => Reflect.apply(callback, undefined, args)
  throw invalidArgument('callback', 'of type function', callback)
}

function aborted(signal: AbortSignal): Error {
  return Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' })
}

/** The timer functions of a program: the globals, and `timers` and `timers/promises`. */
export function timersFor(loop: Loop) {
  const timer =
    (repeats: boolean) =>
    (callback: unknown, ms?: unknown, ...args: unknown[]): Timeout => {
      const call = callable(callback)
      return new Timeout(loop, () => void call(...args), { ms: Number(ms ?? 1), repeats })
    }
  const setTimeout = timer(false)
  const setInterval = timer(true)
  const setImmediate = (callback: unknown, ...args: unknown[]): Immediate => {
    const call = callable(callback)
    return new Immediate(loop.complete(() => void call(...args)))
  }
  const clear = (handle: unknown): void => Timeout.close(handle)
  const clearImmediate = (handle: unknown): void => {
    if (handle instanceof Immediate) handle.close()
  }
  const wait = (ms?: unknown, value?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const signal = options?.signal
      if (signal?.aborted) return reject(aborted(signal))
      const handle = setTimeout(() => resolve(value), ms)
      signal?.addEventListener('abort', () => {
        handle.close()
        reject(aborted(signal))
      })
    })
  const promises = {
    setTimeout: wait,
    setImmediate: (value?: unknown) => new Promise((resolve) => setImmediate(() => resolve(value))),
    async *setInterval(ms?: unknown, value?: unknown) {
      for (;;) {
        await wait(ms)
        yield value
      }
    },
    scheduler: { wait: (ms: unknown) => wait(ms), yield: () => wait(0) },
  }
  Object.defineProperty(setTimeout, promisified, { value: wait })
  Object.defineProperty(setImmediate, promisified, { value: promises.setImmediate })
  return { setTimeout, setInterval, setImmediate, clearTimeout: clear, clearInterval: clear, clearImmediate, promises }
}

/** Under this a function keeps its own promise version, for `util.promisify`. */
export const promisified = Symbol.for('nodejs.util.promisify.custom')
