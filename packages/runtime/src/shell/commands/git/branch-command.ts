import { gitArgs, type GitArgs } from './args'
import { setUpstream, track } from './branches'
import { changeConfig } from './config-command'
import { isAncestor } from './commit-graph'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { subjectOf } from './objects'
import { byteOrder } from './oid'
import { expandRef } from './ref-format'
import { isBranchName } from './refs'
import { hasOperation } from './operation'
import { aheadText, trackingOf } from './status'
import { wildmatch } from './wildmatch'
import { placeOfBranch, worktreesOf } from './worktrees'
import { bytesOf } from '../../text'

const OPTIONS =
  'v,verbose q,quiet t,track? u,set-upstream-to= unset-upstream color? r,remotes a,all d,delete D m,move M c,copy C l,list show-current create-reflog !edit-description f,force merged: no-merged: contains: no-contains: column? sort= points-at= i,ignore-case format= abbrev='

/** `git branch`. */
export async function branch(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const { repo } = git
  if (args.has('show-current')) {
    if (repo.branch !== undefined) git.print(`${repo.branch}\n`)
    return 0
  }
  if (args.has('delete') || args.has('D')) return remove(git, args)
  if (args.has('move') || args.has('M') || args.has('copy') || args.has('C')) return move(git, args)
  const upstream = args.value('set-upstream-to')
  if (upstream !== undefined) return follow(git, args, upstream)
  if (args.has('unset-upstream')) return unfollow(git, args.words[0] ?? repo.branch ?? '')
  const isList =
    args.has('list') ||
    args.words.length === 0 ||
    ['merged', 'contains', 'no-contains', 'points-at', 'all', 'remotes'].some((key) => args.has(key)) ||
    args.last('no-merged') !== undefined
  if (isList) return list(git, args)
  return create(git, args)
}

async function create(git: Git, args: GitArgs): Promise<number> {
  const { refs, objects } = git.repo
  const [name = '', start = 'HEAD'] = args.words
  if (!isBranchName(name)) fatal(`'${name}' is not a valid branch name`)
  const ref = `refs/heads/${name}`
  const exists = refs.resolve(ref) !== undefined
  if (exists && !args.has('force')) fatal(`a branch named '${name}' already exists`)
  const taken = exists ? placeOfBranch(git, name) : undefined
  if (taken !== undefined) fatal(`cannot force update the branch '${name}' checked out at '${taken}'`)
  const found = git.revisions.find(start)
  const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
  if (oid === undefined)
    return fatal(
      found === undefined
        ? `not a valid object name: '${start === 'HEAD' ? (git.repo.branch ?? 'HEAD') : start}'`
        : `not a valid branch point: '${start}'`,
    )
  refs.update(
    ref,
    objects.commit(oid).oid,
    git.reason(exists ? `branch: Reset to ${start}` : `branch: Created from ${start === 'HEAD' ? (git.repo.branch ?? 'HEAD') : start}`),
  )
  if (args.words[1] !== undefined) await track(git, args, { name, from: start })
  return 0
}

async function remove(git: Git, args: GitArgs): Promise<number> {
  const { refs, objects, head } = git.repo
  let code = 0
  const prefix = args.has('remotes') ? 'refs/remotes/' : 'refs/heads/'
  const again = args.words.find((name, i) => args.words.indexOf(name) !== i && refs.resolve(prefix + name) !== undefined)
  if (again !== undefined)
    throw new GitError(`could not delete references: multiple updates for ref '${prefix}${again}' not allowed`, { kind: 'error', code: 1 })
  for (const name of args.words) {
    const ref = prefix + name
    const oid = refs.resolve(ref)
    if (oid === undefined) {
      await git.say(`error: ${args.has('remotes') ? 'remote-tracking ' : ''}branch '${name}' not found.\n`)
      code = 1
      continue
    }
    const taken = prefix === 'refs/heads/' ? placeOfBranch(git, name) : undefined
    if (taken !== undefined) {
      await git.say(`error: Cannot delete branch '${name}' checked out at '${taken}'\n`)
      code = 1
      continue
    }
    const up = git.revisions.upstream(name)
    const goal = (up === undefined ? undefined : refs.resolve(up)) ?? head
    const isForced = args.has('D') || args.has('force') || args.has('remotes')
    if (!isForced && (goal === undefined || !isAncestor(objects, oid, goal))) {
      await git.say(
        `error: The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.\n`,
      )
      code = 1
      continue
    }
    refs.remove(ref)
    if (prefix === 'refs/heads/') changeConfig(git, (file) => file.removeSection(`branch.${name}`))
    if (!args.has('quiet'))
      git.print(`Deleted ${args.has('remotes') ? 'remote-tracking ' : ''}branch ${name} (was ${objects.abbreviate(oid)}).\n`)
  }
  return code
}

