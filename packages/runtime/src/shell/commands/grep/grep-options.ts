import { CommandError } from '../command'
import { BadOption, parseOptions, type Options, type OptionSpec } from '../options'

/** What to do with a file that is no text. */
export type BinaryFiles = 'binary' | 'text' | 'without-match'

/** What grep is asked for, apart from the expression. */
export interface GrepPlan {
  readonly isInverted: boolean
  readonly maxCount: number
  readonly before: number
  readonly after: number
  /** Any option asked for lines around, be it none: groups are set apart. */
  readonly hasContext: boolean
  readonly separator: string | undefined
  readonly print: 'lines' | 'parts' | 'count' | 'matching' | 'unmatching' | 'nothing'
  readonly hasNumbers: boolean
  readonly hasOffsets: boolean
  /** Undefined: where there are several files. */
  readonly hasNames: boolean | undefined
  readonly hasNulNames: boolean
  readonly isAligned: boolean
  readonly isNul: boolean
  readonly isColored: boolean
  readonly isSilent: boolean
  readonly label: string
  readonly binary: BinaryFiles
  readonly folders: 'read' | 'skip' | 'recurse' | 'recurse-links'
}

const FLAGS: readonly (readonly [key: string, short: string, ...long: string[]])[] = [
  ['E', 'E', 'extended-regexp'],
  ['F', 'F', 'fixed-strings'],
  ['G', 'G', 'basic-regexp'],
  ['P', 'P', 'perl-regexp'],
  ['i', 'iy', 'ignore-case'],
  ['no-i', '', 'no-ignore-case'],
  ['v', 'v', 'invert-match'],
  ['w', 'w', 'word-regexp'],
  ['x', 'x', 'line-regexp'],
  ['c', 'c', 'count'],
  ['l', 'l', 'files-with-matches'],
  ['L', 'L', 'files-without-match'],
  ['o', 'o', 'only-matching'],
  ['b', 'b', 'byte-offset'],
  ['n', 'n', 'line-number'],
  ['H', 'H', 'with-filename'],
  ['h', 'h', 'no-filename'],
  ['q', 'q', 'quiet', 'silent'],
  ['s', 's', 'no-messages'],
  ['z', 'z', 'null-data'],
  ['Z', 'Z', 'null'],
  ['T', 'T', 'initial-tab'],
  ['a', 'a', 'text'],
  ['I', 'I'],
  ['U', 'U', 'binary'],
  ['u', 'u', 'unix-byte-offsets'],
  ['line-buffered', '', 'line-buffered'],
  ['r', 'r', 'recursive'],
  ['R', 'R', 'dereference-recursive'],
  ['no-separator', '', 'no-group-separator'],
  ['help', '', 'help'],
  ['version', 'V', 'version'],
]
const VALUED: readonly (readonly [key: string, short: string, ...long: string[]])[] = [
  ['e', 'e', 'regexp'],
  ['f', 'f', 'file'],
  ['m', 'm', 'max-count'],
  ['A', 'A', 'after-context'],
  ['B', 'B', 'before-context'],
  ['C', 'C', 'context'],
  ['separator', '', 'group-separator'],
  ['label', '', 'label'],
  ['include', '', 'include'],
  ['exclude', '', 'exclude'],
  ['exclude-dir', '', 'exclude-dir'],
  ['exclude-from', '', 'exclude-from'],
  ['binary-files', '', 'binary-files'],
  ['d', 'd', 'directories'],
  ['D', 'D', 'devices'],
  ['X', 'X'],
]

function spec([key, short, ...long]: readonly [key: string, short: string, ...long: string[]]): OptionSpec {
  return { key, long, ...(short === '' ? {} : { short }) }
}

const SPECS: readonly OptionSpec[] = [
  ...FLAGS.map(spec),
  ...VALUED.map((each) => ({ ...spec(each), value: 'required' as const })),
  { key: 'color', long: ['color', 'colour'], value: 'optional' },
  { key: 'digit', short: '0123456789' },
]

