import type { SessionEvent } from '@tabwright/protocol'
import { EMPTY_REVIEWS, foldReviews, type Reviews } from './reviews'
import { EMPTY_STATE, fold, type SessionState } from './session-state'
import { hasMembersOf, type SavedFold } from './snapshot'

/** What the loop knows of the log, and whether the newest wire is of a conversation that is void. */
export interface LoopState {
  readonly state: SessionState
  /** The conversation went back to before it had sent anything. */
  readonly isVoid: boolean
}

/** Raise the version with every change of what `fold` makes of a log. */
export const LOOP_FOLD: SavedFold<LoopState> = {
  name: 'loop',
  version: 2,
  empty: { state: EMPTY_STATE, isVoid: false },
  fold: ({ state, isVoid }, event) => ({ state: fold(state, event), isVoid: isVoidAfter(isVoid, event) }),
  is: (value): value is LoopState =>
    hasMembersOf({ state: 0, isVoid: 0 }, value) && 'state' in value && hasMembersOf(EMPTY_STATE, value.state),
}

/** Raise the version with every change of what `foldReviews` makes of a log. */
export const REVIEWS_FOLD: SavedFold<Reviews> = {
  name: 'reviews',
  version: 1,
  empty: EMPTY_REVIEWS,
  fold: foldReviews,
  is: (value): value is Reviews => value instanceof Map,
}

function isVoidAfter(isVoid: boolean, event: SessionEvent): boolean {
  if (event.type === 'history.rewound') return event.data.wire === 0
  return event.type === 'model.requested' ? false : isVoid
}
