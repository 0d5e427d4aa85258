import type { Filter } from './filter'
import { FilterFault, type Token } from './filter-lexer'

/** Words of a program with a place to read at. */
export abstract class FilterTokens {
  protected readonly tokens: readonly Token[]
  protected readonly source: string
  protected next = 0

  constructor(tokens: readonly Token[], source: string) {
    this.tokens = tokens
    this.source = source
  }

  protected peek(ahead = 0): Token {
    const token = this.tokens[this.next + ahead] ?? this.tokens.at(-1)
    if (token === undefined) throw new FilterFault('syntax error', 0)
    return token
  }

  protected take(): Token {
    const token = this.peek()
    this.next += 1
    return token
  }

  protected is(...texts: readonly string[]): boolean {
    const token = this.peek()
    return token.type === 'punctuation' && texts.includes(token.text)
  }

  protected isName(text: string): boolean {
    const token = this.peek()
    return token.type === 'name' && token.text === text
  }

  protected accept(text: string): boolean {
    const found = this.is(text) || this.isName(text)
    if (found) this.next += 1
    return found
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.fail()
  }

  protected fail(): never {
    const token = this.peek()
    const what = token.type === 'end' ? '$end' : token.type === 'punctuation' ? `'${token.text}'` : token.type.toUpperCase()
    throw new FilterFault(`syntax error, unexpected ${what} (Unix shell quoting issues?)`, token.at)
  }

  protected line(at: number): number {
    return this.source.slice(0, at).split('\n').length
  }

  /** `$__loc__`. */
  protected location(at: number): Filter {
    return {
      type: 'literal',
      value: new Map<string, string | number>([
        ['file', '<top-level>'],
        ['line', this.line(at)],
      ]),
    }
  }
}
