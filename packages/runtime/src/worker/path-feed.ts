import type { Rewind, SessionEvent } from '@tabwright/protocol'
import { hiddenBy } from '../core/history/branch'
import type { Feed } from './feed'
import { feedPast, type PastFeed } from './past'

/** Facts on their way to the page, as they become durable. */
export interface PathFeed {
  add(events: readonly SessionEvent[]): void
}

export interface PathFeedOptions extends Omit<PastFeed, 'head' | 'feed'> {
  readonly feed: Pick<Feed, 'event' | 'past' | 'reset'>
  /** Of the whole session, with those of the newest facts. */
  readonly rewinds: () => readonly Rewind[]
  /** The page's screen was void and has the newest facts again. */
  readonly anew: () => void
  readonly failed: (error: unknown) => void
}

/** Feeds what comes. When the conversation goes back, the page gets it anew: what was taken back is hidden, what was hidden may be back. */
export function createPathFeed(options: PathFeedOptions): PathFeed {
  const { feed, rewinds, anew, failed } = options
  // While the past is read again, what comes meanwhile stands behind it.
  let waiting: SessionEvent[] | undefined
  let round = 0
  const again = async (head: number): Promise<void> => {
    const mine = ++round
    waiting = []
    feed.reset(hiddenBy(rewinds()))
    const { whole } = await feedPast({ ...options, head, isOpen: () => options.isOpen() && mine === round })
    if (mine !== round) return
    feed.event(waiting)
    waiting = undefined
    anew()
    await whole
  }
  return {
    add: (events) => {
      const newest = events.at(-1)
      if (newest && events.some(({ type }) => type === 'history.rewound')) again(newest.seq).catch(failed)
      else if (waiting) waiting.push(...events)
      else feed.event(events)
    },
  }
}
