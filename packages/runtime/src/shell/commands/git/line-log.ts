import { textOf } from '../../text'
import type { GitArgs } from './args'
import { diffTrees, treeFiles, type FileChange } from './diff/file-change'
import { lineChanges } from './diff/line-diff'
import { linesOf, type Change } from './diff/lines'
import { COLORS } from './diff/patch'
import { withRenames } from './diff/renames'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { lineRange } from './line-range'
import { joinedRanges, type Ranges, rangesBefore, touching } from './line-ranges'
import type { Commit } from './objects'
import { byteOrder } from './oid'
import { quotePath } from './quote-path'
import type { Walked } from './rev-list'

/** Ranges of the files of a commit. */
type Tracked = ReadonlyMap<string, Ranges>

/** A file of a commit whose lines were changed in it. */
export interface LineChange {
  readonly path: string
  /** Undefined where the file is new. */
  readonly oldPath: string | undefined
  readonly oldLines: readonly string[]
  readonly lines: readonly string[]
  readonly ranges: Ranges
  readonly touched: readonly Change[]
}

const FOUND = new WeakMap<Walked, readonly LineChange[]>()

/** What `log -L` found in a commit. */
export function linesFound(one: Walked): readonly LineChange[] {
  return FOUND.get(one) ?? []
}

/** @throws GitError for what does not go together */
export function checkLineLog(args: GitArgs, paths: readonly string[]): void {
  if (paths.length > 0) fatal('-L<range>:<file> cannot be used with pathspec')
  for (const key of ['graph', 'follow', 'walk-reflogs', 'S', 'G', 'diff-filter'])
    if (args.has(key)) notImplemented(`-L together with ${key.length === 1 ? `-${key}` : `--${key}`}`)
}

/** Commits that changed lines, from the newest on. @param all every commit of the walk */
export function* lineLogged(
  git: Git,
  texts: readonly string[],
  how: { readonly tip: string; readonly all: Iterable<Walked> },
): Generator<Walked> {
  const waiting = new Map<string, Tracked>([[how.tip, startOf(git, texts, how.tip)]])
  for (const one of how.all) {
    const { commit } = one
    const tracked = waiting.get(commit.oid)
    waiting.delete(commit.oid)
    if (tracked === undefined || tracked.size === 0) continue
    const sides = (commit.parents.length === 0 ? [undefined] : commit.parents).map((parent) => ({
      parent,
      ...against(git, commit, { parent, tracked }),
    }))
    const same = sides.find(({ found }) => found.length === 0)
    for (const { parent, before } of same === undefined ? sides : [same])
      if (parent !== undefined) waiting.set(parent, joinedTracked(waiting.get(parent), before))
    if (same !== undefined) continue
    FOUND.set(one, sides.length === 1 ? (sides[0]?.found ?? []) : [])
    yield one
  }
}

function startOf(git: Git, texts: readonly string[], tip: string): Tracked {
  const { objects } = git.repo
  const files = treeFiles(objects, objects.commit(tip).tree)
  const out = new Map<string, Ranges>()
  for (const text of texts) {
    const match =
      /^(:(?:[^\\:]|\\.)*|(?:\^?\/(?:[^/\\]|\\.)*\/|\d*)(?:,(?:\/(?:[^/\\]|\\.)*\/|[+-]?\d*))?):(.+)$/s.exec(text) ??
      fatal(`-L argument not 'start,end:file' or ':funcname:file': ${text}`)
    const [, range = '', name = ''] = match
    const path = git.inside(name)
    const file = files.get(path) ?? fatal(`There is no path ${path} in the commit`)
    const known = out.get(path) ?? []
    const lines = linesOf(objects.blobText(file.oid))
    out.set(path, joinedRanges(known, [lineRange(range, lines, { path, anchor: known.at(-1)?.[1] ?? 0 })]))
  }
  return out
}

function joinedTracked(known: Tracked | undefined, more: Tracked): Tracked {
  const out = new Map(known)
  for (const [path, ranges] of more) out.set(path, joinedRanges(out.get(path) ?? [], ranges))
  return out
}

