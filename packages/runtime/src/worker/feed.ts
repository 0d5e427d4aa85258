import type { FileReview, SessionEvent, WindowMeter } from '@tabwright/protocol'
import type { Batch } from '../client/worker-api'
import type { Role } from '../client/api'
import type { HiddenRange } from '../core/history/branch'
import type { LiveUpdate } from '../core/live'
import { endsStream, joinLive } from './live-channel'

/** One message a frame: 3,000 single messages cost the page four seconds, joined ones none. Source: performance.md §2. */
const FRAME_MS = 33

/** Collects what the page should see and posts it at most once a frame. */
export interface Feed {
  event(events: readonly SessionEvent[]): void
  /** Facts from before those that were fed first, in order; until `isWhole` the page shows an end whose beginning is on its way. */
  past(events: readonly SessionEvent[], isWhole: boolean): void
  live(update: LiveUpdate): void
  role(role: Role): void
  /** The screen is void. @param hidden what the conversation went back behind; folded only for what it cost */
  reset(hidden?: readonly HiddenRange[]): void
  changes(changes: readonly FileReview[]): void
  queue(queue: NonNullable<Batch['queue']>): void
  window(limits: Omit<WindowMeter, 'used'>): void
  paths(paths: readonly string[]): void
  terminal(text: string): void
}

type Open = { -readonly [K in keyof Batch]: Batch[K] } & { events: SessionEvent[]; live: LiveUpdate[]; paths: string[] }

const emptyBatch = (): Open => ({ events: [], live: [], paths: [], terminal: '' })

export function createFeed(port: MessagePort): Feed {
  let batch = emptyBatch()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    timer = undefined
    const full = batch
    batch = emptyBatch()
    port.postMessage(full)
  }
  const later = (): void => {
    timer ??= setTimeout(flush, FRAME_MS)
  }
  return {
    event: (events) => {
      for (const event of events) {
        // One by one: a call takes no more than about 100,000 arguments.
        batch.events.push(event)
        if (endsStream(event)) batch.live = batch.live.filter((update) => update.type === 'output')
      }
      later()
    },
    past: (events, isWhole) => {
      batch.past = { events: [...(batch.past?.events ?? []), ...events], isWhole }
      later()
    },
    live: (update) => {
      joinLive(batch.live, update)
      later()
    },
    role: (role) => {
      batch.role = role
      later()
    },
    reset: (hidden = []) => {
      // The screen is void; what the terminal said, which files changed and what this tab may do is not on it.
      const { paths, terminal, role, window } = batch
      batch = { ...emptyBatch(), paths, terminal, ...(role && { role }), ...(window && { window }), reset: true, hidden }
      later()
    },
    changes: (changes) => {
      batch.changes = changes
      later()
    },
    queue: (queue) => {
      batch.queue = queue
      later()
    },
    window: (limits) => {
      batch.window = limits
      later()
    },
    paths: (paths) => {
      for (const path of paths) batch.paths.push(path)
      later()
    },
    terminal: (text) => {
      batch.terminal += text
      later()
    },
  }
}
