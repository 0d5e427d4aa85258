import { withNot } from './not-words'
import { gitArgs, type GitArgs } from './args'
import { RevNames } from './name-rev'
import { ancestorsOf, isAncestor, walkFrom } from './commit-graph'
import { diffTreeWork } from './diff/file-change'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { expandRef } from './ref-format'
import { byteOrder } from './oid'
import { wildmatch } from './wildmatch'
import { LOG_OPTIONS, commitsOf, logPlan } from './log'
import { customFormat, expandFormat } from './pretty'
import { type Commit, subjectOf } from './objects'
import { objectLines } from './rev-objects'

/** `git describe`. */
export function describe(git: Git, words: readonly string[]): number {
  const args = gitArgs(
    words,
    'all tags contains !debug long abbrev= !candidates= exact-match match= exclude= always !first-parent dirty? !broken?',
  )
  if (args.has('contains')) return contained(git, args.words[0] ?? 'HEAD', args.has('all'))
  const { objects, refs } = git.repo
  const word = args.words[0] ?? 'HEAD'
  if (args.words.length > 1) {
    if (args.has('dirty')) fatal("option '--dirty' and commit-ishes cannot be used together")
    for (const one of args.words) describe(git, [...words.filter((each) => !args.words.includes(each)), one])
    return 0
  }
  const commit = git.revisions.commit(git.revisions.find(word) === undefined ? fatal(`Not a valid object name ${word}`) : word)
  const names = new Map<string, { readonly name: string; readonly isAnnotated: boolean }>()
  for (const [ref, oid] of refs.list(args.has('all') ? 'refs/' : 'refs/tags/')) {
    const isAnnotated = objects.read(oid).type === 'tag'
    const name = args.has('all') ? ref.slice(5) : ref.slice(10)
    if (!isAnnotated && !args.has('tags') && !args.has('all')) continue
    if (args.values('match').length > 0 && !args.values('match').some((pattern) => wildmatch(pattern, name))) continue
    if (args.values('exclude').some((pattern) => wildmatch(pattern, name))) continue
    const at = git.revisions.peel(oid, 'commit')
    if (at !== undefined && (isAnnotated || !names.get(at)?.isAnnotated)) names.set(at, { name, isAnnotated })
  }
  const isDirty = args.has('dirty') && diffTreeWork(git.repo, git.repo.headTree).length > 0
  const end = isDirty ? (args.value('dirty') ?? '-dirty') : ''
  const short = objects.abbreviate(commit.oid, Number(args.value('abbrev') ?? 7) || 7)
  const exact = names.get(commit.oid)
  if (exact !== undefined && !args.has('long')) {
    git.print(`${exact.name}${end}\n`)
    return 0
  }
  if (exact === undefined && args.has('exact-match')) fatal(`no tag exactly matches '${commit.oid}'`)
  const nearest = [...walkFrom(objects, [commit.oid])].flatMap(({ oid }) => (names.has(oid) ? [oid] : []))
  const reach = ancestorsOf(objects, [commit.oid])
  const depths = nearest.map((oid) => ({ oid, depth: reach.size - ancestorsOf(objects, [oid]).size })).toSorted((a, b) => a.depth - b.depth)
  const [best] = depths
  if (best === undefined) {
    if (!args.has('always'))
      fatal(
        names.size > 0 || args.has('tags')
          ? `No tags can describe '${commit.oid}'.\nTry --always, or create some tags.`
          : refs.list('refs/tags/').length > 0
            ? `No annotated tags can describe '${commit.oid}'.\nHowever, there were unannotated tags: try --tags.`
            : 'No names found, cannot describe anything.',
      )
    git.print(`${short}${end}\n`)
    return 0
  }
  const name = names.get(best.oid)?.name ?? ''
  git.print(args.value('abbrev') === '0' ? `${name}${end}\n` : `${name}-${best.depth}-g${short}${end}\n`)
  return 0
}

/** The tag that a commit is in, told from there. */
function contained(git: Git, word: string, isAll: boolean): number {
  const names = new RevNames(git, (ref) => isAll || ref.startsWith('refs/tags/'))
  const name = names.of(git.revisions.commit(word).oid) ?? fatal(`cannot describe '${git.revisions.commit(word).oid}'`)
  git.print(`${name.replace(/^tags\//, '')}\n`)
  return 0
}

