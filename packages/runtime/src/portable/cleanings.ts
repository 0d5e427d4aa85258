import type { SessionEvent } from '@tabwright/protocol'
import type { CleanMemory, Hidden } from './clean-text'

/** What was found in one session, for the next time that it is looked through. */
export interface Cleanings {
  /** For these values and patterns alone: with others the same text is another one. */
  of(hidden: readonly Hidden[], patterns: string): Cleaning
}

/** What became of texts and facts. */
export interface Cleaning {
  readonly texts: CleanMemory
  /** The facts of the last time, in their order, and the contents that had another name then. */
  facts: readonly CleanedFact[]
  renamed: string
  /** All marks that ever were put, for facts that are not looked through again. */
  readonly marks: Set<string>
}

/** A fact before and after. */
export interface CleanedFact {
  readonly line: string
  /** The text of its result, without what is spread over several. */
  readonly result: string
  readonly fact: string
  readonly event: SessionEvent
}

/** One choice and the one before it: a person goes back and forth. */
const MOST = 2

/** In memory only, and as large as the session. */
export function cleanings(): Cleanings {
  const kept = new Map<string, Cleaning>()
  return {
    of(hidden, patterns) {
      const name = JSON.stringify([patterns, hidden])
      const cleaning = kept.get(name) ?? { texts: new Map(), facts: [], renamed: '', marks: new Set() }
      kept.delete(name)
      kept.set(name, cleaning)
      for (const old of kept.keys()) if (kept.size > MOST) kept.delete(old)
      return cleaning
    },
  }
}
