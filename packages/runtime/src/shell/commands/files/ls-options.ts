import { NotImplemented } from '../command'
import type { OptionSpec } from '../options'
import { globMatcher, type GlobMatcher } from '../../language/glob'
import { curly } from '../text/quotes'
import { usageError, type Tool } from '../text/tool'
import { sizeStyle, type SizeStyle } from './sizes'

export type LsFormat = 'long' | 'one' | 'columns' | 'across' | 'commas'
export type LsSort = 'name' | 'time' | 'size' | 'extension' | 'version' | 'none' | 'width'
export type LsTime = 'mtime' | 'atime' | 'ctime'
export type LsQuoting = 'literal' | 'escape' | 'c' | 'shell' | 'shell-always' | 'shell-escape' | 'shell-escape-always' | 'locale'

/** What `ls` was asked for. */
export interface LsHow {
  readonly format: LsFormat
  readonly sort: LsSort
  readonly time: LsTime
  readonly quoting: LsQuoting
  readonly indicator: 'none' | 'slash' | 'type' | 'classify'
  readonly shows: 'plain' | 'almost all' | 'all'
  readonly ignored: readonly GlobMatcher[]
  readonly hidden: readonly GlobMatcher[]
  readonly follows: 'all' | 'operands' | 'operands to folders' | 'none'
  readonly timeFormats: readonly [old: string, recent: string]
  readonly blocks: SizeStyle
  readonly sizes: SizeStyle
  readonly hasColor: boolean
  readonly isTerminal: boolean
  readonly hidesControls: boolean
  readonly width: number
  readonly end: '\n' | '\0'
}

const flag = (key: string, short: string, ...long: readonly string[]): OptionSpec => ({
  key,
  short,
  ...(long.length === 0 ? {} : { long }),
})

export const LS_OPTIONS: readonly OptionSpec[] = [
  flag('all', 'a', 'all'),
  flag('almost-all', 'A', 'almost-all'),
  { key: 'author', long: ['author'] },
  flag('escape', 'b', 'escape'),
  { key: 'block-size', long: ['block-size'], value: 'required' },
  flag('ignore-backups', 'B', 'ignore-backups'),
  flag('ctime', 'c'),
  flag('columns', 'C'),
  { key: 'color', long: ['color'], value: 'optional' },
  flag('directory', 'd', 'directory'),
  { key: 'dired', short: 'D', long: ['dired'], missing: true },
  flag('unsorted-all', 'f'),
  { key: 'classify', short: 'F' },
  { key: 'classify', long: ['classify'], value: 'optional' },
  { key: 'file-type', long: ['file-type'] },
  { key: 'format', long: ['format'], value: 'required' },
  { key: 'full-time', long: ['full-time'] },
  flag('no-owner', 'g'),
  { key: 'group-directories-first', long: ['group-directories-first'] },
  flag('no-group', 'G', 'no-group'),
  flag('human', 'h', 'human-readable'),
  { key: 'si', long: ['si'] },
  flag('follow-operands', 'H', 'dereference-command-line'),
  { key: 'follow-folders', long: ['dereference-command-line-symlink-to-dir'] },
  { key: 'hide', long: ['hide'], value: 'required' },
  { key: 'hyperlink', long: ['hyperlink'], value: 'optional', missing: true },
  { key: 'indicator-style', long: ['indicator-style'], value: 'required' },
  flag('inode', 'i', 'inode'),
  { key: 'ignore', short: 'I', long: ['ignore'], value: 'required' },
  flag('kibibytes', 'k', 'kibibytes'),
  flag('long', 'l'),
  flag('follow', 'L', 'dereference'),
  flag('commas', 'm'),
  flag('numeric', 'n', 'numeric-uid-gid'),
  flag('literal', 'N', 'literal'),
  flag('long-no-group', 'o'),
  flag('slash', 'p'),
  flag('hide-controls', 'q', 'hide-control-chars'),
  { key: 'show-controls', long: ['show-control-chars'] },
  flag('quote-name', 'Q', 'quote-name'),
  { key: 'quoting-style', long: ['quoting-style'], value: 'required' },
  flag('reverse', 'r', 'reverse'),
  flag('recursive', 'R', 'recursive'),
  flag('blocks', 's', 'size'),
  flag('by-size', 'S'),
  { key: 'sort', long: ['sort'], value: 'required' },
  { key: 'time', long: ['time'], value: 'required' },
  { key: 'time-style', long: ['time-style'], value: 'required' },
  flag('by-time', 't'),
  { key: 'tab-size', short: 'T', long: ['tabsize'], value: 'required' },
  flag('atime', 'u'),
  flag('unsorted', 'U'),
  flag('by-version', 'v'),
  { key: 'width', short: 'w', long: ['width'], value: 'required' },
  flag('across', 'x'),
  flag('by-extension', 'X'),
  { key: 'context', short: 'Z', long: ['context'], missing: true },
  { key: 'zero', long: ['zero'] },
  flag('one', '1'),
]

