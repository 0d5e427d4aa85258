import { FailureError, failureOf, type Failure } from '@tabwright/protocol'

/** One worker, from its start to its end. */
export interface Life<Api> {
  readonly api: Api
  /** Resolves with the reason when it died: it threw, ran out of memory, or was terminated. Never when `end` was called first. */
  readonly died: Promise<string>
  end(): void
}

export interface LifeOptions<Api> {
  /** Starts a worker. @param isAgain one before it died */
  readonly start: (isAgain: boolean) => Life<Api>
  /** Milliseconds, never jumping back. */
  readonly now: () => number
  /** One died; the next is being started. */
  readonly recovering: () => void
  /** It dies again and again: nothing more is started. */
  readonly gaveUp: (failure: Failure) => void
}

/** A worker that is started again when it dies. Whoever asks it something need not know. */
export interface WorkerLife<Api> {
  /** @throws FailureError `cut` when the worker dies before it answers: what was asked may or may not be done */
  ask<T>(question: (api: Api) => Promise<T>): Promise<T>
  /**
   * Asks every worker in turn until one answers: for what may be asked twice.
   * @throws FailureError when no more of them are started
   */
  insist<T>(question: (api: Api) => Promise<T>): Promise<T>
  end(): void
}

/** Source: security.md C13. */
const MOST_DEATHS = 3
const WITHIN_MS = 60_000

const CUT: Failure = {
  code: 'cut',
  message:
    'The session’s worker stopped and is being started again. What was written is kept; if what you did is not on the screen in a moment, do it again.',
}

/** Starts the first worker at once. */
export function keepAlive<Api>(options: LifeOptions<Api>): WorkerLife<Api> {
  const deaths: number[] = []
  let isOver = false
  let end: Failure | undefined
  const begin = (isAgain: boolean): Life<Api> => {
    const life = options.start(isAgain)
    void life.died.then((why) => next(life, why))
    return life
  }
  const next = (life: Life<Api>, why: string): void => {
    if (isOver) return
    life.end()
    const now = options.now()
    deaths.push(now)
    if (deaths.filter((at) => now - at < WITHIN_MS).length > MOST_DEATHS) {
      end = {
        code: 'unexpected',
        message: `The session’s worker stopped ${MOST_DEATHS + 1} times within a minute and is not started again. Everything written is kept: reload to go on, or export the session. It said: ${why}`,
      }
      isOver = true
      return options.gaveUp(end)
    }
    options.recovering()
    current = begin(true)
  }
  let current = begin(false)
  const ask = <T>(question: (api: Api) => Promise<T>): Promise<T> => {
    if (end) return Promise.reject(new FailureError(end))
    const { api, died } = current
    const cut = died.then(() => Promise.reject(new FailureError(end ?? CUT)))
    return Promise.race([question(api), cut])
  }
  const insist = async <T>(question: (api: Api) => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask(question)
      } catch (error) {
        if (failureOf(error) !== CUT || isOver) throw error
      }
    }
  }
  return {
    ask,
    insist,
    end: () => {
      isOver = true
      current.end()
    },
  }
}
