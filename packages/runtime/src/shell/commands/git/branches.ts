import { gitArgs, GitArgs } from './args'
import { carryChanges } from './carry-changes'
import { changeConfig } from './config-command'
import { moveTree, writeWork, freshEntry, removeWork, isDirty } from './checkout-tree'
import { detachedAdvice, leftBehind } from './detached'
import { diffTreeWork, treeFiles } from './diff/file-change'
import { failed, fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { afterCheckout, checkHooks } from './hooks/hooks'
import { bareEntry } from './index-file'
import { subjectOf } from './objects'
import { forgetOperation, hasOperation } from './operation'
import { pathspecOf, pathWords } from './pathspec'
import { isBranchName } from './refs'
import { trackingLines } from './status'
import { rewriteConflict } from './conflict-file'
import { placeOfBranch } from './worktrees'

const CHECKOUT =
  'q,quiet b= B= f,force d,detach t,track? l orphan= m,merge ours,2 theirs,3 guess progress overwrite-ignore ignore-other-worktrees !p,patch conflict= pathspec-from-file= pathspec-file-nul recurse-submodules? ignore-skip-worktree-bits overlay'

interface Target {
  readonly name: string
  readonly oid: string
  /** Without it HEAD is detached. */
  readonly branch: string | undefined
}

/** `git checkout`. */
export async function checkout(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, CHECKOUT)
  void git.repo.root
  checkHooks(git, ['post-checkout'])
  const fresh = args.value('b') ?? args.value('B')
  if (args.has('orphan')) return orphan(git, args.value('orphan') ?? '')
  if (args.has('pathspec-from-file')) return checkoutPaths(git, args, { source: args.operands[0], paths: await fileWords(git, args) })
  const [first, ...rest] = args.operands
  if (fresh !== undefined) return create(git, args, { name: fresh, start: first, isReset: args.has('B') })
  if (args.last('overlay', 'no-overlay') === 'no-overlay') notImplemented('option --no-overlay of checkout')
  const isPaths = args.paths !== undefined && (args.paths.length > 0 || rest.length > 0)
  if (isPaths && first !== undefined && rest.length === 0 && git.revisions.find(first) === undefined) fatal(`invalid reference: ${first}`)
  if (isPaths) return checkoutPaths(git, args, { source: first, paths: [...rest, ...(args.paths ?? [])] })
  if (args.has('ours') || args.has('theirs')) return checkoutPaths(git, args, { source: undefined, paths: args.words })
  if (first === undefined || (first === 'HEAD' && rest.length === 0))
    return switchTo(git, args, {
      name: 'HEAD',
      oid: git.repo.head ?? fatal('You are on a branch yet to be born'),
      branch: args.has('detach') ? undefined : git.repo.branch,
    })
  if (first === '-' && git.revisions.previous(1) === undefined) return failed("pathspec '-' did not match any file(s) known to git")
  const target = targetOf(git, first, args.has('detach'))
  if (target !== undefined && rest.length === 0) return switchTo(git, args, target)
  if (target !== undefined) return checkoutPaths(git, args, { source: first, paths: rest })
  const guess = rest.length === 0 ? await guessed(git, args, first) : undefined
  if (guess !== undefined) return guess
  return checkoutPaths(git, args, { source: undefined, paths: [first, ...rest] })
}

async function fileWords(git: Git, args: GitArgs): Promise<readonly string[]> {
  return pathWords(git, new GitArgs(args.found, [], undefined))
}