function oneOf<Value extends string>(table: Readonly<Record<string, Value>>, word: string, option: string): Value {
  const found = Object.hasOwn(table, word) ? table[word] : undefined
  if (found !== undefined) return found
  const starts = [...new Set(Object.entries(table).flatMap(([name, value]) => (word !== '' && name.startsWith(word) ? [value] : [])))]
  const [only] = starts
  if (only !== undefined && starts.length === 1) return only
  const groups = new Map<string, string[]>()
  for (const [name, value] of Object.entries(table)) groups.set(value, [...(groups.get(value) ?? []), curly(name)])
  const valid = [...groups.values()].map((names) => `\n  - ${names.join(', ')}`).join('')
  return usageError(
    `${starts.length > 1 ? 'ambiguous' : 'invalid'} argument ${curly(word)} for ${curly(option)}\nValid arguments are:${valid}`,
  )
}

const FORMATS: Readonly<Record<string, LsFormat>> = { verbose: 'long', long: 'long', commas: 'commas', horizontal: 'across', across: 'across', vertical: 'columns', 'single-column': 'one' } // prettier-ignore
const SORTS: Readonly<Record<string, LsSort>> = { none: 'none', time: 'time', size: 'size', extension: 'extension', version: 'version', width: 'width' } // prettier-ignore
const TIMES: Readonly<Record<string, LsTime>> = { atime: 'atime', access: 'atime', use: 'atime', ctime: 'ctime', status: 'ctime', mtime: 'mtime', modification: 'mtime' } // prettier-ignore
const QUOTINGS: Readonly<Record<string, LsQuoting>> = { literal: 'literal', shell: 'shell', 'shell-always': 'shell-always', 'shell-escape': 'shell-escape', 'shell-escape-always': 'shell-escape-always', c: 'c', escape: 'escape', locale: 'locale', clocale: 'locale' } // prettier-ignore
const COLORS: Readonly<Record<string, 'yes' | 'no' | 'auto'>> = { always: 'yes', yes: 'yes', force: 'yes', never: 'no', no: 'no', none: 'no', auto: 'auto', tty: 'auto', 'if-tty': 'auto' } // prettier-ignore
const INDICATORS: Readonly<Record<string, LsHow['indicator']>> = { none: 'none', slash: 'slash', 'file-type': 'type', classify: 'classify' }

function formatOf({ options }: Tool, isTerminal: boolean): LsFormat {
  let format: LsFormat = isTerminal ? 'columns' : 'one'
  for (const { key, value } of options.found) {
    if (['long', 'no-owner', 'long-no-group', 'numeric', 'full-time'].includes(key)) format = 'long'
    else if (key === 'one' && format !== 'long') format = 'one'
    else if (key === 'zero' && format !== 'long') format = 'one'
    else if (key === 'columns' || key === 'across' || key === 'commas') format = key
    else if (key === 'format') format = oneOf(FORMATS, value ?? '', '--format')
    else if (key === 'unsorted-all' && format === 'long') format = isTerminal ? 'columns' : 'one'
  }
  return format
}

