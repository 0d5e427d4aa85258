import { compilePattern, type Pattern } from '../../regex/pattern'
import { gitArgs, type GitArgs, unrecognized } from './args'
import { ancestorsOf, mergeBases } from './commit-graph'
import { decorationsOf } from './decorations'
import { diffTrees, isSameTree, treeSides, type FileChange, type PathFilter } from './diff/file-change'
import { DIFF_OPTIONS, diffPlan, selected, shownChanges, type DiffPlan } from './diff/diff-plan'
import { combinedNames, combinedPatch, mergedFiles } from './diff/combined-files'
import { approximateDate } from './git-date'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { Graph } from './graph'
import type { Commit } from './objects'
import { sideFilter } from './log-sides'
import { pathspecOf, Pathspec } from './pathspec'
import { customFormat, prettyCommit, type PrettyStyle } from './pretty'
import { checkLineLog, lineLogged, lineLogText, linesFound } from './line-log'
import { logStyle } from './log-style'
import { reflogWalked } from './log-reflog'
import { withNot } from './not-words'
import { hasRefOption, refWords } from './ref-words'
import { revisionSet, revisionsThenPaths, type RevisionSet } from './rev-args'
import { walk, type Walked } from './rev-list'

export const LOG_OPTIONS =
  `${DIFF_OPTIONS.replace(' line-prefix=', ' !line-prefix=')} n,max-count= skip= all branches? tags? remotes? glob= exclude= author= committer= grep= all-match invert-grep i,regexp-ignore-case ` +
  'E,extended-regexp F,fixed-strings P,perl-regexp basic-regexp since= after= until= before= follow merges no-merges min-parents= max-parents= first-parent ' +
  'graph oneline decorate? !decorate-refs= !decorate-refs-exclude= format= pretty? date= reverse date-order author-date-order topo-order relative-date ' +
  'abbrev-commit parents !children? left-right cherry-pick !cherry-mark !cherry-only left-only right-only !boundary g,walk-reflogs m c cc diff-merges= ' +
  '!full-history !dense !sparse !simplify-merges simplify-by-decoration !ancestry-path? L= !source use-mailmap mailmap notes,show-notes? no-notes show-signature ' +
  'no-walk? !stdin root count q,quiet merge !disk-usage objects object-names !objects-edge !filter= !ignore-missing !reflog !expand-tabs? encoding= !log-size !t !bisect timestamp !header !no-commit-header commit-header'

/** What is shown, of which commits. */
export interface LogPlan {
  readonly args: GitArgs
  readonly diff: DiffPlan
  readonly style: PrettyStyle
  readonly set: RevisionSet
  readonly spec: Pathspec
  readonly merges: 'none' | 'first-parent' | 'separate' | 'combined'
  /** The words that named revisions. */
  readonly words: readonly string[]
}

/** `git log`. */
export async function log(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(withNot(git, words), LOG_OPTIONS, { numeric: 'max-count', unknown: unrecognized })
  for (const key of ['parents', 'objects']) if (args.has(key)) notImplemented(`option --${key} of log`)
  if (args.has('z') && args.has('graph')) notImplemented('option -z of log together with --graph')
  if (args.has('graph') && args.has('walk-reflogs')) fatal('cannot combine --walk-reflogs with history-limiting options')
  if (args.has('graph') && args.has('reverse')) fatal("options '--reverse' and '--graph' cannot be used together")
  const plan = lineLogPlan(logPlan(git, args, undefined))
  const printer = new LogPrinter(git, plan)
  for (const one of commitsOf(git, plan)) {
    printer.commit(one)
    await git.breathe()
  }
  return 0
}

/** `-L` shows its own differences, or none. */
function lineLogPlan(plan: LogPlan): LogPlan {
  if (!plan.args.has('L')) return plan
  checkLineLog(plan.args, plan.spec.literals)
  if (plan.diff.formats.some((format) => format !== 'patch')) fatal('-L does not yet support diff formats besides -p and -s')
  if (plan.set.include.length > 1) fatal(`More than one commit to dig from: ${plan.words.slice(0, 2).join(' and ')}?`)
  return { ...plan, diff: { ...plan.diff, formats: [] } }
}

