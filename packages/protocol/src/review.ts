import type { BlobHash } from './ids'
import type { FileReview } from './screen'

/** Some lines of a text: how many stand in front of them, and how many there are. */
export interface LineSpan {
  readonly start: number
  readonly count: number
}

/** One place at which two texts differ: `old` lines there are `now` lines here. Either may be none. */
export interface Hunk {
  readonly old: LineSpan
  readonly now: LineSpan
}

/** Parts of one file that a person decided on. */
export interface DecidedHunks {
  /** As they were shown, in order, between the content that the person last accepted and `shown`. */
  readonly hunks: readonly Hunk[]
  /** The content that was shown. */
  readonly shown: BlobHash
  /** Accepted: the content that counts as accepted from now on. Rejected: the content of the file from now on. */
  readonly result: BlobHash
}

/** Names a part that was refused: the fact that says so, and which of its parts. */
export interface RefusedName {
  readonly seq: number
  readonly index: number
}

/** A part of a file that a person refused and that they can take back. */
export interface RefusedHunk extends RefusedName {
  /** Where its lines were in `shown`. */
  readonly lines: LineSpan
  readonly shown: BlobHash
  /** What stands in their place in `result`. */
  readonly instead: LineSpan
  readonly result: BlobHash
  readonly why?: string
}

/** The lines of a text, each with its end: put together again they are the text, byte for byte. */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = []
  let from = 0
  // Ten times as fast as a pattern: this is done to whole files for each look at a change.
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    lines.push(text.slice(from, end + 1))
    from = end + 1
  }
  if (from < text.length) lines.push(text.slice(from))
  return lines
}

/** What a comparison of lines found, in order: lines that both have, or that only one of them has. */
export interface Run {
  readonly added?: boolean
  readonly removed?: boolean
  readonly count: number
}

/** The places at which two texts differ. @param from lines in front of the first run, alike in both */
export function hunksOf(runs: readonly Run[], from: number): readonly Hunk[] {
  const hunks: Hunk[] = []
  let [old, now, oldFrom, nowFrom] = [from, from, from, from]
  const close = (): void => {
    const hunk = { old: { start: oldFrom, count: old - oldFrom }, now: { start: nowFrom, count: now - nowFrom } }
    if (hunk.old.count + hunk.now.count > 0) hunks.push(hunk)
  }
  for (const { added, removed, count } of runs) {
    if (added) now += count
    else if (removed) old += count
    else {
      close()
      old += count
      now += count
      oldFrom = old
      nowFrom = now
    }
  }
  close()
  return hunks
}

/** A change as it stood before the person's eyes. */
export interface ShownChange extends Pick<FileReview, 'path' | 'after'> {
  /** What the person changed themselves goes with it; they said so. */
  readonly withOwn?: true
}

/** Parts of one as they stood there, and what becomes of them. */
export interface ShownPart {
  readonly path: string
  readonly before: BlobHash
  readonly after: BlobHash
  readonly hunks: readonly Hunk[]
  readonly decision: 'accepted' | 'rejected'
  /** Why, for the agent. */
  readonly why?: string
  /** The person made these themselves. */
  readonly own?: true
}

/** What becomes of lines that agent and person both changed. */
export type ConflictChoice = 'yours' | 'agent' | 'both' | 'neither' | 'hand'

/** A conflict as it stood there, and the text that comes in its place. */
export interface ResolvedPart {
  readonly path: string
  readonly before: BlobHash | null
  readonly after: BlobHash
  readonly version: number
  readonly hunk: Hunk
  readonly how: ConflictChoice
  readonly text: string
}
