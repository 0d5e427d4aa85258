import { CommandError } from '../command'
import { parseOptions, type Options, type OptionSpec } from '../options'
import { ignoreRule } from './rg-glob'
import { FILE_TYPES } from './rg-types'
import type { WalkPlan } from './rg-walk'

type Row = readonly [key: string, short: string, ...long: string[]]

const FLAGS: readonly Row[] = [
  ['F', 'F', 'fixed-strings'],
  ['no-F', '', 'no-fixed-strings'],
  ['P', 'P', 'pcre2'],
  ['no-P', '', 'no-pcre2'],
  ['U', 'U', 'multiline'],
  ['no-U', '', 'no-multiline'],
  ['dotall', '', 'multiline-dotall'],
  ['i', 'i', 'ignore-case'],
  ['s', 's', 'case-sensitive'],
  ['S', 'S', 'smart-case'],
  ['w', 'w', 'word-regexp'],
  ['x', 'x', 'line-regexp'],
  ['v', 'v', 'invert-match'],
  ['c', 'c', 'count'],
  ['count-matches', '', 'count-matches'],
  ['include-zero', '', 'include-zero'],
  ['l', 'l', 'files-with-matches'],
  ['L-', '', 'files-without-match'],
  ['files', '', 'files'],
  ['type-list', '', 'type-list'],
  ['o', 'o', 'only-matching'],
  ['q', 'q', 'quiet'],
  ['n', 'n', 'line-number'],
  ['N', 'N', 'no-line-number'],
  ['H', 'H', 'with-filename'],
  ['I', 'I', 'no-filename'],
  ['column', '', 'column'],
  ['no-column', '', 'no-column'],
  ['b', 'b', 'byte-offset'],
  ['vimgrep', '', 'vimgrep'],
  ['json', '', 'json'],
  ['heading', '', 'heading'],
  ['no-heading', '', 'no-heading'],
  ['p', 'p', 'pretty'],
  ['0', '0', 'null'],
  ['trim', '', 'trim'],
  ['passthru', '', 'passthru'],
  ['no-separator', '', 'no-context-separator'],
  ['a', 'a', 'text'],
  ['binary', '', 'binary'],
  ['hidden', '.', 'hidden'],
  ['no-hidden', '', 'no-hidden'],
  ['no-ignore', '', 'no-ignore'],
  ['ignore', '', 'ignore'],
  ['no-ignore-dot', '', 'no-ignore-dot'],
  ['no-ignore-vcs', '', 'no-ignore-vcs'],
  ['no-ignore-parent', '', 'no-ignore-parent'],
  ['no-ignore-files', '', 'no-ignore-files'],
  ['no-ignore-global', '', 'no-ignore-global'],
  ['no-ignore-exclude', '', 'no-ignore-exclude'],
  ['no-require-git', '', 'no-require-git'],
  ['follow', 'L', 'follow'],
  ['u', 'u', 'unrestricted'],
  ['no-messages', '', 'no-messages'],
  [
    'quiet-extras',
    '',
    'no-config',
    'mmap',
    'no-mmap',
    'line-buffered',
    'block-buffered',
    'one-file-system',
    'no-unicode-off',
    'sort-files',
  ],
  ['glob-i', '', 'glob-case-insensitive'],
  ['help', 'h', 'help'],
  ['version', 'V', 'version'],
]
const VALUED: readonly Row[] = [
  ['e', 'e', 'regexp'],
  ['f', 'f', 'file'],
  ['A', 'A', 'after-context'],
  ['B', 'B', 'before-context'],
  ['C', 'C', 'context'],
  ['m', 'm', 'max-count'],
  ['M', 'M', 'max-columns'],
  ['r', 'r', 'replace'],
  ['g', 'g', 'glob'],
  ['iglob', '', 'iglob'],
  ['t', 't', 'type'],
  ['T', 'T', 'type-not'],
  ['type-add', '', 'type-add'],
  ['max-depth', '', 'max-depth', 'maxdepth'],
  ['max-filesize', '', 'max-filesize'],
  ['ignore-file', '', 'ignore-file'],
  ['color', '', 'color'],
  ['separator', '', 'context-separator'],
  ['sort', '', 'sort'],
  ['sortr', '', 'sortr'],
  ['threads', 'j', 'threads'],
  ['limits', '', 'regex-size-limit', 'dfa-size-limit'],
]
const MISSING: readonly Row[] = [
  ['stats', '', 'stats'],
  ['z', 'z', 'search-zip'],
  ['crlf', '', 'crlf'],
  ['null-data', '', 'null-data'],
  ['debug', '', 'debug', 'trace'],
  ['no-unicode', '', 'no-unicode'],
  ['auto-hybrid', '', 'auto-hybrid-regex'],
  ['preview', '', 'max-columns-preview'],
]
const MISSING_VALUED: readonly Row[] = [
  ['E', 'E', 'encoding'],
  ['engine', '', 'engine'],
  ['pre', '', 'pre', 'pre-glob'],
  ['colors', '', 'colors'],
  ['path-separator', '', 'path-separator', 'field-match-separator', 'field-context-separator'],
  ['type-clear', '', 'type-clear'],
]

