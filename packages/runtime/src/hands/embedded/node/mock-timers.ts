import { inspect } from './inspect'

const APIS = ['setTimeout', 'setInterval', 'setImmediate', 'Date'] as const
type Api = (typeof APIS)[number]

/** Who has the functions of timers beside the globals. */
export interface TimerOwners {
  readonly callbacks: readonly object[]
  /** Those of `timers/promises`. */
  readonly promises: readonly object[]
}

interface Waiting {
  readonly id: number
  at: number
  readonly order: number
  readonly every: number | undefined
  run(): void
}

const stateError = (message: string): Error => Object.assign(new Error(`Invalid state: ${message}`), { code: 'ERR_INVALID_STATE' })

function numberOf(value: unknown, name: string): number {
  if (typeof value !== 'number' || value < 0 || Number.isNaN(value))
    throw Object.assign(new TypeError(`The argument '${name}' must be a positive integer. Received ${inspect(value)}`), {
      code: 'ERR_INVALID_ARG_VALUE',
    })
  return value
}

/** `mock.timers` of `node:test`: time that passes when it is told to. */
export class MockTimers {
  readonly #owners: TimerOwners
  #now = 0
  #isOn = false
  #last = 0
  #waiting: Waiting[] = []
  #undo: (() => void)[] = []

  constructor(owners: TimerOwners) {
    this.#owners = owners
  }

  enable(given: unknown = {}): void {
    if (this.#isOn) throw stateError('MockTimers is already enabled!')
    const options: Readonly<Record<string, unknown>> = Object(given)
    const apis: unknown = options['apis'] ?? APIS
    const wanted = Array.isArray(apis) ? apis.map(String) : []
    for (const api of wanted)
      if (!APIS.some((one) => one === api))
        throw Object.assign(new TypeError(`The property 'options.apis' option ${api} is not supported. Received ${inspect(api)}`), {
          code: 'ERR_INVALID_ARG_VALUE',
        })
    const { now = 0 } = options
    this.#now = now instanceof Date ? now.getTime() : numberOf(now, 'initialTime')
    this.#isOn = true
    for (const api of APIS) if (wanted.includes(api)) this.#replace(api)
  }

  tick(ms: unknown = 1): void {
    this.#check()
    this.#advance(this.#now + numberOf(ms, 'time'))
  }

  setTime(ms: unknown): void {
    this.#check()
    this.#now = numberOf(ms, 'time')
    this.#advance(this.#now)
  }

  runAll(): void {
    this.#check()
    this.#advance(Math.max(this.#now, ...this.#waiting.map(({ at }) => at)))
  }

  reset(): void {
    for (const back of this.#undo.splice(0).toReversed()) back()
    this.#waiting = []
    this.#isOn = false
  }

  [Symbol.dispose](): void {
    this.reset()
  }

  #check(): void {
    if (!this.#isOn) throw stateError('You should enable MockTimers first by calling the .enable function')
  }

  /** The clock stands at the end already when the first of what was due runs, as in Node 20. */
  #advance(until: number): void {
    this.#now = until
    for (;;) {
      const [due] = this.#waiting.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at || a.order - b.order)
      if (due === undefined) return
      if (due.every === undefined) this.#waiting = this.#waiting.filter((one) => one !== due)
      else due.at += Math.max(due.every, 1)
      due.run()
    }
  }

  #add(given: readonly unknown[], ms: number, every?: number): object {
    const [work, ...args] = given
    const id = ++this.#last
    this.#waiting.push({ id, at: this.#now + ms, order: id, every, run: () => void Reflect.apply(Object(work), undefined, args) })
    const handle = {
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
      refresh: () => handle,
      close: () => this.#clear(handle),
      [Symbol.toPrimitive]: () => id,
    }
    return handle
  }

  #clear(handle: unknown): void {
    if (handle === undefined || handle === null) return
    const id = Number(handle)
    this.#waiting = this.#waiting.filter((one) => one.id !== id)
  }

  #replace(api: Api): void {
    const clear = (handle: unknown): void => this.#clear(handle)
    if (api === 'Date') return this.#put('Date', this.#date(), [globalThis])
    const owners = [globalThis, ...this.#owners.callbacks]
    const start = {
      setTimeout: (work: unknown, ms?: unknown, ...args: unknown[]) => this.#add([work, ...args], Number(ms ?? 1) || 1),
      setInterval: (work: unknown, ms?: unknown, ...args: unknown[]) =>
        this.#add([work, ...args], Number(ms ?? 1) || 1, Number(ms ?? 1) || 1),
      // Before every timer that is due at the same moment.
      setImmediate: (work: unknown, ...args: unknown[]) => this.#add([work, ...args], -1),
    }
    this.#put(api, start[api], owners)
    this.#put(api.replace('set', 'clear'), clear, owners)
    const later = (ms: unknown, value: unknown): Promise<unknown> => new Promise((resolve) => start[api](() => resolve(value), ms))
    if (api === 'setTimeout') this.#put(api, later, this.#owners.promises)
  }

  #put(name: string, value: unknown, owners: readonly object[]): void {
    for (const owner of owners) {
      const had = Reflect.getOwnPropertyDescriptor(owner, name)
      Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: had?.enumerable ?? false })
      this.#undo.push(() => {
        if (had === undefined) Reflect.deleteProperty(owner, name)
        else Object.defineProperty(owner, name, had)
      })
    }
  }

  #date(): unknown {
    const now = (): number => this.#now
    return new Proxy(Date, {
      construct: (make, given, target) => Reflect.construct(make, given.length === 0 ? [now()] : given, target),
      apply: (make) => new make(now()).toString(),
      get: (make, name) => (name === 'now' ? now : Reflect.get(make, name)),
    })
  }
}
