import { CommandError } from '../command'
import type { Options } from '../options'
import { endedLine, withoutTabs, type DiffTexts, type ShownChange } from './diff-text'

type Kind = 'old' | 'new' | 'unchanged' | 'changed'

/** What is written for groups of lines and for lines. */
export interface Formats {
  readonly line: Readonly<Record<'old' | 'new' | 'unchanged', string>>
  readonly group: Readonly<Record<Kind, string>>
  /** Columns of a tab; undefined: tabs stay. */
  readonly tabSize: number | undefined
}

/** The formats that were asked for, with `-D NAME` as one of them. Undefined: none was. */
export function formatsOf(options: Options, tabSize: number | undefined): Formats | undefined {
  const given = new Map<string, string>()
  const set = (key: string, value: string, flag = key): void => {
    const before = given.get(key)
    if (before !== undefined && before !== value) {
      throw new CommandError(`conflicting --${flag} option value '${value}'\ndiff: Try 'diff --help' for more information.`, 2)
    }
    given.set(key, value)
  }
  for (const { key, value = '' } of options.found) {
    if (key === 'ifdef') for (const [kind, format] of Object.entries(ifdef(value))) set(`${kind}-group-format`, format, key)
    else if (key === 'line-format') for (const kind of ['old', 'new', 'unchanged']) set(`${kind}-line-format`, value, key)
    else if (/^(old|new|unchanged|changed)-(line|group)-format$/.test(key)) set(key, value)
  }
  if (given.size === 0) return undefined
  const line = (kind: string): string => given.get(`${kind}-line-format`) ?? '%l\n'
  const changed = given.get('changed-group-format')
  const group = (kind: string, otherwise: string): string => given.get(`${kind}-group-format`) ?? otherwise
  const before = group('old', changed ?? '%<')
  const after = group('new', changed ?? '%>')
  return {
    line: { old: line('old'), new: line('new'), unchanged: line('unchanged') },
    group: { old: before, new: after, unchanged: group('unchanged', '%='), changed: changed ?? before + after },
    tabSize,
  }
}

function ifdef(name: string): Readonly<Record<Kind, string>> {
  return {
    unchanged: '%=',
    old: `#ifndef ${name}\n%<#endif /* ! ${name} */\n`,
    new: `#ifdef ${name}\n%>#endif /* ${name} */\n`,
    changed: `#ifndef ${name}\n%<#else /* ${name} */\n%>#endif /* ${name} */\n`,
  }
}

/** Whether equal files give nothing at all. */
export function isSilentWhenEqual({ line, group }: Formats): boolean {
  return group.unchanged === '' || (group.unchanged === '%=' && line.unchanged === '')
}

interface Span {
  readonly side: 0 | 1
  readonly from: number
  readonly to: number
}

const LETTERS: Readonly<Record<string, (span: Span) => number>> = {
  e: ({ from }) => from,
  f: ({ from }) => from + 1,
  l: ({ to }) => to,
  m: ({ to }) => to + 1,
  n: ({ from, to }) => to - from,
}