function sortOf({ options }: Tool, format: LsFormat): LsSort {
  const named: Readonly<Record<string, LsSort>> = { 'by-time': 'time', 'by-size': 'size', 'by-extension': 'extension', 'by-version': 'version', unsorted: 'none', 'unsorted-all': 'none' } // prettier-ignore
  const last = options.found.findLast(({ key }) => key === 'sort' || Object.hasOwn(named, key))
  if (last?.key === 'sort') return oneOf(SORTS, last.value ?? '', '--sort')
  if (last !== undefined) return named[last.key] ?? 'name'
  const isByTime = (options.has('atime') || options.has('ctime') || options.has('time')) && format !== 'long'
  return isByTime ? 'time' : 'name'
}

function timeOf({ options }: Tool): LsTime {
  const last = options.found.findLast(({ key }) => key === 'atime' || key === 'ctime' || key === 'time')
  if (last?.key === 'time') {
    if (/^(birth|creation)$/.test(last.value ?? '')) throw new NotImplemented('the time of birth')
    return oneOf(TIMES, last.value ?? '', '--time')
  }
  return last?.key === 'atime' || last?.key === 'ctime' ? last.key : 'mtime'
}

const FULL = '%Y-%m-%d %H:%M:%S.%N %z'

function timeFormats({ options, call }: Tool): readonly [string, string] {
  const last = options.found.findLast(({ key }) => key === 'time-style' || key === 'full-time')
  const word = last?.key === 'full-time' ? 'full-iso' : (last?.value ?? call.env.get('TIME_STYLE') ?? 'locale')
  const style = word.replace(/^posix-/, '')
  if (style.startsWith('+')) {
    const [old = '', recent = old] = style.slice(1).split('\n')
    return [old, recent]
  }
  switch (style) {
    case 'full-iso':
      return [FULL, FULL]
    case 'long-iso':
      return ['%Y-%m-%d %H:%M', '%Y-%m-%d %H:%M']
    case 'iso':
      return word === style ? ['%Y-%m-%d ', '%m-%d %H:%M'] : ['%b %e  %Y', '%b %e %H:%M']
    case 'locale':
      return ['%b %e  %Y', '%b %e %H:%M']
    default:
      return usageError(
        `invalid argument ${curly(word)} for ${curly('time style')}\nValid arguments are:\n  - [posix-]full-iso\n  - [posix-]long-iso\n  - [posix-]iso\n  - [posix-]locale\n  - +FORMAT (e.g., +%H:%M) for a 'date'-style format`,
        2,
      )
  }
}

function quotingOf({ options, call }: Tool, isTerminal: boolean): LsQuoting {
  const last = options.found.findLast(({ key }) => ['escape', 'literal', 'quote-name', 'quoting-style', 'zero'].includes(key))
  switch (last?.key) {
    case 'escape':
      return 'escape'
    case 'literal':
    case 'zero':
      return 'literal'
    case 'quote-name':
      return 'c'
    case 'quoting-style':
      return oneOf(QUOTINGS, last.value ?? '', '--quoting-style')
    default: {
      const told = QUOTINGS[call.env.get('QUOTING_STYLE') ?? '']
      return told ?? (isTerminal ? 'shell-escape' : 'literal')
    }
  }
}

function indicatorOf({ options }: Tool, isTerminal: boolean): LsHow['indicator'] {
  const last = options.found.findLast(({ key }) => ['classify', 'file-type', 'slash', 'indicator-style'].includes(key))
  if (last === undefined) return 'none'
  if (last.key === 'indicator-style') return oneOf(INDICATORS, last.value ?? '', '--indicator-style')
  if (last.key !== 'classify') return last.key === 'slash' ? 'slash' : 'type'
  const when = oneOf(COLORS, last.value ?? 'always', '--classify')
  return when === 'yes' || (when === 'auto' && isTerminal) ? 'classify' : 'none'
}

