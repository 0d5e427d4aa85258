import { ancestorsOf } from './commit-graph'
import type { ObjectStore } from './object-store'
import type { Walked } from './rev-list'

/**
 * The history of the commits that have a name, with those that lie between them left out: each commit stands for the nearest one below that is
 * named, a merge of several such, or the first of all.
 * @param all the newest first
 */
export function namedHistory(objects: ObjectStore, all: readonly Walked[], isNamed: (oid: string) => boolean): readonly Walked[] {
  const stands = new Map<string, string>()
  const parentsOf = new Map<string, readonly string[]>()
  const open = [...all]
  const inside = new Set(all.map(({ commit }) => commit.oid))
  // Dates do not tell what comes first: a commit is done when its parents are.
  while (open.length > 0) {
    const one = open.pop()
    if (one === undefined) break
    const { oid } = one.commit
    if (stands.has(oid)) continue
    const missing = one.parents.filter((parent) => inside.has(parent) && !stands.has(parent))
    if (missing.length > 0) {
      open.push(one, ...all.filter(({ commit }) => missing.includes(commit.oid)))
      continue
    }
    const parents = heads(
      objects,
      one.parents.map((parent) => stands.get(parent) ?? parent),
    )
    parentsOf.set(oid, parents)
    const [only] = parents
    stands.set(oid, isNamed(oid) || parents.length !== 1 || only === undefined ? oid : only)
  }
  return all
    .filter(({ commit }) => stands.get(commit.oid) === commit.oid)
    .map(({ commit }) => ({ commit, parents: parentsOf.get(commit.oid) ?? [] }))
}

/** Commits without those that others of them reach. */
function heads(objects: ObjectStore, oids: readonly string[]): readonly string[] {
  const list = [...new Set(oids)]
  if (list.length < 2) return list
  return list.filter((oid) => !list.some((other) => other !== oid && ancestorsOf(objects, [other]).has(oid)))
}
