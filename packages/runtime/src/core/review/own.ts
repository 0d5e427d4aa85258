import type { BlobHash, ChangedBy, FileChange } from '@tabwright/protocol'

/** One go of a person at a file that waits: what was there, and what they made of it. `null`: no file. */
export interface OwnStep {
  readonly from: BlobHash | null
  readonly to: BlobHash | null
}

/** Of one file; further back two become one, which takes more for theirs than is, never less. */
const MOST_STEPS = 6

const BY_HAND: ReadonlySet<ChangedBy> = new Set<ChangedBy>(['user', 'terminal', 'import'])

/** What persons changed in a file that waits, with one more change of it. */
export function withOwn(
  pending: { readonly own?: readonly OwnStep[] } | undefined,
  by: ChangedBy,
  { before, after }: Pick<FileChange, 'before' | 'after'>,
): { readonly own?: readonly OwnStep[] } {
  const own = pending?.own ?? []
  const next = pending && BY_HAND.has(by) ? fewer(joined(own, { from: before, to: after })) : own
  return next.length === 0 ? {} : { own: next }
}

/** Saving twice in a row is one go, and one that ends where it began is none. */
function joined(own: readonly OwnStep[], step: OwnStep): readonly OwnStep[] {
  const last = own.at(-1)
  const isGoingOn = last?.to === step.from
  const one = isGoingOn && last ? { from: last.from, to: step.to } : step
  return [...(isGoingOn ? own.slice(0, -1) : own), ...(one.from === one.to ? [] : [one])]
}

function fewer(own: readonly OwnStep[]): readonly OwnStep[] {
  const [first, second, ...rest] = own
  return own.length > MOST_STEPS && first && second ? [{ from: first.from, to: second.to }, ...rest] : own
}
