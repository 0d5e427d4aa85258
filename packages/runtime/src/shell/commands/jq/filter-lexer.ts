/** A word of a program. */
export type Token =
  | { readonly type: 'punctuation' | 'name' | 'field' | 'variable' | 'format' | 'end'; readonly text: string; readonly at: number }
  | { readonly type: 'number'; readonly text: string; readonly value: number; readonly at: number }
  | { readonly type: 'string'; readonly text: string; readonly parts: readonly (string | readonly Token[])[]; readonly at: number }

/** What is wrong with a program. */
export class FilterFault extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const BLANK = /(?:[ \t\r\n]+|#[^\n]*)+/y
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y
const NAME = /(?:[A-Za-z_][A-Za-z0-9_]*::)*[A-Za-z_][A-Za-z0-9_]*/y
const FIELD = /\.[A-Za-z_][A-Za-z0-9_]*/y
const VARIABLE = /\$(?:[A-Za-z_][A-Za-z0-9_]*::)*[A-Za-z_][A-Za-z0-9_]*/y
const FORMAT = /@[A-Za-z0-9_]+/y
const PLAIN = /[^"\\]+/y
const OPERATORS = ['?//', '//=', '|=', '+=', '-=', '*=', '/=', '%=', '==', '!=', '<=', '>=', '//', '..', ...'.[]{}()|,:;=<>+-*/%?$@']
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** The words of a program. @throws FilterFault */
export function tokenize(source: string): readonly Token[] {
  return new Lexer(source).all()
}

class Lexer {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  all(): readonly Token[] {
    const tokens = this.#until(undefined)
    return [...tokens, { type: 'end', text: '', at: this.#source.length }]
  }

  #match(regex: RegExp): string | undefined {
    regex.lastIndex = this.#at
    const found = regex.exec(this.#source)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  /** Up to the end, or up to the parenthesis that closes an interpolation. */
  #until(close: ')' | undefined): Token[] {
    const tokens: Token[] = []
    for (let depth = 0; ;) {
      this.#match(BLANK)
      if (this.#at >= this.#source.length) {
        if (close !== undefined) throw new FilterFault('syntax error, unexpected end of file', this.#at)
        return tokens
      }
      const token = this.#one()
      if (token.type === 'punctuation' && token.text === '(') depth += 1
      if (token.type === 'punctuation' && token.text === ')') depth -= 1
      if (depth < 0 && close !== undefined) return tokens
      tokens.push(token)
    }
  }

  #one(): Token {
    const at = this.#at
    if (this.#source.charAt(at) === '"') return this.#string(at)
    const number = this.#match(NUMBER)
    if (number !== undefined) return { type: 'number', text: number, value: Number(number), at }
    const field = this.#match(FIELD)
    if (field !== undefined) return { type: 'field', text: field.slice(1), at }
    const variable = this.#match(VARIABLE)
    if (variable !== undefined) return { type: 'variable', text: variable.slice(1), at }
    const format = this.#match(FORMAT)
    if (format !== undefined) return { type: 'format', text: format, at }
    const name = this.#match(NAME)
    if (name !== undefined) return { type: 'name', text: name, at }
    const operator = OPERATORS.find((one) => this.#source.startsWith(one, at))
    if (operator === undefined) throw new FilterFault('syntax error, unexpected INVALID_CHARACTER', at)
    this.#at += operator.length
    return { type: 'punctuation', text: operator, at }
  }

  #string(at: number): Token {
    this.#at += 1
    const parts: (string | readonly Token[])[] = []
    let text = ''
    for (;;) {
      text += this.#match(PLAIN) ?? ''
      const char = this.#source.charAt(this.#at)
      if (char === '') throw new FilterFault('syntax error, unexpected QQSTRING_START', at)
      this.#at += 1
      if (char === '"') return { type: 'string', text: '', parts: [...parts, text], at }
      if (this.#source.charAt(this.#at) === '(') {
        this.#at += 1
        const inner = this.#until(')')
        parts.push(text, [...inner, { type: 'end', text: '', at: this.#at }])
        text = ''
      } else text += this.#escape()
    }
  }

  #escape(): string {
    const letter = this.#source.charAt(this.#at)
    this.#at += 1
    const simple = ESCAPES[letter]
    if (simple !== undefined) return simple
    const hex = this.#source.slice(this.#at, this.#at + 4)
    if (letter !== 'u' || !/^[0-9A-Fa-f]{4}$/.test(hex)) throw new FilterFault('syntax error, invalid escape', this.#at)
    this.#at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }
}
