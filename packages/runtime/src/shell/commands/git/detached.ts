import type { Git } from './git-call'
import { subjectOf } from './objects'
import { walk } from './rev-list'

/** So many commits are named that nothing holds any more. */
const MOST_NAMED = 4

/** What is said of the commits that a HEAD without a branch leaves. */
export function leftBehind(git: Git, head: string, target: string): string {
  const { objects, refs } = git.repo
  const kept = refs.list().flatMap(([, oid]) => git.revisions.peel(oid, 'commit') ?? [])
  const plan = { include: [head], exclude: [...kept, target], order: 'default', isFirstParent: false } as const
  const lost = [...walk(objects, { ...plan, tick: () => git.call.tick() })].map(
    ({ commit: { oid, message } }) => `${objects.abbreviate(oid)} ${subjectOf(message)}`,
  )
  if (lost.length === 0) return `Previous HEAD position was ${objects.abbreviate(head)} ${subjectOf(objects.commit(head).message)}\n`
  const isMany = lost.length > MOST_NAMED + 1
  const named = (isMany ? lost.slice(0, MOST_NAMED) : lost).map((line) => `  ${line}\n`).join('')
  const more = isMany ? ` ... and ${lost.length - MOST_NAMED} more.\n` : ''
  const [commits, them] = lost.length === 1 ? ['1 commit', 'it'] : [`${lost.length} commits`, 'them']
  return (
    `Warning: you are leaving ${commits} behind, not connected to\nany of your branches:\n\n${named}${more}\n` +
    `If you want to keep ${them} by creating a new branch, this may be a good time\nto do so with:\n\n` +
    ` git branch <new-branch-name> ${objects.abbreviate(head)}\n\n`
  )
}

/** What is said where HEAD has no branch from now on. */
export function detachedAdvice(name: string): string {
  return `Note: switching to '${name}'.

You are in 'detached HEAD' state. You can look around, make experimental
changes and commit them, and you can discard any commits you make in this
state without impacting any branches by switching back to a branch.

If you want to create a new branch to retain commits you create, you may
do so (now or later) by using -c with the switch command. Example:

  git switch -c <new-branch-name>

Or undo this operation with:

  git switch -

Turn off this advice by setting config variable advice.detachedHead to false

`
}
