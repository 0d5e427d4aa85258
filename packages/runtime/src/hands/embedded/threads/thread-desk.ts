import { Killed, signalNamed, type Signal } from '../../../shell/signals'
import type { ThreadLine } from '../process-run'
import { MAX_THREADS, type ThreadSaid, type ThreadStart, type ThreadTold } from './thread-messages'

type Stream = 'stdout' | 'stderr'

/** A program that is to run as another's thread. */
export interface ThreadRun {
  readonly start: ThreadStart
  readonly line: ThreadLine
  readonly signal: AbortSignal
  output(stream: Stream, bytes: Uint8Array): void
}

/** What the program's run lends to its threads. */
export interface ThreadParts {
  /** Runs one in a worker of its own, on the same files. */
  run(thread: ThreadRun): Promise<number>
  post(message: ThreadTold, handed: readonly Transferable[]): void
  /** A value for the program's own parent. */
  say(value: unknown, handed: readonly Transferable[]): void
}

interface Thread {
  readonly abort: AbortController
  tell: ((value: unknown, handed: readonly Transferable[]) => void) | undefined
  take: ((signal: Signal) => boolean) | undefined
  endedBy: Signal | undefined
}

/** Runs what a program starts to talk to; it ends with the program. */
export class ThreadDesk {
  readonly #parts: ThreadParts
  readonly #running = new Map<number, Thread>()

  constructor(parts: ThreadParts) {
    this.#parts = parts
  }

  take(message: ThreadSaid): void {
    if (message.type === 'thread.start') return this.#start(message)
    if (message.type === 'thread.post') {
      if (message.id === 0) return this.#parts.say(message.value, message.handed)
      return this.#running.get(message.id)?.tell?.(message.value, message.handed)
    }
    const thread = this.#running.get(message.id)
    const signal = signalNamed(message.signal ?? 'KILL') ?? 'TERM'
    if (thread === undefined || (signal !== 'KILL' && thread.take?.(signal))) return
    thread.endedBy = message.signal === undefined ? undefined : signal
    thread.abort.abort(new Killed(signal))
  }

  /** The program ended. */
  leave(): void {
    for (const { abort } of this.#running.values()) abort.abort(new Killed('KILL'))
  }

  #start(start: ThreadStart): void {
    const { id } = start
    if (this.#running.has(id) || this.#running.size >= MAX_THREADS) {
      const words = `node: more than ${MAX_THREADS} threads and forks of one program at once\n`
      this.#parts.post({ type: 'thread.output', id, stream: 'stderr', bytes: new TextEncoder().encode(words) }, [])
      return this.#parts.post({ type: 'thread.exit', id, code: 1, signal: null }, [])
    }
    const thread: Thread = { abort: new AbortController(), tell: undefined, take: undefined, endedBy: undefined }
    this.#running.set(id, thread)
    const line: ThreadLine = {
      self: { id, kind: start.kind, data: start.data },
      handed: start.handed,
      open: (tell, take) => Object.assign(thread, { tell, take }),
      say: (value, handed) => this.#parts.post({ type: 'thread.post', id, value, handed: [...handed] }, handed),
    }
    const output = (stream: Stream, bytes: Uint8Array): void => this.#parts.post({ type: 'thread.output', id, stream, bytes }, [])
    void this.#parts.run({ start, line, signal: thread.abort.signal, output }).then((code) => {
      this.#running.delete(id)
      const by = thread.abort.signal.aborted ? thread.endedBy : undefined
      const isEnded = thread.abort.signal.aborted && by === undefined
      this.#parts.post(
        { type: 'thread.exit', id, code: by === undefined ? (isEnded ? 1 : code) : null, signal: by === undefined ? null : `SIG${by}` },
        [],
      )
    })
  }
}
