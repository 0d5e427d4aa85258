import type { SessionEvent } from '@tabwright/protocol'
import { holdsAnyway, isHidden, type HiddenRange } from './branch'

/**
 * The facts as a page folds them: what was taken back is left out, but not what it cost. An answer that is hidden comes first and
 * without its words, so that sums are whole and whatever the newest answer says of the present is said by one that is on the path.
 */
export function onScreen(hidden: readonly HiddenRange[], events: readonly SessionEvent[]): readonly SessionEvent[] {
  if (hidden.length === 0) return events
  const spent: SessionEvent[] = []
  const shown: SessionEvent[] = []
  for (const event of events) {
    if (holdsAnyway(event) || !isHidden(hidden, event.seq)) shown.push(event)
    else if (event.type === 'message.assistant') spent.push({ ...event, data: { ...event.data, content: [] } })
    else if (event.type === 'guard.answered' && event.data.bills) spent.push({ ...event, data: { ...event.data, answers: [] } })
  }
  return [...spent, ...shown]
}
