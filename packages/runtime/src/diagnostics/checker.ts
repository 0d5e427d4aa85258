import { FailureError, fail, failureOf, type Clock, type ProblemReport, type WorkspaceReader } from '@tabwright/protocol'
import type { CheckedEdit, Diagnostics } from '../core/diagnostics'
import { Outgoing } from './outgoing'
import type { DiagnosticsWorker } from './worker-words'

/** A worker that was started. */
export interface StartedChecker {
  readonly api: DiagnosticsWorker
  /** Rejects when it dies. */
  readonly died: Promise<never>
  end(): void
}

export interface CheckerParts {
  readonly start: () => Promise<StartedChecker>
  readonly clock: Clock
  /** How long an edit waits. */
  readonly newsMs?: number
}

/** A person, or a model that asked for it, may wait so long. */
const CHECK_MS = 20_000
const NEWS_MS = 2500
/** Reading a project for the first time is one step that cannot be cut; whatever takes longer than this hangs. */
const HANG_MS = 60_000
/** Its memory is worth more than the second that the next start takes. */
const IDLE_MS = 300_000

interface Running extends StartedChecker {
  readonly outgoing: Outgoing
}

/** The checker of one session: a worker that is started by the first check and put away when nobody asks for long. */
export class Checker implements Diagnostics {
  readonly #parts: CheckerParts
  #running: Promise<Running> | undefined
  /** One question after the other: each is about files as they are at its turn. */
  #last: Promise<unknown> = Promise.resolve()
  #idle: AbortController | undefined

  constructor(parts: CheckerParts) {
    this.#parts = parts
  }

  check(files: WorkspaceReader, path: string | undefined, signal: AbortSignal): Promise<ProblemReport> {
    const now = files.draft()
    const asked = this.#ask(async ({ api, outgoing }) => {
      const delta = await outgoing.delta(now)
      const report = await api.check({ delta, ms: CHECK_MS, ...(path !== undefined && path !== '' && { path }) })
      return { ...report, notes: [...report.notes, ...outgoing.note()] }
    })
    return stoppable(asked, signal)
  }

  async news(edit: CheckedEdit, signal: AbortSignal): Promise<ProblemReport | undefined> {
    const ms = this.#parts.newsMs ?? NEWS_MS
    const after = edit.after.draft()
    const asked = this.#ask(async ({ api, outgoing }) => {
      const before = await outgoing.delta(edit.before)
      return api.news({ before, after: await outgoing.delta(after), path: edit.path, ms })
    })
    const over = new AbortController()
    const late = this.#parts.clock.sleep(ms, over.signal).then(
      () => undefined,
      () => undefined,
    )
    try {
      return await stoppable(Promise.race([asked, late]), signal)
    } finally {
      over.abort()
      // Whoever waited is gone; the next question tells of what is broken.
      asked.catch(() => undefined)
    }
  }

  #ask<T>(question: (running: Running) => Promise<T>): Promise<T> {
    this.#idle?.abort()
    const asked = this.#last.then(async () => {
      const running = await this.#started()
      const over = new AbortController()
      const hung = this.#parts.clock.sleep(HANG_MS, over.signal).then(
        () => fail('unavailable', 'The checker did not answer and was ended; nothing was changed. It starts again with the next check.'),
        () => new Promise<never>(() => undefined),
      )
      try {
        return await Promise.race([question(running), running.died, hung])
      } catch (error) {
        // What it knows of the files is in doubt.
        this.#putAway()
        throw error
      } finally {
        over.abort()
      }
    })
    this.#last = asked.then(
      () => this.#waitForMore(),
      () => undefined,
    )
    return asked
  }

  #started(): Promise<Running> {
    this.#running ??= this.#parts.start().then(
      (started) => ({ ...started, outgoing: new Outgoing() }),
      (error: unknown) => {
        this.#running = undefined
        const { message } = failureOf(error)
        throw new FailureError({ code: 'unavailable', message: `The checker could not be started (${message}). Nothing was checked.` })
      },
    )
    return this.#running
  }

  #putAway(): void {
    const running = this.#running
    this.#running = undefined
    void running?.then(
      ({ end }) => end(),
      () => undefined,
    )
  }

  #waitForMore(): void {
    const idle = new AbortController()
    this.#idle = idle
    void this.#parts.clock.sleep(IDLE_MS, idle.signal).then(
      () => this.#putAway(),
      () => undefined,
    )
  }
}

/** @throws FailureError `aborted` as soon as the signal comes */
function stoppable<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(stopped())
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(stopped())
    signal.addEventListener('abort', stop, { once: true })
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

const stopped = (): FailureError => new FailureError({ code: 'aborted', message: 'The check was stopped.' })
