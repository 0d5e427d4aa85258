import { textOf } from '../../text'
import { gitArgs, type GitArgs, usage } from './args'
import { cheapestPairs } from './assignment'
import { diffTrees, type FileChange } from './diff/file-change'
import { hunks, isBinaryChange, type PatchStyle } from './diff/patch'
import { withRenames } from './diff/renames'
import { notImplemented } from './git-error'
import type { Git } from './git-call'
import { commitsOf, LOG_OPTIONS, logPlan } from './log'
import { modeText, subjectOf, type Commit } from './objects'

const OPTIONS =
  'creation-factor= dual-color left-only right-only notes? p,patch,u s,no-patch U,unified= color? !stat? !raw !numstat !shortstat !summary ' +
  '!name-only !name-status !word-diff? !w,ignore-all-space !b,ignore-space-change !histogram !patience !minimal'
const MOST_COST = 65_536

/** A commit as it is compared: its message and its changes as one text. */
interface Side {
  readonly commit: Commit
  readonly text: string
  /** The part of the changes. */
  readonly diff: string
  readonly size: number
}

/** `git range-diff`. */
export async function rangeDiff(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  if (args.has('notes') || args.last('color') === 'color') notImplemented(`option --${args.has('notes') ? 'notes' : 'color'} of range-diff`)
  if (args.has('left-only') && args.has('right-only')) usage("options '--left-only' and '--right-only' cannot be used together")
  const [left, right] = rangesOf(args.words)
  const [a, b] = [await sidesOf(git, left), await sidesOf(git, right)]
  const matches = matched(git, { a, b, factor: Number(args.value('creation-factor') ?? 60) })
  await tell(git, args, { a, b, matches })
  return 0
}

function rangesOf(words: readonly string[]): readonly [string, string] {
  const [first = '', second = '', third = ''] = words
  if (words.length === 3) return [`${first}..${second}`, `${first}..${third}`]
  if (words.length === 2 && [first, second].every((word) => /\.\.|\^(?:!|-\d*)$/.test(word))) return [first, second]
  const both = words.length === 1 ? /^(.*?)\.\.\.(.*)$/s.exec(first) : null
  if (both === null) return usage('need two commit ranges')
  const [from, to] = [both[1] || 'HEAD', both[2] || 'HEAD']
  return [`${to}..${from}`, `${from}..${to}`]
}

async function sidesOf(git: Git, range: string): Promise<Side[]> {
  const plan = logPlan(git, gitArgs(['--no-merges', '--reverse', '--date-order', range], LOG_OPTIONS), undefined)
  const out: Side[] = []
  for (const { commit } of commitsOf(git, plan)) {
    out.push(sideOf(git, commit))
    await git.breathe()
  }
  return out
}

function styleOf(git: Git, more: Partial<PatchStyle> = {}): PatchStyle {
  return {
    context: 3,
    interHunk: 0,
    oldPrefix: '',
    newPrefix: '',
    isColored: false,
    isText: false,
    word: undefined,
    ignoreBlankLines: false,
    abbreviate: (oid) => git.repo.objects.abbreviate(oid),
    ...more,
  }
}

function sideOf(git: Git, commit: Commit): Side {
  const { objects } = git.repo
  const [parent] = commit.parents
  const old = parent === undefined ? undefined : objects.commit(parent).tree
  const message = commit.message
    .replace(/^\n+/, '')
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
  const head = ` ## Metadata ##\nAuthor: ${commit.author.name} <${commit.author.email}>\n\n ## Commit message ##\n${message.join('\n')}\n`
  const files = withRenames(diffTrees(objects, { old, fresh: commit.tree })).map((change) => fileText(git, change))
  const diff = files.join('\n')
  const size = files.reduce((sum, text) => sum + text.split('\n').length - 1, 0)
  return { commit, text: diff === '' ? head : `${head}\n${diff}`, diff, size }
}

function fileText(git: Git, change: FileChange): string {
  const { old, fresh, status } = change
  const name = fresh?.path ?? old?.path ?? ''
  const what = old === undefined ? ' (new)' : fresh === undefined ? ' (deleted)' : ''
  const mode =
    old !== undefined && fresh !== undefined && old.mode !== fresh.mode
      ? ` (mode change ${modeText(old.mode)} => ${modeText(fresh.mode)})`
      : ''
  const head = ` ## ${status === 'R' ? `${old?.path ?? ''} => ` : ''}${name}${what}${mode} ##\n`
  const style = styleOf(git)
  if (isBinaryChange(change, style)) return `${head} Binary files ${old?.path ?? '/dev/null'} and ${fresh?.path ?? '/dev/null'} differ\n`
  const texts = { old: old === undefined ? '' : textOf(old.read()), fresh: fresh === undefined ? '' : textOf(fresh.read()) }
  const body = hunks(texts, style)
    .replace(/^@@ -\S+ \+\S+ @@(.*)$/gm, (_, rest: string) => (rest === '' ? '@@' : `@@ ${name}:${rest}`))
    .replace(/^\\/gm, ' \\')
  return head + body
}

