import { moveTree } from './checkout-tree'
import { amendTemplate, cleanedMessage, commit as commitCommand, commitSummary } from './commit'
import { COMMIT_HOOKS } from './hooks/commit-hooks'
import { hasHook, runHook } from './hooks/hooks'
import { afterCommit, preparedMessage } from './hooks/sequence-hooks'
import { editText } from './editor'
import type { Git } from './git-call'
import { applyMerge, mergeTrees, treeOfMerge } from './merge-trees'
import { conflictStyle, mergeOptions } from './merge-style'
import { gitArgs } from './args'
import { bodyOf, commitBytes, personText, subjectOf, type Commit } from './objects'
import { type TodoItem, todoText } from './rebase-todo'
import { applyAutostash } from './autostash'
import { assertNever } from '@tabwright/protocol'

export const REBASE = 'rebase-merge'

export function rebaseFile(git: Git, name: string): string | undefined {
  return git.repo.refs.special(`${REBASE}/${name}`)
}

export function saveRebase(git: Git, name: string, text: string | undefined): void {
  git.repo.refs.setSpecial(`${REBASE}/${name}`, text)
}

export function clearRebase(git: Git): void {
  for (const file of [REBASE, 'REBASE_HEAD', 'MERGE_MSG']) git.repo.refs.setSpecial(file, undefined)
}

/** Takes back what was told about the progress. */
export async function clearLine(git: Git): Promise<void> {
  if (rebaseFile(git, 'quiet') !== undefined || rebaseFile(git, 'verbose') !== undefined) return
  await git.out.flush()
  const term = git.env.get('TERM') ?? 'dumb'
  await git.say(term === 'dumb' ? `\r${' '.repeat(80)}\r` : '\r\x1b[K')
}

