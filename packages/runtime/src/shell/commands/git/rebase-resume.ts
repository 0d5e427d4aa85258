import { amendTemplate, cleanedMessage, commitSummary } from './commit'
import { diffCached, diffWork } from './diff/file-change'
import { editText } from './editor'
import { checkHooks, REBASE_HOOKS } from './hooks/hooks'
import { preparedMessage } from './hooks/sequence-hooks'
import { failed, fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { show } from './show'
import { parsePerson } from './objects'
import { hasOperation } from './operation'
import { amendMelded, clearRebase, REBASE, rebaseFile, noteRewritten, record, runTodo, saveRebase } from './rebase-run'
import { parseTodo, todoHelp, todoText } from './rebase-todo'
import { resetTo } from './reset'
import { applyAutostash } from './autostash'

/** `--continue` and the like. */
export async function resumeRebase(git: Git, action: string): Promise<number> {
  const { repo } = git
  if (!hasOperation(git, 'rebase')) fatal('No rebase in progress?')
  checkHooks(git, REBASE_HOOKS)
  switch (action) {
    case 'abort':
      return abort(git)
    case 'quit':
      await applyAutostash(git, true)
      clearRebase(git)
      return 0
    case 'edit-todo':
      return editTodo(git)
    case 'show-current-patch':
      return show(git, ['REBASE_HEAD'])
    case 'skip':
      resetTo(git, { tree: repo.headTree, kind: 'hard' })
      for (const name of ['message', 'amend']) saveRebase(git, name, undefined)
      repo.refs.setSpecial('MERGE_MSG', undefined)
      await skipMelded(git)
      break
    default: {
      const stopped = (rebaseFile(git, 'stopped-sha') ?? '').trim()
      if ((await commitStaged(git)) !== 0) return 1
      const [next] = parseTodo(git, rebaseFile(git, 'git-rebase-todo') ?? '')
      if (stopped !== '') noteRewritten(git, stopped, next)
    }
  }
  return runTodo(git, { list: parseTodo(git, rebaseFile(git, 'git-rebase-todo') ?? ''), isFirst: false })
}

async function abort(git: Git): Promise<number> {
  const { objects, refs } = git.repo
  const start = (rebaseFile(git, 'orig-head') ?? '').trim()
  const name = (rebaseFile(git, 'head-name') ?? '').trim()
  resetTo(git, { tree: objects.commit(start).tree, kind: 'hard' })
  if (name.startsWith('refs/')) refs.symbolic('HEAD', name, git.reason(`rebase (abort): returning to ${name}`))
  else refs.detach(start, git.reason(`rebase (abort): returning to ${start}`))
  await applyAutostash(git)
  clearRebase(git)
  return 0
}

async function editTodo(git: Git): Promise<number> {
  const { objects } = git.repo
  const list = parseTodo(git, rebaseFile(git, 'git-rebase-todo') ?? '')
  const text = todoText(list, (oid) => objects.abbreviate(oid)) + todoHelp(undefined)
  const edited = await editText(git, { path: `${git.repo.gitDir}/${REBASE}/git-rebase-todo`, text, isSequence: true })
  saveRebase(git, 'git-rebase-todo', todoText(parseTodo(git, edited)))
  return 0
}

/** Without what was skipped, the commit that others were joined to is finished. */
async function skipMelded(git: Git): Promise<void> {
  if (rebaseFile(git, 'current-fixups') === undefined) return
  const fixups = (rebaseFile(git, 'current-fixups') ?? '').split('\n').filter((line) => line !== '')
  if (fixups.length <= 1) for (const name of ['message-squash', 'message-fixup', 'current-fixups']) saveRebase(git, name, undefined)
  else saveRebase(git, 'current-fixups', fixups.slice(0, -1).join('\n'))
  return Promise.resolve()
}

/** What was put right becomes a commit. */
async function commitStaged(git: Git): Promise<number> {
  const { repo } = git
  const { objects, refs } = repo
  if (repo.index.isUnmerged) {
    for (const path of repo.index.unmerged) git.print(`${path}: needs merge\n`)
    git.print('You must edit all merge conflicts and then\nmark them as resolved using git add\n')
    return 1
  }
  if (diffWork(repo).length > 0) {
    const second = diffCached(repo, repo.headTree).length > 0 ? 'error: additionally, your index contains uncommitted changes.\n' : ''
    throw new GitError(`error: cannot rebase: You have unstaged changes.\n${second}error: Please commit or stash them.`, {
      kind: 'plain',
      code: 1,
    })
  }
  const tree = repo.index.writeTree(objects)
  const amend = (rebaseFile(git, 'amend') ?? '').trim()
  const message = rebaseFile(git, 'message')
  if (tree === repo.headTree || message === undefined) {
    if (tree !== repo.headTree && message === undefined) failed('you have staged changes in your working tree')
    forgetStop(git)
    return 0
  }
  if (rebaseFile(git, 'current-fixups') !== undefined) {
    const next = /^(fixup|squash) /.test(rebaseFile(git, 'git-rebase-todo') ?? '')
    await amendMelded(git, { tree, isLast: !next, kind: 'continue' })
    forgetStop(git)
    return 0
  }
  const head = objects.commit(repo.head ?? '')
  if (amend !== '' && amend !== head.oid)
    throw new GitError(
      "error: You have uncommitted changes in your working tree. Please, commit them\nfirst and then run 'git rebase --continue' again.",
      { kind: 'plain', code: 1 },
    )
  const isAmended = amend !== ''
  const author = isAmended ? head.author : parsePerson((rebaseFile(git, 'author') ?? '').trim())
  const text = amendTemplate(git, isAmended ? head.message : message.replace(/\n\n$/, '\n'), isAmended ? { amended: head } : { author })
  const prepared = await preparedMessage(git, text, 'rebase (continue)')
  const edited = cleanedMessage(await editText(git, { path: `${repo.gitDir}/COMMIT_EDITMSG`, text: prepared }), 'strip')
  if (edited === '')
    throw new GitError('Aborting commit due to empty commit message.\nerror: could not commit staged changes.', { kind: 'plain', code: 1 })
  await record(git, { tree, message: edited, author, kind: 'continue', isAmended, isPrepared: true })
  git.print(
    commitSummary(git, objects.commit(repo.head ?? ''), {
      showsDate: isAmended,
      isAmended,
      ...(isAmended ? { committer: head.committer } : {}),
    }),
  )
  refs.setSpecial('MERGE_MSG', undefined)
  forgetStop(git)
  return 0
}

function forgetStop(git: Git): void {
  for (const name of ['message', 'amend', 'author', 'stopped-sha']) saveRebase(git, name, undefined)
  for (const name of ['MERGE_MSG', 'CHERRY_PICK_HEAD', 'REBASE_HEAD']) git.repo.refs.setSpecial(name, undefined)
}
