import type { SessionId, WindowView } from '@tabwright/protocol'
import type { SessionWorker } from '../client/worker-api'
import { hiddenBy, isHidden } from '../core/history/branch'
import { searchCount, type CountSought } from '../core/insight/newest-count'
import { windowView } from '../core/insight/window-view'
import type { SessionStore } from '../io/session-store'
import type { Platform } from './platform'
import { readProgress } from './session-progress'

type Opened = Pick<Platform, 'store' | 'session' | 'info'>

/** Whoever has the session open may look at all of it. */
export function insightOf(opened: () => Promise<Opened>): Pick<SessionWorker, 'progress' | 'contextWindow'> {
  return {
    progress: async () => {
      const { store, session, info } = await opened()
      return readProgress(store, session, info().limits?.turn.dollars)
    },
    contextWindow: async () => {
      const { store, session } = await opened()
      return readWindow(store, session)
    },
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
