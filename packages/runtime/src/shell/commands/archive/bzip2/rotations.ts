/** Where each rotation of a block begins, in the order of the rotations. */
export function sortedRotations(block: Uint8Array, tick: () => void): Int32Array {
  const size = block.length
  let order = new Int32Array(size)
  let ranks = Int32Array.from(block)
  const all = Int32Array.from({ length: size }, (_, at) => at)
  byRank(ranks, { from: all, to: order, kinds: 256 })
  for (let reach = 1; ; reach *= 2) {
    tick()
    const next = new Int32Array(size)
    const kinds = ranked(order, { ranks, next, reach: reach >> 1 })
    ranks = next
    if (kinds === size || reach >= 2 * size) return order
    // What is sorted by its first part gives the order by the second part of what begins that much earlier.
    const bySecond = new Int32Array(size)
    for (let i = 0; i < size; i++) {
      const at = (order[i] ?? 0) - reach
      bySecond[i] = at < 0 ? ((at % size) + size) % size : at
    }
    const sorted = new Int32Array(size)
    byRank(ranks, { from: bySecond, to: sorted, kinds })
    order = sorted
  }
}

/** Sorts by rank and keeps the order of what is equal. */
function byRank(
  ranks: Int32Array,
  { from, to, kinds }: { readonly from: Int32Array; readonly to: Int32Array; readonly kinds: number },
): void {
  const starts = new Int32Array(kinds + 1)
  for (const rank of ranks) starts[rank + 1] = (starts[rank + 1] ?? 0) + 1
  for (let rank = 0; rank < kinds; rank++) starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0)
  for (const at of from) {
    const rank = ranks[at] ?? 0
    const place = starts[rank] ?? 0
    starts[rank] = place + 1
    to[place] = at
  }
}

/** Ranks by twice as many letters. Gives how many there are. @param reach 0: by the first letter alone */
function ranked(
  order: Int32Array,
  { ranks, next, reach }: { readonly ranks: Int32Array; readonly next: Int32Array; readonly reach: number },
): number {
  const size = order.length
  let kind = -1
  let [first, second] = [-1, -1]
  for (const at of order) {
    const one = ranks[at] ?? 0
    const two = reach === 0 ? 0 : (ranks[(at + reach) % size] ?? 0)
    if (one !== first || two !== second) kind += 1
    first = one
    second = two
    next[at] = kind
  }
  return kind + 1
}
