import { compilePattern, RegexError, type Pattern } from '../../regex/pattern'
import { bytesOf } from '../../text'
import { CommandError } from '../command'
import type { Address, RangeEnd, SedAction, SedCommand, SedScript, SedStyle } from './sed-script'
import { delimited, insertedText, replacementOf, transliteration } from './sed-text'

/** @throws CommandError in sed's words, with the place */
export function parseSed(source: string, style: SedStyle): SedScript {
  return new SedParser(source, style).parse()
}

const SIMPLE = ['d', 'D', 'F', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'x', 'z', '='] as const
const FILES = ['r', 'R', 'w', 'W'] as const
const JUMPS = ['b', 't', 'T'] as const
const NUMBERED = ['q', 'Q', 'l'] as const
const TEXTS = ['a', 'i', 'c'] as const

class SedParser {
  readonly #source: string
  readonly #style: SedStyle
  readonly #commands: SedCommand[] = []
  readonly #labels = new Map<string, number>()
  readonly #open: { end: number }[] = []
  #at = 0

  constructor(source: string, style: SedStyle) {
    this.#source = source
    this.#style = style
  }

  parse(): SedScript {
    const isQuiet = /^#n(?:\n|$)/.test(this.#source)
    for (;;) {
      this.#at += /^[\s;]*/.exec(this.#source.slice(this.#at))?.[0].length ?? 0
      if (this.#at >= this.#source.length) break
      this.#command()
    }
    if (this.#open.length > 0) throw this.#bad('unmatched `{', 0)
    for (const { action } of this.#commands) {
      if (action.type !== 'b' && action.type !== 't' && action.type !== 'T') continue
      const to = action.label === '' ? this.#commands.length : this.#labels.get(action.label)
      if (to === undefined) throw new CommandError(`can't find label for jump to \`${action.label}'`, 4)
      action.to = to
    }
    return { commands: this.#commands, isQuiet }
  }

  #bad(message: string, at = this.#at): CommandError {
    const text = message.startsWith('unmatched') ? `${message}'` : message
    return new CommandError(`-e expression #1, char ${bytesOf(this.#source.slice(0, at)).length}: ${text}`, 1)
  }

  #peek(): string {
    return this.#source.charAt(this.#at)
  }

  #blanks(): void {
    while (this.#at < this.#source.length && /[^\S\n]/.test(this.#peek())) this.#at += 1
  }

  #command(): void {
    const from = this.#address()
    const isRange = from !== undefined && this.#isComma()
    const to = isRange ? this.#rangeEnd() : undefined
    const isZero = from?.type === 'line' && from.line === 0
    if (isZero && (to?.type !== 'regex' || this.#style.isPosix)) throw this.#bad('invalid usage of line address 0', this.#at + 1)
    this.#blanks()
    const isNegated = this.#peek() === '!'
    if (isNegated) {
      this.#at += 1
      this.#blanks()
      if (this.#peek() === '!') throw this.#bad("multiple `!'s", this.#at + 1)
    }
    const letter = this.#peek()
    if (letter === '' || (letter === '\n' && from !== undefined)) throw this.#bad('missing command')
    this.#at += 1
    if (to !== undefined && (letter === 'q' || letter === 'Q')) throw this.#bad('command only uses one address')
    this.#take(letter, { from, to, isNegated, startsActive: isZero })
  }

  #take(letter: string, where: Omit<SedCommand, 'action'>): void {
    switch (letter) {
      case '#':
        if (where.from !== undefined) throw this.#bad("comments don't accept any addresses")
        this.#at = this.#lineEnd()
        return
      case ':':
        return this.#label(where)
      case '}':
        return this.#close(where)
      default: {
        const action = this.#action(letter)
        this.#commands.push({ ...where, action })
        if (action.type === '{') this.#open.push(action)
      }
    }
  }

  #label(where: Omit<SedCommand, 'action'>): void {
    if (where.from !== undefined) throw this.#bad(": doesn't want any addresses")
    this.#blanks()
    const label = /^[^\s;]*/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    if (label === '') throw this.#bad('":" lacks a label')
    this.#at += label.length
    this.#labels.set(label, this.#commands.length)
  }

  #close(where: Omit<SedCommand, 'action'>): void {
    const open = this.#open.pop()
    if (open === undefined) throw this.#bad("unexpected `}'")
    if (where.from !== undefined) throw this.#bad("} doesn't want any addresses")
    open.end = this.#commands.length
    this.#endOfCommand()
  }

