import { gitArgs, type GitArgs } from './args'
import { freshEntry, isDirty, moveTree, removeWork, writeWork } from './checkout-tree'
import { diffTrees, diffTreeWork, diffWork, pathOf, treeFiles } from './diff/file-change'
import { DIFF_OPTIONS, diffPlan, selected, shownChanges } from './diff/diff-plan'
import { failed, fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { Ignore } from './ignore'
import { bareEntry, IndexFile } from './index-file'
import { applyMerge, mergeTrees, type MergeResult } from './merge-trees'
import { conflictStyle } from './merge-style'
import { commitBytes, MODE_TREE, subjectOf } from './objects'
import { byteOrder } from './oid'
import { forgetOperation } from './operation'
import { pathspecOf } from './pathspec'
import { resetTo } from './reset'
import { gatherStatus, longStatus } from './status'
import { stagedAgain } from './stash-index'
import { scanUntracked } from './untracked'
import { log } from './log'

const PUSH = 'm,message= u,include-untracked a,all k,keep-index S,staged q,quiet !p,patch !pathspec-from-file='

/** `git stash`. */
export async function stash(git: Git, words: readonly string[]): Promise<number> {
  const [first = 'push', ...rest] = words
  void git.repo.root
  if (first.startsWith('-')) return push(git, words)
  switch (first) {
    case 'push':
      return push(git, rest)
    case 'save':
      return push(git, rest.length > 0 && !rest[0]?.startsWith('-') ? ['-m', rest.join(' ')] : rest)
    case 'list':
      if (!git.repo.refs.hasLog('refs/stash')) return 0
      return log(git, ['--format=%gd: %gs', '-g', '--first-parent', '-m', ...rest, 'refs/stash', '--'])
    case 'show':
      return showStash(git, rest)
    case 'pop':
    case 'apply':
      return apply(git, rest, first === 'pop')
    case 'drop':
      return drop(git, rest)
    case 'clear':
      git.repo.refs.remove('refs/stash')
      return 0
    case 'branch':
      return branchFrom(git, rest)
    case 'create': {
      const made = stashCommit(git, { spec: pathspecOf(git, []), untracked: [], named: rest.length === 0 ? undefined : rest.join(' ') })
      if (made !== undefined) git.print(`${made.oid}\n`)
      return 0
    }
    case 'store':
      return store(git, rest)
    default:
      return fatal(`subcommand wasn't specified; 'push' can't be assumed due to unexpected token '${first}'`)
  }
}

async function push(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, PUSH)
  const { repo } = git
  const head = repo.head
  if (head === undefined) throw new GitError('You do not have the initial commit yet', { kind: 'plain', code: 1 })
  if (args.has('staged')) return pushStaged(git, args)
  const spec = pathspecOf(git, args.words)
  const wants = args.has('include-untracked') || args.has('all')
  const found = scanUntracked(repo, { mode: 'all', wantsIgnored: args.has('all'), ignore: new Ignore(repo), tick: () => git.call.tick() })
  const untracked = wants ? [...found.untracked, ...(args.has('all') ? found.ignored : [])].filter((path) => spec.matches(path)) : []
  if (repo.index.isUnmerged) {
    for (const path of repo.index.unmerged) git.print(`${path}: needs merge\n`)
    return 1
  }
  if (!wants) for (const { path } of repo.index.entries) spec.matches(path)
  const missed = wants ? [] : spec.unused
  if (missed.length > 0) {
    const lines = missed.map(
      (word) => `error: pathspec ':(,prefix:${git.prefix.length})${git.prefix}${word}' did not match any file(s) known to git\n`,
    )
    throw new GitError(`${lines.join('')}Did you forget to 'git add'?`, { kind: 'plain', code: 1 })
  }
  const named = args.value('message')
  const made = stashCommit(git, { spec, untracked, named, keepsUntracked: wants })
  if (made === undefined) {
    if (!args.has('quiet')) git.print('No local changes to save\n')
    return 0
  }
  storeStash(git, made.oid, made.message)
  for (const path of untracked) removeWork(repo, path)
  restoreAfter(git, args, { spec, indexTree: made.indexTree })
  if (!args.has('quiet')) git.print(`Saved working directory and index state ${made.message}\n`)
  return Promise.resolve(0)
}

/** `git stash store`. */
function store(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'm,message= q,quiet')
  const commit = git.revisions.commit(args.words[0] ?? fatal('"git stash store" requires one <commit> argument'))
  if (commit.parents.length < 2) failed(`${args.words[0] ?? ''} is not a stash-like commit`)
  storeStash(git, commit.oid, args.value('message') ?? 'Created via "git stash store".')
  return 0
}

