import { gitArgs, type GitArgs } from './args'
import { isAncestor, mergeBases } from './commit-graph'
import { diffCached, diffWork } from './diff/file-change'
import { FETCH_OPTIONS, fetchFrom, trackingRef } from './fetch'
import { readFetchHead, type FetchHead } from './fetch-store'
import { fatal, GitError, notImplemented } from './git-error'
import { Git } from './git-call'
import { merge } from './merge'
import { hasOperation } from './operation'
import { rebase } from './rebase'
import { remoteOf, usualRemote } from './remote-config'

const MERGE_OPTIONS =
  'r,rebase? n,no-stat stat summary !log? !signoff squash commit e,edit cleanup= ff ff-only no-verify verify verify-signatures !autostash ' +
  's,strategy= X,strategy-option= !S? allow-unrelated-histories'
// A pull has no `-n` for tags: there it is for the summary.
const OPTIONS = `${FETCH_OPTIONS.replace('n,no-tags', 'no-tags')} ${MERGE_OPTIONS}`

/** How histories that went apart are brought together; undefined: nobody said. */
type Way = 'merge' | 'rebase' | undefined

/** `git pull`. */
export async function pull(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const { repo } = git
  void repo.root
  if (repo.index.isUnmerged)
    throw new GitError(
      "error: Pulling is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\n" +
        'hint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.',
      { kind: 'plain', code: 128 },
    )
  if (hasOperation(git, 'merge'))
    fatal('You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.')
  const way = wayOf(git, args)
  if (way === 'rebase') refuseDirty(git)
  const fork = way === 'rebase' ? forkPoint(git, args.words) : undefined
  const env = new Map(git.env)
  if (!env.has('GIT_REFLOG_ACTION')) env.set('GIT_REFLOG_ACTION', ['pull', ...words].join(' '))
  const inner = new Git(git.call, { ...git.options, env })
  const [name, ...specs] = args.words
  try {
    const from = name ?? usualRemote(git)
    if (from === undefined) return await nothingToMerge(git, args, way)
    if ((await fetched(inner, args, { name: from, words: specs })) !== 0) return 1
    if (args.has('dry-run')) return 0
    const heads = readFetchHead(inner).filter(({ isMerged }) => isMerged)
    if (heads.length === 0) return await nothingToMerge(git, args, way)
    return await bringTogether(inner, args, { heads, way, fork })
  } catch (thrown) {
    if (!(thrown instanceof GitError)) throw thrown
    // What a merge had to say before it failed comes behind, as it does from a program whose output is gathered.
    await git.call.stderr.write(thrown.told)
    return thrown.code
  } finally {
    await inner.out.flush()
  }
}

/** Whatever a fetch fails with, a pull ends with 1. */
async function fetched(git: Git, args: GitArgs, from: { readonly name: string; readonly words: readonly string[] }): Promise<number> {
  try {
    return await fetchFrom(git, args, { ...from, action: 'pull' })
  } catch (thrown) {
    if (!(thrown instanceof GitError)) throw thrown
    await git.call.stderr.write(thrown.told)
    return 1
  }
}

function wayOf(git: Git, args: GitArgs): Way {
  const { branch } = git.repo
  const asked = args.last('rebase', 'no-rebase')
  if (asked === 'no-rebase') return 'merge'
  const value =
    asked === undefined
      ? ((branch === undefined ? undefined : git.config.get(`branch.${branch}.rebase`)) ?? git.config.get('pull.rebase'))
      : (args.value('rebase') ?? 'true')
  if (value === undefined) return undefined
  if (/^(true|yes|on|1)$/i.test(value)) return 'rebase'
  if (/^(false|no|off|0)$/i.test(value)) return 'merge'
  if (/^(m|merges|i|interactive|p|preserve)$/.test(value)) notImplemented(`pull --rebase=${value}`)
  return fatal(`invalid value for '${asked === undefined ? 'pull.rebase' : '--rebase'}': '${value}'`)
}

