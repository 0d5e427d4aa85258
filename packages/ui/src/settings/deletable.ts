import type { SessionId, SessionRow } from '@tabwright/protocol'

/** Sessions that may go when room is needed, longest untouched first: never the one on show, nor one that works or waits for a person. */
export function deletable(sessions: readonly SessionRow[], current: SessionId | undefined): readonly SessionRow[] {
  return sessions
    .filter(({ id, state }) => id !== current && state !== 'running' && state !== 'waiting')
    .toSorted((a, b) => a.updatedAt - b.updatedAt)
}