/** `git switch`. */
export async function switchBranch(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(
    words,
    'c,create= C,force-create= d,detach f,force discard-changes q,quiet t,track? guess orphan= m,merge progress conflict= ignore-other-worktrees',
  )
  checkHooks(git, ['post-checkout'])
  const fresh = args.value('create') ?? args.value('force-create')
  const [first] = args.words
  const isTaken = args.has('create') && git.repo.refs.resolve(`refs/heads/${fresh ?? ''}`) !== undefined
  if (!isTaken && (first !== undefined || fresh !== undefined)) await refuseUnderway(git)
  if (args.has('orphan')) {
    moveTree(git.repo, {
      from: git.repo.headTree,
      to: undefined,
      kind: 'checkout',
      isForced: args.has('force') || args.has('discard-changes'),
    })
    git.repo.saveIndex()
    return orphan(git, args.value('orphan') ?? '')
  }
  if (fresh !== undefined) return create(git, args, { name: fresh, start: first, isReset: args.has('force-create') })
  if (first === undefined && !args.has('detach')) return fatal('missing branch or commit argument')
  const target = targetOf(git, first ?? 'HEAD', args.has('detach'))
  if (target === undefined) {
    return (await guessed(git, args, first ?? 'HEAD')) ?? fatal(`invalid reference: ${first ?? 'HEAD'}`)
  }
  if (target.branch === undefined && !args.has('detach')) {
    const kind =
      git.repo.refs.resolve(`refs/tags/${first}`) === undefined
        ? git.repo.refs.resolve(`refs/remotes/${first}`) === undefined
          ? 'commit'
          : 'remote branch'
        : 'tag'
    throw new GitError(
      `fatal: a branch is expected, got ${kind} '${first}'\nhint: If you want to detach HEAD at the commit, try again with the --detach option.`,
      { kind: 'plain', code: 128 },
    )
  }
  return switchTo(git, args, target)
}

const UNDERWAY = [
  ['merge', 'while merging'],
  ['am', 'in the middle of an am session'],
  ['rebase', 'while rebasing'],
  ['cherry-pick', 'while cherry-picking'],
  ['revert', 'while reverting'],
] as const

/** `switch` does not leave what is under way. */
async function refuseUnderway(git: Git): Promise<void> {
  for (const [operation, words] of UNDERWAY)
    if (hasOperation(git, operation)) fatal(`cannot switch branch ${words}\nConsider "git ${operation} --quit" or "git worktree add".`)
  if (hasOperation(git, 'bisect')) await git.say('warning: you are switching branch while bisecting\n')
}

function targetOf(git: Git, word: string, isDetached: boolean): Target | undefined {
  const name = word === '-' ? (git.revisions.previous(1) ?? fatal('invalid reference: @{-1}')) : word
  const back = /^@\{-(\d+)\}$/.exec(name)
  const branch = back === null ? name : (git.revisions.previous(Number(back[1])) ?? name)
  const onBranch = git.repo.refs.resolve(`refs/heads/${branch}`)
  if (onBranch !== undefined && !isDetached) return { name: branch, oid: onBranch, branch }
  const found = git.revisions.find(branch)
  const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
  return oid === undefined ? undefined : { name: branch, oid, branch: undefined }
}

/** A branch of exactly one remote becomes one of ours. Undefined where it is none. */
async function guessed(git: Git, args: GitArgs, name: string): Promise<number | undefined> {
  const remotes = git.config.subsections('remote').filter((remote) => git.repo.refs.resolve(`refs/remotes/${remote}/${name}`) !== undefined)
  const [remote] = remotes
  if (remotes.length !== 1 || remote === undefined || args.last('guess', 'no-guess') === 'no-guess') return undefined
  return create(git, args, { name, start: `${remote}/${name}`, isReset: false })
}

async function orphan(git: Git, name: string): Promise<number> {
  const { head } = git.repo
  git.repo.refs.symbolic('HEAD', `refs/heads/${name}`)
  await git.say(`Switched to a new branch '${name}'\n`)
  return afterCheckout(git, head, { kind: 'branch', to: head })
}

interface Fresh {
  readonly name: string
  readonly start: string | undefined
  readonly isReset: boolean
}