function blockStyles({ options, call }: Tool): Pick<LsHow, 'blocks' | 'sizes'> {
  const last = options.found.findLast(({ key }) => key === 'human' || key === 'si' || key === 'block-size')
  const env = call.env.get('LS_BLOCK_SIZE') ?? call.env.get('BLOCK_SIZE')
  const bytes: SizeStyle = { unit: 1, suffix: '' }
  const plain: SizeStyle = { unit: 1024, suffix: '' }
  if (last?.key === 'human' || last?.key === 'si') {
    const style: SizeStyle = { unit: 1, suffix: '', human: last.key === 'si' ? 1000 : 1024 }
    return { blocks: style, sizes: style }
  }
  const told = last?.value ?? env
  if (told === undefined) return { blocks: plain, sizes: bytes }
  const style = sizeStyle(told, '--block-size')
  return { blocks: options.has('kibibytes') && last === undefined ? plain : style, sizes: style }
}

function showsOf({ options }: Tool): LsHow['shows'] {
  const last = options.last('all', 'almost-all', 'unsorted-all')
  if (last === undefined) return 'plain'
  return last === 'almost-all' ? 'almost all' : 'all'
}

const COLOR_TERMINALS =
  /^(ansi|.*color.*|con\d+x\d+|cons25|console|cygwin|dtterm|eterm|gnome|hurd|jfbterm|konsole|kterm|linux|mach|mlterm|putty|rxvt|screen|st|terminator|tmux|vt100|xterm)/

/** Without colours of its own, a terminal has to be known for having some. */
function hasColors(env: ReadonlyMap<string, string>): boolean {
  if ((env.get('LS_COLORS') ?? '') !== '' || (env.get('COLORTERM') ?? '') !== '') return true
  return COLOR_TERMINALS.test(env.get('TERM') ?? '')
}

/** Reads the options. @throws BadOption */
export function lsHow(tool: Tool): LsHow {
  const { options, call } = tool
  const isTerminal = call.file(1)?.isTerminal ?? false
  const format = formatOf(tool, isTerminal)
  const globs = (key: string): readonly GlobMatcher[] =>
    options.values(key).map((glob) => globMatcher(glob, { extglob: false, period: true }))
  const follow = options.last('follow', 'follow-operands', 'follow-folders')
  const isPlainWalk = format === 'long' || options.has('directory') || indicatorOf(tool, isTerminal) === 'classify'
  const width = options.value('width') ?? call.env.get('COLUMNS') ?? '80'
  if (!/^\d+$/.test(width) && options.has('width')) usageError(`invalid line width: ${curly(width)}`, 2)
  const color = oneOf(COLORS, options.value('color') ?? (options.has('color') ? 'always' : 'never'), '--color')
  return {
    format,
    sort: sortOf(tool, format),
    time: timeOf(tool),
    quoting: quotingOf(tool, isTerminal),
    indicator: indicatorOf(tool, isTerminal),
    shows: showsOf(tool),
    ignored: [...globs('ignore'), ...(options.has('ignore-backups') ? [globMatcher('*~')] : [])],
    hidden: globs('hide'),
    follows:
      follow === 'follow'
        ? 'all'
        : follow === 'follow-operands'
          ? 'operands'
          : follow === undefined && isPlainWalk
            ? 'none'
            : 'operands to folders',
    timeFormats: timeFormats(tool),
    ...blockStyles(tool),
    hasColor: (color === 'yes' || (color === 'auto' && isTerminal)) && hasColors(call.env),
    isTerminal,
    hidesControls: options.last('hide-controls', 'show-controls') === 'hide-controls' || (isTerminal && !options.has('show-controls')),
    width: Number(width),
    end: options.has('zero') ? '\0' : '\n',
  }
}