  #action(letter: string): SedAction {
    const simple = SIMPLE.find((each) => each === letter)
    if (simple !== undefined) {
      this.#endOfCommand()
      return { type: simple }
    }
    const file = FILES.find((each) => each === letter)
    if (file !== undefined) return { type: file, file: this.#file() }
    const jump = JUMPS.find((each) => each === letter)
    if (jump !== undefined) return this.#jump(jump)
    const numbered = NUMBERED.find((each) => each === letter)
    if (numbered !== undefined) {
      this.#blanks()
      const digits = /^\d*/.exec(this.#source.slice(this.#at))?.[0] ?? ''
      this.#at += digits.length
      this.#endOfCommand()
      return { type: numbered, number: digits === '' ? undefined : Number(digits) }
    }
    const text = TEXTS.find((each) => each === letter)
    if (text !== undefined) return this.#text(text)
    return this.#special(letter)
  }

  #special(letter: string): SedAction {
    switch (letter) {
      case '{':
        return { type: '{', end: 0 }
      case 's':
        return this.#substitution()
      case 'y':
        return this.#transliteration()
      case 'v':
        return this.#version()
      case 'e':
        return this.#execution()
      case ',':
        throw this.#bad("unknown command: `,'")
      default:
        throw this.#bad(`unknown command: \`${letter}'`)
    }
  }

  #execution(): SedAction {
    this.#refuseInSandbox()
    this.#blanks()
    if (this.#peek() === '' || this.#peek() === '\n') return { type: 'e', command: undefined }
    const action = this.#text('i')
    return { type: 'e', command: action.text }
  }

  #refuseInSandbox(): void {
    if (this.#style.isSandbox) throw this.#bad('e/r/w commands disabled in sandbox mode')
  }

