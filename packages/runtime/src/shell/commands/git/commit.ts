import { readText } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import { gitArgs, type GitArgs } from './args'
import { stagePath } from './add'
import { diffCached, diffTrees, diffWork, treeFiles } from './diff/file-change'
import { bareEntry, IndexFile } from './index-file'
import { withRenames } from './diff/renames'
import { statOf, summaryLine, summaryText } from './diff/stat'
import { editText } from './editor'
import { COMMIT_HOOKS, commitHooks, type CommitHooks } from './hooks/commit-hooks'
import { authorEnv, checkHooks, runHook } from './hooks/hooks'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { authorFrom } from './identity'
import { commitBytes, subjectOf, type Commit, type Person } from './objects'
import { forgetOperation, hasOperation } from './operation'
import { pathspecOf } from './pathspec'
import { trailedMessage } from './trailers/interpret'
import { gatherStatus, longStatus, status, untrackedMode, verboseDiff } from './status'
import { formatDate } from './git-date'

const OPTIONS =
  'm,message= F,file= a,all amend edit,e no-verify,n allow-empty allow-empty-message author= date= q,quiet v,verbose C,reuse-message= c,reedit-message= s,signoff ' +
  'fixup= squash= reset-author dry-run short porcelain long z,null branch u,untracked-files? o,only i,include !p,patch !interactive cleanup= !t,template= ' +
  '!S,gpg-sign? status verify post-rewrite trailer= !pathspec-from-file='

/** `git commit`. @param action what the logs of refs name instead, where another command commits */
export async function commit(git: Git, words: readonly string[], action?: string): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const { repo } = git
  void repo.root
  checkHooks(git, COMMIT_HOOKS)
  if (args.has('dry-run') || args.has('short') || args.has('porcelain')) return dryRun(git, args)
  if (args.has('all') && args.words.length > 0) fatal(`paths '${args.words[0] ?? ''} ...' with -a does not make sense`)
  const head = repo.head === undefined ? undefined : repo.objects.commit(repo.head)
  if (args.has('amend') && head === undefined) fatal('You have nothing to amend.')
  if (args.has('amend') && hasOperation(git, 'merge')) fatal('You are in the middle of a merge -- cannot amend.')
  if (args.has('amend') && hasOperation(git, 'cherry-pick'))
    fatal(`You are in the middle of a ${hasOperation(git, 'rebase') ? 'rebase' : 'cherry-pick'} -- cannot amend.`)
  for (const key of ['fixup', 'squash'])
    if (args.has(key) && git.revisions.find(args.value(key) ?? '') === undefined && !/^(amend|reword):/.test(args.value(key) ?? ''))
      fatal(`could not lookup commit ${args.value(key) ?? ''}`)
  const partial = stageFor(git, args)
  if (repo.index.isUnmerged) return refuseUnmerged(git)
  const picked = hasOperation(git, 'cherry-pick') ? repo.objects.commit((repo.refs.special('CHERRY_PICK_HEAD') ?? '').trim()) : undefined
  const reused = args.value('reuse-message') ?? args.value('reedit-message')
  const source = args.has('amend') ? head : reused === undefined ? picked : git.revisions.commit(reused)
  const author = await authorFrom(git, {
    author: args.value('author'),
    date: args.value('date'),
    base: args.has('reset-author') ? undefined : source?.author,
  })
  const committer = await git.person('committer')
  const mergeHeads = args.has('amend') ? [] : (repo.refs.special('MERGE_HEAD') ?? '').split('\n').filter((line) => line !== '')
  const parents = args.has('amend') ? (head?.parents ?? []) : [...(head === undefined ? [] : [head.oid]), ...mergeHeads]
  const from = { source: source === picked ? undefined : source, author, isPick: picked !== undefined }
  const hooks = commitHooks(git, { partial, isStaging: args.has('all') || args.has('include'), isEdited: isEdited(args), author, action })
  try {
    if (args.last('verify', 'no-verify') !== 'no-verify' && !(await hooks.passes('pre-commit'))) return 1
    const isEmpty = parents[0] === undefined ? hooks.isEmpty : repo.objects.commit(parents[0]).tree === hooks.tree
    if (isEmpty && !args.has('allow-empty') && mergeHeads.length === 0 && !(args.has('amend') && parents.length > 1))
      return await refuseEmpty(git, args)
    const message = await messageFor(git, args, { ...from, hooks })
    if (message === undefined) return 1
    const { tree } = hooks
    const oid = repo.objects.write('commit', commitBytes({ tree, parents, author, committer, message }))
    hooks.keep()
    const kind = kindOf(args, { parents, isMerge: mergeHeads.length > 0, isPick: picked !== undefined })
    repo.refs.update('HEAD', oid, git.reason(`${action ?? kind}: ${subjectOf(message)}`))
    forgetOperation(git)
    await hooks.tell('post-commit')
    if (args.has('amend') && args.last('post-rewrite', 'no-post-rewrite') !== 'no-post-rewrite')
      await runHook(git, 'post-rewrite', { args: ['amend'], stdin: `${head?.oid ?? ''} ${oid}\n`, env: authorEnv(author) })
    if (!args.has('quiet'))
      git.print(
        commitSummary(git, repo.objects.commit(oid), {
          showsDate: args.has('amend') || args.has('date') || source !== undefined,
          committer,
          isAmended: args.has('amend'),
        }),
      )
    return 0
  } finally {
    hooks.drop()
  }
}

