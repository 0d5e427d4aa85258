import { gitArgs, type GitArgs } from './args'
import { isAncestor } from './commit-graph'
import { cleanedMessage, commit } from './commit'
import { editText } from './editor'
import { checkHooks, hasHook, runHook, toldPath } from './hooks/hooks'
import { bytesOf, textOf } from '../../text'
import { moveTree, refuse } from './checkout-tree'
import { diffCached, diffTrees } from './diff/file-change'
import { withRenames } from './diff/renames'
import { statOf, statText, summaryText } from './diff/stat'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { applyMerge, baseTree, mergeTrees, type MergeResult, treeOfMerge } from './merge-trees'
import { mergeOptions } from './merge-style'
import { commitBytes, subjectOf } from './objects'
import { hasOperation } from './operation'
import { resetTo } from './reset'
import { walk } from './rev-list'
import { readText } from '../../streams/stream'
import { bringBack, makeAutostash } from './autostash'

const OPTIONS =
  'ff ff-only squash commit m,message= F= abort continue quit X,strategy-option= s,strategy= n summary,stat no-stat q,quiet v,verbose e,edit no-edit allow-unrelated-histories log? progress !signoff verify no-verify !S? autostash !into-name= overwrite-ignore !cleanup= rerere-autoupdate !verify-signatures no-verify-signatures'

/** `git merge`. */
export async function merge(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const { repo } = git
  void repo.root
  checkHooks(git, MERGE_HOOKS)
  if (args.has('abort') || args.has('quit')) return abort(git, args.has('abort'))
  if (args.has('continue'))
    return hasOperation(git, 'merge')
      ? commit(git, args.has('no-edit') ? ['--no-edit'] : [])
      : fatal('There is no merge in progress (MERGE_HEAD missing).')
  if (repo.index.isUnmerged)
    throw new GitError(
      "error: Merging is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.",
      { kind: 'plain', code: 128 },
    )
  if (hasOperation(git, 'merge'))
    fatal('You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.')
  if (hasOperation(git, 'cherry-pick'))
    fatal('You have not concluded your cherry-pick (CHERRY_PICK_HEAD exists).\nPlease, commit your changes before you merge.')
  const names = args.words.length > 0 ? args.words : ['@{upstream}']
  if (names.length > 1) notImplemented('a merge of more than two')
  const stash =
    args.has('autostash') || (git.config.bool('merge.autostash') === true && args.last('autostash', 'no-autostash') !== 'no-autostash')
      ? makeAutostash(git)
      : undefined
  if (stash === undefined) return mergeOne(git, args, names[0] ?? '')
  await git.say(`Created autostash: ${repo.objects.abbreviate(stash)}\n`)
  const code = await mergeOne(git, args, names[0] ?? '')
  if (hasOperation(git, 'merge')) notImplemented('an autostash of a merge that stopped')
  await bringBack(git, stash)
  return code
}

async function abort(git: Git, isReset: boolean): Promise<number> {
  if (isReset && !hasOperation(git, 'merge')) fatal('There is no merge to abort (MERGE_HEAD missing).')
  if (isReset) resetTo(git, { tree: git.repo.headTree, kind: 'merge' })
  for (const name of ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'AUTO_MERGE']) git.repo.refs.setSpecial(name, undefined)
  return Promise.resolve(0)
}

async function mergeOne(git: Git, args: GitArgs, name: string): Promise<number> {
  const { repo } = git
  const found = git.revisions.find(name)
  const theirs = found === undefined ? undefined : git.revisions.peel(found, 'commit')
  if (theirs === undefined) throw new GitError(`merge: ${name} - not something we can merge`, { kind: 'plain', code: 1 })
  const { head } = repo
  if (head === undefined) {
    moveTree(repo, { from: undefined, to: repo.objects.commit(theirs).tree, kind: 'merge' })
    repo.saveIndex()
    repo.refs.update('HEAD', theirs, git.reason('initial pull'))
    return 0
  }
  if (isAncestor(repo.objects, theirs, head)) {
    repo.refs.setSpecial('MERGE_MSG', undefined)
    if (!args.has('quiet')) git.print(`Already up to date.${args.has('squash') ? ' (nothing to squash)' : ''}\n`)
    return 0
  }
  const mode = args.last('ff', 'no-ff', 'ff-only') ?? { only: 'ff-only', false: 'no-ff' }[git.config.get('merge.ff') ?? ''] ?? 'ff'
  if (isAncestor(repo.objects, head, theirs) && mode !== 'no-ff') return fastForward(git, args, { head, theirs, name })
  if (mode === 'ff-only') fatal('Not possible to fast-forward, aborting.')
  return realMerge(git, args, { head, theirs, name })
}

