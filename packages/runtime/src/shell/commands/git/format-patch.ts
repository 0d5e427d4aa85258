import { bytesOf, textOf } from '../../text'
import { gitArgs, type GitArgs, unrecognized } from './args'
import { mergeBases } from './commit-graph'
import { diffTrees } from './diff/file-change'
import { DIFF_OPTIONS, type DiffPlan, diffPlan, selected, shownChanges } from './diff/diff-plan'
import { formatDate } from './git-date'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { changesOfCommit } from './log'
import { fromHeader, mailText, mimeHeaders, subjectLine } from './mail'
import { wrapText } from './wrap-text'
import { type Commit, subjectOf } from './objects'
import { patchKey } from './patch-key'
import { pathspecOf, type Pathspec } from './pathspec'
import { slugOf } from './pretty'
import { revisionSet, splitRevisions } from './rev-args'
import { walk } from './rev-list'

const OPTIONS =
  'n,numbered N,no-numbered signoff stdout cover-letter numbered-files suffix= start-number= v,reroll-count= filename-max-length= rfc ' +
  '!cover-from-description= subject-prefix= o,output-directory= k,keep-subject no-binary zero-commit ignore-if-in-upstream !add-header= !to= ' +
  '!cc= !from? !in-reply-to= !attach? !inline? !thread? signature= no-signature !base= !signature-file= q,quiet progress !interdiff= !range-diff= ' +
  '!creation-factor= !force-in-body-from max-count= root reverse no-merges first-parent '
const VERSION = '2.39.5'
const NAME_MAX = 64

interface Series {
  readonly args: GitArgs
  readonly diff: DiffPlan
  readonly spec: Pathspec
  readonly list: readonly Commit[]
  readonly start: number
  readonly signature: string
}

/** `git format-patch`. */
export async function formatPatch(git: Git, words: readonly string[]): Promise<number> {
  // `-s`, `-n` and `-N` are not what they are for `diff`.
  const diffOptions = DIFF_OPTIONS.replace('s,no-patch', 'no-patch')
    .replace('p,patch,u', 'p,patch,u,no-stat')
    .replace(' output=', ' !output=')
  const args = gitArgs(
    words.map((word) => (word === '-s' ? '--signoff' : word)),
    `${OPTIONS}${diffOptions}`,
    { numeric: 'max-count', unknown: unrecognized },
  )
  const { list, spec } = selection(git, args)
  const plan = diffPlan(git, args, undefined)
  const isPlain = args.has('patch')
  const diff: DiffPlan = {
    ...plan,
    formats:
      plan.formats.length === 0 || (plan.formats.length === 1 && isPlain)
        ? isPlain
          ? ['patch']
          : ['stat', 'summary', 'patch']
        : [...plan.formats, 'patch'],
    patch: { ...plan.patch, tellsBinary: !args.has('no-binary') },
    stat: { ...plan.stat, width: args.has('stat') || args.has('stat-width') ? plan.stat.width : 72 },
  }
  const signature = args.has('no-signature') ? '' : (args.value('signature') ?? git.config.get('format.signature') ?? VERSION)
  const series: Series = { args, diff, spec, list, start: Number(args.value('start-number') ?? 1), signature }
  if (args.has('cover-letter'))
    await put(git, args, { number: 0, slug: 'cover-letter', text: await coverLetter(git, series), isFirst: true })
  for (const [i, commit] of list.entries()) {
    const text = patchMail(git, series, { commit, number: i + series.start })
    await put(git, args, { number: i + series.start, slug: slugOf(commit.message), text, isFirst: i === 0 && !args.has('cover-letter') })
    await git.breathe()
  }
  return 0
}

function selection(git: Git, args: GitArgs): { readonly list: readonly Commit[]; readonly spec: Pathspec } {
  const { revisions, paths } = splitRevisions(git, args)
  const { objects } = git.repo
  const isSince = revisions.length === 1 && !args.has('root') && !args.has('max-count') && !/\.\.|^\^|\^[@!-]/.test(revisions[0] ?? '')
  if (revisions.length === 0 && !args.has('max-count') && !args.has('root')) return { list: [], spec: pathspecOf(git, paths) }
  const names = isSince ? [`${revisions[0] ?? ''}..HEAD`] : revisions.length === 0 ? ['HEAD'] : revisions
  const set = revisionSet(git, names)
  const spec = pathspecOf(git, paths)
  const common = { order: 'default' as const, isFirstParent: false, tick: () => git.call.tick() }
  const all = [...walk(objects, { include: set.include, exclude: set.exclude, ...common })].map(({ commit }) => commit)
  const [tip = ''] = set.include
  const upstream = args.has('ignore-if-in-upstream')
    ? set.exclude.flatMap((oid) => [...walk(objects, { include: [oid], exclude: [tip], ...common })])
    : []
  const known = new Set(upstream.map(({ commit }) => patchKey(objects, commit)))
  const kept = all.filter(
    (commit) =>
      commit.parents.length < 2 &&
      !known.has(patchKey(objects, commit)) &&
      (spec.isEmpty || diffTrees(objects, { old: parentTree(git, commit), fresh: commit.tree }, spec).length > 0),
  )
  return { list: kept.slice(0, Number(args.value('max-count') ?? kept.length)).toReversed(), spec }
}

