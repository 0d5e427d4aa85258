import type { SessionEvent } from '@tabwright/protocol'
import type { LiveUpdate } from '../core/live'
import { liveEnvelope, type LiveMessage } from './parse-live'
import { systemTimers, type Timers } from './timers'

/** Between the tabs of one session, for what is not in the log. Messages may be lost, doubled or late. */
export interface LiveChannel {
  tell(message: unknown): void
  listen(listener: (message: unknown) => void): () => void
}

/** No more than this of anything in one message. */
const MOST_TEXT = 64_000
/** Longer answers reach only those who heard them from the start. */
const MOST_WHOLE = 256_000

/** What streamed before such a fact is part of it or void. */
export function endsStream({ type }: Pick<SessionEvent, 'type'>): boolean {
  return type === 'model.requested' || type === 'model.failed' || type === 'message.assistant' || type === 'turn.ended'
}

/** Deltas of one block become one delta. */
export function joinLive(live: LiveUpdate[], update: LiveUpdate): void {
  const last = live.at(-1)
  if (last?.type === 'delta' && update.type === 'delta' && last.index === update.index && last.kind === update.kind) {
    live[live.length - 1] = { ...last, text: last.text + update.text }
  } else if (last?.type === 'output' && update.type === 'output' && last.call === update.call) {
    live[live.length - 1] = { ...last, text: last.text + update.text }
  } else live.push(update)
}

/** Tells the other tabs what streams. */
export interface LiveSender {
  /** What streams from now on follows this fact. */
  begin(anchor: number): void
  facts(events: readonly Pick<SessionEvent, 'type' | 'seq'>[]): void
  live(update: LiveUpdate): void
  terminal(text: string): void
  agentTerminal(text: string): void
  close(): void
}

const EVERY_MS = 50
/** How long a tab that missed something or came late may wait until it shows what streams. */
const WHOLE_EVERY = 20

/** For the tab that writes. */
export function liveSender(channel: LiveChannel, timers: Pick<Timers, 'after'> = systemTimers): LiveSender {
  const sent = { anchor: 0, i: 0, since: WHOLE_EVERY }
  let whole: LiveUpdate[] = []
  let deltas: LiveUpdate[] = []
  let output: LiveUpdate[] = []
  let terminal = ''
  let agentTerminal = ''
  let undo: (() => void) | undefined
  const flush = (): void => {
    undo = undefined
    const isWhole = deltas.length > 0 && sent.since++ >= WHOLE_EVERY && sizeOf(whole) <= MOST_WHOLE
    if (isWhole) sent.since = 0
    const parts = {
      deltas: isWhole ? whole : deltas,
      output: output.map(newest),
      terminal: terminal.slice(-MOST_TEXT),
      agentTerminal: agentTerminal.slice(-MOST_TEXT),
    }
    // Only what may leave a gap is counted.
    const i = deltas.length > 0 ? sent.i++ : sent.i
    channel.tell(liveEnvelope({ anchor: sent.anchor, i, whole: isWhole, ...parts }))
    deltas = []
    output = []
    terminal = ''
    agentTerminal = ''
  }
  const later = (): void => {
    undo ??= timers.after(EVERY_MS, flush)
  }
  return {
    begin: (anchor) => void Object.assign(sent, { anchor }),
    facts: (events) => {
      const ender = events.findLast(endsStream)
      if (!ender) return
      Object.assign(sent, { anchor: ender.seq, i: 0, since: WHOLE_EVERY })
      whole = []
      deltas = []
    },
    live: (update) => {
      if (update.type === 'request') return
      joinLive(update.type === 'output' ? output : deltas, update)
      if (update.type === 'delta') joinLive(whole, update)
      later()
    },
    terminal: (text) => {
      terminal += text
      later()
    },
    agentTerminal: (text) => {
      agentTerminal += text
      later()
    },
    close: () => {
      undo?.()
      undo = undefined
    },
  }
}

function newest(update: LiveUpdate): LiveUpdate {
  return update.type === 'output' ? { ...update, text: update.text.slice(-MOST_TEXT) } : update
}

function sizeOf(live: readonly LiveUpdate[]): number {
  return live.reduce((size, update) => size + (update.type === 'delta' ? update.text.length : 0), 0)
}

/** Puts what the writer's tab streams where it belongs among the facts that this tab has read. */
export interface LiveReceiver {
  /** These facts were fed. */
  facts(events: readonly Pick<SessionEvent, 'type' | 'seq'>[]): void
  take(message: LiveMessage): void
}

export interface LiveTarget {
  live(update: LiveUpdate): void
  terminal(text: string): void
  agentTerminal(text: string): void
  /** There are facts that were not read yet. */
  behind(): void
}

export function liveReceiver(target: LiveTarget): LiveReceiver {
  let anchor = 0
  let next = 0
  let early: LiveMessage[] = []
  const show = (message: LiveMessage): void => {
    if (message.whole) {
      target.live({ type: 'request' })
      next = message.i
    }
    // A gap, or the same once more: not shown until a whole message fills it.
    if (message.i !== next) return
    next++
    message.deltas.forEach(target.live)
  }
  const place = (message: LiveMessage): void => {
    if (message.anchor > anchor) {
      early = [...early.filter((other) => other.anchor === message.anchor), message].slice(-WHOLE_EVERY)
      target.behind()
    } else if (message.anchor === anchor) show(message)
  }
  return {
    facts: (events) => {
      const ender = events.findLast(endsStream)
      // The past may be read after what follows it.
      if (!ender || ender.seq <= anchor) return
      anchor = ender.seq
      next = 0
      const waiting = early
      early = []
      for (const message of waiting) if (message.anchor >= anchor) place(message)
    },
    take: (message) => {
      message.output.forEach(target.live)
      if (message.terminal !== '') target.terminal(message.terminal)
      if (message.agentTerminal !== '') target.agentTerminal(message.agentTerminal)
      if (message.deltas.length > 0) place(message)
    },
  }
}
