import type { CallId, Rung, SessionEvent } from '@tabwright/protocol'

/** What the loop must know of checks and of what was done about those that failed. */
export interface QualityState {
  /** The agent changed files that no check has passed. */
  readonly isDirty: boolean
  /** The check of the newest answer. */
  readonly check: CallId | undefined
  /** Another look was taken at the newest answer. */
  readonly isLooked: boolean
  /** There is a verdict on the newest answer. */
  readonly isJudged: boolean
  /** What was done since the person said something. */
  readonly rungs: Readonly<Record<Rung, number>>
}

const NO_RUNGS: QualityState['rungs'] = { retry: 0, approach: 0, model: 0, human: 0 }

/** Of a session in which nothing was done. */
export const NO_CHECKS: QualityState = { isDirty: false, check: undefined, isLooked: false, isJudged: false, rungs: NO_RUNGS }

/** Adds one fact. */
export function foldQuality(state: QualityState, event: SessionEvent): QualityState {
  switch (event.type) {
    case 'message.user':
      return event.data.from === 'user' ? { ...state, rungs: NO_RUNGS } : state
    case 'message.assistant':
      return { ...state, check: undefined, isLooked: false, isJudged: false }
    case 'workspace.changed':
      // What the check itself leaves behind is no work.
      return event.data.by !== 'agent' || event.data.call === state.check ? state : { ...state, isDirty: true }
    case 'guard.answered':
      return event.data.bills ? { ...state, isLooked: true } : state
    case 'check.started':
      return { ...state, check: event.data.call }
    case 'quality.checked':
      return { ...state, isJudged: true, isDirty: state.isDirty && event.data.verdict !== 'passed' }
    case 'escalation.raised':
      return { ...state, rungs: { ...state.rungs, [event.data.rung]: state.rungs[event.data.rung] + 1 } }
    default:
      return state
  }
}