interface Matching {
  readonly a: readonly Side[]
  readonly b: readonly Side[]
  readonly factor: number
}

/** For each commit of the second range its place in the first one; -1 where it has none. */
function matched(git: Git, { a, b, factor }: Matching): number[] {
  const known = new Map<number, number>()
  const taken = new Set<number>()
  for (const [j, { diff }] of b.entries()) {
    const i = a.findIndex((side, at) => !taken.has(at) && side.diff === diff)
    if (i < 0) continue
    taken.add(i)
    known.set(j, i)
  }
  const total = a.length + b.length
  const priceOf = (i: number, j: number): number => {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && right !== undefined) {
      if (known.get(j) === i) return 0
      return taken.has(i) || known.has(j) ? MOST_COST : distance(git, left.diff, right.diff)
    }
    if (left !== undefined) return taken.has(i) ? MOST_COST : Math.trunc((left.size * factor) / 100)
    if (right !== undefined) return known.has(j) ? MOST_COST : Math.trunc((right.size * factor) / 100)
    return 0
  }
  const cost = Array.from({ length: total }, (_, i) => Array.from({ length: total }, (_, j) => priceOf(i, j)))
  const columns = cheapestPairs(cost, () => git.call.tick())
  const out = b.map(() => -1)
  for (const [i] of a.entries()) {
    const j = columns[i] ?? -1
    if (j >= 0 && j < b.length) out[j] = i
  }
  return out
}

/** Lines that a patch from one to the other has. */
function distance(git: Git, old: string, fresh: string): number {
  git.call.tick()
  return hunks({ old, fresh }, styleOf(git, { isIndented: false }))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('@@')).length
}

async function tell(
  git: Git,
  args: GitArgs,
  { a, b, matches }: { readonly a: readonly Side[]; readonly b: readonly Side[]; readonly matches: readonly number[] },
): Promise<void> {
  const width = String(1 + Math.max(a.length, b.length)).length
  const place = (side: Side | undefined, at: number): string => {
    const oid = (side ?? a[0] ?? b[0])?.commit.oid ?? ''
    const short = git.repo.objects.abbreviate(oid)
    return side === undefined ? `${'-'.padStart(width)}:  ${'-'.repeat(short.length)}` : `${String(at + 1).padStart(width)}:  ${short}`
  }
  const line = (i: number, j: number): void => {
    const [left, right] = [a[i], b[j]]
    const sign = right === undefined ? '<' : left === undefined ? '>' : left.text === right.text ? '=' : '!'
    if ((args.has('left-only') && left === undefined) || (args.has('right-only') && right === undefined)) return
    const { message = '' } = (right ?? left)?.commit ?? {}
    git.print(`${place(left, i)} ${sign} ${place(right, j)} ${subjectOf(left?.commit.message ?? message)}\n`)
    if (sign === '!' && args.last('patch', 'no-patch') !== 'no-patch' && left !== undefined && right !== undefined)
      git.print(patchOf(git, args, { old: left.text, fresh: right.text }))
  }
  const shown = new Set<number>()
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    while (i < a.length && shown.has(i)) i += 1
    if (i < a.length && !matches.includes(i)) {
      line(i, -1)
      i += 1
      continue
    }
    for (; j < b.length && matches[j] === -1; j++) line(-1, j)
    const match = matches[j]
    if (match !== undefined) {
      line(match, j)
      shown.add(match)
      j += 1
    }
    await git.breathe()
  }
}

/** What became of a commit: a difference of differences, with the part that each place stands in. */
function patchOf(git: Git, args: GitArgs, texts: { readonly old: string; readonly fresh: string }): string {
  const heading = (text: string): string | undefined => /^ ## (.*) ##$/.exec(text)?.[1] ?? /^.?@@ (.*)$/.exec(text)?.[1]
  const context = args.has('unified') ? Number(args.value('unified')) : 3
  return hunks(texts, styleOf(git, { context, heading }))
    .replace(/^@@ -\S+ \+\S+ @@/gm, '@@')
    .replace(/^/gm, '    ')
    .replace(/ {4}$/, '')
}
