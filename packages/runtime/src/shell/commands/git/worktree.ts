import { bytesOf } from '../../text'
import { resolvePath } from '../../tree/tree-node'
import { gitArgs, type GitArgs } from './args'
import { moveTree } from './checkout-tree'
import { diffCached, diffWork } from './diff/file-change'
import { checkHooks, runHook } from './hooks/hooks'
import { failed, fatal, GitError, notImplemented } from './git-error'
import { Git } from './git-call'
import { subjectOf } from './objects'
import { isBranchName } from './refs'
import { isGitDir, type Repository } from './repository'
import { track } from './branches'
import { scanUntracked } from './untracked'
import { Ignore } from './ignore'
import { isGone, type WorktreeInfo, worktreesOf } from './worktrees'

/** `git worktree`. */
export async function worktree(git: Git, words: readonly string[]): Promise<number> {
  const [action, ...rest] = words
  if (action === undefined)
    throw new GitError('error: need a subcommand\nusage: git worktree add | list | lock | move | prune | remove | unlock', {
      kind: 'plain',
      code: 129,
    })
  switch (action) {
    case 'add':
      return add(git, rest)
    case 'list':
      return list(git, rest)
    case 'remove':
      return remove(git, rest)
    case 'prune':
      return prune(git, rest)
    case 'lock':
    case 'unlock':
      return lock(git, rest, action === 'lock')
    case 'move':
      return move(git, rest)
    case 'repair':
      return notImplemented('worktree repair')
    default:
      throw new GitError(
        `error: unknown subcommand: \`${action}'\nusage: git worktree add | list | lock | move | prune | remove | unlock`,
        { kind: 'plain', code: 129 },
      )
  }
}

interface Start {
  readonly oid: string
  /** The branch that is checked out there, and whether it is made for it. */
  readonly branch: string | undefined
  readonly isNew: boolean
  readonly from: string
}

async function add(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'f,force b= B= d,detach checkout lock q,quiet track? guess-remote reason= !orphan')
  const [word = fatal('you must specify a path'), ref] = args.words
  checkHooks(git, ['post-checkout'])
  const path = resolvePath(git.cwd, word).replace(/(.)\/$/, '$1')
  const start = startOf(git, args, { name: path.slice(path.lastIndexOf('/') + 1), ref })
  if (start.branch !== undefined && !start.isNew) refuseTaken(git, args, start.branch)
  const { objects } = git.repo
  if (!args.has('quiet')) await git.say(preparing(git, args, start))
  if (start.branch !== undefined && start.isNew) {
    const reason = git.reason(
      `branch: ${args.has('B') && git.repo.refs.resolve(`refs/heads/${start.branch}`) !== undefined ? 'Reset to' : 'Created from'} ${start.from}`,
    )
    git.repo.refs.update(`refs/heads/${start.branch}`, start.oid, reason)
    if (ref !== undefined) await track(git, args, { name: start.branch, from: ref })
  }
  clearPlace(git, args, { word, path })
  const made = link(git, path, start)
  if (args.last('checkout', 'no-checkout') !== 'no-checkout') {
    moveTree(made, { from: undefined, to: objects.commit(start.oid).tree, kind: 'checkout' })
    made.saveIndex()
  }
  if (args.has('lock')) git.files.writeFile(`${made.gitDir}/locked`, bytesOf(args.has('reason') ? `${args.value('reason') ?? ''}\n` : ''))
  if (!args.has('quiet')) git.print(`HEAD is now at ${objects.abbreviate(start.oid)} ${subjectOf(objects.commit(start.oid).message)}\n`)
  if (args.last('checkout', 'no-checkout') === 'no-checkout') return 0
  const code = await runHook(git, 'post-checkout', { args: ['0'.repeat(40), start.oid, '1'], cwd: path })
  return code === 0 ? 0 : 1
}

/** @throws GitError where something stands already */
function clearPlace(git: Git, args: GitArgs, { word, path }: { readonly word: string; readonly path: string }): void {
  const node = git.files.find(path)
  if (node !== undefined && !(node.type === 'folder' && node.children.size === 0)) fatal(`'${word}' already exists`)
  const known = worktreesOf(git).find((tree) => tree.path === path)
  if (known !== undefined && !args.has('force'))
    fatal(
      known.locked === undefined
        ? `'${word}' is a missing but already registered worktree;\nuse 'add -f' to override, or 'prune' or 'remove' to clear`
        : `'${word}' is a missing but locked worktree;\nuse 'add -f -f' to override, or 'unlock' and 'prune' or 'remove' to clear`,
    )
  if (known !== undefined) git.files.rm(known.gitDir, { recursive: true, force: true })
}

