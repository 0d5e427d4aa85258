import {
  LOG_FORMAT,
  MAIN_AGENT,
  sessionId,
  traceId,
  type SessionEvent,
  type SessionEventMap,
  type SessionEventType,
} from '@tabwright/protocol'

type Fact = { readonly [K in SessionEventType]: { readonly type: K; readonly data: SessionEventMap[K] } }[SessionEventType]

/**
 * Facts as events of one session, for tests of folds: numbered, all at one time, without a chain.
 * @param place number of the first, and the wall clock in milliseconds
 */
export function asEvents(facts: readonly Fact[], { from = 1, at = 5 } = {}): readonly SessionEvent[] {
  const rest = { v: LOG_FORMAT, session: sessionId('s'), agent: MAIN_AGENT, trace: traceId('t'), epoch: 1, at, prev: '', hash: '' } as const
  return facts.map((fact, i): SessionEvent => ({ ...rest, ...fact, seq: from + i }))
}
