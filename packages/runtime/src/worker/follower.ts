import { failureOf, type SessionId, type Workspace } from '@tabwright/protocol'
import { foldReviews, type Reviews } from '../core/reviews'
import type { SessionStore } from '../io/session-store'
import type { Feed } from './feed'
import { liveReceiver, type LiveChannel, type LiveReceiver } from './live-channel'
import { movedPaths } from './moved-paths'
import { createPathReader } from './path-reader'
import { parseLive } from './parse-live'
import { createReviewList } from './review-list'

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
}

/** Hints may be lost: so often it is looked whether there is something new. */
const LOOK_MS = 2_000

/** A session that another tab writes: what that tab made durable shows here. */
export interface Following {
  /** Resolves when everything that was durable at the start is fed. @throws FailureError when it cannot be read */
  readonly ready: Promise<void>
  readonly reviews: () => Reviews
  /** Looks now for what is new. */
  look(): Promise<void>
  /** Nothing is fed or replaced after this, whatever is being read. */
  stop(): void
}

/** Reads the session anew and goes on with it until it is stopped. */
export function follow(options: FollowOptions): Following {
  const { store, session, feed } = options
  let isStopped = false
  let reading: Promise<void> | undefined
  let isAsked = false
  const receiver = liveReceiver({
    live: (update) => feed.live(update),
    terminal: (text) => feed.terminal(text),
    behind: () => lookAgain(),
  })
  const rounds = createRounds({ ...options, receiver }, () => isStopped)
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
    look().catch((error: unknown) => {
      if (!isStopped) feed.role({ type: 'failed', failure: failureOf(error) })
    })
  }
  const unwatch = store.watch(session, lookAgain)
  const unlisten = options.channel.listen((data) => {
    const message = parseLive(data)
    if (message && !isStopped) receiver.take(message)
  })
  const timer = setInterval(lookAgain, LOOK_MS)
  const stop = (): void => {
    isStopped = true
    clearInterval(timer)
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

function createRounds(options: FollowOptions & { readonly receiver: LiveReceiver }, isStopped: () => boolean): Rounds {
  const { store, session, feed, openWorkspace, replaced, receiver } = options
  let { workspace } = options
  let reviews: Reviews = new Map()
  let shownQueue = '[]'
  // What a round could not finish is due in the next one.
  const due = { files: false, changes: true }
  // Contents go by their hash: whichever view of the files is asked, they are the same.
  const listReviews = createReviewList({ blob: (hash) => workspace.blob(hash) })

  const readPath = createPathReader(store, session)

  const readFacts = async (): Promise<void> => {
    const { fresh: events, shown, hidden } = await readPath()
    if (isStopped()) return
    if (hidden) {
      feed.reset(hidden)
      due.changes = true
      shownQueue = '[]'
    }
    const before = reviews
    reviews = events.reduce(foldReviews, before)
    due.files ||= events.some((event) => event.type === 'workspace.changed')
    due.changes ||= reviews !== before
    if (events.length === 0) return
    feed.event(shown)
    receiver.facts(events)
  }
  const readQueue = async (): Promise<void> => {
    const rows = await store.readInbox(session)
    const queue = rows.flatMap(({ n, message }) => (message.type === 'message' ? [{ n, text: message.text }] : []))
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
