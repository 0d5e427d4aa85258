import type { FileReview, SessionScreen, WindowMeter } from '@tabwright/protocol'
import { EMPTY_TRANSCRIPT, foldLive, foldTranscripts, onScreen, type HiddenRange, type Transcript } from '../core/facts'
import type { Role } from './api'
import { createPastFacts } from './past-facts'
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
  let hidden: readonly HiddenRange[] = []
  let screen = screenOf({ transcript, queue, changes, limits })
  const past = createPastFacts()
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
      hidden = batch.hidden ?? hidden
      const events = onScreen(hidden, batch.events)
      transcript = foldTranscripts(transcript, events)
      const earlier = batch.past && { ...batch.past, events: onScreen(hidden, batch.past.events) }
      transcript = past.take({ ...batch, events, ...(earlier && { past: earlier }) }, transcript) ?? transcript
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
  const { rows, live, held, contextUsed, cleared, clearedTold: _told, ...rest } = transcript
  const { status, pending, unknowns, questions, usage, cost, lastStop, compacting, mode, hands, handsBy, reached, taint, rules, todos } =
    rest
  return {
    rows: live.length > 0 ? [...rows, ...live] : rows,
    status,
    mode,
    hands,
    handsBy,
    taint,
    rules,
    pending,
    unknowns,
    questions,
    todos,
    queue,
    // Whoever sent something after the stop sent what waited too.
    held: queue.length > 0 && queue.every(({ n }) => n <= held),
    changes,
    usage,
    contextUsed,
    window: { ...limits, used: contextUsed, ...(cleared && { cleared }) },
    cost,
    lastStop,
    reached,
    compacting,
  }
}
