import { sessionId, type SessionRow } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { deletable } from './deletable'

const row = (id: string, updatedAt: number, state: SessionRow['state'] = 'idle'): SessionRow => ({
  id: sessionId(id),
  title: id,
  createdAt: 0,
  updatedAt,
  state,
  project: 'blank',
})

test('[C18] room is made of the oldest sessions at rest, never of the one on show', () => {
  const rows = [
    row('new', 9),
    row('shown', 1),
    row('old', 2),
    row('busy', 0, 'running'),
    row('asks', 0, 'waiting'),
    row('broken', 5, 'failed'),
  ]
  expect(deletable(rows, sessionId('shown')).map(({ id }) => id)).toEqual(['old', 'broken', 'new'])
})
