import type { GitArgs } from './args'
import { ancestorsOf } from './commit-graph'
import type { Git } from './git-call'
import type { Commit } from './objects'
import { patchKey } from './patch-key'
import type { RevisionSet } from './rev-args'

/** `--left-only`, `--right-only` and `--cherry-pick`: one side of `a...b`, and only what the other has not taken. */
export function sideFilter(git: Git, { args, set }: { readonly args: GitArgs; readonly set: RevisionSet }): (commit: Commit) => boolean {
  const side = args.last('left-only', 'right-only')
  if (side === undefined && !args.has('cherry-pick')) return () => true
  const { objects } = git.repo
  const left = ancestorsOf(objects, set.left)
  const right = ancestorsOf(objects, set.right)
  const onLeft = (oid: string): boolean => left.has(oid) && !right.has(oid)
  const keysOf = (mine: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> =>
    new Set([...mine].filter((oid) => !other.has(oid)).map((oid) => patchKey(objects, objects.commit(oid))))
  const keys = args.has('cherry-pick') ? { left: keysOf(left, right), right: keysOf(right, left) } : undefined
  return (commit) => {
    if (side === 'left-only' && !onLeft(commit.oid)) return false
    if (side === 'right-only' && onLeft(commit.oid)) return false
    const key = keys === undefined ? '' : patchKey(objects, commit)
    return key === '' || !(onLeft(commit.oid) ? keys?.right : keys?.left)?.has(key)
  }
}
