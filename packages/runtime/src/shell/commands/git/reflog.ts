import { gitArgs } from './args'
import { approximateDate } from './git-date'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { log } from './log'

/** `git reflog`. */
export async function reflog(git: Git, words: readonly string[]): Promise<number> {
  const [first, ...rest] = words
  if (first === 'expire') return expire(git, rest)
  if (first === 'delete') return forget(git, rest)
  if (first === 'exists') return git.repo.refs.hasLog(rest[0] ?? '') ? 0 : 1
  return log(git, ['--walk-reflogs', '--abbrev-commit', '--pretty=oneline', ...(first === 'show' ? rest : words)])
}

/** Takes single entries away. */
function forget(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'rewrite updateref n,dry-run verbose')
  if (args.has('rewrite') || args.has('updateref')) fatal('reflog delete --rewrite or --updateref is not implemented in this sandbox')
  for (const word of args.words) {
    const match = /^(.*)@\{(\d+)\}$/.exec(word) ?? fatal(`not a reflog: ${word}`)
    const full = git.revisions.fullRef(match[1] === '' ? 'HEAD' : (match[1] ?? '')) ?? fatal(`no reflog for '${word}'`)
    const entries = git.repo.refs.reflog(full).toReversed()
    if (!args.has('dry-run')) git.repo.refs.writeLog(full, entries.filter((_, i) => i !== Number(match[2])).toReversed())
  }
  return 0
}

/** Takes entries away that are old enough. */
function expire(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'expire= expire-unreachable= all n,dry-run verbose !updateref !rewrite !stale-fix single-worktree')
  const { refs } = git.repo
  const until = (key: string, usual: string): number => {
    const text = args.value(key) ?? usual
    return text === 'now' || text === 'all' ? Number.POSITIVE_INFINITY : text === 'never' ? 0 : approximateDate(text, git.now, git.zone)
  }
  const limit = until('expire', '90 days ago')
  if (args.has('expire-unreachable') && until('expire-unreachable', '') !== limit && limit === 0)
    fatal('reflog expire --expire-unreachable alone is not implemented in this sandbox')
  const names = args.has('all')
    ? ['HEAD', ...refs.list().map(([name]) => name)]
    : args.words.map((word) => git.revisions.fullRef(word) ?? fatal(`${word} points nowhere!`))
  for (const name of names)
    if (refs.hasLog(name) && !args.has('dry-run'))
      refs.writeLog(
        name,
        refs.reflog(name).filter(({ who }) => who.time >= limit),
      )
  return 0
}
