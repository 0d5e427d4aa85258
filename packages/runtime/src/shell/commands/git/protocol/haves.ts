import { walkFrom } from '../commit-graph'
import type { ObjectStore } from '../object-store'
import { oidOf } from '../oid'
import type { Repository } from '../repository'

const MOST = 256

/**
 * Commits to name to the other side, in one request: every request is decided by a person, so there is no second round. All tips, then the
 * newest history, then ever fewer of what is older, so that a common commit is missed by no more than its own distance.
 */
export function havesOf(repo: Repository): string[] {
  const { objects } = repo
  const tips = new Set<string>()
  for (const oid of [...repo.refs.list().map(([, one]) => one), ...(repo.head === undefined ? [] : [repo.head])]) {
    let at = oid
    while (objects.find(at)?.type === 'tag') at = objects.tag(at).object
    if (objects.find(at)?.type === 'commit') tips.add(at)
  }
  const named = new Set([...tips].slice(0, MOST))
  let count = 0
  let step = 1
  for (const { oid } of walkFrom(objects, [...tips])) {
    count += 1
    if (count > MOST && count % MOST === 0) step *= 2
    if (count % step === 0) named.add(oid)
    if (named.size >= 4 * MOST) break
  }
  return [...named].filter((oid) => isOurs(objects, oid))
}

/**
 * Whether a commit is what its name says. Files of a repository can be written by anything: a name that is only written down would be told to
 * the other side, and could be any twenty bytes.
 */
export function isOurs(objects: ObjectStore, oid: string): boolean {
  const object = objects.find(oid)
  return object?.type === 'commit' && oidOf('commit', object.bytes) === oid
}
