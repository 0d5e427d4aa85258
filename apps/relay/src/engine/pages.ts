import type { JsonObject } from '@tabwright/protocol'

/** Bytes of the rows of one answer. With one more row, which a registration bounds, it is well below a frame. */
export const PAGE_BYTES = 512 * 1024
/** Bytes of rows that stand inside a row. */
const INNER_BYTES = 256 * 1024

interface PageOptions<T> {
  readonly keyOf: (one: T) => string
  readonly rowOf: (one: T) => JsonObject
  /** Where the last page ended. */
  readonly after: string | undefined
}

/** Rows that one answer holds, and where the rest begins. */
export interface Page {
  readonly rows: readonly JsonObject[]
  /** Key of the last of them, if more come after it. */
  readonly next: string | undefined
}

/**
 * All of them where one answer holds them. Else as many as it does, in the order of their keys, from behind `after` on: what one worker
 * registers must not keep others from being seen.
 */
export function pageOf<T>(all: readonly T[], { keyOf, rowOf, after }: PageOptions<T>): Page {
  const whole = after === undefined ? fitting(all, PAGE_BYTES, rowOf) : []
  if (after === undefined && whole.length === all.length) return { rows: whole, next: undefined }
  const rest = all
    .map((one) => ({ one, key: keyOf(one) }))
    .filter(({ key }) => after === undefined || key > after)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const rows = fitting(rest, PAGE_BYTES, ({ one }) => rowOf(one))
  return { rows, next: rows.length < rest.length ? rest[rows.length - 1]?.key : undefined }
}

/** As many of the first as a row holds inside it, and how many more there are. */
export function innerRows<T>(
  all: readonly T[],
  rowOf: (one: T) => JsonObject,
): { readonly rows: readonly JsonObject[]; readonly leftOff: number } {
  const rows = fitting(all, INNER_BYTES, rowOf)
  return { rows, leftOff: all.length - rows.length }
}

/** As many of the first as one answer holds, one at least. */
export function fitting<T>(all: readonly T[], bytes: number, rowOf: (one: T) => JsonObject): readonly JsonObject[] {
  const rows: JsonObject[] = []
  let left = bytes
  for (const one of all) {
    const row = rowOf(one)
    left -= Buffer.byteLength(JSON.stringify(row))
    if (left < 0 && rows.length > 0) break
    rows.push(row)
  }
  return rows
}
