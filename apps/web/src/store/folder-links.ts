import type { SessionId } from '@tabwright/protocol'

const listeners = new Set<(session: SessionId) => void>()

/** This session was linked to a folder of the disk just now. */
export function tellLinked(session: SessionId): void {
  for (const listener of listeners) listener(session)
}

/** Returns its end. */
export function watchLinked(listener: (session: SessionId) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
