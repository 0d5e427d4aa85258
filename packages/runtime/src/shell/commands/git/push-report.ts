import { summaryWidth } from './fetch-table'
import type { Git } from './git-call'
import { shownUrl } from './remote-config'
import { prettyRef } from './remote-refspec'

/** What became of one ref of a push, or would. */
export interface Outcome {
  readonly from: string
  readonly to: string
  readonly old: string | null
  readonly fresh: string | null
  readonly flag: string
  readonly summary: string
  readonly note: string | undefined
  readonly isSame: boolean
  /** Why it was refused before anything was sent. */
  readonly hint: 'non-fast-forward' | 'fetch first' | 'already exists' | 'needs force' | undefined
}

/** How it is told. */
export interface ReportHow {
  readonly url: string
  readonly isQuiet: boolean
  readonly isVerbose: boolean
  readonly isPorcelain: boolean
}

/** The table of a push: what is the same, what was done, what was refused. */
export async function tellPush(git: Git, outcomes: readonly Outcome[], how: ReportHow): Promise<void> {
  const isTold = (one: Outcome): boolean => {
    if (one.isSame) return how.isVerbose || how.isPorcelain
    return one.flag === '!' || !how.isQuiet
  }
  const same = outcomes.filter((one) => one.isSame)
  const good = outcomes.filter((one) => !one.isSame && one.flag !== '!')
  const bad = outcomes.filter((one) => one.flag === '!')
  const shown = [...same, ...good, ...bad].filter(isTold)
  if (shown.length === 0) return
  const text = `To ${shownUrl(how.url)}\n${shown.map((one) => line(git, one, how.isPorcelain)).join('')}`
  if (how.isPorcelain) git.print(text)
  else await git.say(text)
}

function line(git: Git, one: Outcome, isPorcelain: boolean): string {
  const note = one.note === undefined ? '' : ` (${one.note})`
  const from = one.from === 'HEAD' && isPorcelain ? 'HEAD' : one.from
  if (isPorcelain) return `${one.flag}\t${from}:${one.to}\t${one.summary}${note}\n`
  const width = summaryWidth([one.fresh === null ? '' : git.repo.objects.abbreviate(one.fresh)])
  const names = one.fresh === null ? prettyRef(one.to) : `${prettyRef(one.from)} -> ${prettyRef(one.to)}`
  return ` ${one.flag} ${one.summary.padEnd(width)} ${names}${note}\n`
}

const BEHIND_CURRENT = `Updates were rejected because the tip of your current branch is behind
its remote counterpart. Integrate the remote changes (e.g.
'git pull ...') before pushing again.
See the 'Note about fast-forwards' in 'git push --help' for details.`
const BEHIND_OTHER = `Updates were rejected because a pushed branch tip is behind its remote
counterpart. Check out this branch and integrate the remote changes
(e.g. 'git pull ...') before pushing again.
See the 'Note about fast-forwards' in 'git push --help' for details.`
const FETCH_FIRST = `Updates were rejected because the remote contains work that you do
not have locally. This is usually caused by another repository pushing
to the same ref. You may want to first integrate the remote changes
(e.g., 'git pull ...') before pushing again.
See the 'Note about fast-forwards' in 'git push --help' for details.`
const EXISTS = 'Updates were rejected because the tag already exists in the remote.'
const NEEDS_FORCE = `You cannot update a remote ref that points at a non-commit object,
or update a remote ref to make it point at a non-commit object,
without using the '--force' option.
`

/** What to do about what was refused. */
export function adviceFor(git: Git, outcomes: readonly Outcome[]): string {
  const rejected = outcomes.filter(({ hint }) => hint !== undefined)
  const current = git.repo.refs.target('HEAD')
  const behind = rejected.filter(({ hint }) => hint === 'non-fast-forward')
  const has = (hint: Outcome['hint']): boolean => rejected.some((one) => one.hint === hint)
  const text = behind.some(({ to }) => to === current)
    ? BEHIND_CURRENT
    : behind.length > 0
      ? BEHIND_OTHER
      : has('already exists')
        ? EXISTS
        : has('fetch first')
          ? FETCH_FIRST
          : has('needs force')
            ? NEEDS_FORCE
            : ''
  return text === ''
    ? ''
    : `${text
        .split('\n')
        .map((one) => `hint: ${one}`)
        .join('\n')}\n`
}