/** Puts aside what is staged, and nothing else. */
function pushStaged(git: Git, args: GitArgs): number {
  const { repo } = git
  const { head = '' } = repo
  const tree = repo.index.writeTree(repo.objects)
  if (tree === repo.headTree) {
    if (!args.has('quiet') && diffWork(repo).length === 0) git.print('No local changes to save\n')
    else throw new GitError('No staged changes', { kind: 'plain', code: 1 })
    return 0
  }
  for (const change of diffTrees(repo.objects, { old: repo.headTree, fresh: tree })) {
    const entry = repo.index.get(change.fresh?.path ?? '')
    if (entry !== undefined && isDirty(repo, entry))
      fatal(`stash --staged of ${entry.path}, which has other changes too, is not implemented in this sandbox`)
  }
  const where = `${repo.branch ?? '(no branch)'}: ${repo.objects.abbreviate(head)} ${subjectOf(repo.objects.commit(head).message)}`
  const named = args.value('message')
  const message = named === undefined ? `WIP on ${where}` : `On ${repo.branch ?? '(no branch)'}: ${named}`
  const committer = git.reason('').who()
  const who = { author: git.whoever('author') ?? committer, committer }
  const index = repo.objects.write('commit', commitBytes({ tree, parents: [head], ...who, message: `index on ${where}\n` }))
  storeStash(git, repo.objects.write('commit', commitBytes({ tree, parents: [head, index], ...who, message })), message)
  moveTree(repo, { from: tree, to: repo.headTree, kind: 'checkout' })
  repo.saveIndex()
  logReset(git)
  if (!args.has('quiet')) git.print(`Saved working directory and index state ${message}\n`)
  return 0
}

interface StashMade {
  readonly oid: string
  readonly indexTree: string
  readonly message: string
}

/** The commits that keep what is not committed; undefined where there is nothing. */
export function stashCommit(
  git: Git,
  what: {
    readonly spec: ReturnType<typeof pathspecOf>
    readonly untracked: readonly string[]
    readonly named: string | undefined
    /** Their commit is made also where there are none. */
    readonly keepsUntracked?: boolean
  },
): StashMade | undefined {
  const { repo } = git
  const { head = '' } = repo
  const { spec, untracked, named } = what
  const indexTree = repo.index.writeTree(repo.objects)
  const changed = diffWork(repo, spec)
  const stagedPaths = diffTrees(repo.objects, { old: repo.headTree, fresh: indexTree }, spec)
  if (changed.length === 0 && stagedPaths.length === 0 && untracked.length === 0) return undefined
  const where = `${repo.branch ?? '(no branch)'}: ${repo.objects.abbreviate(head)} ${subjectOf(repo.objects.commit(head).message)}`
  const message = named === undefined ? `WIP on ${where}` : `On ${repo.branch ?? '(no branch)'}: ${named}`
  const committer = git.reason('').who()
  const who = { author: git.whoever('author') ?? committer, committer }
  const index = repo.objects.write('commit', commitBytes({ tree: indexTree, parents: [head], ...who, message: `index on ${where}\n` }))
  const kept =
    untracked.length === 0 && what.keepsUntracked !== true ? [] : [untrackedCommit(git, untracked, `untracked files on ${where}\n`)]
  const work = new IndexFile(repo.index.entries)
  for (const change of changed) {
    const path = change.fresh?.path ?? change.old?.path ?? ''
    if (change.fresh === undefined) work.remove(path)
    else work.add(bareEntry(path, change.fresh.mode, repo.objects.write('blob', change.fresh.read())))
  }
  // A file that only the index gave up is kept as it stands.
  for (const { old, fresh } of stagedPaths) {
    const file = old === undefined || fresh !== undefined ? undefined : repo.workFile(old.path)
    if (old !== undefined && file !== undefined && file.mode !== MODE_TREE)
      work.add(bareEntry(old.path, file.mode, repo.objects.write('blob', repo.readWork(old.path))))
  }
  const parents = [head, index, ...kept]
  const oid = repo.objects.write('commit', commitBytes({ tree: work.writeTree(repo.objects), parents, ...who, message }))
  return { oid, indexTree, message }
}

export function storeStash(git: Git, oid: string, message: string): void {
  const { refs } = git.repo
  refs.update('refs/stash', oid)
  const old = refs.reflog('refs/stash').at(-1)?.to ?? '0'.repeat(40)
  refs.writeLog('refs/stash', [...refs.reflog('refs/stash'), { from: old, to: oid, who: git.reason('').who(), message }])
}

