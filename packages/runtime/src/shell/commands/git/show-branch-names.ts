import type { Commit } from './objects'

interface Name {
  readonly head: string
  /** So many first parents behind it. */
  readonly steps: number
}

const shown = ({ head, steps }: Name): string => head + (steps === 0 ? '' : steps === 1 ? '^' : `~${steps}`)

/** Names of commits as seen from tips: first the tips themselves, then what stands behind them by first parents, then the rest. */
export function commitNames(
  list: readonly Commit[],
  tips: readonly { readonly name: string; readonly commit: Commit }[],
): ReadonlyMap<string, string> {
  const known = new Map(list.map((commit): [string, Commit] => [commit.oid, commit]))
  const names = new Map<string, Name>()
  for (const { name, commit } of tips) if (!names.has(commit.oid)) names.set(commit.oid, { head: name, steps: 0 })
  const nameChain = (from: Commit): void => {
    for (let commit: Commit | undefined = from; commit !== undefined;) {
      const own = names.get(commit.oid)
      const [parent] = commit.parents
      if (own === undefined || parent === undefined || names.has(parent)) return
      names.set(parent, { head: own.head, steps: own.steps + 1 })
      commit = known.get(parent)
    }
  }
  for (const commit of list) nameChain(commit)
  for (let before = -1; before !== names.size;) {
    before = names.size
    for (const commit of list) nameParents(commit, names)
  }
  return new Map([...names].map(([oid, name]): [string, string] => [oid, shown(name)]))

  function nameParents(commit: Commit, all: Map<string, Name>): void {
    const own = all.get(commit.oid)
    if (own === undefined) return
    for (const [i, oid] of commit.parents.entries()) {
      if (all.has(oid)) continue
      all.set(oid, { head: `${shown(own)}^${i === 0 ? '' : i + 1}`, steps: 0 })
      const parent = known.get(oid)
      if (parent !== undefined) nameChain(parent)
    }
  }
}
