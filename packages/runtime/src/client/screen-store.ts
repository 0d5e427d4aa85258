import type { FileReview, SessionScreen, WindowMeter } from '@tabwright/protocol'
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
  let limits: Omit<WindowMeter, 'used'> = {}
  let role: Role = { type: 'opening' }
  let screen = screenOf({ transcript, queue, changes, limits })
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
      limits = batch.window ?? limits
      role = batch.role ?? role
      screen = screenOf({ transcript, queue, changes, limits })
      tell()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

interface Shown extends Pick<SessionScreen, 'queue' | 'changes'> {
  readonly transcript: Transcript
  /** Of the model that is chosen. */
  readonly limits: Omit<WindowMeter, 'used'>
}

function screenOf({ transcript, queue, changes, limits }: Shown): SessionScreen {
  const { rows, live, status, pending, usage, contextUsed, cost, lastStop } = transcript
  const window = { ...limits, used: contextUsed }
  return { rows: live.length > 0 ? [...rows, ...live] : rows, status, pending, queue, changes, usage, contextUsed, window, cost, lastStop }
}
