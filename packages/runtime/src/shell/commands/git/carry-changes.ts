import { stagePath } from './add'
import { isInTheWay, moveTree } from './checkout-tree'
import { diffCached, diffWork, pathOf, treeFiles } from './diff/file-change'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { Ignore } from './ignore'
import { bareEntry } from './index-file'
import { conflictStyle } from './merge-style'
import { applyMerge, mergeTrees } from './merge-trees'

/** Where local changes are taken to. */
export interface Carrying {
  readonly to: string
  /** How both sides are called. */
  readonly name: string
  readonly from: string
  readonly style: string | undefined
}

/** Goes to another tree and merges what was changed in the working tree into it; nothing of it is staged. @throws GitError before anything was changed */
export function carryChanges(git: Git, { to, name, from, style }: Carrying): void {
  const { repo } = git
  const base = repo.headTree
  const staged = diffCached(repo, base).map(pathOf)
  if (staged.length > 0) fatal(`cannot continue with staged changes in\nthe following files:\n${staged.join(' ')}`)
  const files = treeFiles(repo.objects, to)
  const ignore = new Ignore(repo)
  const untracked = [...files].filter(([path, at]) => !repo.index.has(path) && isInTheWay(repo, { path, at }, ignore))
  const [taken] = untracked
  if (taken !== undefined)
    throw new GitError(`Untracked working tree file '${taken[0]}' would be overwritten by merge.`, { kind: 'error', code: 128 })
  for (const change of diffWork(repo)) {
    if (change.status === 'D') repo.index.remove(pathOf(change))
    else stagePath(git, pathOf(change))
  }
  const work = repo.index.writeTree(repo.objects)
  const marks = style === undefined ? conflictStyle(git) : style === 'merge' ? 'merge' : 'diff3'
  const result = mergeTrees(repo, { base, ours: to, theirs: work, labels: { ours: name, theirs: 'local', base: from }, style: marks })
  moveTree(repo, { from: base, to, kind: 'checkout', isForced: true })
  applyMerge(repo, result, { ours: to, kind: 'checkout' })
  for (const path of new Set([...files.keys(), ...result.paths.keys()])) {
    const at = files.get(path)
    const entry = repo.index.get(path)
    if (result.paths.get(path)?.stages !== undefined || (entry?.oid === at?.oid && entry?.mode === at?.mode)) continue
    if (at === undefined) repo.index.remove(path)
    else repo.index.add(bareEntry(path, at.mode, at.oid))
  }
}
