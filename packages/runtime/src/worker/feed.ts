import type { FileReview, SessionEvent } from '@tabwright/protocol'
import type { Batch } from '../client/worker-api'
import type { Role } from '../client/api'
import type { LiveUpdate } from '../core/live'

/** One message a frame: 3,000 single messages cost the page four seconds, joined ones none. Source: performance.md §2. */
const FRAME_MS = 33

/** Collects what the page should see and posts it at most once a frame. */
export interface Feed {
  event(events: readonly SessionEvent[]): void
  live(update: LiveUpdate): void
  role(role: Role): void
  reset(): void
  changes(changes: readonly FileReview[]): void
  queue(queue: NonNullable<Batch['queue']>): void
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
      batch.events.push(...events)
      // What was streamed before a fact is part of it; only what came after is still live.
      batch.live = batch.live.filter((update) => update.type === 'output')
      later()
    },
    live: (update) => {
      join(batch.live, update)
      later()
    },
    role: (role) => {
      batch.role = role
      later()
    },
    reset: () => {
      batch = { ...emptyBatch(), reset: true }
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
    paths: (paths) => {
      batch.paths.push(...paths)
      later()
    },
    terminal: (text) => {
      batch.terminal += text
      later()
    },
  }
}

/** Deltas of one block become one delta. */
function join(live: LiveUpdate[], update: LiveUpdate): void {
  const last = live.at(-1)
  if (last?.type === 'delta' && update.type === 'delta' && last.index === update.index && last.kind === update.kind) {
    live[live.length - 1] = { ...last, text: last.text + update.text }
  } else if (last?.type === 'output' && update.type === 'output' && last.call === update.call) {
    live[live.length - 1] = { ...last, text: last.text + update.text }
  } else live.push(update)
}
