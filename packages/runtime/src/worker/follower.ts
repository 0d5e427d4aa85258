import { failureOf, type Rewind, type SessionEvent, type SessionId, type Workspace } from '@tabwright/protocol'
import { hiddenBy, rewindsOf } from '../core/history/branch'
import { reviewsAfter, type Reviews } from '../core/reviews'
import { REVIEWS_FOLD } from '../core/saved-folds'
import { foldSession } from '../core/snapshot'
import { hashText } from '../io/hash-noble'
import type { SessionStore } from '../io/session-store'
import type { Feed } from './feed'
import { liveReceiver, type LiveChannel, type LiveReceiver } from './live-channel'
import { movedPaths } from './moved-paths'
import { createPathFeed } from './path-feed'
import { parseLive } from './parse-live'
import { createReviewList } from './review-list'
import { systemTimers, type Timers } from './timers'
import { queuedIn } from './queued'

/** What a follower works on. */
export interface FollowOptions {
  readonly store: SessionStore
  readonly session: SessionId
  readonly feed: Feed
  /** The files as this tab knows them. */
  readonly workspace: Workspace
  /** The files as they are durable now. */
  readonly openWorkspace: () => Promise<Workspace>
  /** The other tab changed files: this is the workspace from here on. */
  readonly replaced: (workspace: Workspace) => void
  /** What streams in the tab that writes. */
  readonly channel: LiveChannel
  /** Default: the platform's. */
  readonly timers?: Pick<Timers, 'every' | 'after'> | undefined
}

/** Hints may be lost: so often it is looked whether there is something new. */
const LOOK_MS = 2_000

/** A session that another tab writes: what that tab made durable shows here. */
export interface Following {
  /** Resolves when the newest of what was durable at the start is fed; the rest follows in the background. @throws FailureError when it cannot be read */
  readonly ready: Promise<void>
  readonly reviews: () => Reviews
  /** Looks now for what is new. */
  look(): Promise<void>
  /** Nothing is fed or replaced after this, whatever is being read. */
  stop(): void
}

/** Reads the session anew and goes on with it until it is stopped. */
export function follow(options: FollowOptions): Following {
  const { store, session, feed, timers = systemTimers } = options
  let isStopped = false
  let reading: Promise<void> | undefined
  let isAsked = false
  const receiver = liveReceiver({
    live: (update) => feed.live(update),
    terminal: (text) => feed.terminal(text),
    agentTerminal: (text) => feed.agentTerminal(text),
    behind: () => lookAgain(),
  })
  const failed = (error: unknown): void => {
    if (!isStopped) feed.role({ type: 'failed', failure: failureOf(error) })
  }
  const rounds = createRounds({ ...options, receiver, lookAgain: () => lookAgain(), failed }, () => isStopped)
  const look = (): Promise<void> => {
    isAsked = true
    reading ??= read()
    return reading
  }
  const read = async (): Promise<void> => {
    try {
      while (isAsked && !isStopped) {
        isAsked = false
        await rounds.next()
      }
    } finally {
      // In the same step as the last look at `isAsked`: a hint after it begins anew, none is lost in between.
      reading = undefined
    }
  }
  // Watch first: what is appended while the past is read is hinted at once and read in the next round.
  const lookAgain = (): void => {
    look().catch(failed)
  }
  const unwatch = store.watch(session, lookAgain)
  const unlisten = options.channel.listen((data) => {
    const message = parseLive(data)
    if (message && !isStopped) receiver.take(message)
  })
  const rest = timers.every(LOOK_MS, lookAgain)
  const stop = (): void => {
    isStopped = true
    rest()
    unwatch()
    unlisten()
  }
  const ready = look().catch((error: unknown) => {
    stop()
    throw error
  })
  return { ready, reviews: rounds.reviews, look, stop }
}

interface Rounds {
  /** The facts since the last round, then what follows from them. */
  next(): Promise<void>
  reviews(): Reviews
}

interface RoundsOptions extends FollowOptions {
  readonly receiver: LiveReceiver
  readonly lookAgain: () => void
  readonly failed: (error: unknown) => void
}

