import { mayOverlap, NOTHING, onlyChar, unionOf, type CharSet } from './char-set'
import type { RegexNode } from './regex-node'

interface Width {
  readonly min: number
  readonly max: number
}

/** How many characters an expression can take. */
export function widthOf(node: RegexNode): Width {
  switch (node.type) {
    case 'set':
      return { min: 1, max: 1 }
    case 'concat':
      return node.items.map(widthOf).reduce((sum, width) => ({ min: sum.min + width.min, max: sum.max + width.max }), { min: 0, max: 0 })
    case 'either': {
      const widths = node.branches.map(widthOf)
      return { min: Math.min(...widths.map(({ min }) => min)), max: Math.max(...widths.map(({ max }) => max)) }
    }
    case 'repeat': {
      const { min, max } = widthOf(node.body)
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max }
    }
    case 'group':
    case 'atomic':
      return widthOf(node.body)
    case 'back':
      return { min: 0, max: Infinity }
    default:
      return { min: 0, max: 0 }
  }
}

/** Characters that what an expression takes can begin with. */
export function firstOf(node: RegexNode): CharSet {
  switch (node.type) {
    case 'set':
      return node.set
    case 'concat': {
      const sets: CharSet[] = []
      for (const item of node.items) {
        sets.push(firstOf(item))
        if (widthOf(item).min > 0) break
      }
      return unionOf(sets)
    }
    case 'either':
      return unionOf(node.branches.map(firstOf))
    case 'repeat':
    case 'group':
      return firstOf(node.body)
    default:
      return NOTHING
  }
}

/** Every node inside, itself first. */
export function* nodesOf(node: RegexNode): Generator<RegexNode> {
  yield node
  switch (node.type) {
    case 'concat':
      for (const item of node.items) yield* nodesOf(item)
      return
    case 'either':
      for (const branch of node.branches) yield* nodesOf(branch)
      return
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      yield* nodesOf(node.body)
      return
    default:
  }
}

/** What may come behind a part. */
interface Rest {
  readonly isFixed: boolean
  readonly first: CharSet
}

/** Where preferring earlier branches and more rounds gives the longest match too, so that JS finds what POSIX wants. */
export function isGreedyLongest(root: RegexNode): boolean {
  if (endsAtEnd(root)) return true
  return isForced(root, { isFixed: true, first: NOTHING })
}

/** Every match ends where the text ends. */
function endsAtEnd(node: RegexNode): boolean {
  if (node.type === 'assert') return node.what === 'textEnd'
  if (node.type === 'group') return endsAtEnd(node.body)
  if (node.type === 'either') return node.branches.every(endsAtEnd)
  const last = node.type === 'concat' ? node.items.at(-1) : undefined
  return last !== undefined && endsAtEnd(last)
}

function isForced(node: RegexNode, rest: Rest): boolean {
  const { min, max } = widthOf(node)
  // Whatever is chosen inside takes as much.
  if (min === max && node.type !== 'look' && node.type !== 'keep') return true
  switch (node.type) {
    case 'set':
    case 'assert':
      return true
    case 'group':
      return isForced(node.body, rest)
    case 'concat':
      return areForced(node.items, rest)
    case 'either':
      return areApart(node.branches) && node.branches.every((branch) => isForced(branch, rest))
    case 'repeat':
      return isRepeatForced(node, rest)
    default:
      return false
  }
}

function areForced(items: readonly RegexNode[], rest: Rest): boolean {
  let behind = rest
  for (const item of items.toReversed()) {
    if (!isForced(item, behind)) return false
    const { min, max } = widthOf(item)
    const first = min > 0 ? firstOf(item) : unionOf([firstOf(item), behind.first])
    behind = { isFixed: behind.isFixed && min === max, first }
  }
  return true
}

function isRepeatForced(node: Extract<RegexNode, { type: 'repeat' }>, rest: Rest): boolean {
  const { min, max } = widthOf(node.body)
  if (min === 0 || node.isLazy) return false
  if (min === max && (rest.isFixed || node.min === node.max))
    return isForced(node.body, { isFixed: rest.isFixed && node.min === node.max, first: NOTHING })
  const first = firstOf(node.body)
  if (node.min !== node.max && mayOverlap(first, rest.first)) return false
  return isForced(node.body, { isFixed: false, first: unionOf([first, rest.first]) })
}

