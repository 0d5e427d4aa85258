/** Messages to the other tabs and workers of this origin. They may get lost: what they speak of is in the database. */
export interface Broadcasts {
  tell(channel: string, message: unknown): void
  /** Hears every other speaker on the channel, those in this worker too. */
  listen(channel: string, listener: (message: unknown) => void): () => void
  close(): void
}

/** Speaks and listens until it is closed. */
export function broadcasts(): Broadcasts {
  const speakers = new Map<string, BroadcastChannel>()
  const listeners = new Set<BroadcastChannel>()
  let closed = false
  return {
    tell(name, message) {
      if (closed) return
      const speaker = speakers.get(name) ?? new BroadcastChannel(name)
      speakers.set(name, speaker)
      speaker.postMessage(message)
    },
    listen(name, listener) {
      // A channel never hears itself, so each listener has its own.
      const channel = new BroadcastChannel(name)
      listeners.add(channel)
      channel.addEventListener('message', (message: MessageEvent<unknown>) => listener(message.data))
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
