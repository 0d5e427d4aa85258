import type { SessionId, SessionRow } from '@tabwright/protocol'
import type { Phrase } from '../language'

/** Sessions of one stretch of time, under its name. */
export interface SessionGroup {
  readonly title: Phrase
  readonly sessions: readonly SessionRow[]
}

const DAY = 86_400_000

/** Which sessions are shown, and how a person reads it. */
export const STATES = [
  ['all', 'All'],
  ['running', 'At work'],
  ['waiting', 'Needs you'],
  ['failed', 'Stopped'],
] as const

export type StateFilter = (typeof STATES)[number][0]

/** Those in a state. */
export function inState(sessions: readonly SessionRow[], state: StateFilter): readonly SessionRow[] {
  return state === 'all' ? sessions : sessions.filter((session) => session.state === state)
}

/** Titles that hold every word of the query, whatever the case; and the sessions that a look through their messages found. */
export function matching(
  sessions: readonly SessionRow[],
  query: string,
  found: { has(session: SessionId): boolean } = new Set<SessionId>(),
): readonly SessionRow[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return sessions.filter((session) => found.has(session.id) || words.every((word) => session.title.toLowerCase().includes(word)))
}

/** What was put aside. */
export function archivedOf(sessions: readonly SessionRow[]): readonly SessionRow[] {
  return sessions.filter((session) => session.isArchived)
}

/**
 * What is pinned, then today, yesterday, the last week and older by the calendar of this machine. Empty groups are left out, and what was
 * put aside is in none.
 */
export function groupByDay(sessions: readonly SessionRow[], now: number): readonly SessionGroup[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const bounds: readonly (readonly [Phrase, number])[] = [
    ['Today', midnight],
    ['Yesterday', midnight - DAY],
    ['Last 7 days', midnight - 7 * DAY],
    ['Older', Number.NEGATIVE_INFINITY],
  ]
  const shown = sessions.filter((session) => !session.isArchived)
  const pinned = shown.filter((session) => session.isPinned)
  let rest = shown.filter((session) => !session.isPinned)
  const groups: SessionGroup[] = pinned.length > 0 ? [{ title: 'Pinned', sessions: pinned }] : []
  for (const [title, from] of bounds) {
    const inside = rest.filter((session) => session.updatedAt >= from)
    rest = rest.filter((session) => session.updatedAt < from)
    if (inside.length > 0) groups.push({ title, sessions: inside })
  }
  return groups
}
