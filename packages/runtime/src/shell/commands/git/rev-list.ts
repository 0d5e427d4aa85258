import type { Commit } from './objects'
import type { ObjectStore } from './object-store'
import type { ReflogMark } from './pretty'
import { ancestorsOf, DateQueue } from './commit-graph'
import { namedHistory } from './named-history'

/** Which commits, in which order. */
export interface WalkPlan {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly order: 'default' | 'date' | 'author-date' | 'topo'
  readonly isFirstParent: boolean
  /** Whether a commit has the same paths as its parent; undefined: no paths were named. */
  readonly isSame?: ((commit: Commit, parent: Commit | undefined) => boolean) | undefined
  readonly sinceTime?: number | undefined
  /** Only commits that it names, and where their histories meet, are told. */
  readonly isNamed?: ((oid: string) => boolean) | undefined
  tick(): void
}

/** A commit of a walk, with its parents as the walk sees them. */
export interface Walked {
  readonly commit: Commit
  /** Of those that are shown, or the boundary. */
  readonly parents: readonly string[]
  /** Where it is an entry of the log of a ref. */
  readonly reflog?: ReflogMark
}

/** Walks the history. Streams where the order lets it. */
export function* walk(objects: ObjectStore, plan: WalkPlan): Generator<Walked> {
  const hidden = ancestorsOf(objects, plan.exclude)
  const limited = limit(objects, plan, hidden)
  if (plan.isNamed !== undefined) {
    yield* sorted(namedHistory(objects, [...limited], plan.isNamed), plan.order === 'default' ? 'topo' : plan.order)
    return
  }
  if (plan.order === 'default') {
    for (const { commit, parents, isShown } of limited) if (isShown) yield { commit, parents }
    return
  }
  const all = [...limited]
  const rewritten = rewrite(all)
  const shown = all.filter(({ isShown }) => isShown)
  yield* sorted(
    shown.map(({ commit }) => ({ commit, parents: rewritten(commit.oid) })),
    plan.order,
  )
}

/** A commit that was walked through, also where paths leave it out. */
export interface Limited extends Walked {
  readonly isShown: boolean
}

/** All that is walked through, the newest first. */
export function* walkThrough(objects: ObjectStore, plan: WalkPlan): Generator<Limited> {
  yield* limit(objects, plan, ancestorsOf(objects, plan.exclude))
}

function* limit(objects: ObjectStore, plan: WalkPlan, hidden: ReadonlySet<string>): Generator<Limited> {
  const seen = new Set<string>()
  const queue = new DateQueue()
  const put = (oid: string): void => {
    if (seen.has(oid) || hidden.has(oid)) return
    seen.add(oid)
    queue.put(objects.commit(oid))
  }
  const tips = plan.include.filter((oid, i, all) => all.indexOf(oid) === i && !hidden.has(oid))
  for (const tip of tips) put(tip)
  for (let commit = queue.take(); commit !== undefined; commit = queue.take()) {
    plan.tick()
    if (plan.sinceTime !== undefined && commit.committer.time < plan.sinceTime) continue
    const { parents, isShown } = simplified(objects, commit, plan)
    for (const parent of parents) put(parent)
    yield { commit, parents, isShown }
  }
}

/** What history keeps of a commit when only some paths count: one parent that has the same is followed alone. */
function simplified(
  objects: ObjectStore,
  commit: Commit,
  plan: WalkPlan,
): { readonly parents: readonly string[]; readonly isShown: boolean } {
  const parents = plan.isFirstParent ? commit.parents.slice(0, 1) : commit.parents
  const { isSame } = plan
  if (isSame === undefined) return { parents, isShown: true }
  if (parents.length === 0) return { parents, isShown: !isSame(commit, undefined) }
  const same = parents.find((parent) => isSame(commit, objects.commit(parent)))
  return same === undefined ? { parents, isShown: true } : { parents: [same], isShown: false }
}

/** Parents of shown commits are the nearest that are shown. */
function rewrite(all: readonly Limited[]): (oid: string) => string[] {
  const byOid = new Map(all.map((one) => [one.commit.oid, one]))
  const nearest = (from: string): string | undefined => {
    let at: string | undefined = from
    for (let one = byOid.get(from); one !== undefined && !one.isShown; one = at === undefined ? undefined : byOid.get(at))
      at = one.parents[0]
    return at
  }
  return (oid) => {
    const parents = (byOid.get(oid)?.parents ?? []).flatMap((parent) => nearest(parent) ?? [])
    return parents.filter((parent, i) => parents.indexOf(parent) === i)
  }
}

function* sorted(list: readonly Walked[], order: WalkPlan['order']): Generator<Walked> {
  const byOid = new Map(list.map((one) => [one.commit.oid, one]))
  const degree = new Map(list.map(({ commit }) => [commit.oid, 0]))
  for (const { parents } of list) for (const parent of parents) if (degree.has(parent)) degree.set(parent, (degree.get(parent) ?? 0) + 1)
  const time = ({ commit }: Walked): number => (order === 'author-date' ? commit.author.time : commit.committer.time)
  const ready = list.filter(({ commit }) => degree.get(commit.oid) === 0)
  if (order === 'topo') ready.reverse()
  const takeNext = (): Walked | undefined => {
    if (order === 'topo') return ready.pop()
    let best = 0
    for (const [i, one] of ready.entries()) if (time(one) > time(ready[best] ?? one)) best = i
    return ready.splice(best, 1)[0]
  }
  for (let one = takeNext(); one !== undefined; one = takeNext()) {
    yield one
    for (const parent of one.parents) {
      const left = (degree.get(parent) ?? 0) - 1
      degree.set(parent, left)
      const next = byOid.get(parent)
      if (left === 0 && next !== undefined) ready.push(next)
    }
  }
}