/** Reads what was asked. @param usual the format of differences when none is named */
export function logPlan(git: Git, args: GitArgs, usual: 'patch' | undefined): LogPlan {
  const { revisions, paths } = revisionsThenPaths(git, args)
  const words = [...revisions, ...refWords(git, args)]
  if (words.length === 0 && git.repo.head === undefined) {
    if (hasRefOption(args)) words.push()
    else
      fatal(
        git.repo.branch === undefined
          ? "ambiguous argument 'HEAD': unknown revision or path not in the working tree."
          : `your current branch '${git.repo.branch}' does not have any commits yet`,
      )
  }
  const merging = args.has('merge') ? mergeSides(git) : undefined
  const set = merging?.set ?? revisionSet(git, words.length > 0 || hasRefOption(args) ? words : ['HEAD'])
  const diff = diffPlan(git, args, usual ?? (args.has('c') || args.has('cc') ? 'patch' : undefined))
  const merges = mergesOf(args, usual)
  return {
    args,
    diff: args.has('quiet') ? { ...diff, formats: [] } : diff,
    style: logStyle(git, args, set),
    set,
    spec: pathspecOf(git, merging?.paths ?? paths),
    merges,
    words: revisions,
  }
}

function mergesOf(args: GitArgs, usual: 'patch' | undefined): LogPlan['merges'] {
  const named = args.value('diff-merges')
  if (args.has('m') || named === 'separate' || named === 'm') return 'separate'
  if (named === 'off' || named === 'none') return 'none'
  if (args.has('first-parent') || named === 'first-parent' || named === '1') return 'first-parent'
  return args.has('c') || args.has('cc') || usual === 'patch' || named !== undefined ? 'combined' : 'none'
}

/** Commits in the order they are shown, of those that pass. */
export function* commitsOf(git: Git, plan: Pick<LogPlan, 'args' | 'set' | 'spec' | 'diff' | 'words'>): Generator<Walked> {
  const { args } = plan
  const keeps = commitFilter(git, args)
  const count = args.has('max-count') ? countOf(args.value('max-count')) : -1
  const skip = countOf(args.value('skip'))
  const most = count < 0 ? Number.POSITIVE_INFINITY : count
  if (most === 0) return
  const lineTexts = args.values('L')
  const all =
    lineTexts.length > 0
      ? lineLogged(git, lineTexts, { tip: plan.set.include[0] ?? '', all: walked(git, plan) })
      : args.has('walk-reflogs')
        ? reflogged(git, plan)
        : args.has('follow')
          ? followed(git, plan)
          : walked(git, plan)
  let passed = 0
  const shown: Walked[] = []
  const onSide = sideFilter(git, plan)
  // Beside the graph only commits that are shown have lines to them.
  const hidden = args.has('graph') ? ancestorsOf(git.repo.objects, plan.set.exclude) : undefined
  const seen = (one: Walked): Walked =>
    hidden === undefined ? one : { ...one, parents: one.parents.filter((oid) => !hidden.has(oid) && keeps(git.repo.objects.commit(oid))) }
  for (const one of all) {
    if (
      !onSide(one.commit) ||
      !keeps(one.commit) ||
      ((plan.diff.pickaxe !== undefined || plan.diff.filter !== '') && !hasChanges(git, one.commit, plan))
    )
      continue
    passed += 1
    if (passed <= skip) continue
    if (args.has('reverse')) shown.push(one)
    else yield seen(one)
    if (passed - skip >= most) break
  }
  yield* shown.toReversed()
}

/** As C's `atoi` reads it. */
function countOf(text: string | undefined): number {
  const value = Number.parseInt(text ?? '0', 10)
  return Number.isNaN(value) ? 0 : value
}