/** `%-5.3d` and the like, with the letter of what is counted behind it. */
const NUMBER = /^%(-?'?-?)(\d*)(?:\.(\d*))?([doxX])([eflmnEFLMN])/
const LINES: Readonly<Record<string, 'old' | 'new' | 'unchanged'>> = { '%<': 'old', '%>': 'new', '%=': 'unchanged' }
const LITERAL = /^%c'(?:\\([0-7]{1,3})|([^\\']))'/
const CONDITION = /^%\(([eflmnEFLMN]|\d+)=([eflmnEFLMN]|\d+)\?/

function numberText(value: number, flags: string, [width, precision, kind]: readonly [string, string | undefined, string]): string {
  const base = kind === 'o' ? 8 : kind === 'd' ? 10 : 16
  const digits = value.toString(base).padStart(Number(precision ?? 0), '0')
  const text = kind === 'X' ? digits.toUpperCase() : digits
  const isZeroed = precision === undefined && width.startsWith('0') && !flags.includes('-')
  const size = Number(width || '0')
  return flags.includes('-') ? text.padEnd(size) : text.padStart(size, isZeroed ? '0' : ' ')
}

function literal(match: RegExpExecArray): string {
  return match[1] === undefined ? (match[2] ?? '') : String.fromCharCode(Number.parseInt(match[1], 8) & 0xff)
}

class FormatPrinter {
  readonly #texts: DiffTexts
  readonly #formats: Formats
  #out = ''

  constructor(texts: DiffTexts, formats: Formats) {
    this.#texts = texts
    this.#formats = formats
  }

  all(changes: readonly ShownChange[]): string {
    let [at0, at1] = [0, 0]
    const common = (end0: number, end1: number): void => {
      if (at0 < end0 || at1 < end1) this.#group('unchanged', { side: 0, from: at0, to: end0 }, { side: 1, from: at1, to: end1 })
    }
    for (const { line0, line1, deleted, inserted, isIgnored } of changes) {
      if (isIgnored) continue
      common(line0, line1)
      at0 = line0 + deleted
      at1 = line1 + inserted
      const kind = deleted === 0 ? 'new' : inserted === 0 ? 'old' : 'changed'
      this.#group(kind, { side: 0, from: line0, to: at0 }, { side: 1, from: line1, to: at1 })
    }
    common(this.#texts[0].lines.length, this.#texts[1].lines.length)
    return this.#out
  }

  #group(kind: Kind, first: Span, second: Span): void {
    const spans = [first, second] as const
    this.#groupText(this.#formats.group[kind], { spans, end: '', isShown: true })
  }

  /** Writes a format up to a letter. Gives what is left of it behind that. */
  #groupText(format: string, how: { readonly spans: readonly [Span, Span]; readonly end: string; readonly isShown: boolean }): string {
    let rest = format
    while (rest !== '' && !(how.end !== '' && rest.startsWith(how.end))) {
      const condition = CONDITION.exec(rest)
      if (condition !== null) {
        const isTrue = operand(how.spans, condition[1] ?? '') === operand(how.spans, condition[2] ?? '')
        rest = this.#groupText(rest.slice(condition[0].length), { ...how, end: ':', isShown: how.isShown && isTrue })
        rest = this.#groupText(rest, { ...how, end: ')', isShown: how.isShown && !isTrue })
      } else rest = rest.slice(this.#piece(rest, how))
    }
    return rest.slice(how.end.length)
  }

  /** Writes what begins the format; gives its length. */
  #piece(rest: string, { spans, isShown }: { readonly spans: readonly [Span, Span]; readonly isShown: boolean }): number {
    const put = (text: string, length: number): number => {
      if (isShown) this.#out += text
      return length
    }
    const lines = LINES[rest.slice(0, 2)]
    if (lines !== undefined) {
      if (isShown) this.#lines(lines, spans[lines === 'new' ? 1 : 0])
      return 2
    }
    if (rest.startsWith('%%')) return put('%', 2)
    const char = LITERAL.exec(rest)
    if (char !== null) return put(literal(char), char[0].length)
    const number = NUMBER.exec(rest)
    if (number === null) return put(rest.charAt(0), 1)
    const [all, flags = '', width = '', precision, kind = 'd', letter = ''] = number
    return put(numberText(operand(spans, letter), flags, [width, precision, kind]), all.length)
  }

  #lines(kind: 'old' | 'new' | 'unchanged', { side, from, to }: Span): void {
    const format = this.#formats.line[kind]
    const { tabSize } = this.#formats
    for (let at = from; at < to; at++) {
      const whole = endedLine(this.#texts[side], at)
      const line = tabSize === undefined ? whole : withoutTabs(whole, tabSize)
      for (let i = 0; i < format.length;) i += this.#linePiece(format.slice(i), line, at)
    }
  }

  #linePiece(rest: string, line: string, at: number): number {
    const char = LITERAL.exec(rest)
    const number = /^%(-?'?-?)(\d*)(?:\.(\d*))?([doxX])n/.exec(rest)
    if (rest.startsWith('%l')) this.#out += line.replace(/\n$/, '')
    else if (rest.startsWith('%L')) this.#out += line
    else if (rest.startsWith('%%')) this.#out += '%'
    else if (char !== null) this.#out += literal(char)
    else if (number !== null) {
      const [, flags = '', width = '', precision, kind = 'd'] = number
      this.#out += numberText(at + 1, flags, [width, precision, kind])
    } else {
      this.#out += rest.charAt(0)
      return 1
    }
    return char?.[0].length ?? number?.[0].length ?? 2
  }
}

function operand(spans: readonly [Span, Span], text: string): number {
  const lower = text.toLowerCase()
  return LETTERS[lower]?.(spans[text === lower ? 0 : 1]) ?? Number(text)
}

/** Both files by formats: `--ifdef`, `--old-line-format` and their like. */
export function printFormatted(texts: DiffTexts, changes: readonly ShownChange[], formats: Formats): string {
  return new FormatPrinter(texts, formats).all(changes)
}
