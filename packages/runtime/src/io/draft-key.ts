import { sessionId, type DraftKind, type SessionId } from '@tabwright/protocol'

/** All kinds of text that are kept for a session until they are sent. */
export const DRAFTS: readonly DraftKind[] = ['message', 'review', 'attached']

/** Where it is kept: what is in the box under the session's own name. */
export function draftKey(session: SessionId, kind: DraftKind = 'message'): SessionId {
  return kind === 'message' ? session : sessionId(`${session}:${kind}`)
}