/** `git for-each-ref`. */
export function forEachRef(git: Git, words: readonly string[]): number {
  const args = gitArgs(
    words,
    'count= format= sort= points-at= merged: no-merged: contains: no-contains: !ignore-case !s,shell !p,perl !python !tcl color?',
  )
  const format = args.value('format') ?? '%(objectname) %(objecttype)\t%(refname)'
  let rows = git.repo.refs.list().map(([name, oid]) => ({ name, oid }))
  if (args.words.length > 0)
    rows = rows.filter(({ name }) =>
      args.words.some((word) => name === word || name.startsWith(`${word.replace(/\/$/, '')}/`) || wildmatch(word, name, { isPath: true })),
    )
  const keeps = refTests(git, args)
  rows = rows.filter(({ oid }) => keeps(oid))
  for (const key of args.values('sort')) {
    const sign = key.startsWith('-') ? -1 : 1
    const field = key.replace(/^-/, '')
    const value = (row: { readonly name: string; readonly oid: string }): string =>
      expandRef(git, row, `%(${field}${field.endsWith('date') ? ':unix' : ''})`)
    // A field that is unknown is told for a single name too.
    for (const row of rows.slice(0, 1)) value(row)
    rows = rows.toSorted(
      (a, b) =>
        sign * (field.endsWith('date') || field === 'objectsize' ? Number(value(a)) - Number(value(b)) : byteOrder(value(a), value(b))) ||
        byteOrder(a.name, b.name),
    )
  }
  for (const row of rows.slice(0, Number(args.value('count') ?? rows.length))) git.print(`${expandRef(git, row, format)}\n`)
  return 0
}

function refTests(git: Git, args: GitArgs): (oid: string) => boolean {
  const { objects } = git.repo
  const named = (key: string): string | undefined => {
    const option = args.found.findLast((one) => one.key === key)
    return option === undefined ? undefined : git.revisions.commit(option.value ?? 'HEAD').oid
  }
  const tests = { merged: named('merged'), unmerged: named('no-merged'), contains: named('contains'), lacks: named('no-contains') }
  const at = args.has('points-at') ? git.revisions.resolve(args.value('points-at') ?? 'HEAD') : undefined
  return (oid) => {
    const commit = git.revisions.peel(oid, 'commit')
    if (at !== undefined && oid !== at && commit !== at) return false
    if (commit === undefined) return Object.values(tests).every((one) => one === undefined)
    return (
      (tests.merged === undefined || isAncestor(objects, commit, tests.merged)) &&
      (tests.unmerged === undefined || !isAncestor(objects, commit, tests.unmerged)) &&
      (tests.contains === undefined || isAncestor(objects, tests.contains, commit)) &&
      (tests.lacks === undefined || !isAncestor(objects, tests.lacks, commit))
    )
  }
}

/** `git rev-list`. */
export async function revList(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(withNot(git, words), LOG_OPTIONS, { numeric: 'max-count' })
  for (const key of ['L', 'z']) if (args.has(key)) notImplemented(`option -${key} of rev-list`)
  if (args.words.length === 0 && !['all', 'branches', 'tags', 'remotes'].some((key) => args.has(key)))
    throw new GitError('usage: git rev-list [<options>] <commit>... [--] [<path>...]', { kind: 'plain', code: 129 })
  const format = customFormat(args.value('format') ?? args.value('pretty') ?? '')?.text || undefined
  if (args.has('boundary') || (format === undefined && (args.has('format') || args.has('pretty'))))
    fatal('this output of rev-list is not implemented in this sandbox')
  const plan = logPlan(git, args, undefined)
  if (args.has('objects') && !plan.spec.isEmpty) notImplemented('option --objects of rev-list with paths')
  const commits: Commit[] = []
  let count = 0
  const sides = { left: 0, right: 0 }
  for (const { commit } of commitsOf(git, plan)) {
    count += 1
    if (args.has('objects')) commits.push(commit)
    if (plan.style.mark(commit.oid) === '<') sides.left += 1
    else sides.right += 1
    if (args.has('count') || args.has('quiet')) continue
    const oid = args.has('abbrev-commit') || args.has('oneline') ? git.repo.objects.abbreviate(commit.oid) : commit.oid
    if (format !== undefined && args.last('commit-header', 'no-commit-header') === 'no-commit-header') {
      git.print(`${expandFormat(format, commit, plan.style)}\n`)
      continue
    }
    git.print(
      `${format === undefined ? '' : 'commit '}${args.has('timestamp') ? `${commit.committer.time} ` : ''}${plan.style.mark(commit.oid)}${oid}${args.has('parents') ? commit.parents.map((parent) => ` ${parent}`).join('') : ''}${args.has('oneline') ? ` ${subjectOf(commit.message)}` : ''}\n`,
    )
    if (format !== undefined) git.print(`${expandFormat(format, commit, plan.style)}\n`)
    await git.breathe()
  }
  const needed = args.has('objects') ? objectLines(git, plan, commits) : []
  count += needed.length
  if (!args.has('count') && !args.has('quiet')) git.print(needed.map((line) => `${line}\n`).join(''))
  if (args.has('count')) git.print(args.has('left-right') ? `${sides.left}\t${sides.right}\n` : `${count}\n`)
  return 0
}
