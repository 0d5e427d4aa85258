import type { Git } from './git-call'

/** What is under way in a repository. */
export type Operation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect' | 'am'

const MARKS: Readonly<Record<Exclude<Operation, 'rebase' | 'am'>, string>> = {
  merge: 'MERGE_HEAD',
  'cherry-pick': 'CHERRY_PICK_HEAD',
  revert: 'REVERT_HEAD',
  bisect: 'BISECT_LOG',
}

export function hasOperation(git: Git, operation: Operation): boolean {
  const { files, gitDir } = git.repo
  if (operation === 'rebase') return files.find(`${gitDir}/rebase-merge`) !== undefined
  if (operation === 'am') return files.find(`${gitDir}/rebase-apply`) !== undefined
  return files.find(`${gitDir}/${MARKS[operation]}`) !== undefined
}

const LEFT_BEHIND = ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'SQUASH_MSG', 'AUTO_MERGE']

/** What was under way is over: a commit was made, or HEAD went elsewhere. A list of picks is over with its last one. */
export function forgetOperation(git: Git): void {
  const { refs } = git.repo
  const isPick = refs.special('CHERRY_PICK_HEAD') !== undefined || refs.special('REVERT_HEAD') !== undefined
  const rest = (refs.special('sequencer/todo') ?? '').split('\n').filter((line) => line !== '')
  for (const name of LEFT_BEHIND) refs.setSpecial(name, undefined)
  if (isPick && rest.length <= 1) refs.setSpecial('sequencer', undefined)
}

/** What the list of picks or reverts that is under way does next. */
export function listedKind(git: Git): 'cherry-pick' | 'revert' | undefined {
  const todo = git.repo.refs.special('sequencer/todo')
  if (todo === undefined) return undefined
  return todo.startsWith('revert ') ? 'revert' : 'cherry-pick'
}

/** What `status` says of it. */
export function operationLines(git: Git, isUnmerged: boolean): string {
  if (hasOperation(git, 'rebase')) return rebaseLines(git, isUnmerged)
  if (hasOperation(git, 'am'))
    return (
      'You are in the middle of an am session.\n' +
      '  (fix conflicts and then run "git am --continue")\n  (use "git am --skip" to skip this patch)\n' +
      '  (use "git am --abort" to restore the original branch)\n\n'
    )
  if (hasOperation(git, 'merge'))
    return isUnmerged
      ? 'You have unmerged paths.\n  (fix conflicts and run "git commit")\n  (use "git merge --abort" to abort the merge)\n\n'
      : 'All conflicts fixed but you are still merging.\n  (use "git commit" to conclude merge)\n\n'
  // A list that stopped before its commit was tried has no mark of its own.
  const first = listedKind(git)
  for (const kind of ['cherry-pick', 'revert'] as const) {
    if (!hasOperation(git, kind) && first !== kind) continue
    const oid = (git.repo.refs.special(MARKS[kind]) ?? '').trim()
    const word = kind === 'revert' ? 'reverting' : 'cherry-picking'
    const isList = first !== undefined
    const next = isUnmerged
      ? `fix conflicts and run "git ${kind} --continue"`
      : isList
        ? `run "git ${kind} --continue" to continue`
        : `all conflicts fixed: run "git ${kind} --continue"`
    const head = isList
      ? `${kind === 'revert' ? 'Revert' : 'Cherry-pick'} currently in progress.`
      : `You are currently ${word} commit ${git.repo.objects.abbreviate(oid)}.`
    return (
      `${head}\n  (${next})\n` +
      `  (use "git ${kind} --skip" to skip this patch)\n  (use "git ${kind} --abort" to cancel the ${kind} operation)\n\n`
    )
  }
  if (hasOperation(git, 'bisect')) {
    const start = (git.repo.refs.special('BISECT_START') ?? '').trim()
    return `You are currently bisecting, started from branch '${start}'.\n  (use "git bisect reset" to get back to the original branch)\n\n`
  }
  return ''
}

function rebaseLines(git: Git, isUnmerged: boolean): string {
  const { refs, objects } = git.repo
  const read = (name: string): string => (refs.special(`rebase-merge/${name}`) ?? '').trim()
  const onto = objects.abbreviate(read('onto'))
  const branch = read('head-name').replace(/^refs\/heads\//, '')
  const done = read('done')
    .split('\n')
    .filter((line) => line !== '')
  const todo = read('git-rebase-todo')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const isInteractive = refs.special('rebase-merge/interactive') !== undefined
  const short = (line: string): string => line.replace(/\b[0-9a-f]{40}\b/, (oid) => objects.abbreviate(oid))
  let out = `${isInteractive ? 'interactive ' : ''}rebase in progress; onto ${onto}\n`
  out +=
    done.length === 0
      ? 'No commands done.\n'
      : `Last command${done.length === 1 ? '' : 's'} done (${done.length} command${done.length === 1 ? '' : 's'} done):\n${done
          .slice(-2)
          .map((line) => `   ${short(line)}\n`)
          .join('')}`
  if (done.length > 2) out += `  (see more in file .git/rebase-merge/done)\n`
  out +=
    todo.length === 0
      ? 'No commands remaining.\n'
      : `Next command${todo.length === 1 ? '' : 's'} to do (${todo.length} remaining command${todo.length === 1 ? '' : 's'}):\n${todo
          .slice(0, 2)
          .map((line) => `   ${short(line)}\n`)
          .join('')}  (use "git rebase --edit-todo" to view and edit)\n`
  const isAmending = refs.special('MERGE_MSG') === undefined && isInteractive && !isUnmerged
  if (isAmending)
    return `${out}You are currently editing a commit while rebasing branch '${branch}' on '${onto}'.\n  (use "git commit --amend" to amend the current commit)\n  (use "git rebase --continue" once you are satisfied with your changes)\n\n`
  const next = isUnmerged
    ? '  (fix conflicts and then run "git rebase --continue")\n  (use "git rebase --skip" to skip this patch)\n  (use "git rebase --abort" to check out the original branch)\n\n'
    : '  (all conflicts fixed: run "git rebase --continue")\n\n'
  return `${out}You are currently rebasing branch '${branch}' on '${onto}'.\n${next}`
}
