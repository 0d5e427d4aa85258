import { blobHash, type ChangedBy, type FileChange, type SessionEvent } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { asEvents } from '@tabwright/testkit'
import { EMPTY_REVIEWS, foldReviews } from './reviews'

const hash = (digit: string) => blobHash(digit.repeat(64))

function changed(by: ChangedBy, change: Pick<FileChange, 'before' | 'after' | 'modes'>): readonly SessionEvent[] {
  return asEvents([{ type: 'workspace.changed', data: { by, changes: [{ path: 'run.sh', added: 0, removed: 0, ...change }] } }])
}

it('lets a change of the kind of file wait, until it is as before', () => {
  const made = changed('agent', { before: hash('a'), after: hash('a'), modes: { before: 'file', after: 'executable' } })
  const waiting = made.reduce(foldReviews, EMPTY_REVIEWS)
  expect(waiting.get('run.sh')).toEqual({ before: hash('a'), after: hash('a'), modes: { before: 'file', after: 'executable' } })
  const back = changed('agent', { before: hash('a'), after: hash('a'), modes: { before: 'executable', after: 'file' } })
  expect(back.reduce(foldReviews, waiting).size).toBe(0)
})

it('keeps the kind that the file had before the first of several changes', () => {
  const first = changed('agent', { before: hash('a'), after: hash('b'), modes: { before: 'symlink', after: 'executable' } })
  const second = changed('user', { before: hash('b'), after: hash('c'), modes: { before: 'executable', after: 'executable' } })
  expect([...first, ...second].reduce(foldReviews, EMPTY_REVIEWS).get('run.sh')?.modes).toEqual({ before: 'symlink', after: 'executable' })
})
