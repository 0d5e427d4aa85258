import type { GitArgs, GitOption } from './args'
import type { Git } from './git-call'
import { wildmatch } from './wildmatch'
import { worktreesOf } from './worktrees'

/** Whether refs were asked for by kind. */
export function hasRefOption(args: GitArgs): boolean {
  return ['all', 'branches', 'tags', 'remotes', 'glob'].some((key) => args.has(key))
}

/** The objects that `--all`, `--branches` and the like stand for. What `--exclude` names is left out of the next of them. */
export function refWords(git: Git, args: GitArgs): string[] {
  let excluded: readonly string[] = []
  return args.found.flatMap(({ key, value }) => {
    if (key === 'exclude') {
      excluded = [...excluded, value ?? '']
      return []
    }
    if (key !== 'all' && key !== 'glob' && !(key in KINDS)) return []
    const patterns = excluded
    excluded = []
    return wordOids(git, { key, value }, patterns)
  })
}

const KINDS: Readonly<Record<string, string>> = { branches: 'refs/heads/', tags: 'refs/tags/', remotes: 'refs/remotes/' }

function wordOids(git: Git, { key, value }: Pick<GitOption, 'key' | 'value'>, excluded: readonly string[]): readonly string[] {
  const { refs, head, commonDir } = git.repo
  const prefix = KINDS[key] ?? 'refs/'
  // Names are told from where the refs are looked for, so a branch is left out by its bare name.
  const cut = key === 'all' || key === 'glob' || value !== undefined ? 0 : prefix.length
  const isExcluded = (name: string): boolean => excluded.some((pattern) => wildmatch(pattern, name.slice(cut)))
  const pattern = key === 'glob' ? (value ?? '') : key === 'all' || value === undefined ? undefined : prefix + value
  // A name without a star stands for what is below it, not for the ref itself.
  const glob = pattern === undefined ? undefined : globRef(/[*?[]/.test(pattern) ? pattern : `${pattern.replace(/\/$/, '')}/*`)
  const named = refs.list(glob === undefined ? prefix : 'refs/').flatMap(([name, oid]) => {
    if (isExcluded(name) || (glob !== undefined && !glob.test(name))) return []
    return glob === undefined && git.revisions.peel(oid, 'commit') === undefined ? [] : [oid]
  })
  if (key !== 'all') return named
  const others = git.files.find(`${commonDir}/worktrees`) === undefined ? [] : worktreesOf(git)
  const heads = others.flatMap((tree) => (tree.head === undefined || tree.isBare ? [] : [tree.head]))
  return [...named, ...(head === undefined ? [] : [head]), ...heads]
}

/** Whether refs have a name such as a pattern tells, or stand below it. */
export function globRef(pattern: string): RegExp {
  const full = pattern.startsWith('refs/') ? pattern : `refs/${pattern}`
  const source = full
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}${/[*?[]/.test(full) ? '' : '(/.*)?'}$`)
}