async function create(git: Git, args: GitArgs, { name, start, isReset }: Fresh): Promise<number> {
  const { refs, branch, head } = git.repo
  if (!isBranchName(name)) fatal(`'${name}' is not a valid branch name`)
  const ref = `refs/heads/${name}`
  const exists = refs.resolve(ref) !== undefined
  if (exists && !isReset) fatal(`a branch named '${name}' already exists`)
  if (start === undefined && head === undefined) {
    refs.symbolic('HEAD', ref)
    await git.say(`Switched to a new branch '${name}'\n`)
    return 0
  }
  const from = start === '-' ? '@{-1}' : (start ?? 'HEAD')
  const found = git.revisions.find(from)
  const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
  if (oid === undefined) return fatal(`'${from}' is not a commit and a branch '${name}' cannot be created from it`)
  const old = git.repo.headTree
  const to = git.repo.objects.commit(oid).tree
  if (oid !== head) moveTree(git.repo, { from: old, to, kind: 'checkout', isForced: args.has('force') || args.has('discard-changes') })
  git.repo.saveIndex()
  refs.update(ref, oid, git.reason(exists ? `branch: Reset to ${from}` : `branch: Created from ${from}`))
  forgetUnderway(git)
  const previous = branch ?? head ?? ''
  refs.symbolic('HEAD', ref)
  const { who, message } = git.reason(`checkout: moving from ${previous} to ${name}`)
  refs.log('HEAD', { from: head ?? '0'.repeat(40), to: oid, who: who(), message })
  if (start !== undefined || args.has('track')) await track(git, args, { name, from })
  if (!args.has('quiet'))
    await git.say(
      exists ? `${branch === name ? 'Reset' : 'Switched to and reset'} branch '${name}'\n` : `Switched to a new branch '${name}'\n`,
    )
  return afterCheckout(git, head)
}

/** A branch that was made from one of a remote follows it. */
export async function track(git: Git, args: GitArgs, { name, from }: { readonly name: string; readonly from: string }): Promise<void> {
  const full = git.revisions.symbolic(from)
  const match = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(full ?? '')
  const isLocal = full?.startsWith('refs/heads/') ?? false
  if (args.last('track', 'no-track') === 'no-track' || (match === null && !(isLocal && args.has('track')))) return
  const remote = match === null ? '.' : (match[1] ?? '')
  const branch = match === null ? (full ?? '').slice(11) : (match[2] ?? '')
  setUpstream(git, name, { remote, merge: `refs/heads/${branch}` })
  if (!args.has('quiet')) git.print(`branch '${name}' set up to track '${match === null ? branch : `${remote}/${branch}`}'.\n`)
  return Promise.resolve()
}

export function setUpstream(git: Git, name: string, to: { readonly remote: string; readonly merge: string }): void {
  changeConfig(git, (file) => {
    file.set(`branch.${name}.remote`, 'remote', to.remote)
    file.set(`branch.${name}.merge`, 'merge', to.merge)
  })
}

/** A merge or a pick that stopped is not gone on with after HEAD moved. */
function forgetUnderway(git: Git): void {
  forgetOperation(git)
}

function refuseElsewhere(git: Git, branch: string): void {
  const taken = placeOfBranch(git, branch)
  if (taken !== undefined && taken !== git.repo.worktree) fatal(`'${branch}' is already checked out at '${taken}'`)
}

