import type { GitArgs } from './args'
import { mergeBases } from './commit-graph'
import type { Git } from './git-call'
import { fatal, GitError } from './git-error'
import { unknown } from './revisions'
import { isWild } from './wildmatch'

/** Words parted into revisions and paths, as git parts them. @throws GitError for what is neither */
export function splitRevisions(git: Git, args: GitArgs): { readonly revisions: readonly string[]; readonly paths: readonly string[] } {
  if (args.paths !== undefined) {
    for (const word of args.operands) if (!isRevision(git, word)) fatal(`bad revision '${word}'`)
    return { revisions: args.operands, paths: args.paths }
  }
  const at = args.operands.findIndex((word) => !isRevision(git, word))
  const revisions = at < 0 ? args.operands : args.operands.slice(0, at)
  const paths = at < 0 ? [] : args.operands.slice(at)
  for (const word of revisions) {
    if (isAlsoFile(git, word))
      throw new GitError(
        `ambiguous argument '${word}': both revision and filename\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
      )
  }
  for (const word of paths) if (!isFile(git, word)) unknown(word)
  return { revisions, paths }
}

/** Words parted as {@link splitRevisions} does, for commands that take no option behind the first path. @throws GitError */
export function revisionsThenPaths(git: Git, args: GitArgs): ReturnType<typeof splitRevisions> {
  const split = splitRevisions(git, args)
  const first = args.paths === undefined && split.paths.length > 0 ? args.operands.length - split.paths.length : undefined
  const late = first === undefined ? undefined : args.found.find(({ after }) => after > first)
  if (late !== undefined) fatal(`option '${late.spelled}' must come before non-option arguments`)
  return split
}

/** `:/words` is a commit by its message, and `:/path` a path from the root. */
function isAlsoFile(git: Git, word: string): boolean {
  const { worktree } = git.repo
  if (worktree === undefined) return false
  if (word.startsWith(':/')) return word === ':/' || git.files.find(`${worktree}/${word.slice(2)}`) !== undefined
  return /^[^:^~@]+$/.test(word) && isFile(git, word) && !word.includes('..')
}

function isFile(git: Git, word: string): boolean {
  if (word.startsWith(':')) return true
  if (git.repo.worktree === undefined) return false
  const full = git.call.at(word).replace(/\/$/, '')
  if (isWild(word)) return true
  const node = git.files.find(full === '' ? '/' : full)
  if (node !== undefined) return true
  const slash = full.lastIndexOf('/')
  const folder = git.files.find(slash <= 0 ? '/' : full.slice(0, slash))
  return folder?.type === 'folder' && folder.children.has(full.slice(slash + 1))
}

/** Whether a word names a commit, a range or another object. */
export function isRevision(git: Git, word: string): boolean {
  const range = /^(.*?)\.\.\.?(.*)$/s.exec(word)
  if (range !== null && word !== '..' && !word.startsWith('../') && !word.includes('/../')) {
    const [left, right] = [range[1] ?? '', range[2] ?? '']
    return (left === '' || git.revisions.find(left) !== undefined) && (right === '' || git.revisions.find(right) !== undefined)
  }
  if (/\^[@!]$|\^-\d*$/.test(word)) return git.revisions.find(word.replace(/\^([@!]|-\d*)$/, '')) !== undefined
  return git.revisions.find(word.replace(/^\^/, '')) !== undefined
}

/** Commits to show and commits to leave out. */
export interface RevisionSet {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** The two ends of `a...b`. */
  readonly left: readonly string[]
  readonly right: readonly string[]
}

/** Reads revisions such as `main..topic`, `^v1`, `a...b`, `HEAD^!`. */
export function revisionSet(git: Git, words: readonly string[]): RevisionSet {
  const include: string[] = []
  const exclude: string[] = []
  const left: string[] = []
  const right: string[] = []
  const oid = (text: string): string => git.revisions.commit(text === '' ? 'HEAD' : text).oid
  for (const word of words) {
    const range = /^(.*?)(\.\.\.?)(.*)$/s.exec(word)
    const parents = /^(.*)\^([@!]|-(\d*))$/.exec(word)
    if (range !== null) {
      const a = oid(range[1] ?? '')
      const b = oid(range[3] ?? '')
      if (range[2] === '...') {
        include.push(a, b)
        left.push(a)
        right.push(b)
        exclude.push(...mergeBases(git.repo.objects, a, [b]))
      } else {
        include.push(b)
        exclude.push(a)
      }
    } else if (parents !== null) {
      const commit = git.revisions.commit(parents[1] ?? '')
      if (parents[2] === '@') include.push(...commit.parents)
      else {
        include.push(commit.oid)
        exclude.push(...(parents[2] === '!' ? commit.parents : commit.parents.slice(Number(parents[3] || 1) - 1, Number(parents[3] || 1))))
      }
    } else if (word.startsWith('^')) exclude.push(oid(word.slice(1)))
    else include.push(oid(word))
  }
  return { include, exclude, left, right }
}
