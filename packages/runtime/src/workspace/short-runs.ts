import type { hunksOf } from '@tabwright/protocol'

type Run = Parameters<typeof hunksOf>[0][number]

/** Up to so many pairs of lines all are looked at: that is faster than any search for the shortest way. */
const MOST_PAIRS = 4096

/** What two short lists of lines have in common and what not; undefined where they are not short. */
export function shortRuns(a: Int32Array, b: Int32Array): readonly Run[] | undefined {
  if (a.length * b.length > MOST_PAIRS) return undefined
  const width = b.length + 1
  // How many lines the rest of either list has in common.
  const common = new Uint16Array((a.length + 1) * width)
  for (let x = a.length - 1; x >= 0; x--) {
    for (let y = b.length - 1; y >= 0; y--) {
      const at = x * width + y
      common[at] = a[x] === b[y] ? (common[at + width + 1] ?? 0) + 1 : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0)
    }
  }
  const runs: Run[] = []
  let [x, y] = [0, 0]
  while (x < a.length || y < b.length) {
    const at = x * width + y
    if (x < a.length && y < b.length && a[x] === b[y]) {
      runs.push({ count: 1 })
      x++
      y++
    } else if (y === b.length || (x < a.length && (common[at + width] ?? 0) >= (common[at + 1] ?? 0))) {
      runs.push({ removed: true, count: 1 })
      x++
    } else {
      runs.push({ added: true, count: 1 })
      y++
    }
  }
  return runs
}
