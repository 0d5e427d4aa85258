import type { ObjectStore } from './object-store'
import { isSameTree } from './diff/file-change'
import type { Commit } from './objects'
import type { Pathspec } from './pathspec'
import { walkThrough } from './rev-list'

/** The commit to test, how many are in question and how many of them it has behind it. */
export interface Bisection {
  readonly oid: string
  readonly all: number
  readonly reaches: number
}

interface Job {
  readonly bad: string
  readonly good: readonly string[]
  readonly isFirstParent: boolean
  readonly spec: Pathspec
  tick(): void
}

/** The commit that parts those in question best, the oldest of equal ones. */
export function bisection(objects: ObjectStore, job: Job): Bisection | undefined {
  const isSame = ({ tree }: Commit, parent: Commit | undefined): boolean =>
    isSameTree(objects, { old: parent?.tree, fresh: tree }, job.spec)
  const plan = {
    order: 'default' as const,
    isFirstParent: job.isFirstParent,
    isSame: job.spec.isEmpty ? undefined : isSame,
    tick: () => job.tick(),
  }
  const list = [...walkThrough(objects, { include: [job.bad], exclude: job.good, ...plan })].toReversed()
  if (list.length === 0) return undefined
  const counted = new Set(list.flatMap(({ commit, isShown }) => (isShown ? [commit.oid] : [])))
  const inside = new Set(list.map(({ commit }) => commit.oid))
  const parents = new Map(list.map(({ commit, parents: up }) => [commit.oid, up.filter((oid) => inside.has(oid))]))
  return pick(parents, counted)
}

type Parents = ReadonlyMap<string, readonly string[]>

/** How many of those that count a commit has behind it, itself with them. */
function distance(oid: string, parents: Parents, counted: ReadonlySet<string>): number {
  const seen = new Set([oid])
  for (const one of seen) for (const parent of parents.get(one) ?? []) seen.add(parent)
  return [...seen].filter((one) => counted.has(one)).length
}

function pick(parents: Parents, counted: ReadonlySet<string>): Bisection {
  const all = counted.size
  const weights = new Map<string, number>()
  const isHalf = (weight: number): boolean => Math.abs(2 * weight - all) <= 1 || Math.abs(2 * weight - all) < Math.floor(all / 1024)
  for (const [oid, up] of parents) if (up.length === 0) weights.set(oid, counted.has(oid) ? 1 : 0)
  // A merge counts what it has behind it one by one, the others only add one to their parent.
  for (const [oid, up] of parents) {
    if (up.length < 2) continue
    const weight = distance(oid, parents, counted)
    weights.set(oid, weight)
    if (counted.has(oid) && isHalf(weight)) return { oid, all, reaches: weight }
  }
  for (let isMoving = true; isMoving;) {
    isMoving = false
    for (const [oid, up] of parents) {
      const below = weights.get(up[0] ?? '')
      if (weights.has(oid) || below === undefined) continue
      const weight = below + (counted.has(oid) ? 1 : 0)
      weights.set(oid, weight)
      isMoving = true
      if (counted.has(oid) && isHalf(weight)) return { oid, all, reaches: weight }
    }
  }
  return furthest(parents, weights, counted)
}

function furthest(parents: Parents, weights: ReadonlyMap<string, number>, counted: ReadonlySet<string>): Bisection {
  const all = counted.size
  let best: Bisection = { oid: '', all, reaches: 0 }
  let most = -1
  for (const [oid] of parents) {
    if (!counted.has(oid)) continue
    const weight = weights.get(oid) ?? 0
    const near = Math.min(weight, all - weight)
    if (near > most) {
      most = near
      best = { oid, all, reaches: weight }
    }
  }
  return best
}

/** How many more tests it takes, about. */
export function estimatedSteps(all: number): number {
  if (all < 3) return 0
  const steps = Math.floor(Math.log2(all))
  const power = 2 ** steps
  return power < 3 * (all - power) ? steps : steps - 1
}
