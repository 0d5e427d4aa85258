import { fail, type RelayAsk } from '@tabwright/protocol'

/** So many wait at once; of more nobody could say anything. */
const MOST = 8

interface Waiting {
  readonly ask: RelayAsk
  answer(isAllowed: boolean): void
}

/** Calls from outside that wait for a person. None outlives its caller, nor this tab. */
export class Asks {
  readonly #waiting = new Map<string, Waiting>()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** Oldest first. */
  get list(): readonly RelayAsk[] {
    return [...this.#waiting.values()].map(({ ask }) => ask)
  }

  /** @throws FailureError `denied`, `busy`, or `aborted` when nobody waits for the answer any more */
  async passed(ask: RelayAsk, signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= MOST)
      return fail('busy', 'Too many calls wait for the person at this tab. Nothing was done; try again later.')
    const isAllowed = await new Promise<boolean | undefined>((resolve) => {
      const gone = (): void => resolve(undefined)
      signal.addEventListener('abort', gone, { once: true })
      if (signal.aborted) gone()
      this.#waiting.set(ask.id, { ask, answer: resolve })
      this.#changed()
    })
    this.#waiting.delete(ask.id)
    this.#changed()
    if (isAllowed === undefined) return fail('aborted', 'Nobody waited for it until a person had answered. Nothing was done.')
    if (!isAllowed) return fail('denied', 'The person at this tab said no. Nothing was done.')
  }

  /** @throws FailureError `stale` when it waits no longer */
  answer(id: string, isAllowed: boolean): void {
    const waiting = this.#waiting.get(id) ?? fail('stale', 'It was answered elsewhere, or its caller went away.')
    waiting.answer(isAllowed)
  }
}
