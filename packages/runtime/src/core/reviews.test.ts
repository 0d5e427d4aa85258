import {
  blobHash,
  LOG_FORMAT,
  MAIN_AGENT,
  sessionId,
  traceId,
  type ChangedBy,
  type FileChange,
  type SessionEvent,
} from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { foldReviews } from './reviews'

const hash = (digit: string) => blobHash(digit.repeat(64))

function changed(by: ChangedBy, change: Pick<FileChange, 'before' | 'after' | 'modes'>): SessionEvent {
  return {
    v: LOG_FORMAT,
    session: sessionId('s'),
    agent: MAIN_AGENT,
    trace: traceId('t'),
    epoch: 1,
    at: 5,
    prev: '',
    hash: '',
    seq: 1,
    type: 'workspace.changed',
    data: { by, changes: [{ path: 'run.sh', added: 0, removed: 0, ...change }] },
  }
}

it('lets a change of the kind of file wait, until it is as before', () => {
  const made = changed('agent', { before: hash('a'), after: hash('a'), modes: { before: 'file', after: 'executable' } })
  const waiting = foldReviews(new Map(), made)
  expect(waiting.get('run.sh')).toEqual({ before: hash('a'), after: hash('a'), modes: { before: 'file', after: 'executable' } })
  const back = changed('agent', { before: hash('a'), after: hash('a'), modes: { before: 'executable', after: 'file' } })
  expect(foldReviews(waiting, back).size).toBe(0)
})

it('keeps the kind that the file had before the first of several changes', () => {
  const first = changed('agent', { before: hash('a'), after: hash('b'), modes: { before: 'symlink', after: 'executable' } })
  const second = changed('user', { before: hash('b'), after: hash('c'), modes: { before: 'executable', after: 'executable' } })
  expect(foldReviews(foldReviews(new Map(), first), second).get('run.sh')?.modes).toEqual({ before: 'symlink', after: 'executable' })
})