function startOf(git: Git, args: GitArgs, { name, ref }: { readonly name: string; readonly ref: string | undefined }): Start {
  const { refs } = git.repo
  const fresh = args.value('b') ?? args.value('B')
  const from = ref === '-' ? '@{-1}' : (ref ?? 'HEAD')
  if (fresh === undefined && !args.has('detach') && ref === undefined) {
    const own = refs.resolve(`refs/heads/${name}`)
    if (own !== undefined) return { oid: own, branch: name, isNew: false, from: name }
  }
  const found = git.revisions.find(from)
  const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
  if (oid === undefined) return fatal(`invalid reference: ${from}`)
  if (fresh !== undefined) {
    if (!isBranchName(fresh)) fatal(`'${fresh}' is not a valid branch name`)
    if (args.has('b') && refs.resolve(`refs/heads/${fresh}`) !== undefined) fatal(`a branch named '${fresh}' already exists`)
    return { oid, branch: fresh, isNew: true, from }
  }
  if (args.has('detach')) return { oid, branch: undefined, isNew: false, from }
  if (ref === undefined) return { oid, branch: name, isNew: true, from }
  const branch = git.revisions.symbolic(from)?.replace(/^refs\/heads\//, '')
  const isBranch = branch !== undefined && from !== 'HEAD' && from !== '@' && refs.resolve(`refs/heads/${branch}`) !== undefined
  return { oid, branch: isBranch ? branch : undefined, isNew: false, from }
}

function refuseTaken(git: Git, args: GitArgs, branch: string): void {
  const taken = worktreesOf(git).find((tree) => tree.branch === branch)
  if (taken !== undefined && !args.has('force')) fatal(`'${branch}' is already checked out at '${taken.path}'`)
}

function preparing(git: Git, args: GitArgs, start: Start): string {
  const { objects, refs } = git.repo
  if (start.branch === undefined) return `Preparing worktree (detached HEAD ${objects.abbreviate(start.oid)})\n`
  if (!start.isNew) return `Preparing worktree (checking out '${start.branch}')\n`
  const old = args.has('B') ? refs.resolve(`refs/heads/${start.branch}`) : undefined
  if (old !== undefined) return `Preparing worktree (resetting branch '${start.branch}'; was at ${objects.abbreviate(old)})\n`
  return `Preparing worktree (new branch '${start.branch}')\n`
}

/** Makes the files that tie a folder to the repository. */
function link(git: Git, path: string, start: Start): Repository {
  const { commonDir } = git.repo
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]/g, '-')
  let id = base
  for (let i = 1; git.files.find(`${commonDir}/worktrees/${id}`) !== undefined; i++) id = `${base}${i}`
  const gitDir = `${commonDir}/worktrees/${id}`
  git.files.mkdir(gitDir, true)
  git.files.mkdir(path, true)
  const write = (file: string, text: string): void => git.files.writeFile(file, bytesOf(text))
  write(`${gitDir}/commondir`, '../..\n')
  write(`${gitDir}/gitdir`, `${path}/.git\n`)
  write(`${path}/.git`, `gitdir: ${gitDir}\n`)
  write(`${gitDir}/HEAD`, start.branch === undefined ? `${start.oid}\n` : `ref: refs/heads/${start.branch}\n`)
  if (!isGitDir(git.files, gitDir)) fatal(`could not create worktree at '${path}'`)
  const made = git.open({ gitDir, commonDir, worktree: path })
  const reason = git.reason('')
  made.refs.log('HEAD', { from: '0'.repeat(40), to: start.oid, who: reason.who(), message: '' })
  return made
}

function list(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'porcelain v,verbose z expire=')
  const all = worktreesOf(git)
  const end = args.has('z') ? '\0' : '\n'
  if (args.has('porcelain')) {
    for (const tree of all) git.print(`${porcelainLines(git, tree).join(end)}${end}${end}`)
    return 0
  }
  const width = Math.max(...all.map(({ path }) => [...path].length))
  for (const tree of all) {
    const { path, head, branch } = tree
    const state = tree.isBare ? '(bare)' : branch === undefined ? '(detached HEAD)' : `[${branch}]`
    const oid = tree.isBare ? '' : `${head === undefined ? '0000000' : git.repo.objects.abbreviate(head)} `
    const reason = tree.locked ?? ''
    const lead = `${path}${' '.repeat(width - [...path].length)}  ${tree.isBare ? '(bare)' : `${oid}${state}`}`
    const isBelow = args.has('verbose') && (reason !== '' || isGone(git, tree))
    const mark =
      tree.locked !== undefined
        ? isBelow
          ? `\n\tlocked: ${reason}`
          : ' locked'
        : isGone(git, tree)
          ? isBelow
            ? '\n\tprunable: gitdir file points to non-existent location'
            : ' prunable'
          : ''
    git.print(`${lead}${mark}\n`)
  }
  return 0
}