function createRounds(options: RoundsOptions, isStopped: () => boolean): Rounds {
  const { store, session, feed, openWorkspace, replaced } = options
  let { workspace } = options
  let reviews: Reviews = new Map()
  let shownQueue = '[]'
  // What a round could not finish is due in the next one.
  const due = { files: false, changes: true }
  // Contents go by their hash: whichever view of the files is asked, they are the same.
  const listReviews = createReviewList({ blob: (hash) => workspace.blob(hash) })
  const reader = createReader(options, {
    isOpen: () => !isStopped(),
    anew: () => {
      due.changes = true
      shownQueue = '[]'
      options.lookAgain()
    },
  })

  const readFacts = async (): Promise<void> => {
    const before = reviews
    const read = await reader.next()
    if (isStopped()) return
    reviews = reviewsAfter(read.reviews ?? before, read.fresh)
    // At the beginning too: they may have moved since this tab opened them.
    due.files ||= read.reviews !== undefined || read.fresh.some((event) => event.type === 'workspace.changed')
    due.changes ||= reviews !== before
  }
  const readQueue = async (): Promise<void> => {
    const rows = await store.readInbox(session)
    const queue = queuedIn(rows)
    const text = JSON.stringify(queue)
    if (isStopped() || text === shownQueue) return
    shownQueue = text
    feed.queue(queue)
  }
  const readFiles = async (): Promise<void> => {
    const next = await openWorkspace()
    if (isStopped()) return
    const moved = movedPaths(workspace, next)
    workspace = next
    due.files = false
    replaced(next)
    if (moved.length > 0) feed.paths(moved)
  }
  const showChanges = async (): Promise<void> => {
    const list = await listReviews(reviews)
    if (isStopped()) return
    due.changes = false
    feed.changes(list)
  }
  return {
    reviews: () => reviews,
    next: async () => {
      await readFacts()
      if (!isStopped()) await readQueue()
      if (due.files && !isStopped()) await readFiles()
      if (due.changes && !isStopped()) await showChanges()
    },
  }
}

interface Reader {
  /** Feeds what is new. `reviews`: what waited before these facts, where they are the first. */
  next(): Promise<{ readonly fresh: readonly SessionEvent[]; readonly reviews?: Reviews }>
}

interface ReaderHooks {
  readonly isOpen: () => boolean
  readonly anew: () => void
}

/** The log that somebody else writes: its newest facts first, then from where it was left. */
function createReader({ store, session, feed, receiver, failed, timers }: RoundsOptions, { isOpen, anew }: ReaderHooks): Reader {
  let head: number | undefined
  let rewinds: readonly Rewind[] = []
  const told = {
    ...feed,
    event: (events: readonly SessionEvent[]) => {
      feed.event(events)
      receiver.facts(events)
    },
    past: (events: readonly SessionEvent[], isWhole: boolean) => {
      feed.past(events, isWhole)
      receiver.facts(events)
    },
  }
  const facts = createPathFeed({ log: store, session, feed: told, rewinds: () => rewinds, isOpen, anew, failed, timers })
  const openPast = async (): Promise<{ readonly head: number; readonly reviews: Reviews }> => {
    const newest = await store.newest(session)
    rewinds = newest.rewinds
    if (isOpen() && rewinds.length > 0) feed.reset(hiddenBy(rewinds))
    const { whole } = await facts.open(newest.head)
    whole.catch(failed)
    // Cut where the page's part ends: what is appended meanwhile comes with the next look.
    const log = { read: (id: SessionId, from?: number, to = newest.head) => store.read(id, from, Math.min(to, newest.head)) }
    const { state } = await foldSession({ session, log, hash: hashText, snapshots: store.snapshots }, REVIEWS_FOLD, { rewinds: [] })
    return { head: newest.head, reviews: state }
  }
  return {
    next: async () => {
      const opened = head === undefined ? await openPast() : undefined
      const from = opened?.head ?? head ?? 0
      const fresh: SessionEvent[] = []
      for await (const event of store.read(session, from + 1)) fresh.push(event)
      if (isOpen()) {
        head = fresh.at(-1)?.seq ?? from
        rewinds = [...rewinds, ...rewindsOf(fresh)]
        if (fresh.length > 0) facts.add(fresh)
      }
      return { fresh, ...(opened && { reviews: opened.reviews }) }
    },
  }
}
