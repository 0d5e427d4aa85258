import { gitArgs, type GitArgs } from './args'
import { treeFiles } from './diff/file-change'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { Ignore } from './ignore'
import { MODE_TREE } from './objects'
import { byteOrder } from './oid'
import { pathspecOf } from './pathspec'
import { quotePath } from './quote-path'
import type { Repository } from './repository'
import { scanUntracked } from './untracked'

/** `git rm`. */
export function rm(git: Git, words: readonly string[]): number {
  const args: GitArgs = gitArgs(words, 'n,dry-run q,quiet cached f,force r ignore-unmatch !pathspec-from-file= sparse')
  const { repo } = git
  if (args.words.length === 0) fatal('No pathspec was given. Which files should I remove?')
  const spec = pathspecOf(git, args.words)
  const paths = [...new Set(repo.index.entries.flatMap(({ path }) => (spec.matches(path) ? [path] : [])))]
  const missed = paths.length === 0 ? args.words : spec.unused
  for (const word of missed) if (!args.has('ignore-unmatch')) fatal(`pathspec '${word}' did not match any files`)
  const folder = spec.literals.find(
    (path) => !args.has('r') && paths.some((one) => one.startsWith(`${path.replace(/\/$/, '')}/`)) && !/[*?[]/.test(path),
  )
  if (folder !== undefined) fatal(`not removing '${folder.replace(/\/$/, '')}' recursively without -r`)
  if (!args.has('force')) refuseLosses(git, paths, args.has('cached'))
  for (const path of paths) {
    if (!args.has('quiet')) git.print(`rm '${path}'\n`)
    if (args.has('dry-run')) continue
    if (!args.has('cached')) removeFile(git, path)
    repo.index.remove(path)
  }
  repo.saveIndex()
  return 0
}

function removeFile(git: Git, path: string): void {
  const { repo } = git
  if (repo.workFile(path) === undefined) return
  repo.files.rm(repo.at(path), { force: true })
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const node = repo.files.find(repo.at(path.slice(0, at)))
    if (node?.type !== 'folder' || node.children.size > 0) return
    repo.files.rmdir(repo.at(path.slice(0, at)))
  }
}

function refuseLosses(git: Git, paths: readonly string[], isCached: boolean): void {
  const { repo } = git
  const head = treeFiles(repo.objects, repo.headTree)
  const kinds: Record<'both' | 'staged' | 'local', string[]> = { both: [], staged: [], local: [] }
  for (const path of paths) {
    const entry = repo.index.get(path)
    const file = repo.workFile(path)
    if (entry === undefined || file === undefined) continue
    const isLocal = repo.isModified(entry, file)
    const isStaged = head.get(path)?.oid !== entry.oid
    if (isLocal && isStaged) kinds.both.push(path)
    else if (!isCached && isStaged) kinds.staged.push(path)
    else if (!isCached && isLocal) kinds.local.push(path)
  }
  const part = (list: readonly string[], what: string, how: string): string =>
    list.length === 0
      ? ''
      : `error: the following file${list.length === 1 ? ' has' : 's have'} ${what}:\n${list.map((path) => `    ${path}\n`).join('')}${how}\n`
  const text =
    part(kinds.both, `staged content different from both the\nfile and the HEAD`, '(use -f to force removal)') +
    part(kinds.staged, 'changes staged in the index', '(use --cached to keep the file, or -f to force removal)') +
    part(kinds.local, 'local modifications', '(use --cached to keep the file, or -f to force removal)')
  if (text !== '') throw new GitError(text.trimEnd(), { kind: 'plain', code: 1 })
}

/** `git mv`. */
export function mv(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'v,verbose n,dry-run f,force k sparse')
  const { repo } = git
  const paths = [...args.words]
  const last = paths.pop() ?? fatal('no destination given')
  const to = git.inside(last)
  const isFolder = git.files.find(repo.at(to))?.type === 'folder'
  if (paths.length > 1 && !isFolder) fatal(`destination '${last}' is not a directory`)
  for (const word of paths) {
    const from = git.inside(word)
    const target = isFolder ? `${to === '' ? '' : `${to}/`}${from.slice(from.lastIndexOf('/') + 1)}` : to
    const inner = repo.index.entries.filter(({ path }) => path === from || path.startsWith(`${from}/`))
    const why = whyNotMoved(git, { from, target, isTracked: inner.length > 0, isForced: args.has('force') })
    if (why !== undefined && args.has('k')) continue
    if (why !== undefined) fatal(`${why}, source=${from}, destination=${target}`)
    if (args.has('dry-run')) git.print(`Checking rename of '${from}' to '${target}'\n`)
    if (args.has('verbose') || args.has('dry-run')) git.print(`Renaming ${from} to ${target}\n`)
    if (args.has('dry-run')) continue
    if (repo.workFile(target) !== undefined) repo.files.rm(repo.at(target))
    repo.files.rename(repo.at(from), repo.at(target))
    for (const entry of inner) {
      repo.index.remove(entry.path)
      repo.index.add({ ...entry, path: target + entry.path.slice(from.length) })
    }
  }
  repo.saveIndex()
  return 0
}