function kindOf(args: GitArgs, made: { readonly parents: readonly string[]; readonly isMerge: boolean; readonly isPick: boolean }): string {
  if (args.has('amend')) return 'commit (amend)'
  if (made.parents.length === 0) return 'commit (initial)'
  if (made.isMerge) return 'commit (merge)'
  return made.isPick ? 'commit (cherry-pick)' : 'commit'
}

/** What would be committed. */
async function dryRun(git: Git, args: GitArgs): Promise<number> {
  if (args.words.length > 0 || args.has('all') || args.has('include')) notImplemented('a dry run of a commit of paths')
  const words = ['short', 'porcelain', 'long', 'null', 'branch'].filter((key) => args.has(key)).map((key) => `--${key}`)
  if (args.has('untracked-files'))
    words.push(`--untracked-files${args.value('untracked-files') === undefined ? '' : `=${args.value('untracked-files') ?? ''}`}`)
  await status(git, words)
  return diffCached(git.repo, git.repo.headTree).length > 0 || hasOperation(git, 'merge') ? 0 : 1
}

/** Stages what the words ask for. Gives an index of its own where only some paths are committed and what else is staged stays so. */
function stageFor(git: Git, args: GitArgs): IndexFile | undefined {
  const { repo } = git
  if (args.has('all')) stageChanged(git, args, [])
  if (args.words.length === 0) return undefined
  if (hasOperation(git, 'merge') && !args.has('include')) fatal('cannot do a partial commit during a merge.')
  const spec = pathspecOf(git, args.words)
  const head = treeFiles(repo.objects, repo.headTree)
  const paths = new Set([...repo.index.entries.map(({ path }) => path), ...head.keys()].filter((path) => spec.matches(path)))
  for (const word of spec.unused)
    throw new GitError(`pathspec '${word}' did not match any file(s) known to git`, { kind: 'error', code: 1 })
  stageChanged(git, args, args.words)
  if (args.has('include')) return undefined
  const index = new IndexFile([...head].map(([path, at]) => bareEntry(path, at.mode, at.oid)))
  for (const path of paths) {
    const entry = repo.index.get(path)
    if (entry === undefined || entry.isIntent) index.remove(path)
    else index.add(entry)
  }
  return index
}

function stageChanged(git: Git, _args: GitArgs, words: readonly string[]): void {
  const { repo } = git
  const spec = pathspecOf(git, words)
  for (const entry of repo.index.entries) spec.matches(entry.path)
  for (const change of diffWork(repo, spec)) {
    const path = change.fresh?.path ?? change.old?.path ?? ''
    if (change.status === 'D') repo.index.remove(path)
    else stagePath(git, path)
  }
}

async function refuseUnmerged(git: Git): Promise<number> {
  for (const path of git.repo.index.unmerged) git.print(`U\t${path}\n`)
  await git.say(
    "error: Committing is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\n" +
      'hint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.\n',
  )
  return 128
}

/** What is said of a pick that changes nothing any more. */
export const NOW_EMPTY =
  'The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n' +
  "    git commit --allow-empty\n\nOtherwise, please use 'git cherry-pick --skip'\n"

async function refuseEmpty(git: Git, args: GitArgs): Promise<number> {
  if (args.has('amend')) {
    await git.say(
      'You asked to amend the most recent commit, but doing so would make\nit empty. You can repeat your command with --allow-empty, or you can\n' +
        'remove the commit entirely with "git reset HEAD^".\n',
    )
  }
  if (hasOperation(git, 'cherry-pick') && !args.has('amend')) await git.say(NOW_EMPTY)
  const mode = untrackedMode(git, args)
  const facts = gatherStatus(git, { mode, wantsIgnored: false, words: [] })
  // What is amended is compared with what it stands on, of which nothing differs.
  const { head } = git.repo
  const isRoot = head !== undefined && git.repo.objects.commit(head).parents.length === 0
  const amended = { ...facts, staged: [], amends: isRoot ? ('root' as const) : ('child' as const) }
  const text = longStatus(git, args.has('amend') ? amended : facts, mode === 'no')
  git.print(text.replace('\nNo commits yet\n', '\nInitial commit\n'))
  return 1
}

