import type { SessionEvent } from '@tabwright/protocol'
import { foldAgents, NO_AGENTS, type Agents } from './agents/agents'
import { foldSpending, NO_SPENDING, type Spending } from './limits/spending'
import { EMPTY_REVIEWS, foldReviews, reviewsAfter, type Reviews } from './reviews'
import { EMPTY_STATE, fold, foldBehind, type SessionState } from './session-state'
import { hasMembersOf, type SavedFold } from './snapshot'

/** What the loop knows of the log, and whether the newest wire is of a conversation that is void. */
export interface LoopState {
  readonly state: SessionState
  /** The conversation went back to before it had sent anything. */
  readonly isVoid: boolean
  /** Of everything, what was rewound included. */
  readonly spending: Spending
  readonly agents: Agents
}

/** Raise the version with every change of what `fold` makes of a log. */
export const LOOP_FOLD: SavedFold<LoopState> = {
  name: 'loop',
  version: 24,
  empty: { state: EMPTY_STATE, isVoid: false, spending: NO_SPENDING, agents: NO_AGENTS },
  fold: ({ state, isVoid, spending, agents }, event) => ({
    state: fold(state, event),
    isVoid: isVoidAfter(isVoid, event),
    spending: foldSpending(spending, event),
    agents: foldAgents(agents, event),
  }),
  foldHidden: ({ state, ...loop }, event) => ({
    ...loop,
    state: foldBehind(state, event),
    spending: foldSpending(loop.spending, event),
  }),
  is: (value): value is LoopState =>
    hasMembersOf({ state: 0, isVoid: 0, spending: 0, agents: 0 }, value) &&
    'state' in value &&
    hasMembersOf(EMPTY_STATE, value.state) &&
    'spending' in value &&
    hasMembersOf(NO_SPENDING, value.spending) &&
    'agents' in value &&
    value.agents instanceof Map,
}

/** Raise the version with every change of what `foldReviews` makes of a log. */
export const REVIEWS_FOLD: SavedFold<Reviews> = {
  name: 'reviews',
  version: 3,
  empty: EMPTY_REVIEWS,
  fold: foldReviews,
  foldMany: reviewsAfter,
  is: (value): value is Reviews => value instanceof Map,
}

function isVoidAfter(isVoid: boolean, event: SessionEvent): boolean {
  if (event.type === 'history.rewound') return event.data.wire === 0
  return event.type === 'model.requested' ? false : isVoid
}
