import type { EventLog, Rewind, SessionEvent, SessionId } from '@tabwright/protocol'
import { EMPTY_STATE, fold, foldBehind, type SessionState } from '../session-state'
import { hiddenBy, isOnBranch } from './branch'

/** Which rows of the wire the conversation stands on: the first `rows` of an epoch, its header counted. Epoch 0: none. */
export interface WirePlace {
  readonly epoch: number
  readonly rows: number
}

/** The conversation as it was after some fact. */
export interface BranchState {
  readonly state: SessionState
  readonly wire: WirePlace
  /** Newest epoch that the log had begun by then, on whatever path. */
  readonly newest: number
}

/** Before the first fact. */
export const EMPTY_BRANCH: BranchState = { state: EMPTY_STATE, wire: { epoch: 0, rows: 0 }, newest: 0 }

/** What the path that ends with fact `to` says. Reads the log up to there. */
export async function branchState(
  log: Pick<EventLog, 'read'>,
  session: SessionId,
  past: { readonly rewinds: readonly Rewind[]; readonly to: number },
): Promise<BranchState> {
  const hidden = hiddenBy(past.rewinds, past.to)
  let branch = EMPTY_BRANCH
  for await (const event of log.read(session, 1, past.to)) branch = addFact(branch, event, isOnBranch(hidden, event))
  return branch
}

/** Adds a fact; one that is not on the path only tells that an epoch was begun, and whom the session cannot trust. */
export function addFact(branch: BranchState, event: SessionEvent, isOnPath: boolean): BranchState {
  const newest = Math.max(branch.newest, epochBegunBy(branch, event))
  if (!isOnPath) return { ...branch, state: foldBehind(branch.state, event), newest }
  return { state: fold(branch.state, event), wire: wireAfter(branch, event), newest }
}

function epochBegunBy({ newest }: BranchState, event: SessionEvent): number {
  if (event.type === 'model.requested' || event.type === 'history.rewound') return event.data.wire
  return event.type === 'compaction.ended' && event.data.result.type === 'done' ? newest + 1 : 0
}

function wireAfter({ state, wire, newest }: BranchState, event: SessionEvent): WirePlace {
  switch (event.type) {
    case 'model.requested':
      return { epoch: event.data.wire, rows: event.data.messages + 1 }
    case 'message.assistant':
      return event.data.content.length > 0 ? { ...wire, rows: wire.rows + 1 } : wire
    case 'history.rewound':
      return { epoch: event.data.wire, rows: wire.rows }
    case 'compaction.ended': {
      const { result } = event.data
      if (result.type !== 'done') return wire
      // Header and summary, and behind a summary of the API's own what was kept.
      const kept = state.compaction.open?.way === 'text' ? 0 : wire.rows - 1 - result.dropped
      return { epoch: newest + 1, rows: 2 + kept }
    }
    default:
      return wire
  }
}
