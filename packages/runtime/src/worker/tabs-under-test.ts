import {
  MAIN_AGENT,
  traceId,
  type Answer,
  type Draft,
  type EventLog,
  type Model,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import type { SessionLock } from '../io/lock-web'
import type { LiveChannel } from './live-channel'

/** One origin's lock for the session; stealing it tells the tab that had it, letting go of it gives it to whoever waits. */
export function lockRoom(): () => SessionLock {
  interface Tab {
    readonly lost: Set<() => void>
  }
  let holder: Tab | undefined
  const waiting: { readonly tab: Tab; readonly given: (given: boolean) => void }[] = []
  return () => {
    const mine: Tab = { lost: new Set() }
    return {
      tryAcquire: async () => (holder ??= mine) === mine,
      steal: async () => {
        const before = holder
        holder = mine
        if (before !== mine) for (const listener of before?.lost ?? []) listener()
      },
      wait: (signal) =>
        new Promise((resolve) => {
          if (holder === undefined || holder === mine) {
            holder = mine
            return resolve(true)
          }
          const entry = { tab: mine, given: resolve }
          waiting.push(entry)
          signal.addEventListener('abort', () => {
            if (waiting.includes(entry)) waiting.splice(waiting.indexOf(entry), 1)
            resolve(false)
          })
        }),
      onLost: (listener) => {
        mine.lost.add(listener)
        return () => mine.lost.delete(listener)
      },
      release: () => {
        if (holder !== mine) return
        const next = waiting.shift()
        holder = next?.tab
        next?.given(true)
      },
    }
  }
}

/** What one origin's tabs hear of each other. */
export function channelRoom(isLost: () => boolean = () => false): LiveChannel {
  const listeners = new Set<(message: unknown) => void>()
  return {
    tell: (message) => {
      for (const listener of listeners) if (!isLost()) queueMicrotask(() => listener(structuredClone(message)))
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** A model that says one word at a time, when told to. */
export function slowModel(): { readonly model: Model; say(text: string): void; end(): void; readonly asked: string[] } {
  const asked: string[] = []
  const words: string[] = []
  let isOver = false
  let more = (): void => undefined
  const model: Model = {
    id: 'demo',
    label: 'Slow',
    async *stream(body, signal) {
      asked.push(body)
      isOver = false
      let text = ''
      yield { type: 'started' }
      while (!isOver || words.length > 0) {
        const word = words.shift()
        if (word === undefined) await untilTold(signal, (wake) => (more = wake))
        else {
          text += word
          yield { type: 'delta', index: 0, kind: 'text', text: word }
        }
      }
      const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }
      const answer: Answer = { content: [{ type: 'text', text }], stopReason: 'end_turn', usage, model: 'demo' }
      yield { type: 'complete', answer, wire: JSON.stringify({ role: 'assistant', content: [{ type: 'text', text }] }) }
    },
  }
  return { model, asked, say: (text) => (words.push(text), more()), end: () => ((isOver = true), more()) }
}

/** Resolves when it is woken; leaves nothing behind at a signal that lives longer. */
function untilTold(signal: AbortSignal, begin: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('stopped'))
    signal.addEventListener('abort', stop, { once: true })
    begin(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
  })
}

/** A message of the person. */
export const say = (text: string): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from: 'user' },
  agent: MAIN_AGENT,
  trace: traceId('t'),
})

/** Everything that is in the log of a session. */
export async function factsIn(log: Pick<EventLog, 'read'>, session: SessionId): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of log.read(session)) events.push(event)
  return events
}
