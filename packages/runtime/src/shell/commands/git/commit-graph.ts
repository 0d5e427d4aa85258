import type { Commit } from './objects'
import type { ObjectStore } from './object-store'

/** Commits by date, the newest first; of equal ones the first that came. */
export class DateQueue {
  readonly #items: Commit[] = []

  get size(): number {
    return this.#items.length
  }

  put(commit: Commit): void {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#items[middle]?.committer.time ?? 0) < commit.committer.time) high = middle
      else low = middle + 1
    }
    this.#items.splice(low, 0, commit)
  }

  take(): Commit | undefined {
    return this.#items.shift()
  }
}

/** All commits that can be reached, the newest first. */
export function* walkFrom(objects: ObjectStore, tips: readonly string[]): Generator<Commit> {
  const seen = new Set<string>()
  const queue = new DateQueue()
  const put = (oid: string): void => {
    if (seen.has(oid)) return
    seen.add(oid)
    queue.put(objects.commit(oid))
  }
  for (const tip of tips) put(tip)
  for (let commit = queue.take(); commit !== undefined; commit = queue.take()) {
    yield commit
    for (const parent of commit.parents) put(parent)
  }
}

/** Everything that can be reached from some commits, those included. */
export function ancestorsOf(objects: ObjectStore, tips: readonly string[]): Set<string> {
  const seen = new Set<string>(tips)
  const rest = [...tips]
  for (let oid = rest.pop(); oid !== undefined; oid = rest.pop()) {
    for (const parent of objects.commit(oid).parents) {
      if (seen.has(parent)) continue
      seen.add(parent)
      rest.push(parent)
    }
  }
  return seen
}

/** Whether `old` is `young` or one of its ancestors. */
export function isAncestor(objects: ObjectStore, old: string, young: string): boolean {
  if (old === young) return true
  const seen = new Set<string>([young])
  const rest = [young]
  for (let oid = rest.pop(); oid !== undefined; oid = rest.pop()) {
    for (const parent of objects.commit(oid).parents) {
      if (parent === old) return true
      if (!seen.has(parent)) rest.push(parent)
      seen.add(parent)
    }
  }
  return false
}

/** The best common ancestors of a commit and others, the newest first. */
export function mergeBases(objects: ObjectStore, one: string, others: readonly string[]): string[] {
  if (others.includes(one)) return [one]
  const left = ancestorsOf(objects, [one])
  const common = new Set([...ancestorsOf(objects, others)].filter((oid) => left.has(oid)))
  const covered = new Set<string>()
  for (const oid of common) for (const parent of objects.commit(oid).parents) covered.add(parent)
  // An ancestor of a common commit is common itself, so it is enough to look one step.
  const best = [...common].filter((oid) => !covered.has(oid))
  return best
    .map((oid) => objects.commit(oid))
    .toSorted((a, b) => b.committer.time - a.committer.time)
    .map(({ oid }) => oid)
}

/** How many commits each side has that the other has not. */
export function aheadBehind(objects: ObjectStore, ours: string, theirs: string): { readonly ahead: number; readonly behind: number } {
  if (ours === theirs) return { ahead: 0, behind: 0 }
  const left = ancestorsOf(objects, [ours])
  const right = ancestorsOf(objects, [theirs])
  return { ahead: [...left].filter((oid) => !right.has(oid)).length, behind: [...right].filter((oid) => !left.has(oid)).length }
}