interface MessageFrom {
  readonly source: Commit | undefined
  readonly author: Person
  readonly isPick: boolean
  readonly hooks: CommitHooks
}

function isEdited(args: GitArgs): boolean {
  const isGiven = args.has('message') || args.has('file') || args.has('fixup') || args.has('squash')
  return (
    args.has('edit') ||
    ((!isGiven || (args.has('squash') && !args.has('message') && !args.has('file'))) &&
      args.last('edit', 'no-edit') !== 'no-edit' &&
      !args.has('reuse-message'))
  )
}

/** Undefined where a hook does not let it pass. */
async function messageFor(git: Git, args: GitArgs, { source, hooks, isPick }: MessageFrom): Promise<string | undefined> {
  const { refs, gitDir } = git.repo
  const given = await givenMessage(git, args)
  const prepared = given ?? source?.message ?? refs.special('MERGE_MSG') ?? refs.special('SQUASH_MSG') ?? ''
  const cleanup = args.value('cleanup') ?? git.config.get('commit.cleanup') ?? 'default'
  const signed = await trailedMessage(git, args.has('signoff') ? withSignoff(git, prepared) : prepared, args.values('trailer'))
  const path = `${gitDir}/COMMIT_EDITMSG`
  const isOpened = isEdited(args)
  const text = isOpened ? template(git, signed) + (args.has('verbose') ? verboseTail(git) : '') : signed
  git.files.writeFile(path, bytesOf(text))
  if (!(await hooks.passes('prepare-commit-msg', sourceWords(git, args, { isGiven: given !== undefined, isPick })))) return undefined
  if (isOpened) await editText(git, { path, text: textOf(git.files.readFile(path)), env: hooks.editorEnv })
  if (args.last('verify', 'no-verify') !== 'no-verify' && !(await hooks.passes('commit-msg'))) return undefined
  const left = textOf(git.files.readFile(path))
  const message = cleanedMessage(left, cleanup === 'default' ? (isOpened ? 'strip' : 'whitespace') : cleanup)
  if (message === '' && !args.has('allow-empty-message')) {
    throw new GitError('Aborting commit due to empty commit message.', { kind: 'plain', code: 1 })
  }
  return message
}

/** Where the message came from, as the hook that prepares it is told. */
function sourceWords(git: Git, args: GitArgs, { isGiven, isPick }: { readonly isGiven: boolean; readonly isPick: boolean }): string[] {
  if (isGiven) return ['message']
  if (args.has('amend')) return ['commit', 'HEAD']
  const reused = args.value('reuse-message') ?? args.value('reedit-message')
  if (reused !== undefined) return ['commit', reused]
  const { refs } = git.repo
  if (refs.special('SQUASH_MSG') !== undefined) return ['squash']
  if (refs.special('MERGE_MSG') !== undefined) return ['merge']
  return isPick ? ['commit', 'CHERRY_PICK_HEAD'] : []
}

async function givenMessage(git: Git, args: GitArgs): Promise<string | undefined> {
  const squash = args.value('squash')
  const parts =
    squash === undefined
      ? args.values('message')
      : [`squash! ${subjectOf(git.revisions.commit(squash).message)}`, ...args.values('message')]
  if (parts.length > 0) return `${parts.map((part) => part.replace(/\n*$/, '')).join('\n\n')}\n`
  const file = args.value('file')
  if (file !== undefined) {
    if (file === '-') return readText(git.call.stdin)
    const node = git.files.find(git.call.at(file))
    return node?.type === 'file' ? textOf(node.bytes) : fatal(`could not read log file '${file}': No such file or directory`)
  }
  const fixup = args.value('fixup')
  if (fixup !== undefined && /^(amend|reword):/.test(fixup))
    fatal(`option --fixup=${fixup.split(':')[0] ?? ''}: is not implemented in this sandbox`)
  return fixup === undefined ? undefined : `fixup! ${subjectOf(git.revisions.commit(fixup).message)}\n`
}

/** The message with the line of whoever commits at its end. */
export function withSignoff(git: Git, message: string): string {
  const who = git.whoever('committer')
  const line = `Signed-off-by: ${who?.name ?? ''} <${who?.email ?? ''}>`
  if (message.trimEnd().endsWith(line)) return message
  const isTrailer = /\n\n(?:(?:[A-Za-z-]+: .*|\(cherry picked from commit [0-9a-f]+\))\n?)+$/.test(message.trimEnd())
  return `${message.trimEnd()}\n${isTrailer ? '' : '\n'}${line}\n`
}