/** What a commit changed of lines, and where these were in a parent. */
function against(
  git: Git,
  commit: Commit,
  { parent, tracked }: { readonly parent: string | undefined; readonly tracked: Tracked },
): { readonly found: readonly LineChange[]; readonly before: Tracked } {
  const { objects } = git.repo
  const old = parent === undefined ? undefined : objects.commit(parent).tree
  const plain = diffTrees(objects, { old, fresh: commit.tree })
  const isMoved = plain.some(({ status, fresh }) => status === 'A' && tracked.has(fresh?.path ?? ''))
  const changes = new Map((isMoved ? withRenames(plain) : plain).map((change): [string, FileChange] => [change.fresh?.path ?? '', change]))
  const found: LineChange[] = []
  const before = new Map<string, Ranges>()
  for (const [path, ranges] of [...tracked].toSorted(([a], [b]) => byteOrder(a, b))) {
    const change = changes.get(path)
    if (change === undefined) {
      before.set(path, ranges)
      continue
    }
    const read = (side: FileChange['old']): string[] => (side === undefined ? [] : linesOf(textOf(side.read())))
    const [oldLines, lines] = [read(change.old), read(change.fresh)]
    const all = lineChanges(oldLines, lines, { isIndented: false })
    const touched = touching(all, ranges)
    const oldPath = change.old?.path
    if (touched.length > 0) found.push({ path, oldPath, oldLines, lines, ranges, touched })
    const rest = rangesBefore(all, ranges)
    if (oldPath !== undefined && rest.length > 0) before.set(oldPath, joinedRanges(before.get(oldPath) ?? [], rest))
  }
  return { found, before }
}

/** The changes as `log -L` shows them: each range in full, and nothing around it. */
export function lineLogText(found: readonly LineChange[], isColored: boolean): string {
  const paint = (color: string, text: string): string => (isColored ? `${color}${text}${COLORS.reset}` : text)
  const put = (sign: string, text: string): string => {
    const color = sign === '-' ? COLORS.old : sign === '+' ? COLORS.fresh : ''
    const line = `${paint(color, `${sign}${text.replace(/\n$/, '')}`)}\n`
    return text.endsWith('\n') ? line : `${line}\\ No newline at end of file\n`
  }
  return found
    .map((one) => {
      const names = [quotePath(one.oldPath ?? one.path, 'a/'), quotePath(one.path, 'b/')]
      const head = [
        `diff --git ${names.join(' ')}`,
        `--- ${one.oldPath === undefined ? '/dev/null' : (names[0] ?? '')}`,
        `+++ ${names[1] ?? ''}`,
      ]
      return head.map((line) => `${paint(COLORS.meta, line)}\n`).join('') + rangesText(one, { paint, put })
    })
    .join('')
}

interface Pen {
  paint(color: string, text: string): string
  put(sign: string, text: string): string
}

/** Each change is shown once, with the first range that it reaches into. */
function rangesText({ touched, lines, oldLines, ranges }: LineChange, { paint, put }: Pen): string {
  let out = ''
  let next = 0
  for (const [from, to] of ranges) {
    while (next < touched.length && (touched[next]?.b1 ?? 0) < from) next += 1
    const first = touched[next]
    if (first === undefined || first.b0 > to) continue
    const changes = touched.slice(next).filter(({ b0 }) => b0 < to)
    const last = changes.at(-1) ?? first
    const oldFrom = first.a0 - Math.max(0, first.b0 - from)
    const oldTo = last.a1 + Math.max(0, to - last.b1)
    const isEmpty = oldFrom === 0 && oldTo === 0
    out += `${paint(COLORS.frag, `@@ -${isEmpty ? 0 : oldFrom + 1},${oldTo - oldFrom} +${from + 1},${to - from} @@`)}\n`
    let at = from
    for (const { a0, a1, b0, b1 } of changes) {
      for (; at < b0; at++) out += put(' ', lines[at] ?? '')
      for (const line of oldLines.slice(a0, a1)) out += put('-', line)
      for (; at < b1 && at < to; at++) out += put('+', lines[at] ?? '')
    }
    for (; at < to; at++) out += put(' ', lines[at] ?? '')
    next += changes.length
  }
  return out
}
