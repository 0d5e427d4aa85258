import { blobHash, type ChangedBy, type FileChange, type SessionEvent } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { asEvents } from '@tabwright/testkit'
import { EMPTY_REVIEWS, foldReviews, reviewsAfter } from './reviews'

const hash = (digit: string) => blobHash(digit.repeat(64))

function changed(by: ChangedBy, change: Pick<FileChange, 'before' | 'after' | 'modes' | 'permissions'>): readonly SessionEvent[] {
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

/** Counts how often it is copied. */
class Copied extends Map<string, never> {
  times = 0
  override [Symbol.iterator]() {
    this.times += 1
    return super[Symbol.iterator]()
  }
}

it('copies what waits once for many facts, not once for each, and not at all for facts of another kind', () => {
  const facts = asEvents(
    Array.from({ length: 300 }, (_, i) => ({
      type: 'workspace.changed' as const,
      data: { by: 'agent' as const, changes: [{ path: `f${i % 7}`, before: hash('a'), after: hash('b'), added: 1, removed: 0 }] },
    })),
  )
  const waiting = new Copied()
  expect(reviewsAfter(waiting, facts)).toEqual(facts.reduce(foldReviews, EMPTY_REVIEWS))
  expect(waiting.times).toBe(1)
  expect(reviewsAfter(waiting, asEvents([{ type: 'review.decided', data: { path: 'f1', decision: 'rejected' } }]))).toBe(waiting)
  expect(waiting.times).toBe(1)
})

it('leaves out a folder of its own and a time alone, and brings up permissions', () => {
  const folder = changed('agent', { before: null, after: hash('a'), modes: { before: null, after: 'folder' } })
  expect(folder.reduce(foldReviews, EMPTY_REVIEWS).size).toBe(0)
  const time = changed('agent', { before: hash('a'), after: hash('a') })
  expect(time.reduce(foldReviews, EMPTY_REVIEWS).size).toBe(0)
  const locked = changed('agent', { before: hash('a'), after: hash('a'), permissions: { before: null, after: 0o600 } })
  expect(locked.reduce(foldReviews, EMPTY_REVIEWS).get('run.sh')).toEqual({
    before: hash('a'),
    after: hash('a'),
    permissions: { before: null, after: 0o600 },
  })
})