  #version(): SedAction {
    this.#blanks()
    const version = /^[^\s;]*/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    this.#at += version.length
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major > 4 || (major === 4 && minor > 9)) throw this.#bad('expected newer version of sed')
    return { type: '}', end: 0 }
  }

  #lineEnd(): number {
    const end = this.#source.indexOf('\n', this.#at)
    return end < 0 ? this.#source.length : end
  }

  #endOfCommand(): void {
    this.#blanks()
    const next = this.#peek()
    if (next === '' || next === '\n' || next === ';') this.#at += 1
    else if (next !== '}' && next !== '#') throw this.#bad('extra characters after command', this.#at + 1)
  }

  #file(): string {
    this.#blanks()
    const end = this.#lineEnd()
    const name = this.#source.slice(this.#at, end)
    if (name === '') throw this.#bad('missing filename in r/R/w/W commands')
    this.#at = end + 1
    this.#refuseInSandbox()
    return name
  }

  #jump(type: (typeof JUMPS)[number]): SedAction {
    this.#blanks()
    const label = /^[^\s;}]*/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    this.#at += label.length
    this.#endOfCommand()
    return { type, label, to: 0 }
  }

  #text(type: (typeof TEXTS)[number]): Extract<SedAction, { text: string }> {
    this.#blanks()
    if (this.#peek() === '') throw this.#bad("expected \\ after `a', `c' or `i'")
    let isOneLine = true
    if (this.#peek() === '\\') {
      const newline = /^\\[^\S\n]*\n/.exec(this.#source.slice(this.#at))
      if (newline !== null) {
        isOneLine = false
        this.#at += newline[0].length
      } else if (this.#at + 1 >= this.#source.length) {
        this.#at += 1
        return { type, text: '' }
      }
    }
    const { text, end } = insertedText(this.#source, this.#at, isOneLine)
    this.#at = end
    return { type, text: text === '' && !isOneLine && this.#at >= this.#source.length ? '' : `${text}\n` }
  }

  #isComma(): boolean {
    this.#blanks()
    if (this.#peek() !== ',') return false
    this.#at += 1
    this.#blanks()
    return true
  }

  #number(): number {
    const digits = /^\d+/.exec(this.#source.slice(this.#at))?.[0] ?? '0'
    this.#at += digits.length
    return Number(digits)
  }

  #address(): Address | undefined {
    const char = this.#peek()
    if (/\d/.test(char)) {
      const first = this.#number()
      this.#blanks()
      if (this.#peek() !== '~') return { type: 'line', line: first }
      this.#at += 1
      this.#blanks()
      const step = /\d/.test(this.#peek()) ? this.#number() : 0
      return step > 0 ? { type: 'step', first, step } : { type: 'line', line: first }
    }
    if (char === '$') {
      this.#at += 1
      return { type: 'last' }
    }
    if (char === '+' || char === '~') throw this.#bad('invalid usage of +N or ~N as first address', this.#at + 2)
    if (char !== '/' && char !== '\\') return undefined
    const delimiter = char === '/' ? '/' : this.#source.charAt(this.#at + 1)
    return this.#regexAddress(delimiter, this.#at + (char === '/' ? 1 : 2))
  }

  #regexAddress(delimiter: string, from: number): Address {
    const found = delimiter === '' ? undefined : delimited(this.#source, from, { delimiter, isRegex: true })
    if (found === undefined) throw this.#bad('unterminated address regex', this.#source.length)
    this.#at = found.end
    const flags = /^[IM]*/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    this.#at += flags.length
    return { type: 'regex', pattern: this.#pattern(found.text, flags) }
  }

  #rangeEnd(): RangeEnd {
    const char = this.#peek()
    if (char === '+' || char === '~') {
      this.#at += 1
      if (!/\d/.test(this.#peek())) throw this.#bad('expected number')
      const number = this.#number()
      return char === '+' ? { type: 'count', count: number } : { type: 'multiple', of: number }
    }
    const address = this.#address()
    if (address === undefined) throw this.#bad("unexpected `,'", this.#at + 1)
    return address.type === 'step' ? { type: 'line', line: address.first } : address
  }

  #pattern(source: string, flags: string): Pattern | undefined {
    const { isExtended, isNul, tick } = this.#style
    if (source === '') {
      if (flags !== '') throw this.#bad('cannot specify modifiers on empty regexp')
      return undefined
    }
    try {
      const options = { ignoreCase: /i/i.test(flags), isMultiline: /m/i.test(flags) && !isNul, escapes: 'sed' as const, tick }
      return compilePattern(source, { dialect: isExtended ? 'ere' : 'bre', ...options })
    } catch (thrown) {
      if (!(thrown instanceof RegexError)) throw thrown
      throw thrown.message.startsWith('character class') ? new CommandError(thrown.message, 4) : this.#bad(thrown.message)
    }
  }

  #sides(type: 's' | 'y'): readonly [left: string, right: string] {
    const delimiter = this.#peek()
    const unterminated = (): CommandError => this.#bad(`unterminated \`${type}' command`, this.#source.length)
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\') throw unterminated()
    const left = delimited(this.#source, this.#at + 1, { delimiter, isRegex: type === 's' })
    const right = left && delimited(this.#source, left.end, { delimiter, isRegex: false })
    if (left === undefined || right === undefined) throw unterminated()
    this.#at = right.end
    return [left.text, right.text]
  }

  #transliteration(): SedAction {
    const [left, right] = this.#sides('y').map(transliteration)
    if (left === undefined || right === undefined || left.length !== right.length) {
      throw this.#bad("strings for `y' command are different lengths")
    }
    const map = new Map<string, string>()
    for (const [i, char] of left.entries()) if (!map.has(char)) map.set(char, right[i] ?? '')
    this.#endOfCommand()
    return { type: 'y', map }
  }

  #substitution(): SedAction {
    const [left, right] = this.#sides('s')
    const flags = this.#flags()
    const pattern = this.#pattern(left, flags.letters.replace(/[gpe]/g, ''))
    const parts = replacementOf(right)
    const highest = Math.max(0, ...parts.map((part) => (part.type === 'group' ? part.index : 0)))
    if (pattern !== undefined && highest > pattern.groups) throw this.#bad(`invalid reference \\${highest} on \`s' command's RHS`)
    const { letters, file, number } = flags
    const action = { type: 's' as const, pattern, parts, from: number, file }
    const runs = letters.includes('e')
    const printsFirst = runs && /p.*e/.test(letters)
    return { ...action, isGlobal: letters.includes('g'), prints: letters.includes('p') && !printsFirst, printsFirst, runs }
  }

  #flags(): { readonly letters: string; readonly number: number; readonly file: string | undefined } {
    let letters = ''
    let number: number | undefined
    for (;;) {
      const char = this.#peek()
      this.#at += 1
      if (char === 'g' || char === 'p') {
        if (letters.includes(char)) throw this.#bad(`multiple \`${char}' options to \`s' command`)
        letters += char
      } else if (/[iImMe]/.test(char)) {
        if (char === 'e') this.#refuseInSandbox()
        letters += char
      } else if (/\d/.test(char)) {
        if (number !== undefined) throw this.#bad("multiple number options to `s' command")
        this.#at -= 1
        number = this.#number()
        if (number === 0) throw this.#bad("number option to `s' command may not be zero")
      } else if (char === 'w') return { letters, number: number ?? 1, file: this.#file() }
      else if (char === '' || char === '\n' || char === ';' || char === '}' || char === '#') {
        if (char === '}' || char === '#') this.#at -= 1
        return { letters, number: number ?? 1, file: undefined }
      } else if (!/\s/.test(char)) throw this.#bad("unknown option to `s'")
    }
  }
}
