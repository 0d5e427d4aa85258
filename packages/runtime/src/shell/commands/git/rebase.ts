import { gitArgs, type GitArgs } from './args'
import { moveTree } from './checkout-tree'
import { isAncestor, mergeBases } from './commit-graph'
import { diffCached, diffWork } from './diff/file-change'
import { editText } from './editor'
import { afterCheckout, checkHooks, REBASE_HOOKS, runHook } from './hooks/hooks'
import { failed, fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import type { Commit } from './objects'
import { hasOperation } from './operation'
import { patchKey } from './patch-key'
import { clearRebase, REBASE, rebaseFile, runTodo, saveRebase } from './rebase-run'
import { resumeRebase } from './rebase-resume'
import { autosquashed, parseTodo, pickOf, todoHelp, type TodoItem, todoText, withCommands } from './rebase-todo'
import { walk } from './rev-list'
import { applyAutostash, makeAutostash } from './autostash'

const OPTIONS =
  'onto= keep-base abort continue skip quit edit-todo show-current-patch q,quiet v,verbose f,force-rebase,no-ff i,interactive !r,rebase-merges? ' +
  'x,exec= autosquash root !S,gpg-sign? autostash !apply m,merge X,strategy-option= s,strategy= fork-point no-verify !stat n,no-stat !update-refs ' +
  '!signoff !committer-date-is-author-date !reset-author-date,ignore-date empty= keep-empty reapply-cherry-picks allow-empty-message ' +
  '!C= !ignore-whitespace !whitespace= !reschedule-failed-exec rerere-autoupdate'

/** `git rebase`. */
export async function rebase(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  void git.repo.root
  const action = args.last('abort', 'continue', 'skip', 'quit', 'edit-todo', 'show-current-patch')
  if (action !== undefined) return resumeRebase(git, action)
  if (hasOperation(git, 'rebase'))
    fatal(
      `It seems that there is already a ${REBASE} directory, and\nI wonder if you are in the middle of another rebase.  If that is the\ncase, please try\n` +
        `\tgit rebase (--continue | --abort | --skip)\nIf that is not the case, please\n\trm -fr ".git/${REBASE}"\nand run me again.  I am stopping in case you still have something\nvaluable there.\n`,
    )
  if (args.has('strategy') && !['ort', 'recursive'].includes(args.value('strategy') ?? ''))
    notImplemented(`strategy ${args.value('strategy') ?? ''} of rebase`)
  const isAutostash =
    args.has('autostash') || (args.last('autostash', 'no-autostash') === undefined && git.config.bool('rebase.autostash') === true)
  const start = startOf(git, args)
  const stash = isAutostash ? makeAutostash(git) : undefined
  if (stash !== undefined) git.print(`Created autostash: ${git.repo.objects.abbreviate(stash)}\n`)
  refuseDirty(git)
  if (stash !== undefined) saveRebase(git, 'autostash', `${stash}\n`)
  return begin(git, args, start)
}

interface Start {
  readonly head: string
  /** The branch that is rebased; undefined when HEAD is detached. */
  readonly branch: string | undefined
  readonly isOther: boolean
  /** Undefined for `--root`. */
  readonly upstream: string | undefined
  readonly onto: string
  readonly ontoName: string
}

function startOf(git: Git, args: GitArgs): Start {
  const { repo } = git
  const words = [...args.words]
  const isRoot = args.has('root')
  const upstreamName = isRoot ? undefined : (words.shift() ?? '@{upstream}')
  const [other] = words
  if (upstreamName === '@{upstream}' && args.words.length === 0) requireUpstream(git)
  const upstream = upstreamName === undefined ? undefined : commitAt(git, upstreamName === '-' ? '@{-1}' : upstreamName)
  if (upstreamName !== undefined && upstream === undefined) fatal(`invalid upstream '${upstreamName}'`)
  const isBranch = other !== undefined && repo.refs.resolve(`refs/heads/${other}`) !== undefined
  const head =
    other === undefined ? (repo.head ?? fatal('no commit to rebase')) : (commitAt(git, other) ?? fatal(`no such branch/commit '${other}'`))
  const branch = other === undefined ? repo.branch : isBranch ? other : undefined
  const base = upstream === undefined ? undefined : mergeBases(repo.objects, head, [upstream])[0]
  if (args.has('keep-base') && args.has('onto')) fatal("options '--keep-base' and '--onto' cannot be used together")
  if (args.has('keep-base'))
    return {
      head,
      branch,
      isOther: other !== undefined,
      upstream,
      onto: base ?? fatal(`'${upstreamName ?? ''}': need exactly one merge base with branch`),
      ontoName: base ?? '',
    }
  const ontoName = args.value('onto') ?? upstreamName
  if (ontoName === undefined) {
    // A tree with nothing in it: the first pick has no parent.
    return { head, branch, isOther: other !== undefined, upstream, onto: '', ontoName: '' }
  }
  const onto = commitAt(git, ontoName) ?? fatal(`Does not point to a valid commit '${ontoName}'`)
  return { head, branch, isOther: other !== undefined, upstream, onto, ontoName }
}

function requireUpstream(git: Git): void {
  const { branch } = git.repo
  if (branch !== undefined && git.revisions.upstream(branch) !== undefined) return
  const lead = branch === undefined ? 'You are not currently on a branch.' : 'There is no tracking information for the current branch.'
  const more =
    branch === undefined
      ? ''
      : `If you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=<remote>/<branch> ${branch}\n\n`
  git.print(
    `${lead}\nPlease specify which branch you want to rebase against.\nSee git-rebase(1) for details.\n\n    git rebase '<branch>'\n\n${more}`,
  )
  throw new GitError('', { kind: 'plain', code: 1 })
}

function commitAt(git: Git, name: string): string | undefined {
  const found = git.revisions.find(name)
  return found === undefined ? undefined : git.revisions.peel(found, 'commit')
}

function refuseDirty(git: Git): void {
  const unstaged = diffWork(git.repo).length > 0
  const staged = diffCached(git.repo, git.repo.headTree).length > 0
  if (!unstaged && !staged) return
  for (const path of git.repo.index.unmerged) git.print(`${path}: needs merge\n`)
  const first = unstaged ? 'cannot rebase: You have unstaged changes.' : 'cannot rebase: Your index contains uncommitted changes.'
  const second = unstaged && staged ? 'error: additionally, your index contains uncommitted changes.\n' : ''
  throw new GitError(`error: ${first}\n${second}error: Please commit or stash them.`, { kind: 'plain', code: 1 })
}

function isLinear(git: Git, head: string, onto: string): boolean {
  for (let at = head; at !== onto;) {
    const { parents } = git.repo.objects.commit(at)
    const [parent] = parents
    if (parent === undefined || parents.length > 1) return false
    at = parent
  }
  return true
}

async function begin(git: Git, args: GitArgs, start: Start): Promise<number> {
  const { repo } = git
  const { head, upstream, onto } = start
  checkHooks(git, REBASE_HOOKS)
  const isExplicit = args.has('interactive')
  const isSquashing =
    args.has('autosquash') ||
    (isExplicit && git.config.bool('rebase.autosquash') === true && args.last('autosquash', 'no-autosquash') !== 'no-autosquash')
  const isInteractive = isExplicit || args.values('exec').length > 0
  const name = start.branch === undefined ? 'HEAD' : start.branch
  const base = upstream === undefined ? undefined : mergeBases(repo.objects, head, [upstream])[0]
  const isUpToDate = onto !== '' && base !== undefined && isAncestor(repo.objects, onto, head) && base === onto && isLinear(git, head, onto)
  if (isUpToDate && !isInteractive && !args.has('force-rebase')) {
    if (start.isOther) moveTo(git, start)
    if (!args.has('quiet')) git.print(start.branch === undefined ? 'HEAD is up to date.\n' : `Current branch ${name} is up to date.\n`)
    await applyAutostash(git)
    const message = repo.refs.special('MERGE_MSG')
    clearRebase(git)
    repo.refs.setSpecial('MERGE_MSG', message)
    return 0
  }
  if (isUpToDate && args.has('force-rebase') && !isInteractive && !args.has('quiet'))
    git.print(
      start.branch === undefined ? 'HEAD is up to date, rebase forced.\n' : `Current branch ${name} is up to date, rebase forced.\n`,
    )
  if (args.last('verify', 'no-verify') !== 'no-verify') {
    const words = args.has('root') ? ['--root', ...args.words] : args.words
    if ((await runHook(git, 'pre-rebase', { args: words })) !== 0) return fatal('The pre-rebase hook refused to rebase.')
  }
  const commits = await commitsToMove(git, start, args.last('reapply-cherry-picks', 'no-reapply-cherry-picks') === 'reapply-cherry-picks')
  const picks = commits.map(pickOf)
  const melded = isSquashing ? autosquashed(picks) : picks
  let list = withCommands(melded, args.values('exec'))
  if (list.length === 0) list = [{ command: 'noop', oid: '', text: '' }]
  saveState(git, args, { start, isExplicit })
  if (isExplicit) {
    const edited = await editedList(git, start, list)
    if (typeof edited === 'number') return edited
    list = edited
  }
  const from = repo.head
  const todo = skipUnneeded(git, args, { list, start })
  if (onto !== '') await afterCheckout(git, from)
  return runTodo(git, { list: todo, isFirst: true })
}

/** Without a rebase to do, only the branch is checked out. */
function moveTo(git: Git, { head, branch }: Start): void {
  const { repo } = git
  moveTree(repo, { from: repo.headTree, to: repo.objects.commit(head).tree, kind: 'checkout' })
  repo.saveIndex()
  if (branch === undefined) repo.refs.detach(head, git.reason(`rebase (start): checkout ${head}`))
  else repo.refs.symbolic('HEAD', `refs/heads/${branch}`, git.reason(`rebase (start): checkout ${branch}`))
}

function saveState(git: Git, args: GitArgs, { start, isExplicit }: { readonly start: Start; readonly isExplicit: boolean }): void {
  const { refs } = git.repo
  saveRebase(git, 'head-name', start.branch === undefined ? 'detached HEAD\n' : `refs/heads/${start.branch}\n`)
  saveRebase(git, 'onto', `${start.onto}\n`)
  saveRebase(git, 'orig-head', `${start.head}\n`)
  saveRebase(git, 'interactive', '')
  saveRebase(git, 'done', '')
  if (isExplicit) saveRebase(git, 'explicit', '')
  if (args.has('quiet')) saveRebase(git, 'quiet', '')
  if (args.has('verbose')) saveRebase(git, 'verbose', '')
  saveRebase(git, 'empty', `${args.value('empty') ?? (isExplicit ? 'ask' : args.values('exec').length > 0 ? 'keep' : 'drop')}\n`)
  saveRebase(git, 'strategy_opts', args.values('strategy-option').join('\n'))
  if (args.last('keep-empty', 'no-keep-empty') === 'no-keep-empty') saveRebase(git, 'no-keep-empty', '')
  refs.setSpecial('ORIG_HEAD', `${start.head}\n`)
}

async function editedList(git: Git, start: Start, list: readonly TodoItem[]): Promise<TodoItem[] | number> {
  const { objects } = git.repo
  const shorten = (oid: string): string => objects.abbreviate(oid)
  const upstream = start.upstream === undefined ? '' : `${shorten(start.upstream)}..`
  const count = list.filter(({ command }) => command !== 'noop').length
  const range = `Rebase ${upstream}${shorten(start.head)} onto ${start.onto === '' ? '0000000' : shorten(start.onto)} (${count} command${count === 1 ? '' : 's'})`
  const giveUp = async (): Promise<void> => {
    await applyAutostash(git)
    clearRebase(git)
  }
  let text: string
  try {
    text = await editText(git, {
      path: `${git.repo.gitDir}/${REBASE}/git-rebase-todo`,
      text: todoText(list, shorten) + todoHelp(range),
      isSequence: true,
    })
  } catch (thrown) {
    await giveUp()
    throw thrown
  }
  if (text.split('\n').every((line) => line.trim() === '' || line.startsWith('#'))) {
    await giveUp()
    return failed('nothing to do')
  }
  try {
    return parseTodo(git, text)
  } catch (thrown) {
    if (!(thrown instanceof GitError) || thrown.kind !== 'plain') throw thrown
    saveRebase(git, 'git-rebase-todo', text)
    checkoutOnto(git, start.onto, start.ontoName)
    await git.say(
      `${thrown.told}You can fix this with 'git rebase --edit-todo' and then run 'git rebase --continue'.\nOr you can abort the rebase with 'git rebase --abort'.\n`,
    )
    return 1
  }
}

function checkoutOnto(git: Git, onto: string, name: string): void {
  const { repo } = git
  moveTree(repo, { from: repo.headTree, to: onto === '' ? undefined : repo.objects.commit(onto).tree, kind: 'checkout' })
  repo.saveIndex()
  if (onto === '') repo.refs.setSpecial(`${REBASE}/squash-onto`, '\n')
  else repo.refs.detach(onto, git.reason(`rebase (start): checkout ${name}`))
}

/** Commits at the front that stand where they are to stand already are not made again. */
function skipUnneeded(git: Git, args: GitArgs, { list, start }: { readonly list: readonly TodoItem[]; readonly start: Start }): TodoItem[] {
  const rest = [...list]
  let at = start.onto
  const done: TodoItem[] = []
  while (!args.has('force-rebase')) {
    const [item] = rest
    if (item?.command !== 'pick') break
    const { parents } = git.repo.objects.commit(item.oid)
    if (parents.length > 1 || (parents[0] ?? '') !== at) break
    at = item.oid
    done.push(item)
    rest.shift()
  }
  // A commit that is melded into needs the one before it as it was.
  saveRebase(git, 'done', todoText(done))
  checkoutOnto(git, at, start.ontoName)
  if (args.has('force-rebase')) saveRebase(git, 'force', '')
  return rest
}

/** The oldest first, without merges and without what the other side has already. */
async function commitsToMove(git: Git, { head, upstream, onto }: Start, keepsAll: boolean): Promise<Commit[]> {
  const { objects } = git.repo
  const plan = { order: 'topo' as const, isFirstParent: false, tick: () => git.call.tick() }
  const exclude = upstream === undefined ? (onto === '' ? [] : [onto]) : [upstream]
  const ours = [...walk(objects, { include: [head], exclude, ...plan })].map(({ commit }) => commit)
  const theirs = upstream === undefined || keepsAll ? [] : [...walk(objects, { include: [upstream], exclude: [head], ...plan })]
  const known = new Set(theirs.map(({ commit }) => patchKey(objects, commit)).filter((key) => key !== ''))
  const plain = ours.filter((commit) => commit.parents.length < 2)
  const dropped = known.size === 0 ? [] : plain.filter((commit) => known.has(patchKey(objects, commit)))
  if (dropped.length > 0 && rebaseFile(git, 'quiet') === undefined) {
    for (const commit of dropped.toReversed())
      await git.say(`warning: skipped previously applied commit ${objects.abbreviate(commit.oid)}\n`)
    await git.say(
      'hint: use --reapply-cherry-picks to include skipped commits\nhint: Disable this message with "git config advice.skippedCherryPicks false"\n',
    )
  }
  return plain.filter((commit) => !dropped.includes(commit)).toReversed()
}