function untrackedCommit(git: Git, paths: readonly string[], message: string): string {
  const { repo } = git
  const index = new IndexFile()
  for (const path of paths)
    index.add(bareEntry(path, repo.workFile(path)?.mode ?? 0o100644, repo.objects.write('blob', repo.readWork(path))))
  const committer = git.reason('').who()
  const author = git.whoever('author') ?? committer
  return repo.objects.write('commit', commitBytes({ tree: index.writeTree(repo.objects), parents: [], author, committer, message }))
}

/** git resets to where it is; its log and ORIG_HEAD show that. */
function logReset(git: Git): void {
  const { refs, head = '' } = git.repo
  refs.setSpecial('ORIG_HEAD', `${head}\n`)
  refs.log('HEAD', { from: head, to: head, who: git.reason('').who(), message: 'reset: moving to HEAD' })
}

function restoreAfter(git: Git, args: GitArgs, what: { readonly spec: ReturnType<typeof pathspecOf>; readonly indexTree: string }): void {
  const { repo } = git
  if (args.words.length === 0) {
    resetTo(git, { tree: args.has('keep-index') ? what.indexTree : repo.headTree, kind: 'hard' })
    forgetOperation(git)
    logReset(git)
    return
  }
  const head = treeFiles(repo.objects, repo.headTree)
  for (const path of new Set([...head.keys(), ...repo.index.entries.map((entry) => entry.path)])) {
    if (!what.spec.matches(path)) continue
    const at = head.get(path)
    if (at !== undefined) repo.index.add(writeWork(repo, path, at))
    else {
      removeWork(repo, path)
      repo.index.remove(path)
    }
  }
  repo.saveIndex()
}

interface Found {
  readonly oid: string
  readonly name: string
  readonly index: number
}

function stashAt(git: Git, word: string | undefined): Found {
  const { refs } = git.repo
  const entries = refs.reflog('refs/stash').toReversed()
  if (entries.length === 0 && word === undefined) throw new GitError('No stash entries found.', { kind: 'plain', code: 1 })
  const match = /^(?:stash@\{)?(\d+)\}?$/.exec(word ?? '0')
  if (match === null) {
    const oid = git.revisions.find(word ?? '')
    return oid === undefined ? failed(`${word ?? ''} is not a valid reference`) : { oid, name: word ?? '', index: -1 }
  }
  const index = Number(match[1])
  const name = `refs/stash@{${index}}`
  return { oid: entries[index]?.to ?? failed(`stash@{${index}} is not a valid reference`), name, index }
}

async function apply(git: Git, words: readonly string[], isPop: boolean): Promise<number> {
  const args = gitArgs(words, 'index q,quiet')
  const { repo } = git
  const found = stashAt(git, args.words[0])
  const commit = repo.objects.commit(found.oid)
  const [parent = '', index = '', untracked] = commit.parents
  if (repo.index.isUnmerged) failed('could not write index')
  const before = repo.index.writeTree(repo.objects)
  const plan = { base: repo.objects.commit(parent).tree, ours: before, theirs: commit.tree, style: conflictStyle(git) }
  const result = mergeTrees(repo, { ...plan, labels: { ours: 'Updated upstream', theirs: 'Stashed changes', base: 'Stash base' } })
  if (commit.tree === plan.base) git.print('Already up to date.\n')
  const indexTree = args.has('index') ? repo.objects.commit(index).tree : plan.base
  const isStaged = indexTree !== plan.base && indexTree !== before
  const staged = isStaged ? stagedAgain(git, plan.base, indexTree) : []
  if (staged === undefined) {
    await git.say('error: conflicts in index. Try without --index.\n')
    if (isPop) git.print('The stash entry is kept in case you need it again.\n')
    return 1
  }
  if (isStaged) logReset(git)
  const told = brought(git, result, { before, untracked })
  if (told !== undefined) await git.say(told)
  else for (const message of result.messages) git.print(`${message}\n`)
  const isDone = told === undefined && result.isClean
  if (isDone) {
    unstageAll(git, before)
    for (const { path, at } of staged) setEntry(git, path, at)
  } else if (args.has('index')) await git.say('Index was not unstashed.\n')
  repo.saveIndex()
  if (!args.has('quiet')) git.print(longStatus(git, gatherStatus(git, { mode: 'normal', wantsIgnored: false, words: [] }), false))
  if (!isDone) {
    if (isPop) git.print('The stash entry is kept in case you need it again.\n')
    return 1
  }
  if (isPop) await dropAt(git, found, args.has('quiet'))
  return 0
}

/** Puts a stash into the working tree. Gives what was in the way. */
function brought(
  git: Git,
  result: MergeResult,
  { before, untracked }: { readonly before: string; readonly untracked: string | undefined },
): string | undefined {
  try {
    applyMerge(git.repo, result, { ours: before, kind: 'merge' })
    if (untracked !== undefined) restoreUntracked(git, untracked)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof GitError)) throw thrown
    return thrown.told
  }
}

