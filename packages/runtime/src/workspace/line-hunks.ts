import { hunksOf, linesOf, type Hunk } from '@tabwright/protocol'
import { diffArrays } from 'diff'
import { anchors, type Anchor, type NumberedSides } from './line-anchors'
import { shortRuns } from './short-runs'

// As for line counts: beyond either bound what is left is one hunk, which is true too and still decided exactly.
const MAX_EDITS = 4000
const MAX_MS = 200

/**
 * Where two texts differ, line by line with their ends: what stands between the hunks is the same in both, byte for byte. Lines that both have
 * once hold the two together, and only what lies between those is compared: the time grows with what changed, not with its square.
 */
export function lineHunks(before: string, after: string): readonly Hunk[] {
  const numbers = new Map<string, number>()
  const [old, now] = [numbered(linesOf(before), numbers), numbered(linesOf(after), numbers)]
  const sides = { old, now, different: numbers.size }
  const until = performance.now() + MAX_MS
  const hunks: Hunk[] = []
  let from: Anchor = { old: 0, now: 0 }
  const ends = { old: sides.old.length, now: sides.now.length }
  for (const anchor of [...anchors(sides), ends]) {
    if (anchor.old > from.old || anchor.now > from.now) hunks.push(...between(sides, [from, anchor], until))
    from = { old: anchor.old + 1, now: anchor.now + 1 }
  }
  return hunks
}

/** What differs from one place up to another. */
function between({ old, now }: NumberedSides, [from, to]: readonly [Anchor, Anchor], until: number): readonly Hunk[] {
  let [start, end] = [0, 0]
  const most = Math.min(to.old - from.old, to.now - from.now)
  while (start < most && old[from.old + start] === now[from.now + start]) start++
  while (end < most - start && old[to.old - 1 - end] === now[to.now - 1 - end]) end++
  const [a, b] = [old.subarray(from.old + start, to.old - end), now.subarray(from.now + start, to.now - end)]
  if (a.length + b.length === 0) return []
  const timeout = Math.max(0, until - performance.now())
  const isOneSided = a.length === 0 || b.length === 0
  const isShort = isOneSided ? undefined : shortRuns(a, b)
  const runs = isShort ?? (isOneSided || timeout === 0 ? undefined : diffArrays([...a], [...b], { maxEditLength: MAX_EDITS, timeout }))
  const whole = [
    { removed: true, count: a.length },
    { added: true, count: b.length },
  ]
  return hunksOf(runs ?? whole, 0).map((hunk) => ({
    old: { ...hunk.old, start: hunk.old.start + from.old + start },
    now: { ...hunk.now, start: hunk.now.start + from.now + start },
  }))
}

/** One number for each different line: numbers are compared faster. */
function numbered(lines: readonly string[], numbers: Map<string, number>): Int32Array {
  const found = new Int32Array(lines.length)
  for (const [at, line] of lines.entries()) {
    const known = numbers.get(line)
    if (known === undefined) numbers.set(line, numbers.size)
    found[at] = known ?? numbers.size - 1
  }
  return found
}
