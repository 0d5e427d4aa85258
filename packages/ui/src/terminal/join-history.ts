/**
 * What of `live` is not in `history` yet. The two come by different roads, so the end of one can be the start of the other:
 * text may be in the stored history already when it arrives live.
 */
export function unseen(history: string, live: string): string {
  if (live === '' || history.endsWith(live)) return ''
  return live.slice(overlap(history.slice(-live.length), live))
}

/** Length of the longest end of `left` that is a start of `right`; linear, as both may be large. */
function overlap(left: string, right: string): number {
  const fallback = new Int32Array(right.length)
  for (let at = 1, matched = 0; at < right.length; at += 1) {
    while (matched > 0 && right[at] !== right[matched]) matched = fallback[matched - 1] ?? 0
    if (right[at] === right[matched]) matched += 1
    fallback[at] = matched
  }
  let matched = 0
  for (const unit of left.split('')) {
    while (matched > 0 && (matched === right.length || unit !== right[matched])) matched = fallback[matched - 1] ?? 0
    if (unit === right[matched]) matched += 1
  }
  return matched
}
