import { gitArgs, type GitArgs } from './args'
import { Blame, type BlamedLine, type BlamePlan, hasFile, type Origin } from './blame-lines'
import { ancestorsOf } from './commit-graph'
import { linesOf } from './diff/lines'
import { approximateDate, formatDate } from './git-date'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { lineRange } from './line-range'
import { type Commit, type Person, subjectOf } from './objects'
import { NULL_OID } from './oid'
import { quotePath } from './quote-path'
import { isRevision, revisionSet } from './rev-args'
import { textOf } from '../../text'

const OPTIONS =
  '!incremental b root !show-stats progress !score-debug f,show-name n,show-number p,porcelain line-porcelain c t l s e,show-email w ' +
  '!ignore-rev= !ignore-revs-file= !color-lines !color-by-age minimal !S= contents= !C? !M? L= abbrev= date= since= first-parent ' +
  '!reverse encoding= !h'

interface Shown extends BlamedLine {
  /** From 0. */
  readonly final: number
  readonly text: string
}

/** `git blame`. */
export async function blame(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const { path, revisions } = operands(git, args)
  const plan = planOf(git, args, { path, revisions })
  const lines = linesOf(plan.text)
  const wanted = wantedLines(args, lines, path)
  const found = new Blame(git.repo, { ...plan, wanted }).run()
  const shown = [...wanted]
    .toSorted((a, b) => a - b)
    .flatMap((final): Shown[] => {
      const at = found.get(final)
      return at === undefined ? [] : [{ ...at, final, text: lines[final] ?? '' }]
    })
  if (args.has('porcelain') || args.has('line-porcelain')) git.print(porcelain(shown, args.has('line-porcelain')))
  else printLines(git, args, { shown, path })
  return Promise.resolve(0)
}

/** `git annotate`. */
export function annotate(git: Git, words: readonly string[]): Promise<number> {
  return blame(git, ['-c', ...words])
}

function operands(git: Git, args: GitArgs): { readonly path: string; readonly revisions: readonly string[] } {
  const [behind] = args.paths ?? []
  if (behind !== undefined) return { path: git.inside(behind), revisions: args.operands }
  const words = [...args.operands]
  const last = words.at(-1)
  if (last === undefined) return fatal('usage: git blame [<options>] [<rev-opts>] [<rev>] [--] <file>')
  const isFlipped = words.length === 2 && git.files.find(git.call.at(last)) === undefined && isRevision(git, last)
  const path = (isFlipped ? words.shift() : words.pop()) ?? ''
  for (const word of words) if (!isRevision(git, word)) fatal(`bad revision '${word}'`)
  return { path: git.inside(path), revisions: words }
}

function planOf(
  git: Git,
  args: GitArgs,
  { path, revisions }: { readonly path: string; readonly revisions: readonly string[] },
): Omit<BlamePlan, 'wanted'> {
  const { repo } = git
  const set = revisionSet(git, revisions)
  if (set.include.length > 1) fatal('More than one commit to dig from')
  const since = args.value('since')
  const [named] = set.include
  const common = {
    path,
    exclude: ancestorsOf(repo.objects, set.exclude),
    sinceTime: since === undefined ? undefined : approximateDate(since, git.now, git.zone),
    isFirstParent: args.has('first-parent'),
    showsRoot: args.has('root') || git.config.bool('blame.showroot') === true,
    space: args.has('w') ? ('all' as const) : undefined,
    tick: () => git.call.tick(),
  }
  if (named === undefined) return { ...common, ...fromWork(git, path, args.value('contents')) }
  const start = repo.objects.commit(named)
  if (!hasFile(repo, start.tree, path)) fatal(`no such path ${path} in ${revisions.find((word) => !word.startsWith('^')) ?? named}`)
  const at = git.revisions.inTree(start.tree, path)
  return { ...common, start, text: repo.objects.blobText(at?.oid ?? '') }
}

/** A commit that was not made: what stands in the working tree, or in a file somewhere else. */
function fromWork(git: Git, path: string, contents: string | undefined): { readonly start: Commit; readonly text: string } {
  const { repo } = git
  if (!hasFile(repo, repo.headTree, path) && !repo.index.has(path)) fatal(`no such path '${path}' in HEAD`)
  const file = contents === undefined ? repo.workFile(path) : undefined
  if (contents === undefined && file === undefined) fatal(`Cannot lstat '${path}': No such file or directory`)
  const text = contents === undefined ? textOf(repo.readWork(path)) : textOf(git.files.readFile(git.call.at(contents)))
  const who: Person =
    contents === undefined
      ? { name: 'Not Committed Yet', email: 'not.committed.yet', time: git.now, zone: '+0000' }
      : { name: 'External file (--contents)', email: 'external.file', time: git.now, zone: '+0000' }
  const parents = [repo.head ?? '', ...(repo.refs.special('MERGE_HEAD') ?? '').split('\n')].filter((oid) => oid !== '')
  const start: Commit = {
    oid: NULL_OID,
    tree: '',
    parents,
    author: who,
    committer: { ...who, time: Number.MAX_SAFE_INTEGER },
    message: `Version of ${path} from ${contents ?? path}\n`,
    raw: '',
  }
  return { start, text }
}

function wantedLines(args: GitArgs, lines: readonly string[], path: string): ReadonlySet<number> {
  const ranges = args.values('L')
  if (ranges.length === 0) return new Set(lines.keys())
  const wanted = new Set<number>()
  let anchor = 0
  for (const range of ranges) {
    const [from, to] = lineRange(range, lines, { path, anchor })
    for (let i = from; i < to; i++) wanted.add(i)
    anchor = to
  }
  return wanted
}

