import type { SessionId } from '@tabwright/protocol'
import type { StoreHint } from './session-store'

/** Tells the other tabs and workers of this origin that there is something to look at. May lose, never lies about more than a moment. */
export interface SessionHints {
  tell(session: SessionId, hint: StoreHint): void
  watch(session: SessionId, listener: (hint: StoreHint) => void): () => void
  close(): void
}

/** Hints over one BroadcastChannel a session. Listeners in this worker hear what this worker tells, too. */
export function sessionHints(): SessionHints {
  const speakers = new Map<SessionId, BroadcastChannel>()
  const listeners = new Set<BroadcastChannel>()
  let closed = false
  return {
    tell(session, hint) {
      if (closed) return
      const speaker = speakers.get(session) ?? new BroadcastChannel(channelName(session))
      speakers.set(session, speaker)
      speaker.postMessage(hint)
    },
    watch(session, listener) {
      // A channel never hears itself, so each listener has its own.
      const channel = new BroadcastChannel(channelName(session))
      listeners.add(channel)
      channel.addEventListener('message', (message: MessageEvent<unknown>) => {
        const hint = parseHint(message.data)
        if (hint) listener(hint)
      })
      return () => {
        listeners.delete(channel)
        channel.close()
      }
    },
    close() {
      closed = true
      for (const channel of [...speakers.values(), ...listeners]) channel.close()
      speakers.clear()
      listeners.clear()
    },
  }
}

function channelName(session: SessionId): string {
  return `session:${session}`
}

/** Another build of the app may speak on the same channel; what this one does not know it does not hear. */
function parseHint(data: unknown): StoreHint | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data)) return undefined
  if (data.type === 'appended' && 'head' in data && typeof data.head === 'number') return { type: 'appended', head: data.head }
  if (data.type === 'posted' && 'n' in data && typeof data.n === 'number') return { type: 'posted', n: data.n }
  if (data.type === 'claimed' && 'epoch' in data && typeof data.epoch === 'number') return { type: 'claimed', epoch: data.epoch }
  return undefined
}
