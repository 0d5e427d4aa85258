import { compileAny, compilePattern, type Pattern, RegexError } from '../../regex/pattern'
import { readText } from '../../streams/stream'
import { textOf } from '../../text'
import { gitArgs, type GitArgs } from './args'
import { isBinary } from './diff/patch'
import { isColored } from './diff/patch-style'
import { treeFiles } from './diff/file-change'
import { failed, fatal } from './git-error'
import type { Git } from './git-call'
import { expressionOf, withParentheses } from './grep-expression'
import { grepFile, type GrepStyle } from './grep-lines'
import { Ignore } from './ignore'
import { MODE_COMMIT, MODE_TREE } from './objects'
import { type Pathspec, pathspecOf } from './pathspec'
import { quotePath } from './quote-path'
import { isRevision } from './rev-args'
import { scanUntracked } from './untracked'
import { resolvePath } from '../../tree/tree-node'

const OPTIONS =
  'cached no-index untracked exclude-standard recurse-submodules? v,invert-match i,ignore-case w,word-regexp a,text I textconv ' +
  'r,recursive max-depth= E,extended-regexp G,basic-regexp F,fixed-strings P,perl-regexp n,line-number column h H full-name ' +
  'l,files-with-matches,name-only L,files-without-match z,null o,only-matching c,count color? break heading C,context= B,before-context= ' +
  'A,after-context= threads= !p,show-function !W,function-context f= e= and or not ( ) all-match q,quiet !O,open-files-in-pager? m,max-count='

/** A file to look into. */
interface Place {
  readonly path: string
  read(): Uint8Array
}

/** `git grep`. */
export async function grep(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(withParentheses(words), OPTIONS, { numeric: 'context', stopsEarly: false })
  const sources = await patterns(git, args)
  const operands = [...args.operands]
  if (sources.length === 0) sources.push(operands.shift() ?? fatal('no pattern given'))
  const pattern = compiled(git, args, sources)
  const { trees, paths } = targets(git, args, operands)
  const expression = expressionOf(args, (source) => {
    const one = compiled(git, args, [source])
    return (line) => one.test(line)
  })
  const style = { ...styleOf(git, args, pattern), expression, wantsAll: args.has('all-match') }
  let hits = 0
  const search = async (place: Place, tree: string): Promise<void> => {
    const bytes = place.read()
    const isBin = !args.has('text') && isBinary(bytes)
    if (isBin && args.has('I')) return
    const shown = shownPath(git, args, place.path)
    const name = tree === '' ? shown : `${tree}:${shown}`
    const found = grepFile(textOf(bytes), { ...style, name, isBinary: isBin, isFirst: hits === 0 })
    if (found.isHit) hits += 1
    if (!args.has('quiet')) git.print(found.text)
    await git.breathe()
  }
  const spec = git.find() === undefined ? undefined : pathspecOf(git, paths.length === 0 && git.prefix !== '' ? ['.'] : paths)
  const reaches = depthTest(git, args, paths)
  const places =
    trees.length > 0
      ? trees.flatMap((tree) => inTree(git, tree, spec).map((place) => ({ place, tree })))
      : inWork(git, args, { spec, paths }).map((place) => ({ place, tree: '' }))
  for (const { place, tree } of places) if (reaches(place.path)) await search(place, tree)
  return hits > 0 ? 0 : 1
}

async function patterns(git: Git, args: GitArgs): Promise<string[]> {
  const all = [...args.values('e')]
  for (const file of args.values('f')) {
    const text = await readText(file === '-' ? git.call.stdin : git.call.open(git.call.at(file)))
    if (text !== '') all.push(...text.replace(/\n$/, '').split('\n'))
  }
  return all
}

function compiled(git: Git, args: GitArgs, sources: readonly string[]): Pattern {
  const setting = { extended: 'extended-regexp', fixed: 'fixed-strings', perl: 'perl-regexp', basic: 'basic-regexp', default: undefined }[
    git.config.get('grep.patterntype') ?? (git.config.bool('grep.extendedregexp') ? 'extended' : 'default')
  ]
  const kind = args.last('extended-regexp', 'basic-regexp', 'fixed-strings', 'perl-regexp') ?? setting
  const dialect = kind === 'extended-regexp' ? 'ere' : kind === 'fixed-strings' ? 'fixed' : kind === 'perl-regexp' ? 'perl' : 'bre'
  const style = {
    ignoreCase: args.has('ignore-case'),
    whole: args.has('word-regexp') ? ('word' as const) : undefined,
    tick: () => git.call.tick(),
  }
  const all = sources.flatMap((source) => source.split('\n'))
  try {
    const [only] = all
    return all.length === 1 && only !== undefined ? compilePattern(only, { ...style, dialect }) : compileAny(all, { ...style, dialect })
  } catch (thrown) {
    if (thrown instanceof RegexError) return fatal(`command line, '${all[0] ?? ''}': ${thrown.message}`)
    throw thrown
  }
}

