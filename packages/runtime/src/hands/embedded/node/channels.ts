type Heard = (message: unknown, name: unknown) => void

/** A named channel of `diagnostics_channel`. */
class Channel {
  readonly name: unknown
  readonly #heard: Heard[] = []

  constructor(name: unknown) {
    this.name = name
  }

  get hasSubscribers(): boolean {
    return this.#heard.length > 0
  }

  subscribe(heard: Heard): void {
    this.#heard.push(heard)
  }

  unsubscribe(heard: Heard): boolean {
    const at = this.#heard.indexOf(heard)
    if (at >= 0) this.#heard.splice(at, 1)
    return at >= 0
  }

  publish(message: unknown): void {
    for (const heard of this.#heard.slice()) heard(message, this.name)
  }

  runStores(message: unknown, work: unknown, self?: unknown, ...args: unknown[]): unknown {
    this.publish(message)
    return typeof work === 'function' ? Reflect.apply(work, self, args) : undefined
  }
}

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

/** `diagnostics_channel`, whole but for what carries stores across awaits. */
export function channelsModule(): Record<string, unknown> {
  const channels = new Map<unknown, Channel>()
  const channel = (name: unknown): Channel => {
    const known = channels.get(name)
    if (known !== undefined) return known
    const made = new Channel(name)
    channels.set(name, made)
    return made
  }
  const tracingChannel = (name: unknown): Record<string, unknown> => {
    const own = Object.fromEntries(EVENTS.map((event) => [event, channel(`tracing:${String(name)}:${event}`)]))
    const each = (listeners: unknown, what: (one: Channel, heard: Heard) => void): void => {
      for (const event of EVENTS) {
        const heard: unknown = Reflect.get(Object(listeners), event)
        const one = own[event]
        if (one !== undefined && typeof heard === 'function') what(one, (...args) => void Reflect.apply(heard, listeners, args))
      }
    }
    return {
      ...own,
      subscribe: (listeners: unknown) => each(listeners, (one, heard) => one.subscribe(heard)),
      traceSync: (work: unknown, context: object = {}, self?: unknown, ...args: unknown[]) => {
        own['start']?.publish(context)
        try {
          const result: unknown = typeof work === 'function' ? Reflect.apply(work, self, args) : undefined
          Object.assign(context, { result })
          return result
        } catch (error) {
          Object.assign(context, { error })
          own['error']?.publish(context)
          throw error
        } finally {
          own['end']?.publish(context)
        }
      },
    }
  }
  return {
    Channel,
    channel,
    hasSubscribers: (name: unknown) => channels.get(name)?.hasSubscribers ?? false,
    subscribe: (name: unknown, heard: Heard) => channel(name).subscribe(heard),
    unsubscribe: (name: unknown, heard: Heard) => channel(name).unsubscribe(heard),
    tracingChannel,
  }
}