function walked(git: Git, plan: Pick<LogPlan, 'args' | 'set' | 'spec'>): Generator<Walked> {
  const { args, set, spec } = plan
  const { objects } = git.repo
  const isSame = (commit: Commit, parent: Commit | undefined): boolean =>
    isSameTree(objects, { old: parent?.tree, fresh: commit.tree }, spec)
  const order = args.has('author-date-order')
    ? 'author-date'
    : args.has('date-order')
      ? 'date'
      : args.has('topo-order') || args.has('graph')
        ? 'topo'
        : 'default'
  const since = args.value('since') ?? args.value('after')
  if (args.has('no-walk')) return unwalked(git, set)
  return walk(objects, {
    include: set.include,
    exclude: set.exclude,
    order,
    isFirstParent: args.has('first-parent'),
    isSame: spec.isEmpty ? undefined : isSame,
    sinceTime: since === undefined ? undefined : approximateDate(since, git.now, git.zone),
    isNamed: args.has('simplify-by-decoration') ? namedCommits(git, spec) : undefined,
    tick: () => git.call.tick(),
  })
}

function namedCommits(git: Git, spec: Pathspec): (oid: string) => boolean {
  if (!spec.isEmpty) notImplemented('option --simplify-by-decoration with paths')
  const names = decorationsOf(git, true)
  return (oid) => names(oid).length > 0
}

/** `--merge`: what both sides of a merge that stopped did to the paths that are unmerged. */
function mergeSides(git: Git): { readonly set: RevisionSet; readonly paths: readonly string[] } {
  const { head, refs, objects, index } = git.repo
  const ours = head ?? fatal('--merge without HEAD?')
  const theirs = (refs.special('MERGE_HEAD') ?? fatal('--merge without MERGE_HEAD?')).trim()
  const set = { include: [ours, theirs], exclude: mergeBases(objects, ours, [theirs]), left: [ours], right: [theirs] }
  return { set, paths: index.unmerged.map((path) => `:(top,literal)${path}`) }
}

function* reflogged(git: Git, { args, spec, words }: Pick<LogPlan, 'args' | 'spec' | 'words'>): Generator<Walked> {
  for (const one of reflogWalked(git, args, words)) {
    const [parent] = one.commit.parents
    const sides = { old: parent === undefined ? undefined : git.repo.objects.commit(parent).tree, fresh: one.commit.tree }
    if (spec.isEmpty || !isSameTree(git.repo.objects, sides, spec)) yield one
  }
}

function* unwalked(git: Git, set: RevisionSet): Generator<Walked> {
  for (const oid of set.include) yield { commit: git.repo.objects.commit(oid), parents: [] }
}

/** History of one file under its former names. */
function* followed(git: Git, plan: Pick<LogPlan, 'args' | 'set' | 'spec' | 'diff'>): Generator<Walked> {
  const { objects } = git.repo
  let [path = ''] = plan.spec.literals
  if (plan.spec.literals.length !== 1) fatal('--follow requires exactly one pathspec')
  const renames = plan.diff.renames ?? { least: 50, copies: 'no' as const, limit: 1000 }
  for (const one of walked(git, { ...plan, spec: new Pathspec([]) })) {
    const [parent] = one.commit.parents
    if (one.commit.parents.length > 1) continue
    const old = parent === undefined ? undefined : objects.commit(parent).tree
    const changes = selected(diffTrees(objects, { old, fresh: one.commit.tree }), { ...plan.diff, renames, filter: '', pickaxe: undefined })
    const change = changes.find(({ fresh, old: before, status }) => fresh?.path === path || (status === 'D' && before?.path === path))
    if (change === undefined) continue
    FOLLOWED.set(one, change)
    yield one
    if (change.status === 'R') path = change.old?.path ?? path
  }
}

/** The one change of a commit that `--follow` showed. */
const FOLLOWED = new WeakMap<Walked, FileChange>()

