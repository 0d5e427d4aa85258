import type { GitArgs } from './args'
import { fatal } from './git-error'

/** Says whether a line is wanted. */
export type LineTest = (line: string) => boolean

type Token = { readonly type: 'pattern'; readonly test: LineTest } | { readonly type: 'and' | 'not' | 'open' | 'close' }

/** Patterns joined by `--and`, `--not` and parentheses. */
export interface GrepExpression {
  readonly test: LineTest
  /** What `--all-match` wants in every file: one of each. */
  readonly terms: readonly LineTest[]
}

const SIGNS = new Map([
  ['and', 'and'],
  ['not', 'not'],
  ['(', 'open'],
  [')', 'close'],
] as const)

/** Bare parentheses become the options that they stand for. */
export function withParentheses(words: readonly string[]): string[] {
  const end = words.indexOf('--')
  return words.map((word, i) => {
    const isValue = ['-e', '-f', '-A', '-B', '-C', '-m'].includes(words[i - 1] ?? '')
    return (word === '(' || word === ')') && (end < 0 || i < end) && !isValue ? `-${word}` : word
  })
}

/** Undefined where patterns are only listed. @param compile makes a test of the text of one pattern */
export function expressionOf(args: GitArgs, compile: (source: string) => LineTest): GrepExpression | undefined {
  const tokens = args.found.flatMap(({ key, value = '' }): Token[] => {
    if (key === 'e') return value.split('\n').map((source) => ({ type: 'pattern', test: compile(source) }))
    const sign = [...SIGNS].find(([name]) => name === key)
    return sign === undefined ? [] : [{ type: sign[1] }]
  })
  if (tokens.every(({ type }) => type === 'pattern') && !args.has('all-match')) return undefined
  return new Parser(tokens).read()
}

/** Reads as git reads: what merely follows is joined by "or". */
class Parser {
  readonly #tokens: Token[]

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens]
  }

  read(): GrepExpression {
    const terms = this.#terms()
    if (this.#tokens.length > 0) fatal('incomplete pattern expression: )')
    if (terms.length === 0) fatal('no pattern given')
    return { test: (line) => terms.some((term) => term(line)), terms }
  }

  #terms(): LineTest[] {
    const terms: LineTest[] = []
    while (this.#tokens[0] !== undefined && this.#tokens[0].type !== 'close') {
      const term = this.#and()
      if (term === undefined) return fatal(`not a pattern expression ${this.#shown()}`)
      terms.push(term)
    }
    return terms
  }

  #and(): LineTest | undefined {
    const left = this.#not()
    if (this.#tokens[0]?.type !== 'and') return left
    this.#tokens.shift()
    const right = this.#and()
    if (left === undefined) return fatal('--and not preceded by pattern expression')
    if (right === undefined) return fatal('--and not followed by pattern expression')
    return (line) => left(line) && right(line)
  }

  #not(): LineTest | undefined {
    if (this.#tokens[0]?.type !== 'not') return this.#atom()
    this.#tokens.shift()
    if (this.#tokens.length === 0) return fatal('--not not followed by pattern expression')
    const inner = this.#not()
    if (inner === undefined) return fatal('--not followed by non pattern expression')
    return (line) => !inner(line)
  }

  #atom(): LineTest | undefined {
    const [token] = this.#tokens
    if (token?.type === 'pattern') {
      this.#tokens.shift()
      return token.test
    }
    if (token?.type !== 'open') return undefined
    this.#tokens.shift()
    const terms = this.#terms()
    if (this.#tokens.shift()?.type !== 'close') return fatal('unmatched parenthesis')
    return (line) => terms.some((term) => term(line))
  }

  #shown(): string {
    const [token] = this.#tokens
    return token?.type === 'and' ? '--and' : token?.type === 'not' ? '--not' : '('
  }
}
