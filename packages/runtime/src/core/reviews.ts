import type { SessionEvent } from '@tabwright/protocol'
import { endsOf, isSameSide, sideAfter, sideBefore, type Ends } from './history/side'

/** Where each file stood when the person last accepted it, and where it stands now. Only files that differ. */
export type Reviews = ReadonlyMap<string, PendingChange>

/** Both ends of what waits: content, and kind of file where one is not a plain file. */
export type PendingChange = Ends

/** Nothing waits. */
export const EMPTY_REVIEWS: Reviews = new Map()

/**
 * A fold: what the agent changed waits for review; what a person changed themselves (editor, terminal) does not, unless
 * the same file already waits.
 */
export function foldReviews(reviews: Reviews, event: SessionEvent): Reviews {
  if (event.type === 'review.decided') return event.data.decision === 'accepted' ? without(reviews, event.data.path) : reviews
  if (event.type !== 'workspace.changed') return reviews
  const { by, changes } = event.data
  const next = new Map(reviews)
  for (const change of changes) {
    const pending = reviews.get(change.path)
    if (!pending && by !== 'agent') continue
    const base = sideBefore(pending ?? change)
    const now = sideAfter(change)
    if (isSameSide(base, now)) next.delete(change.path)
    else next.set(change.path, endsOf(base, now))
  }
  return next
}

function without(reviews: Reviews, path: string): Reviews {
  const next = new Map(reviews)
  next.delete(path)
  return next
}