async function switchTo(git: Git, args: GitArgs, target: Target): Promise<number> {
  const { repo } = git
  const { refs, branch, head, objects } = repo
  const isForced = args.has('force') || args.has('discard-changes')
  if (repo.index.isUnmerged && !isForced) {
    for (const path of repo.index.unmerged) git.print(`${path}: needs merge\n`)
    return failed('you need to resolve your current index first')
  }
  if (target.branch !== undefined && target.branch !== branch && !args.has('ignore-other-worktrees')) refuseElsewhere(git, target.branch)
  const to = objects.commit(target.oid)
  if (target.oid !== head || isForced) {
    try {
      moveTree(repo, { from: repo.headTree, to: to.tree, kind: 'checkout', isForced })
    } catch (thrown) {
      if (!args.has('merge') || !(thrown instanceof GitError) || head === undefined) throw thrown
      carryChanges(git, {
        to: to.tree,
        name: target.name,
        from: branch ?? objects.abbreviate(head),
        style: args.value('conflict'),
      })
    }
  }
  repo.saveIndex()
  forgetUnderway(git)
  const quiet = args.has('quiet')
  const local = diffTreeWork(repo, to.tree)
  if (!quiet)
    for (const change of local)
      git.print(`${change.status === 'A' ? 'A' : change.status}\t${change.fresh?.path ?? change.old?.path ?? ''}\n`)
  const previous = branch ?? head ?? ''
  const reason = git.reason(`checkout: moving from ${previous} to ${target.branch ?? target.name}`)
  if (branch === undefined && head !== undefined && head !== target.oid && !quiet) await git.say(leftBehind(git, head, target.oid))
  if (target.branch === undefined) {
    if (branch !== undefined || head !== target.oid) {
      const isAgain = branch === undefined
      refs.detach(target.oid, reason)
      if (!quiet && args.last('detach') === undefined && !isAgain && target.name !== 'HEAD') await git.say(detachedAdvice(target.name))
    }
    if (!quiet) await git.say(`HEAD is now at ${objects.abbreviate(target.oid)} ${subjectOf(to.message)}\n`)
    return afterCheckout(git, head)
  }
  // A branch that is named again is switched to as another is: only where none was named nothing is noted.
  if (target.name !== 'HEAD') {
    refs.symbolic('HEAD', `refs/heads/${target.branch}`)
    refs.log('HEAD', { from: head ?? '0'.repeat(40), to: target.oid, who: reason.who(), message: reason.message })
    if (!quiet) await git.say(target.branch === branch ? `Already on '${branch}'\n` : `Switched to branch '${target.branch}'\n`)
  }
  if (!quiet) git.print(trackingLines(git, target.branch).replace(/\n\n$/, '\n'))
  return afterCheckout(git, head)
}

async function checkoutPaths(
  git: Git,
  args: GitArgs,
  what: { readonly source: string | undefined; readonly paths: readonly string[] },
): Promise<number> {
  const { repo } = git
  const spec = pathspecOf(git, what.paths)
  const stage = args.has('ours') ? 2 : args.has('theirs') ? 3 : 0
  const source =
    what.source === undefined ? undefined : treeFiles(repo.objects, git.revisions.peel(git.revisions.resolve(what.source), 'tree'))
  let count = 0
  const found =
    source === undefined
      ? repo.index.entries.filter((entry) => entry.stage === stage || (entry.stage === 0 && !entry.isIntent))
      : [...source].map(([path, at]) => bareEntry(path, at.mode, at.oid))
  const wanted = found.filter(({ path }) => spec.matches(path))
  const conflicted = source === undefined && stage === 0 ? repo.index.unmerged.filter((path) => spec.matches(path)) : []
  if (args.has('merge') || args.has('conflict'))
    for (const path of conflicted) rewriteConflict(git, path, args.value('conflict') ?? 'merge')
  else if (conflicted.length > 0 && !args.has('force'))
    throw new GitError(conflicted.map((path) => `error: path '${path}' is unmerged`).join('\n'), { kind: 'plain', code: 1 })
  for (const word of spec.unused) failed(`pathspec '${word}' did not match any file(s) known to git`)
  for (const entry of wanted) {
    const file = repo.workFile(entry.path)
    const isChanged = file === undefined || entry.stage > 0 || source !== undefined || isDirty(repo, entry)
    if (isChanged) {
      if (source === undefined || file === undefined || repo.hashFile(entry.path, entry.mode) !== entry.oid || file.mode !== entry.mode)
        count += 1
      const made = writeWork(repo, entry.path, entry)
      if (entry.stage === 0) repo.index.add(made)
    }
  }
  repo.saveIndex()
  const rewrites = args.has('merge') || args.has('conflict') ? conflicted.length : 0
  if (rewrites > 0 && !args.has('quiet')) await git.say(`Recreated ${rewrites} merge conflict${rewrites === 1 ? '' : 's'}\n`)
  if (args.has('quiet') || args.paths !== undefined || (rewrites > 0 && count === 0))
    return afterCheckout(git, repo.head, { kind: 'files', to: repo.head })
  const from =
    what.source === undefined ? 'the index' : repo.objects.abbreviate(git.revisions.peel(git.revisions.resolve(what.source), 'tree') ?? '')
  await git.say(`Updated ${count} path${count === 1 ? '' : 's'} from ${from}\n`)
  return afterCheckout(git, repo.head, { kind: 'files', to: repo.head })
}

