import { failureOf, type Rewind, type SessionEvent } from '@tabwright/protocol'
import { hiddenBy } from '../core/history/branch'
import type { Feed } from './feed'
import { feedPast, isOnlyReadable, type PastFeed } from './past'
import { systemTimers, type Timers } from './timers'

/** Facts on their way to the page, as they become durable. */
export interface PathFeed {
  /** What is there already: as {@link feedPast}. */
  open(head: number): Promise<{ readonly whole: Promise<void> }>
  add(events: readonly SessionEvent[]): void
}

export interface PathFeedOptions extends Omit<PastFeed, 'head' | 'feed'> {
  readonly feed: Pick<Feed, 'event' | 'past' | 'reset'>
  /** Of the whole session, with those of the newest facts. */
  readonly rewinds: () => readonly Rewind[]
  /** The page's screen was void and has the newest facts again. */
  readonly anew: () => void
  readonly failed: (error: unknown) => void
  /** Default: the platform's. */
  readonly timers?: Pick<Timers, 'after'> | undefined
}

/** A page that is empty because the disk did not answer is filled when it does. */
const AGAIN_MS = 2_000

/** Feeds what comes. When the conversation goes back, the page gets it anew: what was taken back is hidden, what was hidden may be back. */
export function createPathFeed(options: PathFeedOptions): PathFeed {
  const { feed, rewinds, anew, failed, timers = systemTimers } = options
  // While the past is read again, what comes meanwhile stands behind it.
  let waiting: SessionEvent[] | undefined
  let round = 0
  let newest = 0
  const goOn = (): void => {
    if (waiting && waiting.length > 0) feed.event(waiting)
    waiting = undefined
  }
  const fill = async (head: number): Promise<{ readonly whole: Promise<void>; readonly isShown: boolean }> => {
    const mine = ++round
    const isWanted = (): boolean => options.isOpen() && mine === round
    waiting = []
    const { whole } = await feedPast({ ...options, head, isOpen: isWanted })
    if (isWanted()) goOn()
    return { whole, isShown: isWanted() }
  }
  const again = async (head: number): Promise<void> => {
    feed.reset(hiddenBy(rewinds()))
    const { whole, isShown } = await fill(head)
    if (isShown) anew()
    await whole
  }
  const begin = (): void => {
    const mine = round + 1
    const isWanted = (): boolean => options.isOpen() && mine === round
    again(newest).catch((error: unknown) => {
      failed(error)
      if (!isWanted()) return
      // What comes meanwhile is read with it then. What is damaged stays so: what comes after it is shown.
      if (isOnlyReadable(failureOf(error))) goOn()
      else timers.after(AGAIN_MS, () => isWanted() && begin())
    })
  }
  return {
    open: (head) => {
      newest = head
      return fill(head)
    },
    add: (events) => {
      newest = events.at(-1)?.seq ?? newest
      if (events.some(({ type }) => type === 'history.rewound')) begin()
      else if (waiting) waiting.push(...events)
      else feed.event(events)
    },
  }
}