interface Heads {
  readonly head: string
  readonly theirs: string
  readonly name: string
}

async function fastForward(git: Git, args: GitArgs, { head, theirs, name }: Heads): Promise<number> {
  const { repo } = git
  const to = repo.objects.commit(theirs).tree
  if (!args.has('quiet')) git.print(`Updating ${repo.objects.abbreviate(head)}..${repo.objects.abbreviate(theirs)}\n`)
  moveTree(repo, { from: repo.headTree, to, kind: 'merge' })
  repo.saveIndex()
  const old = repo.headTree
  if (args.has('squash')) writeSquash(git, { head, theirs, name })
  else repo.refs.update('HEAD', theirs, git.reason(`merge ${name}: Fast-forward`))
  if (!args.has('quiet'))
    git.print(
      `Fast-forward\n${args.has('squash') ? 'Squash commit -- not updating HEAD\n' : ''}${mergeStat(git, args, { old, fresh: to })}`,
    )
  await runHook(git, 'post-merge', { args: [args.has('squash') ? '1' : '0'], env: mergeEnv({ head, theirs, name }) })
  return 0
}

/** What changed, as it stands below a merge. */
function mergeStat(git: Git, args: GitArgs, { old, fresh }: { readonly old: string | undefined; readonly fresh: string }): string {
  if (args.last('summary', 'no-summary', 'no-stat') === 'no-stat' || args.last('summary', 'no-summary') === 'no-summary' || args.has('n'))
    return ''
  const changes = withRenames(diffTrees(git.repo.objects, { old, fresh }))
  return (
    statText(
      changes.map((change) => statOf(change)),
      { width: 80 },
    ) + summaryText(changes)
  )
}

/** How many commits `--log` tells. */
const USUAL_LOG = 20

/** What a name is of: `branch 'x'`. */
function kindOf(git: Git, name: string): string {
  const { refs } = git.repo
  const full = git.revisions.symbolic(name)
  const remote = /^refs\/remotes\/(.+)$/.exec(full ?? '')
  return full?.startsWith('refs/heads/')
    ? `branch '${full.slice(11)}'`
    : remote !== null
      ? `remote-tracking branch '${remote[1] ?? ''}'`
      : refs.resolve(`refs/tags/${name}`) === undefined
        ? `commit '${name}'`
        : `tag '${name}'`
}

function mergeMessage(git: Git, name: string): string {
  const { branch } = git.repo
  // Only the two usual names of a first branch are left out.
  const into = branch === 'master' || branch === 'main' ? '' : ` into ${branch ?? 'HEAD'}`
  return `Merge ${kindOf(git, name)}${into}\n`
}

/** `--log`: the subjects of what is merged, as they stand below the title. */
function mergedSubjects(git: Git, args: GitArgs, { head, theirs, name }: Heads): string {
  const most = logLength(git, args)
  if (most <= 0) return ''
  if (args.last('edit', 'no-edit') === 'edit') notImplemented('option --log of merge together with --edit')
  const plan = { include: [theirs], exclude: [head], order: 'default', isFirstParent: false } as const
  const subjects = [...walk(git.repo.objects, { ...plan, tick: () => git.call.tick() })]
    .filter(({ commit }) => commit.parents.length < 2)
    .map(({ commit }) => subjectOf(commit.message) || commit.oid)
  const [, kind = '', bare = ''] = /^(branch|remote-tracking branch|tag|commit) '(.*)'$/.exec(kindOf(git, name)) ?? []
  const origin = kind === 'tag' || kind === 'commit' ? `${kind} '${bare}'` : bare
  const count = subjects.length > most ? ` (${subjects.length} commits)` : ''
  const more = subjects.length > most ? '  ...\n' : ''
  return `\n* ${origin}:${count}\n${subjects
    .slice(0, most)
    .map((subject) => `  ${subject}\n`)
    .join('')}${more}`
}

