import { CommandError } from '../command'

/** One word of a program. */
export interface Token {
  readonly type: 'number' | 'string' | 'regex' | 'name' | 'callee' | 'keyword' | 'builtin' | 'punctuation' | 'newline' | 'end'
  readonly text: string
  readonly value: number
  readonly line: number
  /** Where it starts in the text, for messages. */
  readonly at: number
}

const KEYWORDS = new Set([
  'BEGIN',
  'END',
  'BEGINFILE',
  'ENDFILE',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
  'switch',
  'case',
  'default',
])

/** Functions that awk has itself. */
export const BUILTINS: ReadonlySet<string> = new Set(
  (
    'length substr index split sub gsub gensub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper system close ' +
    'fflush strtonum and or xor lshift rshift compl systime strftime mktime asort asorti patsplit typeof isarray mkbool'
  ).split(' '),
)

const OPERATORS = [
  '**=',
  '|&',
  '**',
  '&&',
  '||',
  '!~',
  '!=',
  '==',
  '<=',
  '>=',
  '>>',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  ...'{}()[];,+-*/%^!<>|?:~$=@',
]
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const NAMESPACED = /[A-Za-z_][A-Za-z0-9_]*::[A-Za-z_]/y
const NUMBER = /0[xX][0-9A-Fa-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y
// A slash within brackets does not end a regex.
const REGEX = /(?:\\[\s\S]|\[\^?\]?(?:\[:[a-z]+:\]|\\[^\n]|[^\]\n\\])*\]|[^/\n\\])*/y
const BLANK = /(?:[ \t\r]|\\\r?\n)+/y

/** What went wrong in a program, and where. */
export class ProgramError extends CommandError {
  readonly line: number
  readonly at: number

  constructor(message: string, line: number, at: number) {
    super(message, 1)
    this.line = line
    this.at = at
  }
}

/** The words of a program. @throws ProgramError */
export function tokenize(source: string, warn: (message: string, line: number) => void): readonly Token[] {
  return new Lexer(source, warn).all()
}

class Lexer {
  readonly #source: string
  readonly #tell: (message: string, line: number) => void
  readonly #warned = new Set<string>()
  readonly #tokens: Token[] = []
  #at = 0
  #line = 1

  constructor(source: string, tell: (message: string, line: number) => void) {
    this.#source = source
    this.#tell = tell
  }

  #warn(char: string): void {
    if (this.#warned.has(char)) return
    this.#warned.add(char)
    this.#tell(`warning: escape sequence \`\\${char}' treated as plain \`${char}'`, this.#line)
  }

  all(): readonly Token[] {
    while (this.#at < this.#source.length) this.#one()
    this.#push('newline', '\n', this.#at)
    this.#push('end', '', this.#at)
    return this.#tokens
  }

  #push(type: Token['type'], text: string, from: number | { readonly at: number; readonly value: number }): void {
    const { at, value } = typeof from === 'number' ? { at: from, value: 0 } : from
    this.#tokens.push({ type, text, value, line: this.#line, at })
  }

  #match(regex: RegExp): string | undefined {
    regex.lastIndex = this.#at
    return regex.exec(this.#source)?.[0]
  }

  #one(): void {
    const start = this.#at
    const blank = this.#match(BLANK)
    if (blank !== undefined) {
      this.#line += blank.split('\n').length - 1
      this.#at += blank.length
      return
    }
    const char = this.#source.charAt(this.#at)
    if (char === '#') {
      const end = this.#source.indexOf('\n', this.#at)
      this.#at = end < 0 ? this.#source.length : end
    } else if (char === '\n') {
      this.#at += 1
      this.#push('newline', '\n', start)
      this.#line += 1
    } else if (char === '"') this.#string(start)
    else if (char === '/' && this.#wantsOperand()) this.#regex(start)
    else this.#word(start)
  }