function targets(
  git: Git,
  args: GitArgs,
  operands: readonly string[],
): { readonly trees: readonly string[]; readonly paths: readonly string[] } {
  if (args.has('no-index') || git.find() === undefined) {
    if (!args.has('no-index') && git.config.bool('grep.fallbacktonoindex') === false) void git.repo
    return { trees: [], paths: [...operands, ...(args.paths ?? [])] }
  }
  if (args.has('untracked') && args.has('cached')) fatal('--untracked not supported with --cached')
  const at = operands.findIndex((word) => !isRevision(git, word))
  const trees = args.paths !== undefined || at < 0 ? operands : operands.slice(0, at)
  const rest = args.paths !== undefined || at < 0 ? [] : operands.slice(at)
  for (const word of args.paths === undefined ? [] : operands) if (!isRevision(git, word)) fatal(`unable to resolve revision: ${word}`)
  for (const word of rest) {
    const isKnown = /[*?[:]/.test(word) || git.files.find(git.call.at(word)) !== undefined
    if (!isKnown)
      fatal(
        `ambiguous argument '${word}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
      )
  }
  return { trees, paths: [...rest, ...(args.paths ?? [])] }
}

function inTree(git: Git, tree: string, spec: Pathspec | undefined): Place[] {
  const { objects } = git.repo
  const oid = git.revisions.resolve(tree)
  if (objects.read(oid).type === 'blob') return [{ path: '', read: () => objects.readAs(oid, 'blob') }]
  const root = git.revisions.peel(oid, 'tree') ?? failed(`unable to grep from object of type ${objects.read(oid).type}`, 128)
  return [...treeFiles(objects, root)].flatMap(([path, at]): Place[] =>
    at.mode === MODE_COMMIT || !(spec?.matches(path) ?? true) ? [] : [{ path, read: () => objects.readAs(at.oid, 'blob') }],
  )
}

function inWork(
  git: Git,
  args: GitArgs,
  { spec, paths }: { readonly spec: Pathspec | undefined; readonly paths: readonly string[] },
): Place[] {
  if (spec === undefined || args.has('no-index')) return outside(git, paths.length === 0 ? ['.'] : paths)
  const { repo } = git
  const places: Place[] = []
  const seen = new Set<string>()
  for (const entry of repo.index.entries) {
    if (entry.mode === MODE_COMMIT || !spec.matches(entry.path) || seen.has(entry.path)) continue
    seen.add(entry.path)
    if (args.has('cached')) {
      if (entry.stage === 0 && !entry.isIntent) places.push({ path: entry.path, read: () => repo.objects.readAs(entry.oid, 'blob') })
      continue
    }
    const file = repo.workFile(entry.path)
    if (file !== undefined && file.mode !== MODE_TREE) places.push({ path: entry.path, read: () => repo.readWork(entry.path) })
  }
  if (!args.has('untracked')) return places
  const ignore = args.last('exclude-standard', 'no-exclude-standard') === 'no-exclude-standard' ? undefined : new Ignore(repo)
  const found = scanUntracked(repo, { mode: 'all', wantsIgnored: false, ignore, tick: () => git.call.tick() }).untracked
  const more = found.flatMap((path): Place[] =>
    path.endsWith('/') || !spec.matches(path) ? [] : [{ path, read: () => repo.readWork(path) }],
  )
  return [...places, ...more].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Files anywhere, links left out as what is behind them may be elsewhere. */
function outside(git: Git, paths: readonly string[]): Place[] {
  const visit = (full: string, path: string): Place[] => {
    const node = git.files.find(full)
    if (node === undefined) return fatal(`${path}: No such file or directory`)
    if (node.type === 'file') return [{ path, read: () => node.bytes }]
    if (node.type !== 'folder') return []
    return [...node.children.keys()]
      .toSorted()
      .filter((name) => name !== '.git')
      .flatMap((name) => visit(`${full === '/' ? '' : full}/${name}`, path === '' ? name : `${path}/${name}`))
  }
  return paths.flatMap((path) => visit(resolvePath(git.cwd, path), path.replace(/^\.\/?/, '').replace(/\/$/, '')))
}

/** Whether a path is not deeper below what was named than `--max-depth` lets it. */
function depthTest(git: Git, args: GitArgs, paths: readonly string[]): (path: string) => boolean {
  const value = args.value('max-depth') ?? (args.last('recursive', 'no-recursive') === 'no-recursive' ? '0' : undefined)
  if (value === undefined || Number(value) < 0) return () => true
  const bases = paths.length === 0 ? [git.find() === undefined ? '' : git.prefix.replace(/\/$/, '')] : paths.map((word) => git.inside(word))
  return (path) =>
    bases.some((base) => {
      if (base !== '' && path !== base && !path.startsWith(`${base}/`)) return false
      const inner = base === '' ? path : path.slice(base.length + 1)
      return inner.split('/').length - 1 <= Number(value)
    })
}

function shownPath(git: Git, args: GitArgs, path: string): string {
  const isPlain = git.find() === undefined || args.has('no-index')
  const seen = isPlain || args.has('full-name') || git.config.bool('grep.fullname') === true ? path : git.shown(path)
  return args.has('null') ? seen : quotePath(seen)
}

function styleOf(git: Git, args: GitArgs, pattern: Pattern): GrepStyle {
  const around = args.value('context')
  const number = (key: string): number => Number(args.value(key) ?? around ?? 0)
  const isNumbered = args.last('line-number') ?? (git.config.bool('grep.linenumber') === true ? 'line-number' : undefined)
  return {
    pattern,
    isInverted: args.has('invert-match'),
    list: listMode(args),
    isCount: args.has('count'),
    isOnly: args.has('only-matching'),
    isNumbered: isNumbered === 'line-number',
    hasColumn: args.has('column') || git.config.bool('grep.column') === true,
    hasName: args.last('h', 'H') !== 'h',
    isNul: args.has('null'),
    hasBreak: args.has('break'),
    hasHeading: args.has('heading'),
    before: number('before-context'),
    after: number('after-context'),
    most: args.has('max-count') ? Number(args.value('max-count')) : Number.POSITIVE_INFINITY,
    isColored: isColored(git, args, 'grep'),
  }
}

function listMode(args: GitArgs): GrepStyle['list'] {
  const last = args.last('files-with-matches', 'files-without-match')
  return last === 'files-with-matches' ? 'with' : last === 'files-without-match' ? 'without' : undefined
}
