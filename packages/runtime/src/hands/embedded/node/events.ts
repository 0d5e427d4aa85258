import events from 'events'
import { inspect } from './inspect'

type Emitter = InstanceType<typeof events>

// Taken before ours stands in its place.
const libraryOnce = events.once

const aborted = (signal: AbortSignal): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' })

const signalOf = (options: unknown): AbortSignal | undefined => {
  const signal: unknown = Reflect.get(Object(options), 'signal')
  return signal instanceof AbortSignal ? signal : undefined
}

/** `events.once`, with a signal that gives up. */
async function once(emitter: Emitter, name: string, options?: unknown): Promise<unknown[]> {
  const signal = signalOf(options)
  if (signal?.aborted) throw aborted(signal)
  if (signal === undefined) return Reflect.apply(libraryOnce, events, [emitter, name])
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(aborted(signal)), { once: true })
    Reflect.apply(libraryOnce, events, [emitter, name]).then(resolve, reject)
  })
}

/** `events.on`: every event from now on, until its reader stops or the emitter tells of an error. */
async function* on(emitter: Emitter, name: string, options?: unknown): AsyncGenerator<unknown[], void> {
  const signal = signalOf(options)
  const waiting: unknown[][] = []
  let failure: { readonly thrown: unknown } | undefined
  let wake: () => void = () => undefined
  const heard = (...args: unknown[]): void => {
    waiting.push(args)
    wake()
  }
  const failed = (thrown: unknown): void => {
    failure = { thrown }
    wake()
  }
  const stop = (): void => {
    if (signal !== undefined) failed(aborted(signal))
  }
  emitter.on(name, heard)
  if (name !== 'error') emitter.on('error', failed)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else if (failure !== undefined) throw failure.thrown
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    emitter.off(name, heard)
    emitter.off('error', failed)
    signal?.removeEventListener('abort', stop)
  }
}

/** `events`: the library, with what Node has beyond it. */
export function eventsModule(): unknown {
  const emit = events.prototype.emit
  Object.assign(events, {
    EventEmitter: events,
    once,
    // Listens from the call on, not from the first look at it.
    on: (emitter: Emitter, name: string, options?: unknown) => {
      const all = on(emitter, name, options)
      const first = all.next()
      let isFirst = true
      return Object.assign(Object.create(all), {
        next: () => {
          if (!isFirst) return all.next()
          isFirst = false
          return first
        },
        return: (value: undefined) => all.return(value),
        [Symbol.asyncIterator]() {
          return this
        },
      })
    },
    errorMonitor: Symbol('events.errorMonitor'),
    captureRejectionSymbol: Symbol.for('nodejs.rejection'),
    captureRejections: false,
    usingDomains: false,
    getEventListeners: (emitter: Emitter, name: string) => emitter.listeners(name),
    setMaxListeners: (count: number, ...emitters: readonly Emitter[]) => {
      if (emitters.length === 0) events.defaultMaxListeners = count
      for (const emitter of emitters) if (emitter instanceof events) emitter.setMaxListeners(count)
    },
    getMaxListeners: (emitter: Emitter) => emitter.getMaxListeners(),
  })
  // The library words it otherwise for what is no Error.
  events.prototype.emit = function (this: Emitter, name: string, ...args: unknown[]) {
    if (name === 'error' && this.listenerCount('error') === 0 && !(args[0] instanceof Error))
      throw Object.assign(new Error(`Unhandled error. (${inspect(args[0])})`), { code: 'ERR_UNHANDLED_ERROR', context: args[0] })
    return Reflect.apply(emit, this, [name, ...args])
  }
  return events
}
