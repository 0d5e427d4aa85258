import { assertNever, type ChangedBy } from '@tabwright/protocol'
import type { Past } from './places'
import { isSameSide, sideAfter, sideBefore, type Side } from './side'

/** Somebody else's newest hand in what stands at a path. */
export interface Hand {
  readonly by: ChangedBy
  readonly at: number
  /** Number of the fact. */
  readonly seq: number
}

interface Stood {
  readonly side: Side
  readonly hand: Hand | undefined
}

/**
 * Paths that hold somebody else's work which is newer than fact `to`: going back would lose it, so it is asked about. The agent
 * working on top of it does not make it less theirs; being put back to how it was before does.
 */
export function foreignAfter({ moves }: Pick<Past, 'moves'>, to: number): ReadonlyMap<string, Hand> {
  const stood = new Map<string, Stood[]>()
  for (const { seq, at, by, changes } of moves) {
    if (seq <= to) continue
    for (const change of changes) {
      const past = stood.get(change.path) ?? [{ side: sideBefore(change), hand: undefined }]
      stood.set(change.path, past)
      const side = sideAfter(change)
      past.push({ side, hand: handOf(past, side, { by, at, seq }) })
    }
  }
  const foreign = new Map<string, Hand>()
  for (const [path, past] of stood) {
    const hand = past.at(-1)?.hand
    if (hand) foreign.set(path, hand)
  }
  return foreign
}

function handOf(past: readonly Stood[], side: Side, mine: Hand): Hand | undefined {
  switch (mine.by) {
    case 'user':
    case 'terminal':
    case 'import':
      return mine
    case 'restore':
    case 'review': {
      const before = past.findLast((known) => isSameSide(known.side, side))
      return before ? before.hand : past.at(-1)?.hand
    }
    case 'agent':
    case 'seed':
      return past.at(-1)?.hand
    default:
      return assertNever(mine.by)
  }
}
