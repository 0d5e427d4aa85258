import type { BlobHash, Hunk, RefusedHunk, SessionEvent } from '@tabwright/protocol'
import { endsOf, isSameSide, sideAfter, sideBefore, type Ends, type Side } from './history/side'
import { insteadOf } from './review/lines'
import { withOwn, type OwnStep } from './review/own'

/** Where each file stood when the person last accepted it, and where it stands now. Only files that differ. */
export type Reviews = ReadonlyMap<string, PendingChange>

/**
 * Both ends of what waits: content, and kind of file where one is not a plain file. The ends are the same where all is decided and some
 * of it was refused: that stays to be seen and taken back until the file is accepted.
 */
export interface PendingChange extends Ends {
  /** `before` was never a file: it is what the person accepted of one, part by part. */
  readonly made?: Made
  readonly refused?: readonly RefusedHunk[]
  /** What a person changed in it while it waited, oldest first: nothing of that is undone unasked. */
  readonly own?: readonly OwnStep[]
}

/** How a content came to be: from the content `from` by taking hunks, as they are in `shown`, step by step. */
export interface Made {
  readonly from: BlobHash
  readonly steps: readonly { readonly shown: BlobHash; readonly hunks: readonly Hunk[] }[]
}

/** Whether anything is to be decided. */
export function isUndecided(change: PendingChange): boolean {
  return !isSameSide(sideBefore(change), sideAfter(change))
}

/** Nothing waits. */
export const EMPTY_REVIEWS: Reviews = new Map()

/** What waits for review after one more fact. */
export function foldReviews(reviews: Reviews, event: SessionEvent): Reviews {
  return reviewsAfter(reviews, [event])
}

/**
 * A fold: what the agent changed waits for review; what a person changed themselves (editor, terminal) does not, unless
 * the same file already waits. One copy for all the facts: a long past folded one by one would copy what waits for each.
 */
export function reviewsAfter(reviews: Reviews, events: readonly SessionEvent[]): Reviews {
  let next: Map<string, PendingChange> | undefined
  for (const event of events) {
    if (!isAboutReviews(event) || movesNothing(next ?? reviews, event)) continue
    next ??= new Map(reviews)
    addToReviews(next, event)
  }
  return next ?? reviews
}

/** A file that is refused whole goes back with the fact that follows. */
function movesNothing(reviews: Reviews, { type, data }: SessionEvent): boolean {
  return type === 'review.decided' && data.decision === 'rejected' && !data.part && !reviews.get(data.path)?.refused
}

/** The same in place, for whoever owns the map. */
export function addToReviews(reviews: Map<string, PendingChange>, event: SessionEvent): void {
  if (!isAboutReviews(event)) return
  if (event.type === 'review.decided') return addDecision(reviews, event)
  if (event.type === 'review.undone') return addUndone(reviews, event.data)
  const { by, changes } = event.data
  for (const change of changes) {
    const pending = reviews.get(change.path)
    if (!pending && by !== 'agent') continue
    const base = sideBefore(pending ?? change)
    const now = sideAfter(change)
    // In a folder of its own there is nothing to look at.
    if (!pending && !isFile(base) && !isFile(now)) continue
    put(reviews, change.path, { ...endsOf(base, now), ...partsOf(pending), ...withOwn(pending, by, change) })
  }
}

function partsOf({ made, refused }: Partial<PendingChange> = {}): Pick<PendingChange, 'made' | 'refused'> {
  return { ...(made && { made }), ...(refused && { refused }) }
}

/** What is decided whole and holds nothing that could be taken back is gone. */
function put(reviews: Map<string, PendingChange>, path: string, change: PendingChange): void {
  if (isUndecided(change) || change.refused) reviews.set(path, change)
  else reviews.delete(path)
}

function addDecision(reviews: Map<string, PendingChange>, { seq, data }: SessionEvent<'review.decided'>): void {
  const { path, decision, part, why } = data
  const pending = reviews.get(path)
  if (!part) return void (decision === 'accepted' ? reviews.delete(path) : pending && reviews.set(path, withoutParts(pending)))
  if (!pending || pending.before === null) return
  const { hunks, shown, result } = part
  if (decision === 'accepted') {
    const { from, steps } = pending.made ?? { from: pending.before, steps: [] }
    const made = { from, steps: [...steps, { shown, hunks }] }
    return put(reviews, path, { ...pending, before: result, made })
  }
  const places = insteadOf(hunks)
  const refused = hunks.map(({ now, old }, index): RefusedHunk => ({
    seq,
    index,
    lines: now,
    shown,
    result,
    instead: places[index] ?? old,
    ...(why !== undefined && { why }),
  }))
  reviews.set(path, { ...pending, refused: [...(pending.refused ?? []), ...refused].slice(-MOST_REFUSED) })
}

/** Of one file, the newest. */
const MOST_REFUSED = 200

/** Without what was refused of it: going back whole leaves nothing to take back by parts. */
function withoutParts({ refused: _refused, ...change }: PendingChange): PendingChange {
  return change
}

function addUndone(reviews: Map<string, PendingChange>, { path, refused }: SessionEvent<'review.undone'>['data']): void {
  const pending = reviews.get(path)
  if (!pending?.refused) return
  const left = pending.refused.filter(({ seq, index }) => seq !== refused.seq || index !== refused.index)
  put(reviews, path, left.length > 0 ? { ...pending, refused: left } : withoutParts(pending))
}

function isFile(side: Side): boolean {
  return side !== null && side.mode !== 'folder'
}

function isAboutReviews(event: SessionEvent): event is SessionEvent<'workspace.changed' | 'review.decided' | 'review.undone'> {
  return event.type === 'workspace.changed' || event.type === 'review.decided' || event.type === 'review.undone'
}