/** `git restore`. */
export async function restore(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(
    words,
    's,source= S,staged W,worktree q,quiet !p,patch ours theirs m,merge conflict= ignore-unmerged overlay progress pathspec-from-file= pathspec-file-nul',
  )
  const { repo } = git
  checkHooks(git, ['post-checkout'])
  const typed = await pathWords(git, args)
  if (args.has('overlay')) notImplemented('option --overlay of restore')
  if (typed.length === 0) fatal('you must specify path(s) to restore')
  const isStaged = args.has('staged')
  const isWork = args.has('worktree') || !isStaged
  const spec = pathspecOf(git, typed)
  const named = args.value('source') ?? (isStaged ? 'HEAD' : undefined)
  if (named === undefined && (args.has('ours') || args.has('theirs') || args.has('merge'))) return checkout(git, words)
  const tree =
    named === undefined
      ? undefined
      : named === 'HEAD' && repo.head === undefined
        ? undefined
        : (git.revisions.peel(git.revisions.find(named) ?? fatal(`could not resolve ${named}`), 'tree') ??
          fatal(`could not resolve ${named}`))
  const unmerged = named === undefined ? repo.index.unmerged.filter((path) => spec.matches(path)) : []
  if (unmerged.length > 0 && !args.has('ignore-unmerged'))
    throw new GitError(unmerged.map((path) => `error: path '${path}' is unmerged`).join('\n'), { kind: 'plain', code: 1 })
  const files = named === undefined ? new Map(repo.index.entries.map((entry) => [entry.path, entry])) : treeFiles(repo.objects, tree)
  const paths = new Set([...files.keys(), ...repo.index.entries.map(({ path }) => path)])
  const wanted = [...paths].filter((path) => spec.matches(path))
  const missed = wanted.length === 0 ? typed[0] : spec.unused[0]
  if (missed !== undefined) failed(`pathspec '${missed}' did not match any file(s) known to git`)
  for (const path of wanted) restorePath(git, path, { at: files.get(path), isStaged, isWork })
  repo.saveIndex()
  return afterCheckout(git, repo.head, { kind: 'files', to: repo.head })
}

function restorePath(
  git: Git,
  path: string,
  how: { readonly at: { readonly mode: number; readonly oid: string } | undefined; readonly isStaged: boolean; readonly isWork: boolean },
): void {
  const { repo } = git
  const { at } = how
  const entry = repo.index.get(path)
  if (at === undefined) {
    if (how.isWork) removeWork(repo, path)
    if (how.isStaged) repo.index.remove(path)
    return
  }
  if (how.isWork) {
    const made =
      entry !== undefined && entry.oid === at.oid && entry.mode === at.mode && repo.workFile(path) !== undefined && !isDirty(repo, entry)
        ? entry
        : writeWork(repo, path, at)
    if (how.isStaged || (entry?.oid === at.oid && entry.mode === at.mode)) repo.index.add(made)
    return
  }
  if (entry?.oid !== at.oid || entry.mode !== at.mode || entry.isIntent) {
    const isSame = repo.workFile(path)?.mode === at.mode && repo.hashFile(path, at.mode) === at.oid
    repo.index.add(isSame ? freshEntry(repo, path, at) : bareEntry(path, at.mode, at.oid))
  }
}
