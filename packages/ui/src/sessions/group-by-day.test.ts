import { sessionId, type SessionRow } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { archivedOf, groupByDay, matching } from './group-by-day'

const NOON = new Date(2026, 10, 20, 12).getTime()
const HOUR = 3_600_000
const row = (title: string, hoursAgo: number): SessionRow => ({
  id: sessionId(title.replaceAll(' ', '-')),
  title,
  createdAt: 0,
  updatedAt: NOON - hoursAgo * HOUR,
  state: 'idle',
  project: 'demo',
})

test('sessions are grouped by calendar day and empty groups are left out', () => {
  const groups = groupByDay([row('a', 1), row('b', 13), row('c', 24 * 30)], NOON)
  expect(groups.map((group) => [group.title, group.sessions.map((session) => session.title)])).toEqual([
    ['Today', ['a']],
    ['Yesterday', ['b']],
    ['Older', ['c']],
  ])
})

test('a search wants every word, in any order and case', () => {
  const rows = [row('Fix the price test', 1), row('Write docs', 2)]
  expect(matching(rows, 'PRICE fix').map((found) => found.title)).toEqual(['Fix the price test'])
  expect(matching(rows, '  ')).toHaveLength(2)
})

test('what is pinned stands first, and what was put aside in no group', () => {
  const rows: readonly SessionRow[] = [row('a', 1), { ...row('b', 24 * 30), isPinned: true }, { ...row('c', 1), isArchived: true }]
  expect(groupByDay(rows, NOON).map((group) => [group.title, group.sessions.map((session) => session.title)])).toEqual([
    ['Pinned', ['b']],
    ['Today', ['a']],
  ])
  expect(archivedOf(rows).map(({ title }) => title)).toEqual(['c'])
})