function countOf(text: string | undefined): number {
  return (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
}

/** Does what is left of a rebase. Gives the exit code. */
export async function runTodo(git: Git, how: { readonly list: readonly TodoItem[]; readonly isFirst: boolean }): Promise<number> {
  let { list } = how
  const total = countOf(rebaseFile(git, 'done')) + list.length
  saveRebase(git, 'end', `${total}\n`)
  await git.out.flush()
  for (let item = list[0]; item !== undefined; item = list[0]) {
    list = list.slice(1)
    saveRebase(git, 'git-rebase-todo', todoText(list))
    saveRebase(git, 'done', `${rebaseFile(git, 'done') ?? ''}${todoText([item])}`)
    const number = countOf(rebaseFile(git, 'done'))
    saveRebase(git, 'msgnum', `${number}\n`)
    if (rebaseFile(git, 'quiet') === undefined && item.command !== 'noop')
      await git.say(`Rebasing (${number}/${total})${rebaseFile(git, 'verbose') === undefined ? '\r' : '\n'}`)
    await git.out.flush()
    const code = await step(git, item, list[0])
    if (code !== undefined) return code
    // What a commit says goes out with it: the program that makes it ends there.
    await git.out.flush()
    if (item.oid !== '' && item.command !== 'drop') noteRewritten(git, item.oid, list[0])
    await git.breathe()
  }
  return finish(git)
}

/** What became of a commit, for the hook that is told so at the end; one that others are joined to is known with the last of them. */
export function noteRewritten(git: Git, oid: string, next: TodoItem | undefined): void {
  const pending = `${rebaseFile(git, 'rewritten-pending') ?? ''}${oid}\n`
  const isOpen = next?.command === 'fixup' || next?.command === 'squash'
  saveRebase(git, 'rewritten-pending', isOpen ? pending : undefined)
  if (isOpen) return
  const lines = pending.trimEnd().split('\n')
  saveRebase(
    git,
    'rewritten-list',
    `${rebaseFile(git, 'rewritten-list') ?? ''}${lines.map((old) => `${old} ${git.repo.head ?? ''}\n`).join('')}`,
  )
}

/** Undefined to go on. */
async function step(git: Git, item: TodoItem, next: TodoItem | undefined): Promise<number | undefined> {
  const { objects } = git.repo
  switch (item.command) {
    case 'noop':
    case 'drop':
      return undefined
    case 'break':
      await clearLine(git)
      await git.say(`Stopped at ${objects.abbreviate(git.repo.head ?? '')} (${subjectOf(objects.commit(git.repo.head ?? '').message)})\n`)
      return 0
    case 'exec':
      return execute(git, item.text)
    case 'squash':
    case 'fixup':
      return meld(git, item, next)
    case 'pick':
    case 'reword':
    case 'edit':
      return pick(git, item)
    default:
      return assertNever(item.command)
  }
}

async function execute(git: Git, text: string): Promise<number | undefined> {
  await clearLine(git)
  await git.say(`Executing: ${text}\n`)
  const code = await git.call.exec([text, text], { isScript: true, cwd: git.repo.root, env: git.env })
  git.repo.replaceIndex(git.repo.readIndex())
  if (code === 0) return undefined
  await git.say(`warning: execution failed: ${text}\nYou can fix the problem, and then run\n\n  git rebase --continue\n\n\n`)
  return 1
}

interface Merged {
  readonly tree: string
  readonly isClean: boolean
  readonly isForwarded: boolean
  readonly isEmptied: boolean
}

/** Puts the changes of a commit onto HEAD. */
async function bring(git: Git, commit: Commit): Promise<Merged> {
  const { repo } = git
  const { refs, objects } = repo
  const [parent] = commit.parents
  const isRoot = repo.refs.special(`${REBASE}/squash-onto`) !== undefined
  const here = isRoot ? undefined : repo.head
  if (parent === here && rebaseFile(git, 'force') === undefined) {
    moveTree(repo, { from: isRoot ? undefined : repo.headTree, to: commit.tree, kind: 'merge' })
    repo.saveIndex()
    refs.detach(commit.oid, git.reason('rebase: fast-forward'))
    saveRebase(git, 'squash-onto', undefined)
    return { tree: commit.tree, isClean: true, isForwarded: true, isEmptied: false }
  }
  const ours = (isRoot ? undefined : repo.headTree) ?? objects.write('tree', new Uint8Array())
  const base = parent === undefined ? undefined : objects.commit(parent).tree
  const label = `${objects.abbreviate(commit.oid)} (${subjectOf(commit.message)})`
  const options = (rebaseFile(git, 'strategy_opts') ?? '').split('\n').filter((word) => word !== '')
  const result = mergeTrees(repo, {
    base,
    ours,
    theirs: commit.tree,
    labels: { ours: 'HEAD', theirs: label, base: `parent of ${label}` },
    ...mergeOptions(
      git,
      gitArgs(
        options.map((word) => `-X${word}`),
        'X,strategy-option=',
      ),
    ),
    style: conflictStyle(git),
  })
  applyMerge(repo, result, { ours, kind: 'merge' })
  repo.saveIndex()
  if (!result.isClean) for (const message of result.messages) git.print(`${message}\n`)
  if (!result.isClean) return { tree: '', isClean: false, isForwarded: false, isEmptied: false }
  const tree = treeOfMerge(repo, result)
  return { tree, isClean: true, isForwarded: false, isEmptied: tree === ours && commit.tree !== (base ?? '') }
}

async function stopped(git: Git, commit: Commit, message: string): Promise<number> {
  await git.out.flush()
  const { refs, objects, index } = git.repo
  const name = `${objects.abbreviate(commit.oid)}... ${subjectOf(commit.message)}`
  refs.setSpecial('REBASE_HEAD', `${commit.oid}\n`)
  refs.setSpecial('MERGE_MSG', `${message.trimEnd()}\n\n# Conflicts:\n${index.unmerged.map((path) => `#\t${path}\n`).join('')}`)
  saveRebase(git, 'message', `${message}\n`)
  saveRebase(git, 'author', `${personText(commit.author)}\n`)
  saveRebase(git, 'stopped-sha', `${commit.oid}\n`)
  await git.say(
    `error: could not apply ${name}\nhint: Resolve all conflicts manually, mark them as resolved with\n` +
      'hint: "git add/rm <conflicted_files>", then run "git rebase --continue".\nhint: You can instead skip this commit: run "git rebase --skip".\n' +
      `hint: To abort and get back to the state before "git rebase", run "git rebase --abort".\nCould not apply ${name}\n`,
  )
  return 1
}

async function pick(git: Git, item: TodoItem): Promise<number | undefined> {
  const { objects } = git.repo
  const commit = objects.commit(item.oid)
  const made = await bring(git, commit)
  if (!made.isClean) return stopped(git, commit, commit.message)
  if (made.isEmptied) {
    const how = (rebaseFile(git, 'empty') ?? 'drop').trim()
    if (how === 'drop') {
      await git.say(`dropping ${commit.oid} ${subjectOf(commit.message)} -- patch contents already upstream\n`)
      return undefined
    }
    if (how === 'ask') return emptied(git, commit)
  }
  if (item.command === 'reword' && COMMIT_HOOKS.some((name) => hasHook(git, name))) {
    if (!made.isForwarded) await record(git, { tree: made.tree, message: commit.message, author: commit.author, kind: 'reword' })
    return (await commitCommand(git, ['--amend', '--edit'], 'rebase (reword)')) === 0 ? undefined : failedCommit(git, commit)
  }
  if (item.command === 'reword') {
    const text = amendTemplate(git, commit.message, made.isForwarded ? { amended: commit } : { author: commit.author })
    const message = cleanedMessage(await editText(git, { path: `${git.repo.gitDir}/COMMIT_EDITMSG`, text }), 'strip')
    if (message === '') return failedCommit(git, commit)
    await record(git, { tree: made.tree, message, author: commit.author, kind: 'reword', isAmended: made.isForwarded })
    git.print(
      commitSummary(git, objects.commit(git.repo.head ?? ''), {
        showsDate: made.isForwarded,
        isAmended: made.isForwarded,
        committer: commit.committer,
      }),
    )
    return undefined
  }
  if (!made.isForwarded) await record(git, { tree: made.tree, message: commit.message, author: commit.author, kind: item.command })
  return item.command === 'edit' ? stopForEdit(git, commit) : undefined
}

async function failedCommit(git: Git, commit: Commit): Promise<number> {
  await git.say(
    `Aborting commit due to empty commit message.\nCould not apply ${git.repo.objects.abbreviate(commit.oid)}... ${subjectOf(commit.message)}\n`,
  )
  return 1
}

async function emptied(git: Git, commit: Commit): Promise<number> {
  saveRebase(git, 'message', `${commit.message}\n`)
  saveRebase(git, 'author', `${personText(commit.author)}\n`)
  git.repo.refs.setSpecial('MERGE_MSG', commit.message)
  await git.say(
    "The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n    git commit --allow-empty\n\nOtherwise, please use 'git rebase --skip'\n" +
      `Could not apply ${git.repo.objects.abbreviate(commit.oid)}... ${subjectOf(commit.message)}\n`,
  )
  return 1
}

async function stopForEdit(git: Git, commit: Commit): Promise<number> {
  const { objects, refs, head = '' } = git.repo
  await clearLine(git)
  saveRebase(git, 'amend', `${head}\n`)
  saveRebase(git, 'author', `${personText(commit.author)}\n`)
  saveRebase(git, 'message', `${commit.message}\n`)
  refs.setSpecial('REBASE_HEAD', `${commit.oid}\n`)
  await git.say(
    `Stopped at ${objects.abbreviate(commit.oid)}...  ${subjectOf(commit.message)}\nYou can amend the commit now, with\n\n  git commit --amend \n\n` +
      'Once you are satisfied with your changes, run\n\n  git rebase --continue\n',
  )
  return 0
}

/** Joins a commit to the one before it. */
async function meld(git: Git, item: TodoItem, next: TodoItem | undefined): Promise<number | undefined> {
  const { objects, head = '' } = git.repo
  const commit = objects.commit(item.oid)
  const before = objects.commit(head)
  const known = rebaseFile(git, 'message-squash')
  const count = countOf(rebaseFile(git, 'current-fixups')) + 2
  saveRebase(git, 'current-fixups', `${rebaseFile(git, 'current-fixups') ?? ''}${item.command} ${item.oid}\n`)
  if (known === undefined) saveRebase(git, 'message-fixup', before.message)
  const lead = known?.replace(/^# This is a combination of \d+ commits\./, `# This is a combination of ${count} commits.`)
  const start = lead ?? `# This is a combination of ${count} commits.\n# This is the 1st commit message:\n\n${before.message}`
  saveRebase(git, 'message-squash', start + melded(item, commit, count))
  const made = await bringOnto(git, commit)
  if (made === undefined) return stopped(git, commit, rebaseFile(git, 'message-squash') ?? '')
  return amendMelded(git, { tree: made, isLast: next?.command !== 'fixup' && next?.command !== 'squash', kind: item.command })
}

function melded(item: TodoItem, commit: Commit, count: number): string {
  if (item.command === 'fixup')
    return `\n# The commit message #${count} will be skipped:\n\n${commit.message.replace(/^(?=.)/gm, '# ').replace(/^$(?=\n)/gm, '#')}`
  // The line that only says where it belongs is not for the reader.
  const isMark = /^(squash|fixup|amend)! /.test(commit.message)
  const text = isMark
    ? `# ${subjectOf(commit.message)}\n${bodyOf(commit.message) === '' ? '' : `\n${bodyOf(commit.message)}`}`
    : commit.message
  return `\n# This is the commit message #${count}:\n\n${text}`
}

async function bringOnto(git: Git, commit: Commit): Promise<string | undefined> {
  const force = rebaseFile(git, 'force')
  saveRebase(git, 'force', '')
  const made = await bring(git, commit)
  saveRebase(git, 'force', force)
  return made.isClean ? made.tree : undefined
}

/** Writes the commit that others were joined to. @param isLast no further one is joined to it */
export async function amendMelded(
  git: Git,
  how: { readonly tree: string; readonly isLast: boolean; readonly kind: string },
): Promise<undefined> {
  const { objects, refs } = git.repo
  const before = objects.commit(git.repo.head ?? '')
  const combined = rebaseFile(git, 'message-squash') ?? before.message
  const hasSquash = (rebaseFile(git, 'current-fixups') ?? '').includes('squash ')
  let message = combined
  if (how.isLast && hasSquash) {
    refs.setSpecial('MERGE_MSG', combined)
    const text = await preparedMessage(git, amendTemplate(git, combined, { amended: before }), 'rebase (squash)')
    message = cleanedMessage(await editText(git, { path: `${git.repo.gitDir}/COMMIT_EDITMSG`, text }), 'strip')
    refs.setSpecial('MERGE_MSG', undefined)
  } else if (how.isLast) message = rebaseFile(git, 'message-fixup') ?? before.message
  await record(git, {
    tree: how.tree,
    message,
    author: before.author,
    kind: how.kind,
    isAmended: true,
    isPrepared: how.isLast && hasSquash,
  })
  if (!how.isLast) return undefined
  for (const name of ['message-squash', 'message-fixup', 'current-fixups']) saveRebase(git, name, undefined)
  if (hasSquash)
    git.print(commitSummary(git, objects.commit(git.repo.head ?? ''), { showsDate: true, isAmended: true, committer: before.committer }))
  return undefined
}

/** Makes a commit of a rebase. */
export async function record(
  git: Git,
  made: {
    readonly tree: string
    readonly message: string
    readonly author: Commit['author']
    readonly kind: string
    readonly isAmended?: boolean
    /** The hook that prepares messages saw it already. */
    readonly isPrepared?: boolean
  },
): Promise<void> {
  const { repo } = git
  const isRoot = rebaseFile(git, 'squash-onto') !== undefined
  const here = repo.head === undefined || isRoot ? [] : [repo.head]
  const parents = made.isAmended ? repo.objects.commit(repo.head ?? '').parents : here
  const committer = await git.person('committer')
  const { tree, author } = made
  const amended = made.isAmended ? repo.head : undefined
  const message = made.isPrepared ? made.message : await preparedMessage(git, made.message)
  const oid = repo.objects.write('commit', commitBytes({ tree, message, author, parents, committer }))
  repo.refs.detach(oid, git.reason(`rebase (${made.kind}): ${message.split('\n')[0] ?? ''}`))
  saveRebase(git, 'squash-onto', undefined)
  await afterCommit(git, oid, { amended, action: made.isPrepared ? `rebase (${made.kind})` : undefined })
}

async function finish(git: Git): Promise<number> {
  const { refs, head = '' } = git.repo
  const name = (rebaseFile(git, 'head-name') ?? '').trim()
  const onto = (rebaseFile(git, 'onto') ?? '').trim()
  const isQuiet = rebaseFile(git, 'quiet') !== undefined
  if (name.startsWith('refs/')) {
    refs.update(name, head, git.reason(`rebase (finish): ${name} onto ${onto}`))
    refs.symbolic('HEAD', name, git.reason(`rebase (finish): returning to ${name}`))
  }
  const rewritten = rebaseFile(git, 'rewritten-list')
  if (rewritten !== undefined) await runHook(git, 'post-rewrite', { args: ['rebase'], stdin: rewritten })
  await applyAutostash(git)
  await clearLine(git)
  clearRebase(git)
  if (!isQuiet) await git.say(`Successfully rebased and updated ${name.startsWith('refs/') ? name : 'detached HEAD'}.\n`)
  return 0
}