function logLength(git: Git, args: GitArgs): number {
  const given = args.last('log', 'no-log')
  if (given === 'no-log') return 0
  const setting = git.config.get('merge.log') ?? 'false'
  const value = given === 'log' ? (args.value('log') ?? 'true') : setting
  if (/^(true|yes|on)$/i.test(value)) return USUAL_LOG
  return /^(false|no|off)$/i.test(value) ? 0 : Number(value)
}

/** The message as it was given, or git's own. */
async function mergeTitle(git: Git, args: GitArgs, name: string): Promise<string> {
  const file = args.value('F')
  const parts =
    file === undefined
      ? args.values('message')
      : [(await readText(file === '-' ? git.call.stdin : git.call.open(git.call.at(file)))).replace(/\n+$/, '')]
  return parts.length > 0 ? `${parts.join('\n\n')}\n` : mergeMessage(git, name)
}

async function realMerge(git: Git, args: GitArgs, heads: Heads): Promise<number> {
  const { repo } = git
  const { head, theirs, name } = heads
  const base = baseTree(git, head, theirs)
  if (base.tree === undefined && !args.has('allow-unrelated-histories')) fatal('refusing to merge unrelated histories')
  const staged = diffCached(repo, repo.headTree)
  if (staged.length > 0)
    refuse(
      'merge',
      staged.map((change) => change.fresh?.path ?? change.old?.path ?? ''),
      [],
    )
  const committer = await git.person('committer')
  const author = await git.person('author')
  const sides = { base: base.tree, ours: repo.objects.commit(head).tree, theirs: repo.objects.commit(theirs).tree }
  const strategy = args.value('strategy')
  if (strategy !== undefined && !['ort', 'recursive', 'resolve', 'ours'].includes(strategy)) notImplemented(`merge strategy ${strategy}`)
  const labels = { ours: 'HEAD', theirs: name, base: base.label }
  const result = strategy === 'ours' ? undefined : mergeTrees(repo, { ...sides, labels, ...mergeOptions(git, args) })
  if (result !== undefined) applied(git, result, { ours: sides.ours, strategy: strategy ?? 'ort' })
  repo.saveIndex()
  for (const message of result?.messages ?? []) git.print(`${message}\n`)
  const message = (await mergeTitle(git, args, name)) + mergedSubjects(git, args, heads)
  if (args.has('squash')) {
    writeSquash(git, heads)
    git.print('Squash commit -- not updating HEAD\n')
    if (result?.isClean ?? true) await runHook(git, 'post-merge', { args: ['1'], env: mergeEnv(heads) })
    if (result?.isClean ?? true) await git.say('Automatic merge went well; stopped before committing as requested\n')
    else git.print('Automatic merge failed; fix conflicts and then commit the result.\n')
    return (result?.isClean ?? true) ? 0 : 1
  }
  if (result !== undefined && !result.isClean) {
    noteMerge(git, {
      theirs,
      message: `${message}\n# Conflicts:\n${repo.index.unmerged.map((path) => `#\t${path}\n`).join('')}`,
      isNoFf: args.has('no-ff'),
    })
    git.print('Automatic merge failed; fix conflicts and then commit the result.\n')
    return 1
  }
  if (args.last('commit', 'no-commit') === 'no-commit') {
    noteMerge(git, { theirs, message, isNoFf: args.last('ff', 'no-ff') === 'no-ff' })
    await git.say('Automatic merge went well; stopped before committing as requested\n')
    return 0
  }
  const tree = result === undefined ? sides.ours : treeOfMerge(repo, result)
  const passed = await hookedMerge(git, args, { heads, tree, message })
  if (passed === undefined) return 1
  const oid = repo.objects.write('commit', commitBytes({ ...passed, parents: [head, theirs], author, committer }))
  repo.refs.update('HEAD', oid, git.reason(`merge ${name}: Merge made by the '${strategy ?? 'ort'}' strategy.`))
  if (!args.has('quiet'))
    git.print(`Merge made by the '${strategy ?? 'ort'}' strategy.\n${mergeStat(git, args, { old: sides.ours, fresh: passed.tree })}`)
  await runHook(git, 'post-merge', { args: ['0'], env: mergeEnv(heads) })
  return 0
}

