import type { OpenFile } from '../streams/open-file'
import { codeOfSignal, Killed, type Signal } from '../signals'

/** What is told of a process while it lives. */
export interface ProcessStart {
  readonly pid: number
  readonly parent: Process | undefined
  /** Process group: what Ctrl-C and `kill -- -N` reach together. */
  readonly group: number
  /** Words of its command line, as `ps` and `jobs` show them. */
  readonly title: string
  /** Taken over with the counts that they have: the process releases them at its end. */
  readonly files: ReadonlyMap<number, OpenFile>
}

/** How a process ended. */
export interface Exit {
  /** 128 + n where a signal ended it. */
  readonly code: number
  readonly signal?: Signal
}

/** One running command or subshell: descriptors, signals, an end. */
export class Process {
  readonly pid: number
  readonly ppid: number
  group: number
  title: string
  /** Milliseconds since 1970. */
  readonly started = Date.now()
  readonly files: Map<number, OpenFile>
  /** Set once it ended. */
  exit: Exit | undefined
  /** A shell's own handling (traps). True: taken care of, the default does not happen. */
  onSignal: ((signal: Signal) => boolean) | undefined
  readonly #controller = new AbortController()
  #resume: (() => void) | undefined
  #stopped: Promise<void> | undefined
  #watchers: (() => void)[] = []

  constructor(start: ProcessStart) {
    this.pid = start.pid
    this.ppid = start.parent?.pid ?? 0
    this.group = start.group
    this.title = start.title
    this.files = new Map(start.files)
  }

  /** Aborted with {@link Killed} when a signal ends the process. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined
  }

  /** Delivers a signal. Those that are ignored by default do nothing. */
  deliver(signal: Signal): void {
    if (this.exit !== undefined) return
    if (signal !== 'KILL' && signal !== 'STOP' && this.onSignal?.(signal)) return
    switch (signal) {
      case 'CHLD':
      case 'URG':
      case 'WINCH':
        return
      case 'STOP':
      case 'TSTP':
      case 'TTIN':
      case 'TTOU':
        return this.#stop()
      case 'CONT':
        return this.#continue()
      default:
        this.#controller.abort(new Killed(signal))
        // A stopped process has to run to be able to end.
        this.#continue()
    }
  }

  /** Waits while the process is stopped; throws when it has been ended. Asked before every step of work. */
  async ready(): Promise<void> {
    while (this.#stopped !== undefined) await this.#stopped
    this.signal.throwIfAborted()
  }

  /** Called by the table. */
  finish(exit: Exit): void {
    this.exit = exit
    for (const file of this.files.values()) file.release()
    this.files.clear()
    this.#changed()
  }

  /** Resolves when it ends, or with undefined when it is stopped first. */
  async ended(how: { readonly orStopped?: boolean } = {}): Promise<Exit | undefined> {
    while (this.exit === undefined) {
      if (how.orStopped && this.isStopped) return undefined
      await new Promise<void>((resolve) => this.#watchers.push(resolve))
    }
    return this.exit
  }

  #stop(): void {
    if (this.#stopped !== undefined) return
    this.#stopped = new Promise((resolve) => {
      this.#resume = resolve
    })
    this.#changed()
  }

  #continue(): void {
    const resume = this.#resume
    this.#stopped = undefined
    this.#resume = undefined
    resume?.()
  }

  #changed(): void {
    const watchers = this.#watchers
    this.#watchers = []
    for (const wake of watchers) wake()
  }
}

/** The end that something thrown stands for, or undefined when it stands for none and must go on up. */
export function exitOf(thrown: unknown): Exit | undefined {
  return thrown instanceof Killed ? { code: codeOfSignal(thrown.signal), signal: thrown.signal } : undefined
}
