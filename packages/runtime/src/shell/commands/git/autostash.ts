import { conflictStyle } from './merge-style'
import type { Git } from './git-call'
import { applyMerge, mergeTrees } from './merge-trees'
import { pathspecOf } from './pathspec'
import { resetTo } from './reset'
import { stashCommit, storeStash, unstageAll } from './stash'

/** Puts aside what is not committed before a rebase or a merge. Undefined where there is nothing. */
export function makeAutostash(git: Git): string | undefined {
  if (git.repo.head === undefined || git.repo.index.isUnmerged) return undefined
  const made = stashCommit(git, { spec: pathspecOf(git, []), untracked: [], named: 'autostash' })
  if (made === undefined) return undefined
  resetTo(git, { tree: git.repo.headTree, kind: 'hard' })
  return made.oid
}

/** Brings back what a rebase put aside. @param isKept leaves it among the stashes instead */
export async function applyAutostash(git: Git, isKept = false): Promise<void> {
  const oid = (git.repo.refs.special('rebase-merge/autostash') ?? '').trim()
  if (oid !== '') await bringBack(git, oid, isKept)
  git.repo.refs.setSpecial('rebase-merge/autostash', undefined)
}

/** Brings back what was put aside; where that does not fit, it stays among the stashes. */
export async function bringBack(git: Git, oid: string, isKept = false): Promise<void> {
  const fits = isKept ? undefined : autostashMerge(git, oid)
  if (fits?.isClean) return git.say('Applied autostash.\n')
  storeStash(git, oid, 'autostash')
  const why = isKept ? 'Autostash exists; creating a new stash entry.' : 'Applying autostash resulted in conflicts.'
  return git.say(`${why}\nYour changes are safe in the stash.\nYou can run "git stash pop" or "git stash drop" at any time.\n`)
}

function autostashMerge(git: Git, oid: string): { readonly isClean: boolean } {
  const { repo } = git
  const commit = repo.objects.commit(oid)
  const ours = repo.index.writeTree(repo.objects)
  const base = repo.objects.commit(commit.parents[0] ?? '').tree
  const labels = { ours: 'Updated upstream', theirs: 'Stashed changes', base: 'Stash base' }
  const result = mergeTrees(repo, { base, ours, theirs: commit.tree, style: conflictStyle(git), labels })
  applyMerge(repo, result, { ours, kind: 'merge' })
  if (result.isClean) unstageAll(git, ours)
  repo.saveIndex()
  return { isClean: result.isClean }
}
