import type { FileReview, SessionScreen } from '@tabwright/protocol'
import { EMPTY_TRANSCRIPT, foldLive, foldTranscript, type Transcript } from '../core/facts'
import type { Role } from './api'
import type { Batch } from './worker-api'

/** Folds batches into what the page shows. */
export interface ScreenStore {
  screen(): SessionScreen
  role(): Role
  take(batch: Batch): void
  setRole(role: Role): void
  subscribe(listener: () => void): () => void
  /** Calls the listeners for something else of the session that changed. */
  tell(): void
}

export function createScreenStore(): ScreenStore {
  let transcript: Transcript = EMPTY_TRANSCRIPT
  let queue: SessionScreen['queue'] = []
  let changes: readonly FileReview[] = []
  let role: Role = { type: 'opening' }
  let screen = screenOf(transcript, queue, changes)
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    screen: () => screen,
    role: () => role,
    tell,
    setRole: (next) => {
      role = next
      tell()
    },
    take: (batch) => {
      if (batch.reset) {
        transcript = EMPTY_TRANSCRIPT
        queue = []
        changes = []
      }
      for (const event of batch.events) transcript = foldTranscript(transcript, event)
      const now = Date.now()
      for (const update of batch.live) transcript = foldLive(transcript, update, now)
      queue = batch.queue ?? queue
      changes = batch.changes ?? changes
      role = batch.role ?? role
      screen = screenOf(transcript, queue, changes)
      tell()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function screenOf(transcript: Transcript, queue: SessionScreen['queue'], changes: readonly FileReview[]): SessionScreen {
  const { rows, live, status, pending, usage, contextUsed, lastStop } = transcript
  return { rows: live.length > 0 ? [...rows, ...live] : rows, status, pending, queue, changes, usage, contextUsed, lastStop }
}
