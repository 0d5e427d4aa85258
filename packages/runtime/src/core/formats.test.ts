import { readFileSync } from 'node:fs'
import { LOG_FORMAT, parseStoredEvent, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { EMPTY_TRANSCRIPT, foldTranscripts } from './facts'
import { hiddenRanges, isOnBranch } from './history/branch'
import { EMPTY_REVIEWS, foldReviews } from './reviews'
import { LOOP_FOLD } from './saved-folds'
import { step } from './step'

const FORMATS = Array.from({ length: LOG_FORMAT }, (_, index) => index + 1)

function eventsOf(format: number): readonly SessionEvent[] {
  const lines = readFileSync(new URL(`../../../protocol/src/fixtures/format-${format}.jsonl`, import.meta.url), 'utf8')
  return lines
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const stored = parseStoredEvent(JSON.parse(line))
      return stored.type === 'event' ? [stored.event] : []
    })
}

describe.each(FORMATS)('a session of format %i', (format) => {
  it('is folded into a state that the loop can go on from, and into rows', () => {
    const events = eventsOf(format)
    const hidden = hiddenRanges(events)
    const past = events.filter((event) => isOnBranch(hidden, event))
    const { state } = past.reduce(LOOP_FOLD.fold, LOOP_FOLD.empty)
    expect(state).toMatchObject({ head: events.length, turn: undefined, model: 'claude-test-1' })
    expect(() => step(state, () => undefined)).not.toThrow()
    const { rows, pending } = foldTranscripts(EMPTY_TRANSCRIPT, past)
    expect(rows.map(({ type }) => type)).toEqual(expect.arrayContaining(['user', 'agent', 'call']))
    expect(pending).toEqual([])
    expect([...past.reduce(foldReviews, EMPTY_REVIEWS).keys()]).toEqual([])
  })
})