const MERGE_HOOKS = ['pre-merge-commit', 'prepare-commit-msg', 'commit-msg', 'post-merge'] as const

function mergeEnv({ theirs, name }: Heads): [string, string][] {
  return [
    [`GITHEAD_${theirs}`, name],
    ['GIT_REFLOG_ACTION', `merge ${name}`],
  ]
}

/** What is committed after hooks and editor had their say; undefined where one of them does not let it pass: then the merge waits for `commit`. */
async function hookedMerge(
  git: Git,
  args: GitArgs,
  { heads, tree, message }: { readonly heads: Heads; readonly tree: string; readonly message: string },
): Promise<{ readonly tree: string; readonly message: string } | undefined> {
  const { repo } = git
  const isEdited = args.last('edit', 'no-edit') === 'edit'
  const isVerified = args.last('verify', 'no-verify') !== 'no-verify'
  const path = `${repo.gitDir}/MERGE_MSG`
  const editor: [string, string][] = isEdited ? [] : [['GIT_EDITOR', ':']]
  const env = [...mergeEnv(heads), ...editor, ['GIT_INDEX_FILE', toldPath(git, 'index')] satisfies [string, string]]
  if (!MERGE_HOOKS.some((name) => hasHook(git, name)) && !isEdited) return { tree, message }
  const stop = (): undefined => {
    const left = git.files.find(path)
    noteMerge(git, { theirs: heads.theirs, message: left?.type === 'file' ? textOf(left.bytes) : message, isNoFf: args.has('no-ff') })
    return undefined
  }
  if (isVerified && (await runHook(git, 'pre-merge-commit', { env })) !== 0) return stop()
  if (hasHook(git, 'pre-merge-commit')) repo.replaceIndex(repo.readIndex())
  git.files.writeFile(path, bytesOf(message.trimEnd()))
  if ((await runHook(git, 'prepare-commit-msg', { args: [toldPath(git, 'MERGE_MSG'), 'merge'], env })) !== 0) return stop()
  if (isEdited) await editText(git, { path, text: textOf(git.files.readFile(path)), env })
  if (isVerified && (await runHook(git, 'commit-msg', { args: [toldPath(git, 'MERGE_MSG')], env })) !== 0) return stop()
  const left = cleanedMessage(textOf(git.files.readFile(path)), isEdited ? 'strip' : 'whitespace')
  for (const name of ['MERGE_MSG', 'MERGE_MODE']) repo.refs.setSpecial(name, undefined)
  return { tree: hasHook(git, 'pre-merge-commit') ? repo.index.writeTree(repo.objects) : tree, message: left }
}

/** What stands in the way is told in the words of a strategy that failed. */
function applied(git: Git, result: MergeResult, how: { readonly ours: string; readonly strategy: string }): void {
  try {
    applyMerge(git.repo, result, { ours: how.ours, kind: 'merge' })
  } catch (thrown) {
    if (!(thrown instanceof GitError) || thrown.kind !== 'plain') throw thrown
    throw new GitError(`${thrown.message}\nMerge with strategy ${how.strategy} failed.`, { kind: 'plain', code: 2 })
  }
}

function noteMerge(git: Git, how: { readonly theirs: string; readonly message: string; readonly isNoFf: boolean }): void {
  const { refs } = git.repo
  refs.setSpecial('MERGE_HEAD', `${how.theirs}\n`)
  refs.setSpecial('MERGE_MSG', how.message)
  refs.setSpecial('MERGE_MODE', how.isNoFf ? 'no-ff' : '')
}

function writeSquash(git: Git, { theirs }: Heads): void {
  const { objects, refs } = git.repo
  const one = objects.commit(theirs)
  const text = one.message
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n')
  refs.setSpecial(
    'SQUASH_MSG',
    `Squashed commit of the following:\n\ncommit ${theirs}\nAuthor: ${one.author.name} <${one.author.email}>\n\n${text}\n`,
  )
}