  #word(start: number): void {
    const number = this.#match(NUMBER)
    if (number !== undefined) {
      this.#at += number.length
      // A program's own constants may be octal; input never is.
      return this.#push('number', number, { at: start, value: /^0[0-7]+$/.test(number) ? Number.parseInt(number, 8) : Number(number) })
    }
    if (this.#match(NAMESPACED) !== undefined) throw new ProgramError('namespaces are not implemented in this sandbox', this.#line, start)
    const name = this.#match(NAME)
    if (name !== undefined) {
      this.#at += name.length
      return this.#push(this.#typeOfName(name), name === 'func' ? 'function' : name, start)
    }
    const operator = OPERATORS.find((one) => this.#source.startsWith(one, this.#at))
    if (operator === undefined) {
      const char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
      throw new ProgramError(`invalid char '${char}' in expression`, this.#line, start)
    }
    this.#at += operator.length
    this.#push('punctuation', operator === '**' ? '^' : operator === '**=' ? '^=' : operator, start)
  }

  #typeOfName(name: string): Token['type'] {
    if (KEYWORDS.has(name)) return 'keyword'
    if (BUILTINS.has(name)) return 'builtin'
    return this.#source.charAt(this.#at) === '(' ? 'callee' : 'name'
  }

  /** After what an operand cannot end with, a slash begins a regex. */
  #wantsOperand(): boolean {
    const last = this.#tokens.at(-1)
    if (last === undefined) return true
    switch (last.type) {
      case 'number':
      case 'string':
      case 'regex':
      case 'name':
        return false
      case 'builtin':
        return last.text !== 'length'
      case 'punctuation':
        return ![')', ']', '$', '++', '--'].includes(last.text)
      default:
        return true
    }
  }

  #regex(start: number): void {
    REGEX.lastIndex = start + 1
    const body = REGEX.exec(this.#source)?.[0] ?? ''
    this.#at = start + 1 + body.length
    if (this.#source.charAt(this.#at) !== '/') throw new ProgramError('unterminated regexp', this.#line, start)
    this.#at += 1
    const isValue = this.#tokens.at(-1)?.text === '@'
    if (isValue) this.#tokens.pop()
    const text = body.replace(/\\([\s\S])/g, (all, char: string) => (char === '/' ? '/' : char === '\n' ? '' : all))
    this.#push('regex', text, { at: start, value: isValue ? 1 : 0 })
  }

  #string(start: number): void {
    const end = endOfString(this.#source, start + 1)
    if (end === undefined) throw new ProgramError('unterminated string', this.#line, start)
    const raw = this.#source.slice(start + 1, end)
    this.#at = end + 1
    this.#push(
      'string',
      unescape(raw, (char) => this.#warn(char)),
      start,
    )
    this.#line += raw.split('\n').length - 1
  }
}

function endOfString(source: string, from: number): number | undefined {
  for (let at = from; at < source.length; at++) {
    const char = source.charAt(at)
    if (char === '"') return at
    if (char === '\n') return undefined
    if (char === '\\') at += 1
  }
  return undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
}

/** A byte that was written as an escape: from 128 on it is no character by itself. */
function byte(code: number): string {
  return code < 0x80 ? String.fromCharCode(code) : String.fromCharCode(0xdc00 + (code & 0xff))
}

/** Text between quotes, its escapes replaced; also what `-v` and operands like `a=b` go through. Odd escapes are told to `warn`. */
export function unescape(raw: string, warn: (char: string) => void): string {
  if (!raw.includes('\\')) return raw
  return raw.replace(/\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S])|$)/gu, (_, ...found: (string | undefined)[]) => {
    const [octal, hex, char] = found
    if (octal !== undefined) return byte(Number.parseInt(octal, 8) & 0xff)
    if (hex !== undefined) return byte(Number.parseInt(hex, 16))
    if (char === undefined) return '\\'
    const plain = ESCAPES[char]
    if (plain === undefined) warn(char)
    return plain ?? char
  })
}
