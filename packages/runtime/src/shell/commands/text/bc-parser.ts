import { bcTokens, BcSyntaxError, type BcExpression, type BcParam, type BcPlace, type BcStatement, type BcToken } from './bc-syntax'

const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], [], ['<', '<=', '>', '>=', '==', '!='], ['+', '-'], ['*', '/', '%']]
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '^=']
const WORDS = new Set([
  'if',
  'else',
  'while',
  'for',
  'define',
  'return',
  'break',
  'continue',
  'quit',
  'halt',
  'auto',
  'print',
  'void',
  'limits',
  'warranty',
])
const CALLS = new Set(['length', 'scale', 'sqrt', 'read'])

/** Reads a program of bc. */
export class BcParser {
  readonly #tokens: readonly BcToken[]
  #at = 0

  /** @throws BcSyntaxError */
  constructor(text: string) {
    this.#tokens = bcTokens(text)
  }

  /** The statements of the next line; undefined at the end. @throws BcSyntaxError, after which the rest of the line is skipped */
  line(): readonly BcStatement[] | undefined {
    if (this.#peek().kind === 'end') return undefined
    const out: BcStatement[] = []
    try {
      while (!this.#endsLine()) {
        if (this.#accept(';')) continue
        out.push(this.#statement())
        if (!this.#endsLine() && this.#peek().text !== ';') throw new BcSyntaxError('syntax error')
      }
    } catch (thrown) {
      while (!this.#endsLine()) this.#at += 1
      if (this.#peek().kind === 'line') this.#at += 1
      throw thrown
    }
    if (this.#peek().kind === 'line') this.#at += 1
    return out
  }

  /** Number of the line that is read next. */
  get lineNumber(): number {
    return this.#tokens.slice(0, this.#at).filter(({ kind }) => kind === 'line').length + 1
  }

  #endsLine(): boolean {
    return this.#peek().kind === 'line' || this.#peek().kind === 'end'
  }

  #peek(ahead = 0): BcToken {
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '' }
  }

  #next(): BcToken {
    const token = this.#peek()
    this.#at += 1
    return token
  }

  #accept(text: string): boolean {
    const token = this.#peek()
    const isIt = token.text === text && (token.kind === 'sign' || token.kind === 'name')
    if (isIt) this.#at += 1
    return isIt
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw new BcSyntaxError('syntax error')
  }

  #newlines(): void {
    while (this.#peek().kind === 'line') this.#at += 1
  }

  #statement(): BcStatement {
    const token = this.#peek()
    if (token.kind === 'string') return { type: 'string', text: this.#next().text }
    if (this.#accept('{')) return { type: 'block', body: this.#blockRest() }
    if (token.kind !== 'name' || !WORDS.has(token.text)) return { type: 'expression', value: this.#expression() }
    this.#at += 1
    switch (token.text) {
      case 'if':
        return this.#if()
      case 'while': {
        const test = this.#grouped()
        this.#newlines()
        return { type: 'while', test, body: this.#statement() }
      }
      case 'for':
        return this.#for()
      case 'define':
        return this.#define()
      case 'print':
        return this.#print()
      case 'return':
        return { type: 'return', value: this.#endsLine() || [';', '}'].includes(this.#peek().text) ? undefined : this.#expression() }
      case 'break':
      case 'continue':
      case 'quit':
      case 'halt':
        return { type: token.text }
      default:
        throw new BcSyntaxError('syntax error')
    }
  }

  #blockRest(): readonly BcStatement[] {
    const body: BcStatement[] = []
    for (;;) {
      if (this.#peek().kind === 'end') throw new BcSyntaxError('syntax error')
      if (this.#peek().kind === 'line' || this.#peek().text === ';') this.#at += 1
      else if (this.#accept('}')) return body
      else body.push(this.#statement())
    }
  }

  #grouped(): BcExpression {
    this.#expect('(')
    const value = this.#expression()
    this.#expect(')')
    return value
  }

  #if(): BcStatement {
    const test = this.#grouped()
    this.#newlines()
    const yes = this.#statement()
    const before = this.#at
    if (this.#peek().text === ';') this.#at += 1
    if (this.#accept('else')) {
      this.#newlines()
      return { type: 'if', test, yes, no: this.#statement() }
    }
    this.#at = before
    return { type: 'if', test, yes, no: undefined }
  }

  #for(): BcStatement {
    this.#expect('(')
    const part = (end: string): BcExpression | undefined => {
      if (this.#accept(end)) return undefined
      const value = this.#expression()
      this.#expect(end)
      return value
    }
    const start = part(';')
    const test = part(';')
    const next = part(')')
    this.#newlines()
    return { type: 'for', start, test, next, body: this.#statement() }
  }

  #print(): BcStatement {
    const items: (BcExpression | string)[] = []
    do items.push(this.#peek().kind === 'string' ? this.#next().text : this.#expression())
    while (this.#accept(','))
    return { type: 'print', items }
  }

  #define(): BcStatement {
    const isVoid = this.#accept('void')
    const name = this.#next().text
    this.#expect('(')
    const params = this.#params(')')
    this.#newlines()
    this.#expect('{')
    this.#newlines()
    const locals: BcParam[] = []
    while (this.#accept('auto')) {
      locals.push(...this.#params(undefined))
      this.#accept(';')
      this.#newlines()
    }
    return { type: 'define', name, isVoid, params, locals, body: this.#blockRest() }
  }

  #params(end: string | undefined): readonly BcParam[] {
    const out: BcParam[] = []
    if (end !== undefined && this.#accept(end)) return out
    do {
      const { kind, text } = this.#next()
      if (kind !== 'name') throw new BcSyntaxError('syntax error')
      const isArray = this.#accept('[')
      if (isArray) this.#expect(']')
      out.push({ name: text, isArray })
    } while (this.#accept(','))
    if (end !== undefined) this.#expect(end)
    return out
  }

  #expression(level = 0): BcExpression {
    if (level === 2) return this.#not()
    const operators = LEVELS[level]
    if (operators === undefined) return this.#negative()
    let left = this.#expression(level + 1)
    for (let sign = this.#peek(); sign.kind === 'sign' && operators.includes(sign.text); sign = this.#peek()) {
      this.#at += 1
      left = { type: 'binary', operator: sign.text, left, right: this.#expression(level + 1) }
    }
    return left
  }

  #not(): BcExpression {
    return this.#accept('!') ? { type: 'unary', operator: '!', value: this.#not() } : this.#expression(3)
  }

  /** A minus binds tighter than `^`: `-2^2` is 4. */
  #negative(): BcExpression {
    const base = this.#minus()
    if (!this.#accept('^')) return base
    return { type: 'binary', operator: '^', left: base, right: this.#negative() }
  }

  #minus(): BcExpression {
    return this.#accept('-') ? { type: 'unary', operator: '-', value: this.#minus() } : this.#postfix()
  }

  #postfix(): BcExpression {
    const sign = this.#peek().text
    if (sign === '++' || sign === '--') {
      this.#at += 1
      return { type: 'step', operator: sign, target: placeOf(this.#primary()), isBefore: true }
    }
    const value = this.#primary()
    const after = this.#peek()
    if (after.text === '++' || after.text === '--') {
      this.#at += 1
      return { type: 'step', operator: after.text, target: placeOf(value), isBefore: false }
    }
    if (after.kind !== 'sign' || !ASSIGNMENTS.includes(after.text)) return value
    this.#at += 1
    return { type: 'assign', operator: after.text.slice(0, -1), target: placeOf(value), value: this.#expression() }
  }

  #primary(): BcExpression {
    // What ends a line is not part of an expression: the next line is read for itself.
    if (this.#endsLine()) throw new BcSyntaxError('syntax error')
    const token = this.#next()
    if (token.kind === 'number') return { type: 'number', text: token.text }
    if (token.text === '(' && token.kind === 'sign') {
      const value = this.#expression()
      this.#expect(')')
      return { type: 'group', value }
    }
    if (token.text === '.' && token.kind === 'sign') return { type: 'variable', name: 'last' }
    if (token.kind !== 'name' || WORDS.has(token.text)) throw new BcSyntaxError('syntax error')
    if (this.#accept('(')) return { type: 'call', name: token.text, args: this.#args() }
    if (this.#accept('[')) {
      if (this.#accept(']')) return { type: 'array', name: token.text }
      const index = this.#expression()
      this.#expect(']')
      return { type: 'element', name: token.text, index }
    }
    if (CALLS.has(token.text) && token.text !== 'scale') throw new BcSyntaxError('syntax error')
    return { type: 'variable', name: token.text }
  }

  #args(): readonly BcExpression[] {
    const out: BcExpression[] = []
    if (this.#accept(')')) return out
    do out.push(this.#expression())
    while (this.#accept(','))
    this.#expect(')')
    return out
  }
}

function placeOf(value: BcExpression): BcPlace {
  if (value.type === 'variable' || value.type === 'element') return value
  throw new BcSyntaxError('syntax error')
}
