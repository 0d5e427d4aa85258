/** Saves what is being typed, but not at every key. */
export interface DraftKeeper {
  keep(text: string): void
  /** Saves now what has not been saved. */
  flush(): void
  /** What has not been saved is being sent: saved behind that, it would come back into the box and be sent twice. */
  forget(): void
}

/** Short enough that a closed tab costs a word at most. */
const PAUSE_MS = 300

/** @param save called with the newest text only @param report called with what `save` rejected with */
export function createDraftKeeper(save: (text: string) => Promise<void>, report: (error: unknown) => void): DraftKeeper {
  let waiting: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (waiting === undefined) return
    const text = waiting
    waiting = undefined
    save(text).catch(report)
  }
  return {
    flush,
    forget: () => {
      clearTimeout(timer)
      timer = undefined
      waiting = undefined
    },
    keep(text) {
      waiting = text
      // An emptied box is a sent message: its draft must not come back after a reload.
      if (text === '') flush()
      else timer ??= setTimeout(flush, PAUSE_MS)
    },
  }
}
