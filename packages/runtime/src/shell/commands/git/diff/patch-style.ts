import { compilePattern } from '../../../regex/pattern'
import type { GitArgs } from '../args'
import type { Git } from '../git-call'
import { fatal, GitError } from '../git-error'
import type { PatchStyle } from './patch'

/** Whether colours are on. */
export function isColored(git: Git, args: GitArgs, key: string): boolean {
  const given = args.found.findLast(
    (one) => ['color', 'no-color', 'color-words'].includes(one.key) || (one.key === 'word-diff' && one.value === 'color'),
  )
  const asked = given?.key === 'color' ? (given.value ?? 'always') : given?.key === 'no-color' ? 'never' : undefined
  const value = asked ?? (given === undefined ? undefined : 'always')
  const setting = value ?? git.config.get(`color.${key}`) ?? git.config.get('color.ui') ?? 'auto'
  if (['always'].includes(setting)) return true
  return ['auto', 'true'].includes(setting) && git.isTerminal && !args.has('output')
}

/** How patches are written, as options and settings tell. */
export function patchStyle(git: Git, args: GitArgs, abbreviate: (oid: string) => string): PatchStyle {
  const isPlain = args.has('no-prefix') || git.config.bool('diff.noprefix') === true
  const space = args.last('ignore-all-space', 'ignore-space-change', 'ignore-space-at-eol', 'ignore-cr-at-eol')
  const word = wordStyle(args)
  const oldPrefix = args.value('src-prefix') ?? (isPlain ? '' : 'a/')
  const newPrefix = args.value('dst-prefix') ?? (isPlain ? '' : 'b/')
  return {
    context: Number(args.value('unified') ?? git.config.get('diff.context') ?? 3),
    interHunk: Number(args.value('inter-hunk-context') ?? 0),
    oldPrefix: args.has('R') ? newPrefix : oldPrefix,
    newPrefix: args.has('R') ? oldPrefix : newPrefix,
    isColored: isColored(git, args, 'diff'),
    isText: args.has('text'),
    word,
    ignoreBlankLines: args.has('ignore-blank-lines'),
    ignores: ignoredLines(args),
    isFunctionContext: args.has('function-context'),
    tellsBinary: args.has('binary'),
    spaceIn: spaceKinds(args.value('ws-error-highlight') ?? git.config.get('diff.wserrorhighlight') ?? 'default'),
    algorithm: algorithmOf(git, args),
    anchors: args.values('anchored'),
    isIndented: args.last('indent-heuristic', 'no-indent-heuristic') !== 'no-indent-heuristic',
    space:
      space === 'ignore-all-space'
        ? 'all'
        : space === 'ignore-space-change'
          ? 'amount'
          : space === 'ignore-space-at-eol'
            ? 'end'
            : space === undefined
              ? undefined
              : 'cr',
    abbreviate,
    attribute: binaryAttribute(git),
  }
}

function algorithmOf(git: Git, args: GitArgs): NonNullable<PatchStyle['algorithm']> {
  const given = args.found.findLast(({ key }) => ['diff-algorithm', 'minimal', 'histogram', 'patience', 'anchored'].includes(key))
  const named = given?.key === 'diff-algorithm' ? given.value : given?.key === 'anchored' ? 'patience' : given?.key
  const algorithm = named ?? git.config.get('diff.algorithm') ?? 'myers'
  if (algorithm === 'default') return 'myers'
  if (algorithm !== 'myers' && algorithm !== 'minimal' && algorithm !== 'histogram' && algorithm !== 'patience')
    throw new GitError('option diff-algorithm accepts "myers", "minimal", "patience" and "histogram"', { kind: 'error', code: 129 })
  return algorithm
}

function ignoredLines(args: GitArgs): PatchStyle['ignores'] {
  const patterns = args.values('ignore-matching-lines').map((source) => compilePattern(source, { dialect: 'ere' }))
  return patterns.length === 0 ? undefined : (line) => patterns.some((pattern) => pattern.test(line.replace(/\n$/, '')))
}

const SPACE_KINDS: Readonly<Record<string, readonly (' ' | '-' | '+')[]>> = {
  none: [],
  default: ['+'],
  new: ['+'],
  old: ['-'],
  context: [' '],
  all: ['+', '-', ' '],
}

function spaceKinds(text: string): ReadonlySet<' ' | '-' | '+'> {
  const kinds = new Set<' ' | '-' | '+'>()
  for (const word of text.split(',')) {
    if (word === 'none' || word === 'default' || word === 'all') kinds.clear()
    const named = SPACE_KINDS[word]
    if (named === undefined) throw new GitError(`unknown value after ws-error-highlight=${word}`, { kind: 'error', code: 129 })
    for (const kind of named) kinds.add(kind)
  }
  return kinds
}

/** `-diff` makes a file binary, `diff` makes it text. */
function binaryAttribute(git: Git): PatchStyle['attribute'] {
  const repo = git.find()
  if (repo === undefined) return undefined
  return (path) => {
    const value = repo.attributes.of(path).get('diff')
    return value === undefined || typeof value === 'string' ? undefined : !value
  }
}

function wordStyle(args: GitArgs): PatchStyle['word'] {
  const pattern = args.value('word-diff-regex') ?? (args.has('color-words') ? args.value('color-words') : undefined)
  const expression = pattern === undefined ? undefined : new RegExp(pattern, 'u')
  if (args.has('color-words')) return { mode: 'color', pattern: expression }
  if (!args.has('word-diff') && !args.has('word-diff-regex')) return undefined
  const mode = args.value('word-diff') ?? 'plain'
  if (mode === 'none') return undefined
  if (mode !== 'plain' && mode !== 'color' && mode !== 'porcelain') return fatal(`bad --word-diff argument: ${mode}`)
  return { mode, pattern: expression }
}
