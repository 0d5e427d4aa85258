import { failureOf, type SessionId } from '@tabwright/protocol'
import type { StoreApi } from 'zustand'
import { t } from '@tabwright/ui/language'
import type { AppStore } from './app-state'
import type { Handles } from './handles'
import { openOptions } from './open-options'

/** The worker of a session has begun to act within this time; after it, it is let go as soon as it rests. */
const AWAKE_MS = 20_000

/** Opens a session that was sent something from the relay, without showing it. What was sent waits until it is known what answers. */
export function wakeSession({
  store,
  handles,
}: {
  readonly store: StoreApi<AppStore>
  readonly handles: Handles
}): (session: SessionId, by: string) => void {
  const open = (session: SessionId, state: AppStore): boolean => {
    const options = openOptions(session, state)
    if (options === undefined) return false
    handles
      .enter(session, () => openOptions(session, store.getState()) ?? options)
      .then(() => setTimeout(() => handles.leave(session), AWAKE_MS))
      .catch((error: unknown) => store.getState().say(failureOf(error).message))
    return true
  }
  return (session, by) => {
    const { say } = store.getState()
    say(t('{who} wrote to the agent through the relay. The session is in the list.', { who: by }))
    if (open(session, store.getState())) return
    const unwatch = store.subscribe((state) => {
      if (open(session, state)) unwatch()
    })
  }
}
