import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { canonicalJson, LOG_FORMAT, parseStoredEvent, type SessionEvent } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { hiddenRanges, isOnBranch } from './history/branch'
import { LOOP_FOLD, REVIEWS_FOLD } from './saved-folds'
import type { SavedFold } from './snapshot'
import { packState } from './snapshot-text'

function conversation(format: number): readonly SessionEvent[] {
  const lines = readFileSync(new URL(`../../../protocol/src/fixtures/format-${format}.jsonl`, import.meta.url), 'utf8')
  const events = lines.split('\n').flatMap((line) => {
    const stored = line === '' ? undefined : parseStoredEvent(JSON.parse(line))
    return stored?.type === 'event' ? [stored.event] : []
  })
  const hidden = hiddenRanges(events)
  return events.filter((event) => isOnBranch(hidden, event))
}

/** What the fold says after each fact of the recorded sessions, in short. */
function digestOf<S>({ fold, empty }: SavedFold<S>): string {
  const digest = createHash('sha256').update(canonicalJson(packState(empty)))
  for (let format = 1; format <= LOG_FORMAT; format++) {
    let state = empty
    for (const event of conversation(format)) {
      state = fold(state, event)
      digest.update(canonicalJson(packState(state)))
    }
  }
  return digest.digest('hex').slice(0, 12)
}

/**
 * A snapshot of one version must mean the same to every build that reads it. When this fails because a fold or the shape of its state
 * changed, raise its version in `saved-folds.ts`, then note the new digest here; when only a recorded session changed, note the digest.
 */
it('[C12] pins the version of every saved fold to what it makes of recorded sessions', () => {
  const digests = { loop: [LOOP_FOLD.version, digestOf(LOOP_FOLD)], reviews: [REVIEWS_FOLD.version, digestOf(REVIEWS_FOLD)] }
  expect(digests).toEqual({ loop: [24, '439b4442e743'], reviews: [3, 'b026ec67b0d2'] })
})
