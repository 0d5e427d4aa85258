import { invalidArgument, unsupported } from './context'

/** What a program's stores hold where code runs: never changed, so that a reference is a snapshot. */
type Frame = ReadonlyMap<object, unknown>

const EMPTY: Frame = new Map()
let current: Frame = EMPTY
let isActive = false
let ids = 1
/** Files that wait in functions and were loaded before anybody wanted contexts: there they are lost behind an `await`. */
const unprepared = new Set<string>()

/** Whether the program has asked for contexts. */
export const hasContexts = (): boolean => isActive

/** A file was loaded as it is. */
export function loadedUnprepared(path: string): void {
  unprepared.add(path)
}

const save = (): Frame => current
const restore = (frame: Frame, value?: unknown): unknown => {
  current = frame
  return value
}

/** Work that will run later, in the context in which it was asked for. */
export function bound<Args extends unknown[], Result>(work: (...args: Args) => Result): (...args: Args) => Result {
  if (!isActive) return work
  const frame = current
  return (...args) => within(frame, () => work(...args))
}

function within<Result>(frame: Frame, work: () => Result): Result {
  const before = current
  current = frame
  try {
    return work()
  } finally {
    current = before
  }
}

/** Code that the platform calls begins without a context. */
export function leaveContext(): void {
  current = EMPTY
}

const rebound = (self: unknown, work: unknown): unknown =>
  typeof work === 'function' ? bound((...args: unknown[]) => Reflect.apply(work, self, args)) : work

/**
 * From here on contexts are carried: through the callbacks of promises here, through timers and ticks by the loop, and over `await` by the
 * calls that `rewrite.ts` puts into the text of files.
 */
function activate(): void {
  if (isActive) return
  isActive = true
  const then = Promise.prototype.then
  // oxlint-disable-next-line unicorn/no-thenable -- this is the place where the platform's own is replaced
  void Object.defineProperty(Promise.prototype, 'then', {
    value: function (this: Promise<unknown>, ...given: unknown[]) {
      return Reflect.apply(
        then,
        this,
        given.slice(0, 2).map((work) => rebound(undefined, work)),
      )
    },
    writable: true,
    configurable: true,
  })
  const microtask = globalThis.queueMicrotask.bind(globalThis)
  globalThis.queueMicrotask = (work) => microtask(bound(work))
}

/** Puts the names under which rewritten text finds these functions. */
export function nameContextCalls(): void {
  for (const [name, value] of Object.entries({ __save: save, __restore: restore }))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}

const callable = (work: unknown): ((...args: unknown[]) => unknown) => {
  if (typeof work !== 'function') throw invalidArgument('fn', 'of type function', work)
  return (...args) => Reflect.apply(work, undefined, args)
}

class AsyncResource {
  readonly #frame = current
  readonly #id = ++ids

  constructor(type: unknown) {
    if (typeof type !== 'string') throw invalidArgument('type', 'of type string', type)
  }

  static bind(work: unknown, type?: unknown): unknown {
    const name: unknown = Reflect.get(Object(work), 'name')
    return new AsyncResource(typeof type === 'string' ? type : `bound-${String(name)}`).bind(work)
  }

  runInAsyncScope(work: unknown, self?: unknown, ...args: unknown[]): unknown {
    if (typeof work !== 'function') throw invalidArgument('fn', 'of type function', work)
    return within(this.#frame, () => Reflect.apply(work, self, args))
  }

  bind(work: unknown, self?: unknown): unknown {
    const call = (...args: unknown[]): unknown => this.runInAsyncScope(work, self, ...args)
    return Object.defineProperty(call, 'length', { value: Reflect.get(Object(work), 'length'), configurable: true })
  }

  asyncId(): number {
    return this.#id
  }

  triggerAsyncId(): number {
    return 1
  }

  emitDestroy(): this {
    return this
  }
}

function storageClass(warn: (text: string) => void): unknown {
  return class AsyncLocalStorage {
    constructor() {
      const [first, ...more] = unprepared
      if (first === undefined) return
      const files = more.length === 0 ? first : `${first} and ${more.length} more`
      warn(`AsyncLocalStorage came after ${files} were loaded: what waits in there loses its store at each await`)
      unprepared.clear()
    }

    static bind(work: unknown): unknown {
      return AsyncResource.bind(work)
    }

    static snapshot(): unknown {
      const frame = current
      return (work: unknown, ...args: unknown[]) => within(frame, () => callable(work)(...args))
    }

    run(store: unknown, work: unknown, ...args: unknown[]): unknown {
      return within(new Map(current).set(this, store), () => callable(work)(...args))
    }

    exit(work: unknown, ...args: unknown[]): unknown {
      const frame = new Map(current)
      frame.delete(this)
      return within(frame, () => callable(work)(...args))
    }

    getStore(): unknown {
      return current.get(this)
    }

    enterWith(store: unknown): void {
      current = new Map(current).set(this, store)
    }

    disable(): void {
      const frame = new Map(current)
      frame.delete(this)
      current = frame
    }
  }
}

/** `async_hooks`: contexts, but no hooks: the engine tells nobody when a promise is made. */
export function asyncHooksFor(warn: (text: string) => void): Record<string, unknown> {
  activate()
  const hook = {
    enable: () => hook,
    disable: () => hook,
  }
  return {
    AsyncResource,
    AsyncLocalStorage: storageClass(warn),
    executionAsyncId: () => 1,
    triggerAsyncId: () => 0,
    executionAsyncResource: () => ({}),
    createHook: (callbacks: unknown) => {
      const names = ['init', 'before', 'after', 'destroy', 'promiseResolve'].filter(
        (name) => Reflect.get(Object(callbacks), name) !== undefined,
      )
      if (names.length > 0)
        throw unsupported(
          'async_hooks',
          `createHook with ${names.join(', ')} is missing: the browser tells nobody; AsyncLocalStorage is there`,
        )
      return hook
    },
  }
}
