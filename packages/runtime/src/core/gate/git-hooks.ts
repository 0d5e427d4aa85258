import type { WorkspaceReader } from '@tabwright/protocol'
import type { CommandLine, SimpleCommand } from './command-line'
import { inside } from './path-class'
import { nameOf, startsOf } from './wrapped'

const COMMITS = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-rewrite']
const CHECKS_OUT = ['post-checkout']
const MERGES = ['pre-merge-commit', 'prepare-commit-msg', 'commit-msg', 'post-merge']
const MAILS = ['applypatch-msg', 'pre-applypatch', 'post-applypatch']
const REBASES = ['pre-rebase', ...COMMITS, ...CHECKS_OUT]
/** Every hook that our git runs. */
const ALL = [...new Set([...MERGES, ...MAILS, ...REBASES, 'pre-push'])]

/** What of git runs which hooks. */
const RUNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['am', MAILS],
  ['bisect', CHECKS_OUT],
  ['checkout', CHECKS_OUT],
  ['cherry-pick', COMMITS],
  ['commit', COMMITS],
  ['merge', [...MERGES, ...COMMITS]],
  ['pull', [...MERGES, ...REBASES]],
  ['push', ['pre-push']],
  ['rebase', REBASES],
  ['restore', CHECKS_OUT],
  ['revert', COMMITS],
  ['stash', CHECKS_OUT],
  ['switch', CHECKS_OUT],
  ['worktree', CHECKS_OUT],
])

/** What of git runs none. Every other word may be an alias of one that does. */
const NONE: ReadonlySet<string> = new Set(
  (
    'add annotate apply archive blame branch bundle cat-file check-attr check-ignore check-ref-format cherry clean clone commit-tree config ' +
    'count-objects describe diff diff-files diff-index diff-tree fetch for-each-ref format-patch fsck gc grep hash-object help init ' +
    'interpret-trailers log ls-files ls-remote ls-tree merge-base merge-file merge-tree mktree mv name-rev notes pack-refs prune range-diff ' +
    'read-tree reflog remote repack reset rev-list rev-parse rm shortlog show show-branch show-ref sparse-checkout stage status stripspace ' +
    'symbolic-ref tag update-index update-ref var verify-commit verify-tag version whatchanged write-tree --version --help --exec-path'
  ).split(' '),
)

/** Where git looks for hooks; `shell/commands/git/hooks` runs those of these folders alone. */
const HOOK = /(?:^|\/)\.git\/(?:modules\/.+\/)?hooks\/([a-z-]+)$/

/** Files that git would run by itself, as they are now. */
export function gitHookFiles(files: Pick<WorkspaceReader, 'list'>): readonly string[] {
  return files.list().flatMap(({ path, mode }) => (mode === 'executable' && ALL.includes(HOOK.exec(path)?.[1] ?? '') ? [path] : []))
}

/**
 * Those that a command line may run. What a script does with git is not in its words. One that our git does not know may be run at a directory
 * of a machine, by whatever git does there.
 */
export function gitHooksRunBy({ commands }: CommandLine, hooks: readonly string[]): readonly string[] {
  if (hooks.length === 0) return []
  const verbs = gitVerbs({ commands })
  if (verbs.length === 0) return []
  const names = new Set(verbs.flatMap(hooksOf))
  const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  return hooks.filter((path) => names.has(nameIn(path)) || !ALL.includes(nameIn(path)))
}

/** What of git a command line asks for, by name; null for a name that is known only when it runs. */
export function gitVerbs({ commands }: Pick<CommandLine, 'commands'>): readonly (string | null)[] {
  return commands.flatMap(({ argv }) => startsOf(argv).flatMap((at) => verbOf(argv.slice(at))))
}

/** Whether git does this itself: then it is no alias. */
export const isOfGit = (verb: string): boolean => NONE.has(verb) || RUNS.has(verb)

function verbOf([program, ...rest]: SimpleCommand['argv']): readonly (string | null)[] {
  if (typeof program !== 'string' || nameOf(program) !== 'git') return []
  const words = [...rest]
  while (words[0]?.startsWith('-') && !NONE.has(words[0])) {
    const word = words.shift()
    if (word === '-C' || word === '-c' || word === '--git-dir' || word === '--work-tree') words.shift()
  }
  const [verb] = words
  return verb === undefined ? [] : [verb]
}

function hooksOf(verb: string | null): readonly string[] {
  return verb === null ? ALL : (RUNS.get(verb) ?? (NONE.has(verb) ? [] : ALL))
}

/** A sentence for a person; undefined where nothing is run. */
export function gitHooksTold(hooks: readonly string[]): string | undefined {
  if (hooks.length === 0) return undefined
  const names = hooks.map(inside)
  const [last = ''] = names.slice(-1)
  return `Git may run ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`} by itself with it.`
}
