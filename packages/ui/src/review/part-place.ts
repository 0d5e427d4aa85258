import type { Hunk } from '@tabwright/protocol'
import { t } from '../language'

/** Where a part is, by the lines of the file as it is: `lines 3–5`, `line 7`, `2 lines removed after line 4`. */
export function partPlace({ old, now }: Hunk): string {
  if (now.count === 0)
    return old.count === 1
      ? t('a line removed after line {line}', { line: now.start })
      : t('{count} lines removed after line {line}', { count: old.count, line: now.start })
  return now.count === 1
    ? t('line {line}', { line: now.start + 1 })
    : t('lines {first}–{last}', { first: now.start + 1, last: now.start + now.count })
}

/** The part that a line of the file belongs to, else the nearest one behind it, else the last. */
export function partAt(hunks: readonly Hunk[], line: number): number {
  const at = hunks.findIndex(({ now }) => line <= now.start + Math.max(now.count, 1))
  return at === -1 ? Math.max(0, hunks.length - 1) : at
}
