import { createInboxReader, type InboxHands } from '../core/inbox'
import type { SessionStore } from '../io/session-store'
import { fenced } from '../io/session-store'
import { systemTimers, type Timers } from './timers'

/** Hints may be lost: so often it is looked whether a command waits. */
const LOOK_MS = 2_000

/** Ends with the writer. */
export interface InboxWatch {
  close(): void
}

interface Watched extends InboxHands {
  readonly store: Pick<SessionStore, 'watch'>
  /** Default: the platform's. */
  readonly timers?: Pick<Timers, 'every'> | undefined
}

/**
 * Acts on what other tabs post, at their hint and now and then without one, and notices when another tab became the writer. Begins with
 * what was posted while nobody wrote, then wakes the loop.
 */
export function watchInbox(hands: Watched, shown: () => Promise<void>, failed: (error: unknown) => void): InboxWatch {
  const { ports, journal, driver, store, timers = systemTimers } = hands
  const reader = createInboxReader(hands)
  const look = (): void => {
    reader.look().then(shown).catch(failed)
  }
  const unwatch = store.watch(ports.session, (hint) => {
    if (hint.type === 'posted') look()
    if (hint.type !== 'claimed' || hint.epoch <= journal.epoch) return
    try {
      fenced(ports.session)
    } catch (error) {
      failed(error)
    }
  })
  const rest = timers.every(LOOK_MS, look)
  // A stop that waits there counts before anything is done.
  void reader
    .look()
    .then(shown)
    .catch(failed)
    .finally(() => driver.wake())
  return {
    close: () => {
      rest()
      unwatch()
    },
  }
}
