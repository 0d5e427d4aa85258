import type { SessionId } from '@tabwright/protocol'

const waiting = new Set<SessionId>()

/** The draft of this new session is to be sent as soon as it is open: the person pressed Send on the start page. */
export function sendFirst(session: SessionId): void {
  waiting.add(session)
}

/** True once. A reload in between forgets it, and then the text is in the box and nothing is sent unasked. */
export function takeFirstMessage(session: SessionId): boolean {
  return waiting.delete(session)
}