function verboseTail(git: Git): string {
  const facts = gatherStatus(git, { mode: 'no', wantsIgnored: false, words: [] })
  const line = '# ------------------------ >8 ------------------------\n'
  return `${line}# Do not modify or remove the line above.\n# Everything below it will be ignored.\n${verboseDiff(git, facts)}`
}

function template(git: Git, message: string): string {
  return amendTemplate(git, message)
}

/** What the editor is given: the message and, as comments, what is committed. @param amended the commit that is written anew */
export function amendTemplate(
  git: Git,
  message: string,
  { amended, author: by }: { readonly amended?: Commit | undefined; readonly author?: Person | undefined } = {},
): string {
  const head = amended?.parents[0]
  const facts = gatherStatus(git, { mode: 'normal', wantsIgnored: false, words: [] })
  const staged =
    amended === undefined
      ? facts.staged
      : withRenames(diffCached(git.repo, head === undefined ? undefined : git.repo.objects.commit(head).tree))
  // Advice has no place there.
  const commented = longStatus(git, { ...facts, staged }, false)
    .replace('\nNo commits yet\n', '\nInitial commit\n')
    .trimEnd()
    .split('\n')
    .filter((line) => !/^ {2}\((use|fix|all|see) .*\)$/.test(line))
    .map((line) => (line === '' ? '#' : line.startsWith('\t') ? `#${line}` : `# ${line}`))
    .join('\n')
  const author = amended?.author ?? by ?? git.whoever('author')
  const committer = git.whoever('committer')
  const isOther = author !== undefined && (author.name !== committer?.name || author.email !== committer.email)
  const who =
    (isOther ? `# Author:    ${author.name} <${author.email}>\n` : '') +
    (amended === undefined ? '' : `# Date:      ${formatDate(amended.author, { mode: 'default', now: git.now, tz: git.zone })}\n`)
  return `${message}\n# Please enter the commit message for your changes. Lines starting\n# with '#' will be ignored, and an empty message aborts the commit.\n#\n${who === '' ? '' : `${who}#\n`}${commented}\n#\n`
}

/** A message as git tidies it. */
export function cleanedMessage(text: string, how: string): string {
  if (how === 'verbatim') return text
  let lines = text.split('\n')
  const scissors = lines.findIndex((line) => line.startsWith('# ------------------------ >8'))
  if (scissors >= 0) lines = lines.slice(0, scissors)
  if (how === 'strip') lines = lines.filter((line) => !line.startsWith('#'))
  const tidy = lines
    .map((line) => line.replace(/\s+$/, ''))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .replace(/\n+$/, '')
  return tidy === '' ? '' : `${tidy}\n`
}

/** The lines that `commit` ends with. */
export function commitSummary(
  git: Git,
  made: Commit,
  how: { readonly showsDate: boolean; readonly committer?: Person; readonly isAmended?: boolean },
): string {
  const { repo } = git
  const name = repo.branch ?? 'detached HEAD'
  const root = made.parents.length === 0 && how.isAmended !== true ? ' (root-commit)' : ''
  let out = `[${name}${root} ${repo.objects.abbreviate(made.oid)}] ${subjectOf(made.message)}\n`
  const { author, committer } = made
  if (author.name !== committer.name || author.email !== committer.email) out += ` Author: ${author.name} <${author.email}>\n`
  if (how.showsDate && (author.time !== committer.time || how.committer !== undefined))
    out += ` Date: ${formatDate(author, { mode: 'default', now: git.now, tz: git.zone })}\n`
  if (made.parents.length > 1) return out
  const old = made.parents[0] === undefined ? undefined : repo.objects.commit(made.parents[0]).tree
  const changes = withRenames(diffTrees(repo.objects, { old, fresh: made.tree }))
  if (changes.length === 0) return out
  return out + summaryLine(changes.map((change) => statOf(change))) + summaryText(changes)
}

/** `git commit-tree`. */
export async function commitTree(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'p= m= F=')
  const tree =
    git.revisions.peel(git.revisions.resolve(args.words[0] ?? ''), 'tree') ?? fatal(`not a valid object name ${args.words[0] ?? ''}`)
  const parents = args.values('p').map((name) => git.revisions.commit(name).oid)
  const file = args.value('F')
  const texts = args.values('m')
  const message =
    texts.length > 0
      ? `${texts.join('\n\n').replace(/\n*$/, '')}\n`
      : file === undefined || file === '-'
        ? await readText(git.call.stdin)
        : textOf(git.files.readFile(git.call.at(file)))
  const author = await git.person('author')
  const committer = await git.person('committer')
  git.print(`${git.repo.objects.write('commit', commitBytes({ tree, parents, author, committer, message }))}\n`)
  return 0
}
