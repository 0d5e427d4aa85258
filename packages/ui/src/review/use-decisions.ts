import { failureOf, type FileReview, type ShownChange } from '@tabwright/protocol'
import { useState } from 'react'
import type { ChangeSource } from './change-source'
import { shownChanges, undecided } from './change-view'

/** Decisions on whole files, one after the other. */
export interface Decisions {
  /** All of the list waits for its answer. */
  readonly isBusy: boolean
  /** Paths that wait for theirs. */
  readonly busy: readonly string[]
  /** Files that were to be rejected and that the person changed too: nothing of them is decided. */
  readonly asked: readonly FileReview[]
  readonly one: (review: FileReview, decision: 'accepted' | 'rejected') => void
  readonly all: (reviews: readonly FileReview[], decision: 'accepted' | 'rejected') => void
  /** `over`: their own changes go too. */
  readonly answer: (over: boolean) => void
}

/** No path: a path is never empty. */
const ALL = ''

/** @param begun called in front of each: where the focus was is known only then */
export function useDecisions(
  source: Pick<ChangeSource, 'review'>,
  { begun, onProblem }: { readonly begun: () => void; readonly onProblem: (problem: string | undefined) => void },
): Decisions {
  const [busy, setBusy] = useState<readonly string[]>([])
  const [asked, setAsked] = useState<readonly FileReview[]>([])

  const decide = async (key: string, shown: readonly FileReview[], how: 'accepted' | Pick<ShownChange, 'withOwn'>): Promise<void> => {
    setBusy((now) => [...now, key])
    onProblem(undefined)
    begun()
    try {
      await (how === 'accepted' ? source.review(shownChanges(shown), how) : source.review(shownChanges(shown, how), 'rejected'))
    } catch (thrown) {
      onProblem(undecided(failureOf(thrown)))
    } finally {
      setBusy((now) => now.filter((one) => one !== key))
    }
  }
  const begin = (key: string, reviews: readonly FileReview[], decision: 'accepted' | 'rejected'): void => {
    // What a person wrote is never undone by the way: those files are asked about.
    const theirs = decision === 'accepted' ? [] : reviews.filter(({ own }) => own)
    const rest = reviews.filter((one) => !theirs.includes(one))
    setAsked(theirs)
    if (rest.length > 0) void decide(key, rest, decision === 'accepted' ? decision : {})
  }
  return {
    isBusy: busy.includes(ALL),
    busy,
    asked,
    one: (review, decision) => begin(review.path, [review], decision),
    all: (reviews, decision) => begin(ALL, reviews, decision),
    answer: (over) => {
      setAsked([])
      if (over) void decide(ALL, asked, { withOwn: true })
    },
  }
}
