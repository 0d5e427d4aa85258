import { DEFAULT_LIMITS, failureOf, type SessionId, type WindowView } from '@tabwright/protocol'
import type { SessionWorker } from '../client/worker-api'
import { hiddenBy, isHidden } from '../core/history/branch'
import { foldCosts, type CostFold } from '../core/insight/cost-view'
import { searchCount, type CountSought } from '../core/insight/newest-count'
import { foldTrace, type TraceFold } from '../core/insight/trace-view'
import { windowView } from '../core/insight/window-view'
import { NO_OTHERS } from '../core/limits/budget'
import { dayOf } from '../core/limits/spending'
import { systemClock } from '../io/clock-system'
import type { SessionStore } from '../io/session-store'
import type { Platform } from './platform'
import { readProgress } from './session-progress'

type Opened = Pick<Platform, 'store' | 'session' | 'info' | 'spent'>

/** Whoever has the session open may look at all of it. */
export function insightOf(
  opened: () => Promise<Opened>,
  now: () => number = () => systemClock.now(),
): Pick<SessionWorker, 'progress' | 'contextWindow' | 'costs' | 'trace' | 'fact'> {
  const follow = followLog()
  return {
    progress: async () => {
      const { store, session, info } = await opened()
      return readProgress(store, session, info().limits?.turn.dollars)
    },
    contextWindow: async () => {
      const { store, session } = await opened()
      return readWindow(store, session)
    },
    costs: async () => {
      const { store, session, info, spent } = await opened()
      const at = now()
      const others = (await spent?.others(dayOf(at), session)) ?? NO_OTHERS
      const { costs } = await follow(store, session)
      return costs.result({ now: at, limits: info().limits ?? DEFAULT_LIMITS, others })
    },
    trace: async (wanted) => {
      const { store, session } = await opened()
      return (await follow(store, session)).trace.result(wanted)
    },
    fact: async (seq) => {
      const { store, session } = await opened()
      for await (const event of store.read(session, seq, seq)) return event
      return undefined
    },
  }
}

interface Followed {
  readonly trace: TraceFold
  readonly costs: CostFold
}

/** Reads a log on from where it was left: whoever looks again reads what is new. */
function followLog(): (store: SessionStore, session: SessionId) => Promise<Followed> {
  const followed = { trace: foldTrace(), costs: foldCosts() }
  let reading = Promise.resolve()
  const readOn = async (store: SessionStore, session: SessionId): Promise<void> => {
    try {
      for await (const event of store.read(session, followed.trace.head() + 1)) {
        followed.trace.add(event)
        followed.costs.add(event)
      }
    } catch (error) {
      // Of a damaged log what stands before the damage is told.
      const { code } = failureOf(error)
      if (code !== 'damaged' && code !== 'newer') throw error
    }
  }
  return async (store, session) => {
    // One after the other: two readers at once would take each fact twice.
    const read = reading.then(() => readOn(store, session))
    reading = read.catch(() => undefined)
    await read
    return followed
  }
}

/** Facts that are read at once while looking for the newest answer. */
const SLICE = 128

/** What is in the window of the session's model, as it is durable now. Reads the present wire and the newest facts, however long the log is. */
export async function readWindow(store: SessionStore, session: SessionId): Promise<WindowView> {
  const sought = await seek(store, session)
  if (sought.type === 'void') return windowView([])
  const rows = await store.readWire(session)
  return windowView(rows, sought.type === 'found' && sought.count.messages < rows.length ? sought.count : undefined)
}

async function seek(store: SessionStore, session: SessionId): Promise<CountSought> {
  const { head, rewinds } = await store.newest(session)
  const hidden = hiddenBy(rewinds)
  const search = searchCount()
  for (let to = head; to > 0; to -= SLICE) {
    const events = []
    for await (const event of store.read(session, Math.max(1, to - SLICE + 1), to)) events.push(event)
    for (const event of events.toReversed()) {
      const found = isHidden(hidden, event.seq) ? undefined : search.see(event)
      if (found) return found
    }
  }
  return { type: 'new' }
}