/** Of these branches at most one matches at a place, or all that do take the same. */
function areApart(branches: readonly RegexNode[]): boolean {
  const widths = branches.map(widthOf)
  const [width] = widths
  if (width === undefined) return true
  if (widths.every(({ min, max }) => min === width.min && max === width.min)) return true
  return branches.every((one, i) => branches.every((two, j) => j <= i || !mayBothMatch(one, two)))
}

function mayBothMatch(one: RegexNode, two: RegexNode): boolean {
  const a = fixedSets(one)
  const b = fixedSets(two)
  if (a !== undefined && b !== undefined) return a.every((set, i) => mayOverlapAt(set, b[i]))
  if (widthOf(one).min === 0 || widthOf(two).min === 0) return true
  return mayOverlap(firstOf(one), firstOf(two))
}

function mayOverlapAt(one: CharSet, two: CharSet | undefined): boolean {
  return two === undefined || mayOverlap(one, two)
}

/** The sets of an expression that takes a fixed number of characters without a choice. */
function fixedSets(node: RegexNode): readonly CharSet[] | undefined {
  if (node.type === 'set') return [node.set]
  if (node.type === 'group') return fixedSets(node.body)
  if (node.type !== 'concat') return undefined
  const all = node.items.map(fixedSets)
  return all.every((sets) => sets !== undefined) ? all.flat() : undefined
}

/**
 * Whether JS keeps in every group what the C library keeps: it empties groups at each round of a loop, and gives up a round that
 * takes nothing.
 */
export function keepsGroups(node: RegexNode, isInLoop = false): boolean {
  switch (node.type) {
    case 'repeat': {
      const isLoop = node.max > 1
      const hasGroup = [...nodesOf(node.body)].some(({ type }) => type === 'group')
      if (!hasGroup) return true
      if (widthOf(node.body).min === 0 || (isInLoop && node.min === 0)) return false
      return keepsGroups(node.body, isInLoop || isLoop)
    }
    case 'either':
      if (isInLoop && [...nodesOf(node)].some(({ type }) => type === 'group')) return false
      return node.branches.every((branch) => keepsGroups(branch, isInLoop))
    case 'concat':
      return node.items.every((item) => keepsGroups(item, isInLoop))
    case 'group':
      return keepsGroups(node.body, isInLoop)
    default:
      return true
  }
}

/**
 * How a backtracking search may grow with the text: 1 linear, 2 with its square, …; Infinity: with a power of two.
 */
export function growthOf(root: RegexNode): number {
  let degree = 1
  for (const node of nodesOf(root)) {
    if (node.type !== 'repeat' || node.max < 10) continue
    const { min, max } = widthOf(node.body)
    if (!isPlain(node.body) || (min !== max && !isRepeatForced(node, { isFixed: false, first: NOTHING }))) return Infinity
    degree += 1
  }
  return degree
}

/** No two branches inside can both match at a place. */
function isPlain(root: RegexNode): boolean {
  for (const node of nodesOf(root)) {
    if (node.type !== 'either') continue
    const { branches } = node
    if (branches.some((one, i) => branches.some((two, j) => j > i && mayBothMatch(one, two)))) return false
  }
  return true
}

/** A text that every match has in it, the longest that is easily seen; empty: none. */
export function literalOf(root: RegexNode): string {
  const runs: string[] = []
  const run = collect(root, '', runs)
  runs.push(run)
  return runs.reduce((best, each) => (each.length > best.length ? each : best), '')
}

/** Gives the run that goes on behind the node; what is broken off goes to `runs`. */
function collect(node: RegexNode, run: string, runs: string[]): string {
  if (node.type === 'set') {
    const char = onlyChar(node.set)
    if (char !== undefined) return run + char
  } else if (node.type === 'concat') return node.items.reduce((sum, item) => collect(item, sum, runs), run)
  else if (node.type === 'group') return collect(node.body, run, runs)
  else if (node.type === 'repeat' && node.min > 0) {
    runs.push(run, collect(node.body, '', runs))
    return ''
  } else if (node.type === 'assert') return run
  runs.push(run)
  return ''
}
