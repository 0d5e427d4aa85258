import { hunksOf, linesOf, type Hunk } from '@tabwright/protocol'
import { diffArrays } from 'diff'

/** Beyond it the whole is one part: true too, and the page goes on. */
const TIME_LIMIT_MS = 200

/** Where two texts differ, line by line with their ends. */
export function lineHunks(before: string, after: string): readonly Hunk[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  const runs = diffArrays([...a], [...b], { timeout: TIME_LIMIT_MS })
  return hunksOf(
    runs ?? [
      { removed: true, count: a.length },
      { added: true, count: b.length },
    ],
    0,
  )
}

/** The lines of one part on either side, as texts. */
export function partTexts(before: string, after: string, { old, now }: Hunk): { readonly before: string; readonly after: string } {
  return {
    before: linesOf(before)
      .slice(old.start, old.start + old.count)
      .join(''),
    after: linesOf(after)
      .slice(now.start, now.start + now.count)
      .join(''),
  }
}