/** Reads the words of a grep. @throws BadOption, CommandError */
export function grepOptions(args: readonly string[]): Options {
  return parseOptions(args, { options: SPECS, usageCode: 2, numeric: 'digits' })
}

const CHOICES = { binary: ['binary', 'text', 'without-match'], folders: ['read', 'skip', 'recurse'] } as const

/** What the options come to. @throws CommandError in grep's words */
export function planOf(options: Options, isTerminal: boolean): GrepPlan {
  const binary = options.last('a', 'I', 'binary-files')
  const both = options.last('C', 'digits', 'digit') === 'C' ? options.value('C') : digits(options)
  return {
    isInverted: options.has('v'),
    maxCount: maxCountOf(options.value('m')),
    before: context(options.value('B') ?? both),
    after: context(options.value('A') ?? both),
    hasContext: both !== undefined || options.has('A') || options.has('B'),
    separator: options.last('no-separator', 'separator') === 'no-separator' ? undefined : (options.value('separator') ?? '--'),
    print: printOf(options),
    hasNumbers: options.has('n'),
    hasOffsets: options.has('b'),
    hasNames: namesOf(options),
    hasNulNames: options.has('Z'),
    isAligned: options.has('T'),
    isNul: options.has('z'),
    isColored: isColored(options, isTerminal),
    isSilent: options.has('s'),
    label: options.value('label') ?? '(standard input)',
    binary: binary === 'a' ? 'text' : binary === 'I' ? 'without-match' : binaryOf(options),
    folders: foldersOf(options),
  }
}

function binaryOf(options: Options): BinaryFiles {
  const word = options.value('binary-files') ?? 'binary'
  const known = CHOICES.binary.find((each) => each === word)
  if (known === undefined) throw new CommandError('unknown binary-files type', 2)
  return known
}

function foldersOf(options: Options): GrepPlan['folders'] {
  const last = options.last('r', 'R', 'd')
  if (last === 'r') return 'recurse'
  if (last === 'R') return 'recurse-links'
  const word = options.value('d') ?? 'read'
  const known = CHOICES.folders.find((each) => each === word)
  if (known === undefined) throw new BadOption(`invalid argument ‘${word}’ for ‘--directories’`, 2)
  return known
}

function printOf(options: Options): GrepPlan['print'] {
  if (options.has('q')) return 'nothing'
  const list = options.last('l', 'L')
  if (list !== undefined) return list === 'l' ? 'matching' : 'unmatching'
  if (options.has('c')) return 'count'
  return options.has('o') ? 'parts' : 'lines'
}

function namesOf(options: Options): boolean | undefined {
  const last = options.last('H', 'h')
  return last === undefined ? undefined : last === 'H'
}

function digits(options: Options): string | undefined {
  const whole = options.value('digits')
  if (whole !== undefined) return whole
  const single = options.found.filter(({ key }) => key === 'digit').map(({ spelled }) => spelled.slice(1))
  return single.length === 0 ? undefined : single.join('')
}

function context(value: string | undefined): number {
  if (value === undefined) return 0
  if (!/^\s*\+?\d+$/.test(value)) throw new CommandError(`${value}: invalid context length argument`, 2)
  return Number(value)
}

function maxCountOf(value: string | undefined): number {
  if (value === undefined) return Infinity
  const match = /^\s*([+-]?\d+)([kKMGT]?)$/.exec(value)
  if (match === null) throw new CommandError('invalid max count', 2)
  const number = Number(match[1]) * 1024 ** ' kMGT'.indexOf((match[2] || ' ').replace('K', 'k'))
  return number < 0 ? Infinity : number
}

function isColored(options: Options, isTerminal: boolean): boolean {
  if (!options.has('color')) return false
  const when = options.value('color') ?? 'auto'
  if (['always', 'yes', 'force'].includes(when)) return true
  if (['never', 'no', 'none'].includes(when)) return false
  if (['auto', 'tty', 'if-tty'].includes(when)) return isTerminal
  throw new CommandError(`invalid argument ‘${when}’ for ‘--color’`, 2)
}