function refuseDirty(git: Git): void {
  if (git.repo.head === undefined) {
    if (git.repo.index.entries.length > 0) fatal('Updating an unborn branch with changes added to the index.')
    return
  }
  const unstaged = diffWork(git.repo).length > 0
  const staged = diffCached(git.repo, git.repo.headTree).length > 0
  if (!unstaged && !staged) return
  const first = unstaged
    ? 'cannot pull with rebase: You have unstaged changes.'
    : 'cannot pull with rebase: Your index contains uncommitted changes.'
  const second = unstaged && staged ? 'error: additionally, your index contains uncommitted changes.\n' : ''
  throw new GitError(`error: ${first}\n${second}error: please commit or stash them.`, { kind: 'plain', code: 128 })
}

function fastForwardMode(git: Git, args: GitArgs): 'ff' | 'no-ff' | 'ff-only' | undefined {
  const asked = args.last('ff', 'no-ff', 'ff-only')
  if (asked === 'ff' || asked === 'no-ff' || asked === 'ff-only') return asked
  if (args.last('rebase', 'no-rebase') !== undefined) return undefined
  const value = git.config.get('pull.ff')
  if (value === undefined) return undefined
  return value === 'only' ? 'ff-only' : /^(false|no|off|0)$/i.test(value) ? 'no-ff' : 'ff'
}

async function bringTogether(
  git: Git,
  args: GitArgs,
  { heads, way, fork }: { readonly heads: readonly FetchHead[]; readonly way: Way; readonly fork: string | undefined },
): Promise<number> {
  const { repo } = git
  const [first = fatal('nothing was fetched'), ...others] = heads
  const { head } = repo
  const theirs = git.revisions.peel(first.oid, 'commit') ?? first.oid
  if (head === undefined) {
    if (others.length > 0) fatal('Cannot merge multiple branches into empty head.')
    return merge(git, [theirs])
  }
  if (others.length > 0) {
    if (way === 'rebase') fatal('Cannot rebase onto multiple branches.')
    notImplemented('a merge of more than two')
  }
  const canForward = isAncestor(repo.objects, head, theirs)
  const isOver = isAncestor(repo.objects, theirs, head)
  const mode = fastForwardMode(git, args)
  const isApart = !canForward && !isOver
  if (isApart && mode === 'ff-only') throw new GitError('fatal: Not possible to fast-forward, aborting.', { kind: 'plain', code: 128 })
  if (isApart && way === undefined && mode === undefined) throw new GitError(APART, { kind: 'plain', code: 128 })
  if (way !== 'rebase') return merge(git, mergeWords(git, args, { heads, theirs, mode }))
  if (canForward) return merge(git, [...(args.has('quiet') ? ['-q'] : []), '--ff-only', theirs])
  return rebase(git, [...(args.has('quiet') ? ['-q'] : []), '--onto', theirs, upstreamOf(git, { head, theirs, fork })])
}

/** Where what is ours begins: behind what the other side once had, also where it was rewritten since. */
function upstreamOf(git: Git, at: { readonly head: string; readonly theirs: string; readonly fork: string | undefined }): string {
  if (at.fork === undefined) return at.theirs
  const { objects } = git.repo
  const isInBoth = isAncestor(objects, at.fork, at.head) && isAncestor(objects, at.fork, at.theirs)
  return isInBoth ? at.theirs : at.fork
}

/** The commit that a branch left its upstream at, by the log of that: asked before it moves. */
function forkPoint(git: Git, words: readonly string[]): string | undefined {
  const { branch, head, refs, objects } = git.repo
  if (branch === undefined || head === undefined) return undefined
  const [name, spec] = words
  const ref = spec === undefined ? git.revisions.upstream(branch) : trackingRef(remoteOf(git, name ?? ''), `refs/heads/${spec}`)
  if (ref === undefined) return undefined
  const now = refs.resolve(ref)
  const logged = refs.reflog(ref).flatMap(({ from, to }) => [from, to])
  const tips = [...new Set([...logged, ...(now === undefined ? [] : [now])])].filter((oid) => objects.find(oid)?.type === 'commit')
  const bases = tips.length === 0 ? [] : mergeBases(objects, head, tips)
  const [only] = bases
  return bases.length === 1 && only !== undefined && tips.includes(only) ? only : undefined
}

