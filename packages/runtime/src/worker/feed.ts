import type { FileReview, SessionEvent, WindowMeter } from '@tabwright/protocol'
import type { Batch } from '../client/worker-api'
import type { Role } from '../client/api'
import type { HiddenRange } from '../core/history/branch'
import type { LiveUpdate } from '../core/live'
import { endsStream, joinLive } from './live-channel'
import { systemTimers, type Timers } from './timers'

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
  /** What the person's terminal shows. */
  terminal(text: string): void
  /** What the agent's commands show. */
  agentTerminal(text: string): void
  /** A command of the person's runs, or none does. */
  terminalBusy(isBusy: boolean): void
  /** Where programs of the sandbox listen. */
  ports(ports: readonly number[]): void
  /** Of paths that are about to be told: programs write them again and again. */
  writtenAgain(paths: readonly string[]): void
}

type Open = { -readonly [K in keyof Batch]: Batch[K] } & { events: SessionEvent[]; live: LiveUpdate[]; paths: string[] }

const emptyBatch = (): Open => ({ events: [], live: [], paths: [], terminal: '', agentTerminal: '' })

/** What a screen that is void does not take along: what the terminal said, which files changed, who listens. */
function notOnScreen({ paths, terminal, agentTerminal, isTerminalBusy, ports, writtenAgain }: Open): Partial<Open> {
  return {
    paths,
    terminal,
    agentTerminal,
    ...(isTerminalBusy !== undefined && { isTerminalBusy }),
    ...(ports && { ports }),
    ...(writtenAgain && { writtenAgain }),
  }
}

export function createFeed(port: Pick<MessagePort, 'postMessage'>, timers: Pick<Timers, 'after'> = systemTimers): Feed {
  let batch = emptyBatch()
  let isDue = false
  const flush = (): void => {
    isDue = false
    const full = batch
    batch = emptyBatch()
    port.postMessage(full)
  }
  const later = (): void => {
    if (!isDue) timers.after(FRAME_MS, flush)
    isDue = true
  }
  const put = (change: (open: Open) => unknown): void => {
    change(batch)
    later()
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
    role: (role) => put((open) => (open.role = role)),
    reset: (hidden = []) => {
      const { role, window } = batch
      batch = { ...emptyBatch(), ...notOnScreen(batch), ...(role && { role }), ...(window && { window }), reset: true, hidden }
      later()
    },
    changes: (changes) => put((open) => (open.changes = changes)),
    queue: (queue) => put((open) => (open.queue = queue)),
    window: (limits) => put((open) => (open.window = limits)),
    paths: (paths) =>
      put((open) => {
        for (const path of paths) open.paths.push(path)
      }),
    terminal: (text) => put((open) => (open.terminal += text)),
    agentTerminal: (text) => put((open) => (open.agentTerminal += text)),
    terminalBusy: (isBusy) => put((open) => (open.isTerminalBusy = isBusy)),
    ports: (ports) => put((open) => (open.ports = ports)),
    writtenAgain: (paths) => put((open) => (open.writtenAgain = [...(open.writtenAgain ?? []), ...paths])),
  }
}