function spec([key, short, ...long]: Row): OptionSpec {
  return { key, long, ...(short === '' ? {} : { short }) }
}

const SPECS: readonly OptionSpec[] = [
  ...FLAGS.map(spec),
  ...VALUED.map((row) => ({ ...spec(row), value: 'required' as const })),
  ...MISSING.map((row) => ({ ...spec(row), missing: true as const })),
  ...MISSING_VALUED.map((row) => ({ ...spec(row), value: 'required' as const, missing: true as const })),
]

/** Reads the words of an rg. @throws BadOption, NotImplemented */
export function rgOptions(args: readonly string[]): Options {
  return parseOptions(args, { options: SPECS, usageCode: 2 })
}

/** A number that an option was given. @throws CommandError */
export function countOf(options: Options, key: string, long: string): number | undefined {
  const value = options.value(key)
  if (value === undefined) return undefined
  if (!/^\d+$/.test(value)) throw new CommandError(`error: Invalid value for '--${long} <NUM>': invalid digit found in string`, 2)
  return Number(value)
}

/** Which files are searched. @throws CommandError */
export function walkPlanOf(options: Options): WalkPlan {
  const level = options.found.filter(({ key }) => key === 'u').length
  const usesIgnore = level === 0 && options.last('no-ignore', 'ignore') !== 'no-ignore'
  const hasGlobCase = options.has('glob-i')
  return {
    overrides: options.found.flatMap(({ key, value = '' }) => {
      const rule = key === 'g' || key === 'iglob' ? ignoreRule(value, key === 'iglob' || hasGlobCase) : undefined
      return rule === undefined ? [] : [{ ...rule }]
    }),
    types: typesOf(options),
    hasHidden: level >= 2 || options.last('hidden', 'no-hidden') === 'hidden',
    usesIgnore,
    usesDotIgnore: !options.has('no-ignore-dot'),
    usesGit: !options.has('no-ignore-vcs'),
    usesParents: !options.has('no-ignore-parent'),
    needsGit: !options.has('no-require-git'),
    ignoreFiles: options.has('no-ignore-files') ? [] : options.values('ignore-file'),
    isFollowing: options.has('follow'),
    maxDepth: countOf(options, 'max-depth', 'max-depth') ?? Infinity,
    maxSize: sizeOf(options.value('max-filesize')),
  }
}

function sizeOf(value: string | undefined): number {
  if (value === undefined) return Infinity
  const match = /^(\d+)([KMG]?)$/.exec(value)
  if (match === null) throw new CommandError(`invalid size: ${value}`, 2)
  return Number(match[1]) * 1024 ** ['', 'K', 'M', 'G'].indexOf(match[2] ?? '')
}

function typesOf(options: Options): WalkPlan['types'] {
  const known = knownTypes(options)
  const globs = (key: string): readonly RegExp[] =>
    options.values(key).flatMap((name) => {
      if (name === 'all') return [...known.values()].flat().map(nameGlob)
      const found = known.get(name)
      if (found === undefined) throw new CommandError(`unrecognized file type: ${name}`, 2)
      return found.map(nameGlob)
    })
  return { wanted: globs('t'), unwanted: globs('T') }
}

function nameGlob(glob: string): RegExp {
  return ignoreRule(glob)?.pattern ?? /(?!)/
}

/** File types with what `--type-add` adds. */
export function knownTypes(options: Options): ReadonlyMap<string, readonly string[]> {
  const known = new Map(FILE_TYPES)
  for (const value of options.values('type-add')) {
    const [name = '', glob = '', ...more] = value.split(':')
    if (name === '' || glob === '' || !/^[\p{L}\p{N}]+$/u.test(name))
      throw new CommandError('invalid definition (format is type:glob, e.g., html:*.html)', 2)
    const added = glob === 'include' ? (more[0] ?? '').split(',').flatMap((other) => known.get(other) ?? []) : [glob]
    known.set(name, [...(known.get(name) ?? []), ...added])
  }
  return known
}