function commitFilter(git: Git, args: GitArgs): (commit: Commit) => boolean {
  const dialect = args.has('fixed-strings') ? 'fixed' : args.has('extended-regexp') ? 'ere' : args.has('perl-regexp') ? 'perl' : 'bre'
  const compiled = (key: string): Pattern[] =>
    args.values(key).map((source) => compilePattern(source, { dialect, ignoreCase: args.has('regexp-ignore-case') }))
  const tests = { author: compiled('author'), committer: compiled('committer'), grep: compiled('grep') }
  const until = args.value('until') ?? args.value('before')
  const untilTime = until === undefined ? undefined : approximateDate(until, git.now, git.zone)
  const least = args.has('min-parents') ? Number(args.value('min-parents')) : args.last('merges', 'no-merges') === 'merges' ? 2 : 0
  const most = args.has('max-parents')
    ? Number(args.value('max-parents'))
    : args.last('merges', 'no-merges') === 'no-merges'
      ? 1
      : Number.POSITIVE_INFINITY
  const linesMatch = (pattern: Pattern, text: string): boolean => text.split('\n').some((line) => pattern.test(line))
  return (commit) => {
    if (commit.parents.length < least || commit.parents.length > most) return false
    if (untilTime !== undefined && commit.committer.time > untilTime) return false
    const who = ({ name, email }: Commit['author']): string => `${name} <${email}>`
    if (tests.author.length > 0 && !tests.author.some((pattern) => pattern.test(who(commit.author)))) return false
    if (tests.committer.length > 0 && !tests.committer.some((pattern) => pattern.test(who(commit.committer)))) return false
    if (tests.grep.length === 0) return true
    const hits = tests.grep.map((pattern) => linesMatch(pattern, commit.message.replace(/\n$/, '')))
    const isHit = args.has('all-match') ? hits.every(Boolean) : hits.some(Boolean)
    return isHit !== args.has('invert-grep')
  }
}

/** Whether a difference is left to be shown; merges have none unless they are asked for. */
function hasChanges(git: Git, commit: Commit, plan: Pick<LogPlan, 'args' | 'spec' | 'diff'>): boolean {
  const isHidden =
    commit.parents.length > 1 &&
    plan.diff.filter !== '' &&
    !['m', 'c', 'cc', 'first-parent', 'diff-merges'].some((key) => plan.args.has(key))
  return !isHidden && changesOfCommit(git, commit, plan).length > 0
}

/** What a commit changed against its first parent. */
export function changesOfCommit(
  git: Git,
  commit: Commit,
  plan: { readonly diff: DiffPlan; readonly spec: PathFilter; readonly parent?: string | undefined },
): FileChange[] {
  const { objects } = git.repo
  const parent = plan.parent ?? commit.parents[0]
  const old = parent === undefined ? undefined : objects.commit(parent).tree
  return selected(diffTrees(objects, { old, fresh: commit.tree }, plan.spec), plan.diff, () => treeSides(objects, old))
}

/** Writes commits with what stands between them. */
export class LogPrinter {
  readonly #git: Git
  readonly #plan: LogPlan
  readonly #graph: Graph | undefined
  #isFirst = true

  constructor(git: Git, plan: LogPlan) {
    this.#git = git
    this.#plan = plan
    this.#graph = plan.args.has('graph') ? new Graph(plan.style.isColored) : undefined
  }

  commit(one: Walked): void {
    const { merges, diff } = this.#plan
    if (merges !== 'separate' || one.commit.parents.length < 2 || diff.formats.length === 0) return this.#one(one, undefined)
    const parents = this.#plan.args.has('first-parent') ? one.commit.parents.slice(0, 1) : one.commit.parents
    for (const parent of parents) this.#one(one, parent)
  }

