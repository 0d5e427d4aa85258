import type { Git } from './git-call'
import type { Decoration } from './pretty'

/** Names of refs by the commit they are at. */
export function decorationsOf(git: Git, isFull: boolean): (oid: string) => readonly Decoration[] {
  const { refs, branch, head } = git.repo
  const byOid = new Map<string, Decoration[]>()
  const put = (oid: string, decoration: Decoration): void => {
    const list = byOid.get(oid)
    if (list === undefined) byOid.set(oid, [decoration])
    else list.push(decoration)
  }
  if (head !== undefined)
    put(
      head,
      branch === undefined
        ? { kind: 'head', name: 'HEAD' }
        : { kind: 'head', name: 'HEAD', arrow: isFull ? `refs/heads/${branch}` : branch },
    )
  const kinds = [
    ['refs/tags/', 'tag'],
    ['refs/remotes/', 'remote'],
    ['refs/heads/', 'branch'],
    ['refs/stash', 'stash'],
  ] as const
  for (const [prefix, kind] of kinds) {
    const list = refs.list(prefix)
    for (const [name, oid] of kind === 'tag' ? list.toReversed() : list.toReversed()) {
      if (name === `refs/heads/${branch ?? ''}`) continue
      const target = kind === 'tag' ? (git.revisions.peel(oid, 'commit') ?? oid) : oid
      const short = isFull ? name : kind === 'stash' ? 'refs/stash' : name.slice(prefix.length)
      put(target, { kind, name: short })
    }
  }
  return (oid) => byOid.get(oid) ?? []
}