function move(git: Git, args: GitArgs): number {
  const { refs } = git.repo
  const isCopy = args.has('copy') || args.has('C')
  const [first = '', second] = args.words
  const from =
    second === undefined ? (git.repo.branch ?? fatal(`cannot ${isCopy ? 'copy' : 'rename'} the current branch while not on any.`)) : first
  const to = second ?? first
  if (!isBranchName(to)) fatal(`'${to}' is not a valid branch name`)
  const oid = refs.resolve(`refs/heads/${from}`)
  if (oid === undefined && git.repo.branch !== from) fatal(`No branch named '${from}'.`)
  const taken = from === to ? undefined : placeOfBranch(git, to)
  if (taken !== undefined && refs.resolve(`refs/heads/${to}`) !== undefined && (args.has('M') || args.has('C') || args.has('force')))
    fatal(`cannot force update the branch '${to}' checked out at '${taken}'`)
  if (from !== to && refs.resolve(`refs/heads/${to}`) !== undefined && !args.has('M') && !args.has('C') && !args.has('force'))
    fatal(`a branch named '${to}' already exists`)
  const isCurrent = git.repo.branch === from
  const others = isCopy ? [] : worktreesOf(git).filter((tree) => tree.branch === from && tree.gitDir !== git.repo.gitDir)
  const reason = git.reason(`Branch: ${isCopy ? 'copied' : 'renamed'} refs/heads/${from} to refs/heads/${to}`)
  if (oid !== undefined && isCopy) refs.update(`refs/heads/${to}`, oid, reason)
  else if (oid !== undefined && from !== to) refs.rename(`refs/heads/${from}`, `refs/heads/${to}`, reason)
  if (isCurrent && !isCopy) {
    refs.symbolic('HEAD', `refs/heads/${to}`)
    if (oid !== undefined) refs.log('HEAD', { from: oid, to: oid, who: reason.who(), message: reason.message })
  }
  for (const tree of others) git.files.writeFile(`${tree.gitDir}/HEAD`, bytesOf(`ref: refs/heads/${to}\n`))
  if (!isCopy) changeConfig(git, (file) => file.renameSection(`branch.${from}`, `branch.${to}`))
  return 0
}

function follow(git: Git, args: GitArgs, upstream: string): number {
  const name =
    args.words[0] ?? git.repo.branch ?? fatal('could not set upstream of HEAD to ' + upstream + ' when it does not point to any branch.')
  const full = git.revisions.symbolic(upstream)
  if (full === undefined || git.repo.refs.resolve(full) === undefined)
    throw new GitError(
      `fatal: the requested upstream branch '${upstream}' does not exist\nhint: \nhint: If you are planning on basing your work on an upstream\nhint: branch that already exists at the remote, you may need to\nhint: run "git fetch" to retrieve it.\nhint: \nhint: If you are planning to push out a new local branch that\nhint: will track its remote counterpart, you may want to use\nhint: "git push -u" to set the upstream config as you push.\nhint: Disable this message with "git config advice.setUpstreamFailure false"`,
      { kind: 'plain', code: 128 },
    )
  if (git.repo.refs.resolve(`refs/heads/${name}`) === undefined) fatal(`branch '${name}' does not exist`)
  const remote = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(full)
  setUpstream(
    git,
    name,
    remote === null ? { remote: '.', merge: full } : { remote: remote[1] ?? '', merge: `refs/heads/${remote[2] ?? ''}` },
  )
  git.print(`branch '${name}' set up to track '${full.replace(/^refs\/(heads|remotes)\//, '')}'.\n`)
  return 0
}

function unfollow(git: Git, name: string): number {
  if (git.revisions.upstream(name) === undefined) fatal(`Branch '${name}' has no upstream information`)
  changeConfig(git, (file) => {
    file.unset(`branch.${name}.remote`)
    file.unset(`branch.${name}.merge`)
  })
  return 0
}

interface Row {
  readonly ref: string
  readonly name: string
  readonly oid: string
}

