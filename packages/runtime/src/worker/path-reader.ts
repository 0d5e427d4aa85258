import type { EventLog, Rewind, SessionEvent, SessionId } from '@tabwright/protocol'
import { hiddenBy, rewindsOf, type HiddenRange } from '../core/history/branch'

/** What one look at the log gave. */
export interface PathRead {
  /** Facts since the last look. */
  readonly fresh: readonly SessionEvent[]
  /** What the page gets: the same, or everything when the conversation went back. */
  readonly shown: readonly SessionEvent[]
  /** The conversation went back: what is no longer part of it. */
  readonly hidden?: readonly HiddenRange[]
}

/** Reads a log that somebody else writes, from where it was left. */
export function createPathReader(log: Pick<EventLog, 'read'>, session: SessionId): () => Promise<PathRead> {
  let head = 0
  let rewinds: readonly Rewind[] = []
  const read = async (from: number, to?: number): Promise<SessionEvent[]> => {
    const events: SessionEvent[] = []
    for await (const event of log.read(session, from, to)) events.push(event)
    return events
  }
  return async () => {
    const fresh = await read(head + 1)
    const back = rewindsOf(fresh)
    const earlier = back.length > 0 && head > 0 ? await read(1, head) : []
    head = fresh.at(-1)?.seq ?? head
    if (back.length === 0) return { fresh, shown: fresh }
    rewinds = [...rewinds, ...back]
    return { fresh, shown: [...earlier, ...fresh], hidden: hiddenBy(rewinds) }
  }
}
