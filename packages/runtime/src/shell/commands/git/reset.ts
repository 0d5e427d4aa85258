import { gitArgs, GitArgs } from './args'
import { freshEntry, moveTree, refuse, writeWork, removeWork, isDirty } from './checkout-tree'
import { diffWork, treeFiles } from './diff/file-change'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { bareEntry } from './index-file'
import { subjectOf } from './objects'
import { forgetOperation } from './operation'
import { pathspecOf, pathWords } from './pathspec'
import { splitRevisions } from './rev-args'

/** `git reset`. */
export async function reset(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(
    words,
    'soft mixed hard merge keep q,quiet !p,patch !N,intent-to-add refresh pathspec-from-file= pathspec-file-nul recurse-submodules?',
  )
  const { repo } = git
  const kind = args.last('soft', 'mixed', 'hard', 'merge', 'keep') ?? 'mixed'
  const { revisions, paths: split } = splitWords(git, args)
  const name = revisions[0] ?? 'HEAD'
  const paths = args.has('pathspec-from-file') ? await pathWords(git, new GitArgs(args.found, [], undefined)) : split
  if (paths.length > 0) {
    if (kind !== 'mixed') fatal(`Cannot do ${kind} reset with paths.`)
    setIndex(git, repo.head === undefined ? undefined : git.revisions.peel(git.revisions.resolve(name), 'tree'), paths)
    if (!args.has('quiet')) printUnstaged(git)
    return 0
  }
  if (repo.head === undefined && name === 'HEAD') {
    if (kind === 'mixed' || kind === 'hard') setIndex(git, undefined, [])
    return 0
  }
  const commit = git.revisions.commit(name)
  if (kind === 'soft' && repo.index.isUnmerged) fatal('Cannot do a soft reset in the middle of a merge.')
  if (kind === 'hard') resetTo(git, { tree: commit.tree, kind: 'hard' })
  else if (kind === 'merge') resetTo(git, { tree: commit.tree, kind, name })
  else if (kind === 'keep') {
    resetTo(git, { tree: commit.tree, kind, name })
    setIndex(git, commit.tree, [])
  } else if (kind === 'mixed') setIndex(git, commit.tree, [])
  const old = repo.head
  if (old !== undefined) repo.refs.setSpecial('ORIG_HEAD', `${old}\n`)
  repo.refs.update('HEAD', commit.oid, git.reason(`reset: moving to ${name}`))
  forgetOperation(git)
  if (kind === 'hard' && !args.has('quiet'))
    git.print(`HEAD is now at ${repo.objects.abbreviate(commit.oid)} ${subjectOf(commit.message)}\n`)
  if (kind === 'mixed' && !args.has('quiet')) printUnstaged(git)
  return Promise.resolve(0)
}

/** A revision and paths. Only the first word has to be told apart: behind it, paths need not be there any more. */
function splitWords(git: Git, args: GitArgs): { readonly revisions: readonly string[]; readonly paths: readonly string[] } {
  const { repo } = git
  if (args.paths !== undefined) return splitRevisions(git, args)
  if (repo.head === undefined) return { revisions: [], paths: args.operands }
  const [first, ...rest] = args.operands
  if (first === undefined || rest.length === 0) return splitRevisions(git, args)
  const { revisions, paths } = splitRevisions(git, new GitArgs(args.found, [first], undefined))
  return { revisions, paths: [...paths, ...rest] }
}

function setIndex(git: Git, tree: string | undefined, words: readonly string[]): void {
  const { repo } = git
  const spec = pathspecOf(git, words)
  const files = treeFiles(repo.objects, tree)
  for (const { path } of repo.index.entries) if (spec.matches(path) && !files.has(path)) repo.index.remove(path)
  for (const [path, at] of files) {
    if (!spec.matches(path)) continue
    const entry = repo.index.get(path)
    if (entry?.oid === at.oid && entry.mode === at.mode && !entry.isIntent) continue
    const file = repo.workFile(path)
    const isSame = file !== undefined && file.mode === at.mode && repo.hashFile(path, at.mode) === at.oid
    repo.index.add(isSame ? freshEntry(repo, path, at) : bareEntry(path, at.mode, at.oid))
  }
  repo.saveIndex()
}

function printUnstaged(git: Git): void {
  const changes = diffWork(git.repo)
  if (changes.length > 0)
    git.print(
      `Unstaged changes after reset:\n${changes.map((change) => `${change.status}\t${change.fresh?.path ?? change.old?.path ?? ''}\n`).join('')}`,
    )
}

/** Index and working tree become a tree. `hard` gives up what is not committed, `merge` keeps what was not staged, `keep` refuses. */
export function resetTo(
  git: Git,
  how: { readonly tree: string | undefined; readonly kind: 'hard' | 'merge' | 'keep'; readonly name?: string },
): void {
  const { repo } = git
  if (how.kind === 'hard') moveTree(repo, { from: repo.headTree, to: how.tree, kind: 'reset', isForced: true })
  else
    try {
      if (how.kind === 'keep') moveTree(repo, { from: repo.headTree, to: how.tree, kind: 'reset' })
      else mergeReset(git, how.tree)
    } catch (thrown) {
      if (!(thrown instanceof GitError) || thrown.kind !== 'plain') throw thrown
      const path = /^\t(.*)$/m.exec(thrown.message)?.[1] ?? ''
      throw new GitError(
        `error: Entry '${path}' not uptodate. Cannot merge.\nfatal: Could not reset index file to revision '${how.name ?? 'HEAD'}'.`,
        { kind: 'plain', code: 128 },
      )
    }
  repo.saveIndex()
}

function mergeReset(git: Git, tree: string | undefined): void {
  const { repo } = git
  const to = treeFiles(repo.objects, tree)
  const paths = new Set([...repo.index.entries.map(({ path }) => path), ...to.keys()])
  const todo = [...paths].filter((path) => {
    const entry = repo.index.get(path)
    const at = to.get(path)
    return entry?.oid !== at?.oid || entry?.mode !== at?.mode
  })
  const dirty = todo.filter((path) => {
    const entry = repo.index.get(path)
    return entry !== undefined && isDirty(repo, entry)
  })
  if (dirty.length > 0) refuse('reset', dirty, [])
  for (const path of todo) {
    const at = to.get(path)
    if (at === undefined) {
      removeWork(repo, path)
      repo.index.remove(path)
    } else repo.index.add(writeWork(repo, path, at))
  }
}