function porcelainLines(git: Git, tree: WorktreeInfo): string[] {
  if (tree.isBare) return [`worktree ${tree.path}`, 'bare']
  const lines = [
    `worktree ${tree.path}`,
    `HEAD ${tree.head ?? '0'.repeat(40)}`,
    tree.branch === undefined ? 'detached' : `branch refs/heads/${tree.branch}`,
  ]
  if (tree.locked !== undefined) lines.push(tree.locked === '' ? 'locked' : `locked ${tree.locked}`)
  else if (isGone(git, tree)) lines.push('prunable gitdir file points to non-existent location')
  return lines
}

function treeAt(git: Git, word: string): WorktreeInfo {
  const path = resolvePath(git.cwd, word).replace(/(.)\/$/, '$1')
  const all = worktreesOf(git)
  const named = all.filter((tree) => tree.path.endsWith(`/${word}`))
  return all.find((tree) => tree.path === path) ?? (named.length === 1 ? named[0] : undefined) ?? fatal(`'${word}' is not a working tree`)
}

function refuseLocked(tree: WorktreeInfo, what: string): void {
  if (tree.locked === undefined) return
  const reason = tree.locked === '' ? '' : `, lock reason: ${tree.locked}`
  fatal(`cannot ${what} a locked working tree${reason}\nuse '${what} -f -f' to override or unlock first`)
}

function remove(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'f,force')
  const [word = fatal('usage: git worktree remove [-f] <worktree>')] = args.words
  const tree = treeAt(git, word)
  if (tree.id === undefined) fatal(`'${word}' is a main working tree`)
  if (args.count('force') < 2) refuseLocked(tree, 'remove')
  if (!isGone(git, tree)) {
    const inner = innerGit(git, tree)
    const dirty =
      diffWork(inner.repo).length > 0 ||
      diffCached(inner.repo, inner.repo.headTree).length > 0 ||
      scanUntracked(inner.repo, { mode: 'normal', wantsIgnored: false, ignore: new Ignore(inner.repo), tick: () => git.call.tick() })
        .untracked.length > 0
    if (dirty && !args.has('force')) fatal(`'${word}' contains modified or untracked files, use --force to delete it`)
    git.files.rm(tree.path, { recursive: true, force: true })
  }
  forget(git, tree)
  return 0
}

function innerGit(git: Git, tree: WorktreeInfo): Git {
  const inner = new Git(git.call, { ...git.options, cwd: tree.path })
  inner.use(git.open({ gitDir: tree.gitDir, commonDir: git.repo.commonDir, worktree: tree.path }))
  return inner
}

function forget(git: Git, tree: WorktreeInfo): void {
  git.files.rm(tree.gitDir, { recursive: true, force: true })
  const folder = git.files.find(`${git.repo.commonDir}/worktrees`)
  if (folder?.type === 'folder' && folder.children.size === 0) git.files.rmdir(`${git.repo.commonDir}/worktrees`)
}

async function prune(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'n,dry-run v,verbose expire=')
  for (const tree of worktreesOf(git)) {
    if (!isGone(git, tree) || tree.locked !== undefined) continue
    if (args.has('verbose') || args.has('dry-run'))
      await git.say(`Removing worktrees/${tree.id ?? ''}: gitdir file points to non-existent location\n`)
    if (!args.has('dry-run')) forget(git, tree)
  }
  return 0
}

function lock(git: Git, words: readonly string[], isLocking: boolean): number {
  const args = gitArgs(words, 'reason=')
  const [word = fatal(`usage: git worktree ${isLocking ? 'lock' : 'unlock'} <worktree>`)] = args.words
  const tree = treeAt(git, word)
  if (tree.id === undefined) fatal('The main working tree cannot be locked or unlocked')
  if (!isLocking) {
    if (tree.locked === undefined) fatal(`'${word}' is not locked`)
    git.files.rm(`${tree.gitDir}/locked`)
    return 0
  }
  if (tree.locked !== undefined)
    fatal(tree.locked === '' ? `'${word}' is already locked` : `'${word}' is already locked, reason: ${tree.locked}`)
  git.files.writeFile(`${tree.gitDir}/locked`, bytesOf(args.has('reason') ? `${args.value('reason') ?? ''}\n` : ''))
  return 0
}

function move(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'f,force')
  const [from = '', to = fatal('usage: git worktree move <worktree> <new-path>')] = args.words
  const tree = treeAt(git, from)
  if (tree.id === undefined) fatal(`'${from}' is a main working tree`)
  const wanted = resolvePath(git.cwd, to).replace(/(.)\/$/, '$1')
  const isInto = git.files.find(wanted)?.type === 'folder'
  const path = isInto ? `${wanted}/${tree.path.slice(tree.path.lastIndexOf('/') + 1)}` : wanted
  if (git.files.find(path) !== undefined) fatal(`target '${to}' already exists`)
  if (args.count('force') < 2) refuseLocked(tree, 'move')
  if (isGone(git, tree)) failed(`validation failed, cannot move working tree: '${tree.path}' is not a working tree`, 128)
  git.files.rename(tree.path, path)
  git.files.writeFile(`${tree.gitDir}/gitdir`, bytesOf(`${path}/.git\n`))
  return 0
}