function setEntry(git: Git, path: string, at: { readonly mode: number; readonly oid: string } | undefined): void {
  if (at === undefined) git.repo.index.remove(path)
  else git.repo.index.add(bareEntry(path, at.mode, at.oid))
}

/** Changes come back to the working tree only; files that are new stay in the index. */
export function unstageAll(git: Git, tree: string): void {
  const { repo } = git
  const before = treeFiles(repo.objects, tree)
  for (const entry of repo.index.entries) {
    const at = before.get(entry.path)
    if (at === undefined || (at.oid === entry.oid && at.mode === entry.mode)) continue
    repo.index.add(bareEntry(entry.path, at.mode, at.oid))
  }
  for (const [path, at] of before)
    if (!repo.index.has(path))
      repo.index.add(repo.workFile(path) === undefined ? bareEntry(path, at.mode, at.oid) : freshEntry(repo, path, at))
}

function restoreUntracked(git: Git, oid: string): void {
  const { repo } = git
  const files = treeFiles(repo.objects, repo.objects.commit(oid).tree)
  const inTheWay = [...files.keys()].filter((path) => repo.workFile(path) !== undefined)
  if (inTheWay.length > 0)
    throw new GitError(
      `${inTheWay.map((path) => `${path} already exists, no checkout\n`).join('')}error: could not restore untracked files from stash`,
      { kind: 'plain', code: 1 },
    )
  for (const [path, at] of files) writeWork(repo, path, at)
}

async function dropAt(git: Git, found: Found, isQuiet: boolean): Promise<void> {
  const { refs } = git.repo
  const entries = refs.reflog('refs/stash').toReversed()
  const rest = entries.filter((_, i) => i !== found.index).toReversed()
  const top = rest.at(-1)
  if (top === undefined) refs.remove('refs/stash')
  else {
    refs.update('refs/stash', top.to)
    refs.writeLog('refs/stash', rest)
  }
  if (!isQuiet) git.print(`Dropped ${found.name} (${found.oid})\n`)
  return Promise.resolve()
}

async function drop(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'q,quiet')
  const found = stashAt(git, args.words[0])
  await dropAt(
    git,
    args.words[0] === undefined ? found : { ...found, name: /^\d+$/.test(args.words[0]) ? found.name : args.words[0] },
    args.has('quiet'),
  )
  return 0
}

function showStash(git: Git, words: readonly string[]): number {
  // `-u` is not what it is for `diff`.
  const args = gitArgs(words, `${DIFF_OPTIONS.replace('p,patch,u', 'p,patch')} u,include-untracked only-untracked`)
  const found = stashAt(git, args.words[0])
  const { objects } = git.repo
  const commit = objects.commit(found.oid)
  const plan = diffPlan(git, args, 'stat')
  const old = objects.commit(commit.parents[0] ?? '').tree
  const kind = args.last('include-untracked', 'only-untracked', 'no-include-untracked', 'no-only-untracked')
  const tracked = kind === 'only-untracked' ? [] : diffTrees(objects, { old, fresh: commit.tree })
  const [, , untracked] = commit.parents
  const isWanted = kind === undefined ? git.config.bool('stash.showincludeuntracked') === true : !kind.startsWith('no-')
  const fresh = isWanted && untracked !== undefined ? diffTrees(objects, { old: undefined, fresh: objects.commit(untracked).tree }) : []
  const changes = [...tracked, ...fresh].toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
  git.print(shownChanges(selected(changes, plan), plan))
  return 0
}

async function branchFrom(git: Git, words: readonly string[]): Promise<number> {
  const [name = fatal('No branch name specified'), word] = words
  const { repo } = git
  const found = stashAt(git, word)
  const [parent = ''] = repo.objects.commit(found.oid).parents
  moveTree(repo, { from: repo.headTree, to: repo.objects.commit(parent).tree, kind: 'checkout' })
  repo.saveIndex()
  repo.refs.update(`refs/heads/${name}`, parent, git.reason(`branch: Created from ${parent}`))
  const from = repo.branch ?? repo.head ?? ''
  repo.refs.symbolic('HEAD', `refs/heads/${name}`, git.reason(`checkout: moving from ${from} to ${name}`))
  for (const change of diffTreeWork(repo, repo.headTree)) git.print(`${change.status}\t${change.fresh?.path ?? change.old?.path ?? ''}\n`)
  await git.say(`Switched to a new branch '${name}'\n`)
  return apply(git, ['--index', ...(word === undefined ? [] : [word])], true)
}
