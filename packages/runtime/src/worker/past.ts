import { failureOf, isJsonObject, type EventLog, type Failure, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { hiddenRanges } from '../core/history/branch'
import { EMPTY_REVIEWS, reviewsAfter, type Reviews } from '../core/reviews'
import type { Feed } from './feed'

/** Facts that the page gets at once: more than a screen holds. Source: performance.md P8. */
const NEWEST = 200
/** Facts in one message to the page while the rest is read: a few milliseconds of its time. */
const PART = 1_000

/** A session's past on its way to the page. */
export interface PastFeed {
  readonly log: Pick<EventLog, 'read'>
  readonly session: SessionId
  /** Number of the newest fact that is there. */
  readonly head: number
  readonly feed: Pick<Feed, 'event' | 'past'>
  /** False once what is read is no longer wanted. */
  readonly isOpen: () => boolean
}

/**
 * Feeds the newest facts, so that a person sees where things stand whatever the length of the session. The second promise ends when
 * everything before them was fed too, in the background.
 */
export async function feedPast(past: PastFeed): Promise<{ readonly whole: Promise<void> }> {
  const { log, session, head, feed } = past
  const from = Math.max(1, head - NEWEST + 1)
  const newest: SessionEvent[] = []
  for await (const event of log.read(session, from, head)) newest.push(event)
  if (!past.isOpen()) return { whole: Promise.resolve() }
  if (from > 1) feed.past([], false)
  feed.event(newest)
  return { whole: from > 1 ? feedEarlier(past, from - 1) : Promise.resolve() }
}

async function feedEarlier({ log, session, feed, isOpen }: PastFeed, to: number): Promise<void> {
  let part: SessionEvent[] = []
  try {
    for await (const event of log.read(session, 1, to)) {
      if (!isOpen()) return
      part.push(event)
      if (part.length < PART && event.seq < to) continue
      feed.past(part, event.seq === to)
      part = []
    }
  } catch (error) {
    // What could be read is shown; whoever asked is told what could not.
    if (isOpen()) feed.past(part, true)
    throw error
  }
}

/** A session that cannot be written: everything before the fact that is damaged or of a newer build (C23, C24). */
export interface Readable {
  readonly reviews: Reviews
  /** Why it ends there; undefined when all of it can be read. */
  readonly failure: Failure | undefined
}

/** Feeds all that can be read. Nothing is cut, repaired or written. @throws FailureError when the disk does not answer: that is no end of the log */
export async function feedReadable({
  log,
  session,
  feed,
}: Pick<PastFeed, 'log' | 'session'> & { readonly feed: Pick<Feed, 'event' | 'reset'> }): Promise<Readable> {
  const events: SessionEvent[] = []
  let failure: Failure | undefined
  try {
    for await (const event of log.read(session)) events.push(event)
  } catch (error) {
    failure = failureOf(error)
    if (!isOnlyReadable(failure)) throw error
  }
  // Only the newest fact tells what is no longer part of the conversation.
  feed.reset(hiddenRanges(events))
  for (let at = 0; at < events.length; at += PART) feed.event(events.slice(at, at + PART))
  return { reviews: reviewsAfter(EMPTY_REVIEWS, events), failure }
}

/** What is wrong with the log itself, or that it came from an archive: trying again does not help, reading does. */
export function isOnlyReadable({ code, detail }: Failure): boolean {
  const isImported = isJsonObject(detail) && detail['imported'] === true
  return code === 'damaged' || code === 'newer' || isImported
}
