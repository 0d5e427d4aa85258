import { gitArgs, type GitArgs } from './args'
import { listedKind } from './operation'
import { moveTree } from './checkout-tree'
import { cleanedMessage, commit as commitCommand, commitSummary, NOW_EMPTY, withSignoff } from './commit'
import { editText } from './editor'
import { checkHooks } from './hooks/hooks'
import { COMMIT_HOOKS } from './hooks/commit-hooks'
import { afterCommit, preparedMessage } from './hooks/sequence-hooks'
import { failed, fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { applyMerge, mergeTrees, treeOfMerge } from './merge-trees'
import { conflictStyle, mergeOptions } from './merge-style'
import { commitBytes, subjectOf, type Commit } from './objects'
import { resetTo } from './reset'
import { gatherStatus, longStatus } from './status'
import { isRevision, revisionSet } from './rev-args'
import { walk } from './rev-list'

type Kind = 'cherry-pick' | 'revert'

const OPTIONS =
  'abort continue quit skip n,no-commit e,edit no-edit x s,signoff m,mainline= X,strategy-option= !strategy= allow-empty keep-redundant-commits ff allow-empty-message !S,gpg-sign? !cleanup='

/** `git cherry-pick`. */
export function cherryPick(git: Git, words: readonly string[]): Promise<number> {
  return run(git, gitArgs(words, OPTIONS), 'cherry-pick')
}

/** `git revert`. */
export function revert(git: Git, words: readonly string[]): Promise<number> {
  return run(git, gitArgs(words, OPTIONS), 'revert')
}

const headOf = (kind: Kind): string => (kind === 'revert' ? 'REVERT_HEAD' : 'CHERRY_PICK_HEAD')

async function run(git: Git, args: GitArgs, kind: Kind): Promise<number> {
  const { refs } = git.repo
  checkHooks(git, COMMIT_HOOKS)
  const inProgress = ['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'sequencer/todo'].some((name) => refs.special(name) !== undefined)
  if (['abort', 'continue', 'quit', 'skip'].some((key) => args.has(key))) {
    if (!inProgress && args.has('quit')) return 0
    if (!inProgress) throw new GitError(`error: no cherry-pick or revert in progress\nfatal: ${kind} failed`, { kind: 'plain', code: 128 })
    return resume(git, args, kind)
  }
  if (args.words.length === 0) throw new GitError(`usage: git ${kind} [<options>] <commit>...`, { kind: 'plain', code: 129 })
  for (const word of args.words) if (!isRevision(git, word)) fatal(`bad revision '${word}'`)
  const list = commitsFor(git, args.words, kind)
  const isSingle = args.words.length === 1 && list.length === 1 && !/\.\.|\^[@!-]/.test(args.words[0] ?? '')
  if (list.length === 0) throw new GitError(`error: empty commit set passed\nfatal: ${kind} failed`, { kind: 'plain', code: 128 })
  if (git.repo.index.isUnmerged)
    failed(`${kind === 'revert' ? 'Reverting' : 'Cherry-picking'} is not possible because you have unmerged files.`, 128)
  const listed = listedKind(git)
  if (!isSingle && listed !== undefined)
    throw new GitError(
      `error: ${listed} is already in progress\nhint: try "git ${listed} (--continue | ${refs.special(headOf(listed)) === undefined ? '' : '--skip | '}--abort | --quit)"\nfatal: ${kind} failed`,
      { kind: 'plain', code: 128 },
    )
  if (!isSingle) refs.setSpecial('sequencer/head', `${git.repo.head ?? ''}\n`)
  return sequence(git, args, { kind, list, isSingle })
}

function commitsFor(git: Git, words: readonly string[], kind: Kind): Commit[] {
  if (!words.some((word) => word.includes('..') || word.startsWith('^'))) return words.map((word) => git.revisions.commit(word))
  const set = revisionSet(git, words)
  const plan = { include: set.include, exclude: set.exclude, order: 'default' as const, isFirstParent: false, tick: () => git.call.tick() }
  const all = [...walk(git.repo.objects, plan)].map(({ commit }) => commit)
  return kind === 'revert' ? all : all.toReversed()
}

async function sequence(
  git: Git,
  args: GitArgs,
  job: { readonly kind: Kind; readonly list: readonly Commit[]; readonly isSingle: boolean },
): Promise<number> {
  const { refs } = git.repo
  for (const [i, commit] of job.list.entries()) {
    const rest = job.list.slice(i + 1)
    const word = job.kind === 'revert' ? 'revert' : 'pick'
    if (!job.isSingle)
      refs.setSpecial('sequencer/todo', [commit, ...rest].map(({ oid, message }) => `${word} ${oid} ${subjectOf(message)}\n`).join(''))
    if (!job.isSingle) refs.setSpecial('sequencer/abort-safety', `${git.repo.head ?? ''}\n`)
    const code = await one(git, args, { kind: job.kind, commit })
    if (code !== 0) return code
  }
  refs.setSpecial('sequencer', undefined)
  return 0
}

/** What a pick or a revert changes: from one tree to another. */
function sidesOf(
  git: Git,
  args: GitArgs,
  { kind, commit }: { readonly kind: Kind; readonly commit: Commit },
): { readonly base: string | undefined; readonly theirs: string | undefined; readonly parent: string | undefined } {
  const { objects } = git.repo
  const mainline = args.value('mainline')
  if (commit.parents.length > 1 && mainline === undefined)
    throw new GitError(`error: commit ${commit.oid} is a merge but no -m option was given.\nfatal: ${kind} failed`, {
      kind: 'plain',
      code: 128,
    })
  const parent = commit.parents[Number(mainline ?? 1) - 1]
  const before = parent === undefined ? undefined : objects.commit(parent).tree
  return kind === 'revert' ? { base: commit.tree, theirs: before, parent } : { base: before, theirs: commit.tree, parent }
}

function labelOf(git: Git, commit: Commit): string {
  return `${git.repo.objects.abbreviate(commit.oid)} (${subjectOf(commit.message)})`
}

function messageOf(kind: Kind, commit: Commit, args: GitArgs): string {
  if (kind === 'cherry-pick')
    return args.has('x') ? `${commit.message.trimEnd()}\n\n(cherry picked from commit ${commit.oid})\n` : commit.message
  const more =
    commit.parents.length > 1 ? `, reversing\nchanges made to ${commit.parents[Number(args.value('mainline') ?? 1) - 1] ?? ''}` : ''
  return `Revert "${subjectOf(commit.message)}"\n\nThis reverts commit ${commit.oid}${more}.\n`
}

async function one(git: Git, args: GitArgs, what: { readonly kind: Kind; readonly commit: Commit }): Promise<number> {
  const { repo } = git
  const { kind, commit } = what
  const { base, theirs, parent: before } = sidesOf(git, args, what)
  const ours = repo.index.isUnmerged ? (repo.headTree ?? '') : repo.index.writeTree(repo.objects)
  if (!args.has('no-commit') && ours !== repo.headTree)
    throw new GitError(
      `error: your local changes would be overwritten by ${kind}.\nhint: commit your changes or stash them to proceed.\nfatal: ${kind} failed`,
      { kind: 'plain', code: 128 },
    )
  const label = labelOf(git, commit)
  const parent = before === undefined ? '(empty tree)' : `parent of ${label}`
  const labels = kind === 'revert' ? { ours: 'HEAD', theirs: parent, base: label } : { ours: 'HEAD', theirs: label, base: parent }
  const empty = repo.objects.write('tree', new Uint8Array())
  const isForward =
    args.has('ff') &&
    kind === 'cherry-pick' &&
    commit.parents.length < 2 &&
    (commit.parents[0] ?? '') === (repo.head ?? '') &&
    !args.has('no-commit')
  if (isForward) {
    putInPlace(kind, () => moveTree(repo, { from: repo.headTree, to: commit.tree, kind: 'merge' }))
    repo.saveIndex()
    repo.refs.update('HEAD', commit.oid, git.reason('cherry-pick: fast-forward'))
    return 0
  }
  const result = mergeTrees(repo, { base, ours, theirs: theirs ?? empty, labels, ...mergeOptions(git, args), style: conflictStyle(git) })
  putInPlace(kind, () => applyMerge(repo, result, { ours, kind: 'merge' }))
  repo.saveIndex()
  for (const message of result.messages) git.print(`${message}\n`)
  const plain = messageOf(kind, commit, args)
  const message = args.has('signoff') ? withSignoff(git, plain) : plain
  if (!result.isClean) return stopped(git, what, message)
  if (args.has('no-commit')) {
    if (kind === 'revert') repo.refs.setSpecial('REVERT_HEAD', `${commit.oid}\n`)
    repo.refs.setSpecial('MERGE_MSG', message)
    return 0
  }
  const tree = treeOfMerge(repo, result)
  if (tree === repo.headTree && !args.has('allow-empty') && !args.has('keep-redundant-commits')) return emptied(git, what, message)
  const isEdited = args.last('edit', 'no-edit') === 'edit'
  const text = isEdited ? cleanedMessage(await editText(git, { path: `${repo.gitDir}/COMMIT_EDITMSG`, text: message }), 'strip') : message
  await record(git, { kind, tree, message: text, commit })
  return 0
}

/** What stands in the way is told in the words of the command. */
function putInPlace(kind: Kind, put: () => void): void {
  try {
    put()
  } catch (thrown) {
    if (!(thrown instanceof GitError) || thrown.kind !== 'plain') throw thrown
    throw new GitError(`${thrown.message}\nfatal: ${kind} failed`, { kind: 'plain', code: 128 })
  }
}

async function record(
  git: Git,
  how: { readonly kind: Kind; readonly tree: string; readonly message: string; readonly commit: Commit },
): Promise<void> {
  const { repo } = git
  const committer = await git.person('committer')
  const author = how.kind === 'revert' ? await git.person('author') : how.commit.author
  const parents = repo.head === undefined ? [] : [repo.head]
  const message = await preparedMessage(git, how.message)
  const oid = repo.objects.write('commit', commitBytes({ tree: how.tree, parents, author, committer, message }))
  repo.refs.update('HEAD', oid, git.reason(`${how.kind}: ${subjectOf(message)}`))
  await afterCommit(git, oid)
  for (const name of ['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_MSG']) repo.refs.setSpecial(name, undefined)
  git.print(commitSummary(git, repo.objects.commit(oid), { showsDate: true, committer }))
}

async function stopped(git: Git, { kind, commit }: { readonly kind: Kind; readonly commit: Commit }, message: string): Promise<number> {
  const { repo } = git
  repo.refs.setSpecial(headOf(kind), `${commit.oid}\n`)
  repo.refs.setSpecial('MERGE_MSG', `${message}\n# Conflicts:\n${repo.index.unmerged.map((path) => `#\t${path}\n`).join('')}`)
  await git.out.flush()
  const word = kind === 'revert' ? 'revert' : 'apply'
  await git.say(
    `error: could not ${word} ${repo.objects.abbreviate(commit.oid)}... ${subjectOf(commit.message)}\n` +
      `hint: After resolving the conflicts, mark them with\nhint: "git add/rm <pathspec>", then run\nhint: "git ${kind} --continue".\n` +
      `hint: You can instead skip this commit with "git ${kind} --skip".\nhint: To abort and get back to the state before "git ${kind}",\nhint: run "git ${kind} --abort".\n`,
  )
  return 1
}

async function emptied(git: Git, { kind, commit }: { readonly kind: Kind; readonly commit: Commit }, message: string): Promise<number> {
  if (kind === 'cherry-pick') {
    git.repo.refs.setSpecial(headOf(kind), `${commit.oid}\n`)
    await git.say(NOW_EMPTY)
  }
  git.repo.refs.setSpecial('MERGE_MSG', message)
  git.print(longStatus(git, gatherStatus(git, { mode: 'normal', wantsIgnored: false, words: [] }), false))
  return 1
}

async function resume(git: Git, args: GitArgs, kind: Kind): Promise<number> {
  const { repo } = git
  const { refs } = repo
  const todo = (refs.special('sequencer/todo') ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .slice(1)
  const listed = listedKind(git)
  if (args.has('continue') && listed !== undefined && listed !== kind)
    throw new GitError(`error: cannot ${kind} during a ${listed}.\nfatal: ${kind} failed`, { kind: 'plain', code: 128 })
  const list = todo.map((line) => repo.objects.commit(line.split(' ')[1] ?? ''))
  const clear = (): void => {
    for (const name of ['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_MSG']) refs.setSpecial(name, undefined)
  }
  if (args.has('quit')) {
    clear()
    refs.setSpecial('sequencer', undefined)
    return 0
  }
  if (args.has('abort')) {
    const safe = (refs.special('sequencer/abort-safety') ?? '').trim()
    const isMoved = refs.special('sequencer/head') !== undefined && safe !== (repo.head ?? '')
    if (isMoved) await git.say('warning: You seem to have moved HEAD. Not rewinding, check your HEAD!\n')
    const start = (isMoved ? '' : (refs.special('sequencer/head') ?? '').trim()) || (repo.head ?? '')
    if (!isMoved) resetTo(git, { tree: repo.objects.commit(start).tree, kind: 'merge' })
    if (start !== repo.head) refs.update('HEAD', start, git.reason(`reset: moving to ${start}`))
    clear()
    refs.setSpecial('sequencer', undefined)
    return 0
  }
  if (args.has('skip')) {
    if (refs.special(headOf(kind)) === undefined && list.length === 0)
      throw new GitError(`error: no ${kind} in progress\nfatal: ${kind} failed`, { kind: 'plain', code: 128 })
    resetTo(git, { tree: repo.headTree, kind: 'merge' })
  } else if (refs.special('CHERRY_PICK_HEAD') !== undefined || refs.special('REVERT_HEAD') !== undefined) {
    const code = await commitCommand(git, args.has('edit') ? [] : ['--no-edit', '--cleanup=strip'])
    if (code !== 0) return code
  }
  clear()
  return sequence(git, args, { kind, list, isSingle: list.length === 0 })
}
