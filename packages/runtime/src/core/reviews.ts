import type { BlobHash, SessionEvent } from '@tabwright/protocol'

/** Where each file stood when the person last accepted it, and where it stands now. Only files that differ. */
export type Reviews = ReadonlyMap<string, PendingChange>

export interface PendingChange {
  readonly before: BlobHash | null
  readonly after: BlobHash | null
}

/**
 * A fold: what the agent changed waits for review; what a person changed themselves (editor, terminal) does not, unless
 * the same file already waits.
 */
export function foldReviews(reviews: Reviews, event: SessionEvent): Reviews {
  if (event.type === 'review.decided') return event.data.decision === 'accepted' ? without(reviews, event.data.path) : reviews
  if (event.type !== 'workspace.changed') return reviews
  const { by, changes } = event.data
  const next = new Map(reviews)
  for (const { path, before, after } of changes) {
    const pending = reviews.get(path)
    if (!pending && by !== 'agent') continue
    const base = pending ? pending.before : before
    if (base === after) next.delete(path)
    else next.set(path, { before: base, after })
  }
  return next
}

function without(reviews: Reviews, path: string): Reviews {
  const next = new Map(reviews)
  next.delete(path)
  return next
}