function parentTree(git: Git, commit: Commit): string | undefined {
  const [parent] = commit.parents
  return parent === undefined ? undefined : git.repo.objects.commit(parent).tree
}

function prefixOf(git: Git, { args, list, start }: Series, number: number): string {
  if (args.has('keep-subject')) return ''
  const named = args.value('subject-prefix') ?? git.config.get('format.subjectprefix') ?? 'PATCH'
  const reroll = args.value('reroll-count')
  const word = `${args.has('rfc') ? 'RFC ' : ''}${named}${reroll === undefined ? '' : `${named === '' ? '' : ' '}v${reroll}`}`
  const total = list.length + start - 1
  const isNumbered = args.has('no-numbered') ? false : args.has('numbered') || args.has('cover-letter') || total > 1
  const count = isNumbered ? `${String(number).padStart(String(total).length, '0')}/${total}` : ''
  return [word, count].filter((part) => part !== '').join(' ')
}

function ending(signature: string): string {
  return signature === '' ? '' : `-- \n${signature}\n\n`
}

function patchMail(git: Git, series: Series, { commit, number }: { readonly commit: Commit; readonly number: number }): string {
  const { args, diff, spec, signature } = series
  const who = git.whoever('committer')
  const signoff = args.has('signoff') ? `Signed-off-by: ${who?.name ?? ''} <${who?.email ?? ''}>` : undefined
  const head = mailText(commit, {
    prefix: prefixOf(git, series, number),
    oid: args.has('zero-commit') ? '0'.repeat(40) : commit.oid,
    ...(signoff === undefined ? {} : { signoff }),
  })
  const changes = changesOfCommit(git, commit, { diff, spec })
  const body = shownChanges(changes, diff)
  if (changes.length === 0) return `${head}${ending(signature)}`
  const gap = diff.formats.includes('patch') && diff.formats.length === 1 ? '\n' : '---\n'
  return `${head}${gap}${body}${ending(signature)}`
}

async function coverLetter(git: Git, series: Series): Promise<string> {
  const { list, diff, spec, signature } = series
  const { objects } = git.repo
  const last = list.at(-1) ?? fatal('no commits for a cover letter')
  const first = list[0] ?? last
  const who = await git.person('committer')
  const date = formatDate(who, { mode: 'rfc', now: 0, tz: 'UTC' })
  const groups = new Map<string, string[]>()
  for (const { author, message } of list) groups.set(author.name, [...(groups.get(author.name) ?? []), subjectOf(message)])
  const names = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, subjects]) =>
        `${name} (${subjects.length}):\n${subjects.map((subject) => `${wrapText(subject, { width: 72, first: 2, rest: 4 })}\n`).join('')}`,
    )
  const base = first.parents[0] === undefined ? undefined : mergeBases(objects, last.oid, [first.parents[0]])[0]
  const changes = selected(
    diffTrees(objects, { old: base === undefined ? undefined : objects.commit(base).tree, fresh: last.tree }, spec),
    diff,
  )
  const mime = mimeHeaders(list.map(({ message }) => message).join(''))
  const stat = shownChanges(changes, { ...diff, formats: ['stat', 'summary'] })
  return (
    `From ${last.oid} Mon Sep 17 00:00:00 2001\n${fromHeader(who)}Date: ${date}\n${subjectLine(prefixOf(git, series, 0), '*** SUBJECT HERE ***')}${mime}\n` +
    `*** BLURB HERE ***\n\n${names.join('\n')}\n${stat}\n${ending(signature)}`
  )
}

async function put(
  git: Git,
  args: GitArgs,
  what: { readonly number: number; readonly slug: string; readonly text: string; readonly isFirst: boolean },
): Promise<void> {
  if (args.has('stdout')) return git.print(what.isFirst ? what.text : `\n${what.text}`)
  const suffix = args.value('suffix') ?? git.config.get('format.suffix') ?? '.patch'
  const reroll = args.value('reroll-count')
  const most = Number(args.value('filename-max-length') ?? NAME_MAX) - suffix.length - 1
  const full = `${reroll === undefined ? '' : `v${reroll}-`}${String(what.number).padStart(4, '0')}-${what.slug}`
  const name = args.has('numbered-files') ? String(what.number) : `${textOf(bytesOf(full).subarray(0, most))}${suffix}`
  const folder = args.value('output-directory') ?? git.config.get('format.outputdirectory')
  const path = folder === undefined ? name : `${folder.replace(/\/$/, '')}/${name}`
  if (folder !== undefined) git.files.mkdir(git.call.at(folder), true)
  git.files.writeFile(resolved(git, path), bytesOf(what.text))
  if (!args.has('quiet')) git.print(`${path}\n`)
  return Promise.resolve()
}

function resolved(git: Git, path: string): string {
  return path.startsWith('/') ? path : `${git.cwd === '/' ? '' : git.cwd}/${path}`
}
