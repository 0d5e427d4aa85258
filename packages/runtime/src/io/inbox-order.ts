import type { InboxRow } from '@tabwright/protocol'

/**
 * The rows of `order` with their messages moved, so that the numbers stay ascending and none is given twice.
 * Undefined when one of them is gone or named twice.
 */
export function reordered(rows: readonly InboxRow[], order: readonly number[]): readonly InboxRow[] | undefined {
  const byNumber = new Map(rows.map((row) => [row.n, row]))
  const wanted = order.flatMap((n) => byNumber.get(n) ?? [])
  if (wanted.length !== order.length || new Set(order).size !== order.length) return undefined
  const places = order.toSorted((a, b) => a - b)
  return wanted.map((row, i) => ({ ...row, n: places[i] ?? row.n }))
}

/** Whether a row still reads as it did when somebody looked: not edited, not moved, not gone. */
export function sameRow(now: InboxRow | undefined, seen: InboxRow): boolean {
  return now !== undefined && now.at === seen.at && JSON.stringify(now.message) === JSON.stringify(seen.message)
}