function list(git: Git, args: GitArgs): number {
  const { repo } = git
  const rows: Row[] = []
  const isAll = args.has('all')
  if (!args.has('remotes')) for (const [ref, oid] of repo.refs.list('refs/heads/')) rows.push({ ref, name: ref.slice(11), oid })
  if (args.has('remotes') || isAll)
    for (const [ref, oid] of repo.refs.list('refs/remotes/')) rows.push({ ref, name: isAll ? ref.slice(5) : ref.slice(13), oid })
  const isDetached = repo.branch === undefined && repo.head !== undefined && !args.has('remotes')
  const keeps = branchFilter(git, args)
  let shown = rows.filter(
    ({ ref, oid }) =>
      keeps(oid) && (args.words.length === 0 || args.words.some((word) => wildmatch(word, ref.replace(/^refs\/(heads|remotes)\//, '')))),
  )
  shown = sorted(git, args, shown)
  const format = args.value('format')
  if (format !== undefined) {
    for (const { ref, oid } of shown) git.print(`${expandRef(git, { name: ref, oid }, format)}\n`)
    return 0
  }
  const head =
    isDetached && args.words.length === 0 && keeps(repo.head ?? '') ? [{ ref: 'HEAD', name: detachedName(git), oid: repo.head ?? '' }] : []
  const all = [...head, ...shown]
  const width = Math.max(0, ...all.map(({ name }) => [...name].length))
  for (const row of all)
    git.print(line(git, args, { row, width, isCurrent: row.ref === 'HEAD' || row.ref === `refs/heads/${repo.branch ?? ''}` }))
  return 0
}

function sorted(git: Git, args: GitArgs, rows: readonly Row[]): Row[] {
  if (args.has('color') && !['auto', 'never'].includes(args.value('color') ?? 'always')) notImplemented('option --color of branch')
  if (args.has('column') && args.value('column') !== 'never') notImplemented('option --column of branch')
  const key = args.value('sort') ?? git.config.get('branch.sort')
  if (args.has('ignore-case') && key === undefined)
    return rows.toSorted((a, b) => byteOrder(a.ref.toLowerCase(), b.ref.toLowerCase()) || byteOrder(a.ref, b.ref))
  if (key === undefined) return rows.toSorted((a, b) => byteOrder(a.ref, b.ref))
  const sign = key.startsWith('-') ? -1 : 1
  const field = key.replace(/^-/, '')
  const time = ({ oid }: Row): number =>
    field === 'authordate' ? git.repo.objects.commit(oid).author.time : git.repo.objects.commit(oid).committer.time
  if (field === 'refname') return rows.toSorted((a, b) => sign * byteOrder(a.ref, b.ref))
  if (!['committerdate', 'authordate', 'creatordate'].includes(field)) fatal(`unknown field name: ${field}`)
  return rows.toSorted((a, b) => sign * (time(a) - time(b)) || byteOrder(a.ref, b.ref))
}

function branchFilter(git: Git, args: GitArgs): (oid: string) => boolean {
  const { objects } = git.repo
  const named = (key: string): string | undefined =>
    args.found.some((option) => option.key === key)
      ? git.revisions.commit(args.found.findLast((option) => option.key === key)?.value ?? 'HEAD').oid
      : undefined
  const tests = {
    merged: named('merged'),
    unmerged: named('no-merged'),
    contains: named('contains'),
    lacks: named('no-contains'),
    at: named('points-at'),
  }
  return (oid) =>
    (tests.merged === undefined || isAncestor(objects, oid, tests.merged)) &&
    (tests.unmerged === undefined || !isAncestor(objects, oid, tests.unmerged)) &&
    (tests.contains === undefined || isAncestor(objects, tests.contains, oid)) &&
    (tests.lacks === undefined || !isAncestor(objects, tests.lacks, oid)) &&
    (tests.at === undefined || tests.at === oid)
}

function detachedName(git: Git): string {
  const { refs, head, objects } = git.repo
  if (hasOperation(git, 'rebase'))
    return `(no branch, rebasing ${(refs.special('rebase-merge/head-name') ?? '').trim().replace('refs/heads/', '')})`
  const moved = refs.reflog('HEAD').findLast(({ message }) => message.startsWith('checkout: moving from'))
  if (hasOperation(git, 'bisect')) return `(no branch, bisect started on ${(refs.special('BISECT_START') ?? '').trim()})`
  if (moved === undefined) return '(no branch)'
  const name = /to (\S+)$/.exec(moved.message)?.[1] ?? ''
  const isHash = name === 'HEAD' || git.revisions.fullRef(name) === undefined
  return `(HEAD detached ${moved.to === head ? 'at' : 'from'} ${isHash || name === '' ? objects.abbreviate(moved.to) : name})`
}

function line(git: Git, args: GitArgs, how: { readonly row: Row; readonly width: number; readonly isCurrent: boolean }): string {
  const { row, width, isCurrent } = how
  const other = isCurrent || !row.ref.startsWith('refs/heads/') ? undefined : placeOfBranch(git, row.name)
  const lead = isCurrent ? '* ' : other === undefined ? '  ' : '+ '
  const target = row.ref === 'HEAD' ? undefined : git.repo.refs.target(row.ref)
  const arrow = target === undefined ? '' : ` -> ${target.replace(/^refs\/remotes\//, '')}`
  const level = args.count('verbose')
  if (level === 0) return `${lead}${row.name}${arrow}\n`
  if (target !== undefined) return `${lead}${row.name}${' '.repeat(width - [...row.name].length)}${arrow}\n`
  const commit = git.repo.objects.commit(row.oid)
  const tracking = row.ref.startsWith('refs/heads/') ? trackingOf(git, row.name) : undefined
  const ahead = tracking === undefined ? '' : aheadText(tracking)
  const up = tracking === undefined ? '' : level > 1 ? ` [${tracking.upstream}${ahead === '' ? '' : `: ${ahead.slice(2, -1)}`}]` : ahead
  return `${lead}${row.name}${' '.repeat(width - [...row.name].length)} ${args.last('abbrev', 'no-abbrev') === 'no-abbrev' ? row.oid : git.repo.objects.abbreviate(row.oid, Number(args.value('abbrev') ?? 7))}${other !== undefined && level > 1 ? ` (${other})` : ''}${up} ${subjectOf(commit.message)}\n`
}
