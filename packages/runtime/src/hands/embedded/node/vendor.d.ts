/** The parts that we use of libraries without types of their own. */
declare module 'events' {
  export class EventEmitter {
    static EventEmitter: typeof EventEmitter
    static defaultMaxListeners: number
    static once(emitter: EventEmitter, name: string): Promise<unknown[]>
    on(name: string, listener: (...args: unknown[]) => void): this
    once(name: string, listener: (...args: unknown[]) => void): this
    emit(name: string, ...args: unknown[]): boolean
    listenerCount(name: string): number
    off(name: string, listener: (...args: unknown[]) => void): this
    listeners(name: string): unknown[]
    setMaxListeners(count: number): this
    getMaxListeners(): number
  }
  const events: typeof EventEmitter
  export default events
}

declare module 'path-browserify' {
  const path: Record<string, unknown>
  export default path
}

declare module 'readable-stream' {
  import { EventEmitter } from 'events'
  interface ReadableOptions {
    highWaterMark?: number
    encoding?: string
    read?(this: Readable, size: number): void
    destroy?(this: Readable, error: Error | null, done: (error: Error | null) => void): void
  }
  interface WritableOptions {
    decodeStrings?: boolean
    autoDestroy?: boolean
    write?(chunk: unknown, encoding: unknown, done: (error?: Error) => void): void
    final?(done: (error?: Error) => void): void
  }
  export class Readable extends EventEmitter {
    constructor(options?: ReadableOptions)
    push(chunk: unknown): boolean
    destroy(error?: Error): this
    isPaused(): boolean
    resume(): this
    setEncoding(encoding: string): this
    [Symbol.asyncIterator](): AsyncIterator<unknown>
  }
  export class Writable extends EventEmitter {
    constructor(options?: WritableOptions)
    readonly writableLength: number
    write(chunk: unknown, ...rest: readonly unknown[]): boolean
    end(...args: readonly unknown[]): this
    destroy(error?: Error): this
  }
  interface TransformOptions {
    transform?(this: Transform, chunk: unknown, encoding: unknown, done: (error?: Error) => void): void
    flush?(this: Transform, done: (error?: Error) => void): void
  }
  export class Transform extends EventEmitter {
    constructor(options?: TransformOptions)
    push(chunk: unknown): boolean
    write(chunk: unknown, ...rest: readonly unknown[]): boolean
    end(...args: readonly unknown[]): this
    destroy(error?: Error): this
  }
  const stream: Record<string, unknown>
  export default stream
}

declare module 'string_decoder' {
  export const StringDecoder: unknown
}
