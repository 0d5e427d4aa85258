import type { Word } from './words'

/** Costs are squares of what is not liked. */
export const squared = (n: number): number => n * n

/** What it costs to end a line before the word at `at`: sentences like to end with lines, lone words do not. */
function breakCost(words: readonly Word[], at: number): number {
  const before = words[at - 1]
  const here = words[at]
  let cost = squared(70)
  if (before !== undefined) {
    if (before.isPeriod) cost += before.isFinal ? -squared(50) : squared(600)
    else if (before.isPunctuated) cost -= squared(40)
    else if (at > 1 && words[at - 2]?.isFinal) cost += Math.floor(squared(200) / (before.text.length + 2))
  }
  if (here?.opens) cost -= squared(40)
  else if (here?.isFinal) cost += Math.floor(squared(150) / (here.text.length + 2))
  return cost
}

/** The cheapest way of going on from a word. */
interface Best {
  readonly cost: number
  readonly length: number
  readonly next: number
}

/** How far lines stand in. */
interface Indents {
  readonly first: number
  readonly other: number
  /** Length of the line above, where the paragraph goes on; 0 at its beginning. */
  readonly above: number
}

/** The breaks of words: where each line begins, and what each way of going on costs. */
export interface Breaks {
  readonly starts: readonly number[]
  readonly best: readonly Best[]
}

/** The breaks that cost least over the whole paragraph. */
export function breaksOf(words: readonly Word[], plan: { readonly width: number; readonly goal: number }, indents: Indents): Breaks {
  const best: Best[] = []
  best[words.length] = { cost: 0, length: plan.width, next: words.length }
  for (let start = words.length - 1; start >= 0; start--) {
    let length = start === 0 ? indents.first : indents.other
    let found: Best = { cost: Infinity, length: 0, next: start + 1 }
    length += words[start]?.text.length ?? 0
    for (let next = start + 1; ; next++) {
      const after = best[next]
      const above = start === 0 && indents.above > 0 ? ragged(length - indents.above) : 0
      const cost = (after?.cost ?? 0) + lineCost({ length, next, all: words.length, goal: plan.goal }, after) + above
      if (cost < found.cost) found = { cost, length, next }
      if (next >= words.length) break
      length += (words[next - 1]?.space ?? 0) + (words[next]?.text.length ?? 0)
      if (length >= plan.width) break
    }
    best[start] = { ...found, cost: found.cost + breakCost(words, start) }
  }
  const starts: number[] = []
  for (let at = 0; at < words.length; at = best[at]?.next ?? words.length) starts.push(at)
  return { starts, best }
}

const ragged = (difference: number): number => Math.floor(squared(10 * difference) / 2)

function lineCost(
  line: { readonly length: number; readonly next: number; readonly all: number; readonly goal: number },
  after: Best | undefined,
): number {
  if (line.next === line.all) return 0
  const shortness = 10 * (line.goal - line.length)
  let cost = shortness * shortness
  // Ragged right edges cost too, except before the last line.
  if (after !== undefined && after.next !== line.all) cost += ragged(line.length - after.length)
  return cost
}
