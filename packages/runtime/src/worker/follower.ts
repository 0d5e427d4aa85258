import { failureOf, type SessionId } from '@tabwright/protocol'
import type { SessionStore } from '../io/session-store'
import type { Feed } from './feed'

/** A session that another tab writes: what that tab made durable shows here. Returns how to stop. */
export async function follow(store: SessionStore, session: SessionId, feed: Feed): Promise<() => void> {
  let head = 0
  let reading: Promise<void> | undefined
  let again = false
  const read = async (): Promise<void> => {
    do {
      again = false
      for await (const event of store.read(session, head + 1)) {
        head = event.seq
        feed.event([event])
      }
    } while (again)
  }
  const look = (): Promise<void> => {
    again = true
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  await look()
  return store.watch(session, () => {
    look().catch((error: unknown) => feed.role({ type: 'failed', failure: failureOf(error) }))
  })
}
