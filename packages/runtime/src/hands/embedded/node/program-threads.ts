import type { ThreadKind, ThreadSaid, ThreadStart, ThreadTold } from '../threads/thread-messages'
import type { Loop } from './loop'

/** What the two sides of a thread say to each other, within its messages. */
export type ThreadWord =
  | { readonly word: 'message'; readonly value: unknown }
  | { readonly word: 'error'; readonly error: unknown }
  | { readonly word: 'online' | 'disconnect' }

/** Hears of a thread. */
export interface HearsThread {
  said(word: ThreadWord): void
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  exit(code: number | null, signal: string | null): void
}

/** A thread, for the program that started it. */
export interface ThreadHandle {
  readonly id: number
  post(word: ThreadWord, handed?: readonly Transferable[]): void
  /** With a signal, or at once and without a word. */
  end(signal?: string): void
  ref(): void
  unref(): void
}

/** What a program that is a thread knows of itself. */
export interface ThreadSelf {
  readonly id: number
  readonly kind: ThreadKind
  readonly data?: unknown
}

type Post = (message: ThreadSaid, handed: readonly Transferable[]) => void

const WORDS = new Set(['message', 'error', 'online', 'disconnect'])

function wordOf(value: unknown): ThreadWord | undefined {
  const word: unknown = Reflect.get(Object(value), 'word')
  if (typeof word !== 'string' || !WORDS.has(word)) return undefined
  if (word === 'message') return { word, value: Reflect.get(Object(value), 'value') }
  return word === 'error' ? { word, error: Reflect.get(Object(value), 'error') } : { word: word === 'online' ? word : 'disconnect' }
}

/** A program's end of its threads and forks, and of its own parent. */
export class ProgramThreads {
  readonly self: ThreadSelf | undefined
  /** Hears what the parent says. */
  onParent: (word: ThreadWord) => void = (word) => void this.#early.push(word)
  readonly #early: ThreadWord[] = []
  readonly #loop: Loop
  readonly #post: Post
  readonly #hears = new Map<number, HearsThread>()
  #last = 0

  constructor(loop: Loop, self: ThreadSelf | undefined, post: Post) {
    this.#loop = loop
    this.self = self
    this.#post = post
  }

  /** Takes what was said before anybody listened. */
  listen(heard: (word: ThreadWord) => void): void {
    this.onParent = heard
    for (const word of this.#early.splice(0)) heard(word)
  }

  /** To the parent. */
  say(word: ThreadWord, handed: readonly Transferable[] = []): void {
    this.#post({ type: 'thread.post', id: 0, value: word, handed: [...handed] }, handed)
  }

  /** Starts one; the program lives on until it ended unless it lets go. */
  start(wanted: Omit<ThreadStart, 'type' | 'id'>, hears: HearsThread): ThreadHandle {
    const id = ++this.#last
    let release: (() => void) | undefined = this.#loop.hold()
    this.#hears.set(id, {
      said: (word) => hears.said(word),
      output: (stream, bytes) => hears.output(stream, bytes),
      exit: (code, signal) => {
        this.#hears.delete(id)
        hears.exit(code, signal)
        release?.()
        release = undefined
      },
    })
    this.#post({ type: 'thread.start', id, ...wanted }, wanted.handed)
    return {
      id,
      post: (word, handed = []) => this.#post({ type: 'thread.post', id, value: word, handed: [...handed] }, handed),
      end: (signal) => this.#post({ type: 'thread.end', id, ...(signal !== undefined && { signal }) }, []),
      ref: () => {
        if (this.#hears.has(id)) release ??= this.#loop.hold()
      },
      unref: () => {
        release?.()
        release = undefined
      },
    }
  }

  take(message: ThreadTold): void {
    this.#loop.enter(() => this.#heard(message))
  }

  #heard(message: ThreadTold): void {
    if (message.type === 'thread.post') {
      const word = wordOf(message.value)
      if (word === undefined) return
      if (message.id === 0) this.onParent(word)
      else this.#hears.get(message.id)?.said(word)
      return
    }
    const hears = this.#hears.get(message.id)
    if (message.type === 'thread.exit') hears?.exit(message.code, message.signal)
    else hears?.output(message.stream, message.bytes)
  }
}

/** An error as it crosses: the platform's own copy keeps neither its class nor what was put on it. */
export function carriedError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { type: 'value', value: thrown }
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(thrown)) if (/^(string|number|boolean)$/.test(typeof value)) own[key] = value
  return { type: 'error', name: thrown.name, message: thrown.message, stack: thrown.stack, own }
}

/** The error again, of the same class where it is one of the language's. */
export function errorCarried(carried: unknown): unknown {
  const field = (name: string): unknown => Reflect.get(Object(carried), name)
  if (field('type') !== 'error') return field('value')
  const name = String(field('name'))
  const known: unknown = Reflect.get(globalThis, name)
  const make = typeof known === 'function' && known.prototype instanceof Error ? known : Error
  const error: Error = Reflect.construct(make, [field('message')])
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  Object.defineProperty(error, 'stack', { value: field('stack'), configurable: true, writable: true })
  return Object.assign(error, field('own'))
}