const APART = `hint: You have divergent branches and need to specify how to reconcile them.
hint: You can do so by running one of the following commands sometime before
hint: your next pull:
hint: 
hint:   git config pull.rebase false  # merge
hint:   git config pull.rebase true   # rebase
hint:   git config pull.ff only       # fast-forward only
hint: 
hint: You can replace "git config" with "git config --global" to set a default
hint: preference for all repositories. You can also pass --rebase, --no-rebase,
hint: or --ff-only on the command line to override the configured default per
hint: invocation.
fatal: Need to specify how to reconcile divergent branches.`

interface Merging {
  readonly heads: readonly FetchHead[]
  readonly theirs: string
  readonly mode: 'ff' | 'no-ff' | 'ff-only' | undefined
}

function mergeWords(git: Git, args: GitArgs, { heads, theirs, mode }: Merging): string[] {
  const { branch } = git.repo
  const into = branch === 'master' || branch === 'main' ? '' : ` into ${branch ?? 'HEAD'}`
  const given = args.found.filter(({ key }) =>
    ['squash', 'commit', 'no-commit', 'allow-unrelated-histories', 'stat', 'no-stat', 'edit', 'no-edit'].includes(key),
  )
  return [
    ...(args.has('quiet') ? ['-q'] : []),
    ...(mode === undefined ? [] : [`--${mode}`]),
    ...given.map(({ key }) => `--${key}`),
    ...args.values('strategy').flatMap((value) => ['-s', value]),
    ...args.values('strategy-option').flatMap((value) => ['-X', value]),
    '-m',
    `Merge ${heads[0]?.note ?? ''}${into}`,
    theirs,
  ]
}

/** @throws GitError that says what to name */
async function nothingToMerge(git: Git, args: GitArgs, way: Way): Promise<number> {
  const [name, ...specs] = args.words
  const { branch } = git.repo
  const verb = way === 'rebase' ? 'rebase against' : 'merge with'
  const see = `See git-pull(1) for details.\n\n    git pull <remote> <branch>\n`
  if (specs.length > 0)
    throw new GitError(
      way === 'rebase'
        ? 'There is no candidate for rebasing against among the refs that you just fetched.\nGenerally this means that you provided a wildcard refspec which had no\nmatches on the remote end.'
        : 'There are no candidates for merging among the refs that you just fetched.\nGenerally this means that you provided a wildcard refspec which had no\nmatches on the remote end.',
      { kind: 'plain', code: 1 },
    )
  const own = branch === undefined ? undefined : git.config.get(`branch.${branch}.remote`)
  if (name !== undefined && name !== own)
    throw new GitError(
      `You asked to pull from the remote '${name}', but did not specify\na branch. Because this is not the default configured remote\nfor your current branch, you must specify a branch on the command line.`,
      { kind: 'plain', code: 1 },
    )
  if (branch === undefined)
    throw new GitError(`You are not currently on a branch.\nPlease specify which branch you want to ${verb}.\n${see}`, {
      kind: 'plain',
      code: 1,
    })
  const merges = git.config.getAll(`branch.${branch}.merge`)
  if (merges.length === 0) {
    const remotes = git.config.subsections('remote')
    const remote = remotes.length === 1 ? (remotes[0] ?? '<remote>') : remotes.length === 0 && way === 'rebase' ? 'origin' : '<remote>'
    throw new GitError(
      `There is no tracking information for the current branch.\nPlease specify which branch you want to ${verb}.\n${see}\n` +
        `If you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${remote}/<branch> ${branch}\n`,
      { kind: 'plain', code: 1 },
    )
  }
  throw new GitError(
    `Your configuration specifies to merge with the ref '${merges[0] ?? ''}'\nfrom the remote, but no such ref was fetched.`,
    { kind: 'plain', code: 1 },
  )
}