/** Why a path cannot get another name, in git's words. */
function whyNotMoved(
  git: Git,
  {
    from,
    target,
    isTracked,
    isForced,
  }: { readonly from: string; readonly target: string; readonly isTracked: boolean; readonly isForced: boolean },
): string | undefined {
  const { repo } = git
  const [source, there] = [repo.workFile(from), repo.workFile(target)]
  if (source === undefined) return 'bad source'
  if (target === from || target.startsWith(`${from}/`)) return 'can not move directory into itself'
  const isFolder = source.mode === MODE_TREE
  if (isFolder && there !== undefined) return 'destination already exists'
  if (isFolder && !isTracked) return 'source directory is empty'
  if (!isTracked) return 'not under version control'
  if (!isFolder && repo.index.unmerged.includes(from)) return 'conflicted'
  if (there !== undefined && !isForced) return 'destination exists'
  if (there?.mode === MODE_TREE) return 'Cannot overwrite'
  const parent = target.slice(0, Math.max(0, target.lastIndexOf('/')))
  if (repo.files.find(repo.at(parent))?.type !== 'folder') fatal(`renaming '${from}' failed: No such file or directory`)
  return undefined
}

/** What becomes of an untracked path: it goes, or it is a repository of its own and stays. */
interface Cleaned {
  readonly path: string
  readonly isRepository: boolean
}

interface Cleaning {
  readonly repo: Repository
  readonly ignore: Ignore
  /** Repositories go too. */
  readonly isForced: boolean
}

interface Spared {
  readonly found: readonly Cleaned[]
  readonly isWhole: boolean
  /** Something in it is left out by a rule. */
  readonly isParted: boolean
}

/** A folder goes as a whole, or the parts of it that are not left out. */
function spared(how: Cleaning, path: string, isTop = true): Spared {
  const { repo, ignore, isForced } = how
  const plain = path.replace(/\/$/, '')
  const node = repo.files.find(repo.at(plain))
  if (ignore.isIgnored(plain, node?.type === 'folder')) return { found: [], isWhole: false, isParted: true }
  const whole = { found: [{ path, isRepository: false }], isWhole: true, isParted: false }
  if (node?.type !== 'folder') return whole
  if (node.children.has('.git'))
    return isForced ? whole : { found: isTop ? [] : [{ path: plain, isRepository: true }], isWhole: false, isParted: false }
  const inner = [...node.children].map(([name, child]) => spared(how, `${plain}/${name}${child.type === 'folder' ? '/' : ''}`, false))
  if (inner.every((one) => one.isWhole)) return whole
  return { found: inner.flatMap(({ found }) => found), isWhole: false, isParted: inner.some((one) => one.isParted) }
}

/** What goes of a path that is listed. A repository that stays is told where nothing else is left out; folders beside it have no slash. */
function cleanedBelow(how: Cleaning, path: string): readonly Cleaned[] {
  const { found, isParted } = spared(how, path)
  if (isParted) return found.filter(({ isRepository }) => !isRepository)
  if (!found.some(({ isRepository }) => isRepository)) return found
  return found.map((one) => ({ ...one, path: one.path.replace(/\/$/, '') }))
}

/** `git clean`. */
export function clean(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'q,quiet n,dry-run f,force !i,interactive d e,exclude= x X')
  if (!args.has('force') && !args.has('dry-run') && (git.config.bool('clean.requireforce') ?? true))
    fatal('clean.requireForce defaults to true and neither -i, -n, nor -f given; refusing to clean')
  const { repo } = git
  const spec = pathspecOf(git, args.words.length === 0 && git.prefix !== '' ? ['.'] : args.words)
  const ignore = new Ignore(repo, args.values('exclude'), args.has('x') && !args.has('X'))
  const scan = scanUntracked(repo, {
    mode: 'normal',
    wantsIgnored: args.has('X'),
    showsEmpty: true,
    ignore,
    tick: () => git.call.tick(),
  })
  const how = { repo, ignore, isForced: args.count('force') > 1 }
  const all: readonly Cleaned[] = (args.has('X') ? scan.ignored : scan.untracked)
    .filter((path) => (args.has('d') || !path.endsWith('/') || args.words.length > 0) && spec.matches(path.replace(/\/$/, '')))
    .flatMap((path) => (args.has('X') ? [{ path, isRepository: false }] : cleanedBelow(how, path)))
  for (const { path, isRepository } of all.toSorted((a, b) => byteOrder(a.path, b.path))) {
    const isDry = args.has('dry-run')
    const done = isRepository ? (isDry ? 'Would skip repository' : 'Skipping repository') : isDry ? 'Would remove' : 'Removing'
    if (!args.has('quiet')) git.print(`${done} ${quotePath(git.shown(path))}\n`)
    if (!isDry && !isRepository) git.files.rm(repo.at(path.replace(/\/$/, '')), { recursive: true, force: true })
  }
  return 0
}
