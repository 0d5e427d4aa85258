import { failureOf, type Progress, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { progressOf } from '../core/progress/progress'
import type { SessionStore } from '../io/session-store'

/** What a session did, does and has left, as it is durable now. Of a damaged session: up to its last good fact. */
export async function readProgress(store: SessionStore, session: SessionId, costLimit?: number): Promise<Progress> {
  const [events, inbox] = await Promise.all([goodFacts(store, session), store.readInbox(session)])
  const queue = inbox.flatMap(({ n, at, message }) =>
    message.type === 'message' ? [{ n, at, text: message.text || (message.attachments ?? []).map(({ name }) => name).join(', ') }] : [],
  )
  return progressOf(events, { queue, costLimit })
}

/** Every fact of a session, of a damaged one up to its last good one. */
export async function goodFacts(store: SessionStore, session: SessionId): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = []
  try {
    for await (const event of store.read(session)) events.push(event)
  } catch (error) {
    const { code } = failureOf(error)
    if (code !== 'damaged' && code !== 'newer') throw error
  }
  return events
}