function dateOf(git: Git, args: GitArgs, who: Person): string {
  if (args.has('t')) return `${who.time} ${who.zone}`
  const mode = args.value('date') ?? git.config.get('blame.date') ?? 'iso'
  return formatDate(who, { mode, now: git.now, tz: git.zone })
}

/** Columns that a mode of dates takes, so that shorter ones are filled up. */
function dateWidth(mode: string): number {
  const widths: Readonly<Record<string, number>> = {
    rfc: 31,
    'iso-strict': 25,
    iso: 25,
    raw: 16,
    unix: 10,
    short: 10,
    relative: 22,
    default: 30,
    human: 16,
  }
  return widths[mode.replace(/8601|2822/, '').replace(/-local$/, '')] ?? 0
}

function printLines(git: Git, args: GitArgs, { shown, path }: { readonly shown: readonly Shown[]; readonly path: string }): void {
  const { objects } = git.repo
  const isEmail = args.has('show-email') || git.config.bool('blame.showemail') === true
  const nameOf = ({ origin }: BlamedLine): string => (isEmail ? `<${origin.commit.author.email}>` : origin.commit.author.name)
  const length = hashLength(args, shown, (oid, least) => (oid === NULL_OID ? least : objects.abbreviate(oid, least).length))
  const widths = {
    name: Math.max(0, ...shown.map((one) => [...nameOf(one)].length)),
    path: Math.max(0, ...shown.map(({ origin }) => [...quotePath(origin.path)].length)),
    line: String(shown.at(-1) === undefined ? 0 : (shown.at(-1)?.final ?? 0) + 1).length,
    origin: String(Math.max(0, ...shown.map(({ line }) => line + 1))).length,
  }
  const showsName = args.has('show-name') || shown.some(({ origin }) => origin.path !== path)
  const columns = args.has('t') ? 10 : dateWidth(args.value('date') ?? git.config.get('blame.date') ?? 'iso')
  for (const one of shown) {
    const { origin, final, line, text } = one
    let out = args.has('c')
      ? origin.commit.oid.slice(0, length)
      : hashOf(origin, { length, isBlank: args.has('b') || git.config.bool('blame.blankboundary') === true })
    const date = dateOf(git, args, origin.commit.author)
    if (args.has('c')) out += `\t(${nameOf(one).padStart(10)}\t${date.padStart(10)}\t${final + 1})`
    else {
      if (showsName) out += ` ${quotePath(origin.path).padEnd(widths.path)}`
      if (args.has('show-number')) out += ` ${String(line + 1).padStart(widths.origin)}`
      if (!args.has('s')) out += ` (${nameOf(one)}${' '.repeat(widths.name - [...nameOf(one)].length)} ${date.padEnd(columns)}`
      out += ` ${String(final + 1).padStart(widths.line)}) `
    }
    git.print(`${out}${text.endsWith('\n') ? text : `${text}\n`}`)
  }
}

function hashLength(args: GitArgs, shown: readonly Shown[], shortest: (oid: string, least: number) => number): number {
  if (args.has('l') || args.last('abbrev', 'no-abbrev') === 'no-abbrev') return 40
  const given = args.value('abbrev')
  const least = given === undefined ? 7 : Math.max(4, Number(given))
  if (given !== undefined && Number(given) >= 40) return 40
  const oids = new Set(shown.map(({ origin }) => origin.commit.oid))
  return Math.min(40, Math.max(least, ...[...oids].map((oid) => shortest(oid, least))) + 1)
}

function hashOf({ commit, isBoundary }: Origin, how: { readonly length: number; readonly isBlank: boolean }): string {
  if (!isBoundary) return commit.oid.slice(0, how.length)
  return how.isBlank ? ' '.repeat(how.length) : `^${commit.oid.slice(0, how.length === 40 ? 39 : how.length - 1)}`
}

function porcelain(shown: readonly Shown[], isRepeated: boolean): string {
  const known = new Set<Commit>()
  const paths = new Map<Commit, Set<string>>()
  for (const { origin } of shown) paths.set(origin.commit, (paths.get(origin.commit) ?? new Set()).add(origin.path))
  let out = ''
  for (const [i, one] of shown.entries()) {
    const { origin, line, final, text } = one
    const { commit } = origin
    const before = shown[i - 1]
    const isInner = before !== undefined && before.origin === origin && before.line + 1 === line && before.final + 1 === final
    let count = 1
    for (let next = shown[i + count]; next?.origin === origin && next.line === line + count && next.final === final + count;)
      next = shown[i + ++count]
    out += `${commit.oid} ${line + 1} ${final + 1}${isInner ? '' : ` ${count}`}\n`
    const isNew = !known.has(commit)
    known.add(commit)
    if (isNew || isRepeated) out += detailsOf(origin)
    if (isNew || isRepeated || (!isInner && (paths.get(commit)?.size ?? 1) > 1)) out += fileOf(origin)
    out += `\t${text.endsWith('\n') ? text : `${text}\n`}`
  }
  return out
}

function detailsOf({ commit, isBoundary }: Origin): string {
  const { author, committer } = commit
  const when = commit.oid === NULL_OID ? author : committer
  return (
    `author ${author.name}\nauthor-mail <${author.email}>\nauthor-time ${author.time}\nauthor-tz ${author.zone}\n` +
    `committer ${committer.name}\ncommitter-mail <${committer.email}>\ncommitter-time ${when.time}\ncommitter-tz ${when.zone}\n` +
    `summary ${subjectOf(commit.message)}\n${isBoundary ? 'boundary\n' : ''}`
  )
}

function fileOf({ previous, path }: Origin): string {
  return `${previous === undefined ? '' : `previous ${previous.oid} ${quotePath(previous.path)}\n`}filename ${quotePath(path)}\n`
}
