import { ProgramError, type Token } from './lexer'

/** Tokens with a place to read at. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1)
    if (token === undefined) throw new ProgramError('syntax error', 1, 0)
    return token
  }

  take(): Token {
    const token = this.peek()
    this.#next += 1
    return token
  }

  /** Is the next token this punctuation or keyword? */
  is(...texts: readonly string[]): boolean {
    const { type, text } = this.peek()
    return (type === 'punctuation' || type === 'keyword') && texts.includes(text)
  }

  /** Takes the next token where it is this. */
  accept(...texts: readonly string[]): boolean {
    const found = this.is(...texts)
    if (found) this.#next += 1
    return found
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail()
  }

  skipNewlines(): void {
    while (this.peek().type === 'newline') this.#next += 1
  }

  /** @throws ProgramError */
  fail(message?: string): never {
    const token = this.peek()
    const atEnd = token.type === 'newline' || token.type === 'end'
    throw new ProgramError(message ?? (atEnd ? 'unexpected newline or end of string' : 'syntax error'), token.line, token.at)
  }
}