  /** @param from the parent that a merge is compared with, where each of them is shown */
  #one(one: Walked, from: string | undefined): void {
    const { style } = this.#plan
    const custom = customFormat(style.format)
    const isOneline = style.format === 'oneline'
    const isSeparated = custom === undefined ? !isOneline : !custom.isEnded
    const shown = this.#plan.args.has('simplify-by-decoration') ? { ...one.commit, parents: one.parents } : one.commit
    const text = prettyCommit(shown, { ...style, ...(from !== undefined && { from }), reflog: one.reflog })
    const body = from === undefined ? this.#changes(one) : this.#against(one.commit, from)
    if (from !== undefined && body === '') return
    const isEnded = custom?.isEnded ?? true
    const mark = this.#plan.diff.isNul ? '\0' : '\n'
    let header = isEnded && !text.endsWith('\n') ? `${text}\n` : text
    // A format of nothing writes nothing; what a format makes ends in a newline, even where that is nothing.
    if (custom?.isEnded) header = custom.text === '' ? '' : `${text}${mark}`
    else if (isOneline) header = header.replace(/\n$/, mark)
    const lead = !this.#isFirst && isSeparated ? mark : ''
    this.#isFirst = false
    const isTight = isOneline || (custom?.isEnded ?? false)
    const rest = body === '' ? '' : this.#gap(from === undefined && this.#isCombined(one.commit), isOneline) + body
    const end = isTight || header.endsWith('\n') || rest === '' ? '' : '\n'
    if (this.#graph === undefined) this.#git.print(lead + header + end + rest)
    else this.#git.print(this.#graph.show(one, { text: header, body: rest, isParted: lead !== '' }))
  }

  #isCombined({ parents }: Commit): boolean {
    return parents.length > 1 && this.#plan.merges === 'combined'
  }

  #against(commit: Commit, parent: string): string {
    const { diff, spec } = this.#plan
    return shownChanges(changesOfCommit(this.#git, commit, { diff, spec, parent }), diff)
  }

  #gap(isMerge: boolean, isOneline: boolean): string {
    if (this.#plan.style.format === '') return ''
    const { formats } = this.#plan.diff
    if (this.#plan.args.has('L')) return ''
    if (isMerge) return '\n'
    if (isOneline) return ''
    return formats.includes('stat') && formats.includes('patch') ? '---\n' : '\n'
  }

  #changes(one: Walked): string {
    const { diff, spec, merges, args } = this.#plan
    const { commit } = one
    if (args.has('L'))
      return args.last('patch', 'no-patch') === 'no-patch' ? '' : `\n${lineLogText(linesFound(one), this.#plan.style.isColored)}`
    if (diff.formats.length === 0) return ''
    const single = FOLLOWED.get(one)
    if (single !== undefined) return shownChanges(selected([single], { ...diff, renames: undefined, pickaxe: undefined }), diff)
    const filter = args.has('follow') ? new Pathspec([]) : spec
    if (commit.parents.length < 2 || merges === 'first-parent')
      return shownChanges(changesOfCommit(this.#git, commit, { diff, spec: filter }), diff)
    if (merges === 'none') return ''
    return this.#combined(commit, filter)
  }

  /** A merge compared with all of its parents at once. */
  #combined(commit: Commit, spec: PathFilter): string {
    const { diff, args } = this.#plan
    if (commit.parents.length > 2) notImplemented('combined differences of a merge of more than two')
    const plain = { ...diff, renames: undefined, pickaxe: undefined }
    const sides = commit.parents.map((parent) => changesOfCommit(this.#git, commit, { diff: plain, spec, parent }))
    const merged = mergedFiles(sides[0] ?? [], sides[1] ?? [])
    const isDense = args.last('c', 'cc') !== 'c' || args.value('diff-merges') === 'dense-combined'
    let out = ''
    const plainFormats = diff.formats.filter((format) => ['stat', 'numstat', 'shortstat', 'summary'].includes(format))
    if (plainFormats.length > 0)
      out += shownChanges(changesOfCommit(this.#git, commit, { diff, spec, parent: commit.parents[0] }), { ...diff, formats: plainFormats })
    out += combinedNames(merged, diff)
    if (!diff.formats.includes('patch')) return out
    const patches = merged.map((one) => combinedPatch(one, diff, isDense)).join('')
    return out === '' || patches === '' ? out + patches : `${out}\n${patches}`
  }
}
