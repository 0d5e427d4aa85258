import { forgiven, type BinaryOperator, type Definition, type Filter, type Pattern, type PatternEntry } from './filter'
import { FilterFault, tokenize } from './filter-lexer'
import { FilterTokens } from './filter-tokens'

const IDENTITY: Filter = { type: 'identity' }
const UPDATES = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='])
const COMPARISONS: readonly BinaryOperator[] = ['==', '!=', '<', '<=', '>', '>=']
const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
])
const RESERVED = new Set('def as if then elif else end and or reduce foreach try catch label import include'.split(' '))

/** Reads a program. @throws FilterFault */
export function parseFilter(source: string): Filter {
  const parser = new Parser(tokenize(source), source)
  return parser.whole()
}

class Parser extends FilterTokens {
  /** A program; one of definitions alone is the identity after them. */
  whole(): Filter {
    if (this.isName('import') || this.isName('include') || this.isName('module'))
      throw new FilterFault('modules (import, include) are not implemented in this sandbox', this.peek().at)
    const filter = this.peek().type === 'end' ? IDENTITY : this.#pipe()
    return this.peek().type === 'end' ? filter : this.fail()
  }

  #pipe(): Filter {
    if (this.isName('def')) {
      const definition = this.#definition()
      const isLast = this.peek().type === 'end'
      return { type: 'define', definition, body: isLast ? IDENTITY : this.#pipe() }
    }
    if (this.isName('label')) {
      this.take()
      const name = this.#variable()
      this.expect('|')
      return { type: 'label', name, body: this.#pipe() }
    }
    const left = this.#comma()
    return this.accept('|') ? { type: 'pipe', left, right: this.#pipe() } : left
  }

  #definition(): Definition {
    this.take()
    const { type, text: name } = this.take()
    if (type !== 'name') return this.fail()
    const params: string[] = []
    if (this.accept('(')) {
      do {
        const param = this.take()
        if (param.type !== 'name' && param.type !== 'variable') return this.fail()
        params.push(param.type === 'variable' ? `$${param.text}` : param.text)
      } while (this.accept(';'))
      this.expect(')')
    }
    this.expect(':')
    const body = this.#pipe()
    this.expect(';')
    return { name, params, body }
  }

  #comma(): Filter {
    let left = this.#alternative()
    while (this.accept(',')) left = { type: 'comma', left, right: this.#alternative() }
    return left
  }

  #alternative(): Filter {
    const left = this.#update()
    return this.accept('//') ? { type: 'alternative', left, right: this.#alternative() } : left
  }

  #update(): Filter {
    const left = this.#or()
    const token = this.peek()
    if (token.type !== 'punctuation' || !UPDATES.has(token.text)) return left
    this.take()
    return { type: 'assign', operator: token.text, left, right: this.#alternative() }
  }

  #or(): Filter {
    let left = this.#and()
    while (this.accept('or')) left = { type: 'or', left, right: this.#and() }
    return left
  }

  #and(): Filter {
    let left = this.#comparison()
    while (this.accept('and')) left = { type: 'and', left, right: this.#comparison() }
    return left
  }

  #comparison(): Filter {
    const left = this.#sum()
    const operator = COMPARISONS.find((one) => this.is(one))
    if (operator === undefined) return left
    this.take()
    return { type: 'binary', operator, left, right: this.#sum() }
  }

  #sum(): Filter {
    let left = this.#product()
    for (;;) {
      const operator = (['+', '-'] as const).find((one) => this.is(one))
      if (operator === undefined) return left
      this.take()
      left = { type: 'binary', operator, left, right: this.#product() }
    }
  }

  #product(): Filter {
    let left = this.#signed()
    for (;;) {
      const operator = (['*', '/', '%'] as const).find((one) => this.is(one))
      if (operator === undefined) return left
      this.take()
      left = { type: 'binary', operator, left, right: this.#signed() }
    }
  }

  #signed(): Filter {
    if (this.accept('-')) return { type: 'negate', of: this.#signed() }
    if (this.isName('def')) {
      const definition = this.#definition()
      return { type: 'define', definition, body: this.#pipe() }
    }
    return this.#postfix()
  }

  /** A term with what follows it: `.a`, `[…]`, `?`, and `as` for what binds to the term alone. */
  #postfix(): Filter {
    let isStep = this.peek().type === 'field'
    let term = this.#term()
    for (; ; isStep = true) {
      const token = this.peek()
      if (token.type === 'field') {
        this.take()
        term = indexed(term, { type: 'literal', value: token.text })
      } else if (this.is('.') && (this.peek(1).type === 'string' || this.peek(1).text === '[')) {
        this.take()
        if (this.peek().type === 'string') term = indexed(term, this.#string(undefined))
      } else if (this.is('[')) term = this.#bracket(term)
      else if (this.accept('?')) term = forgiven(term, isStep)
      else break
    }
    if (!this.isName('as')) return term
    this.take()
    const patterns = [this.#pattern()]
    while (this.accept('?//')) patterns.push(this.#pattern())
    this.expect('|')
    return bound(term, patterns, this.#pipe())
  }

  #bracket(of: Filter): Filter {
    this.expect('[')
    if (this.accept(']')) return { type: 'iterate', of }
    if (this.accept(':')) {
      const to = this.#pipe()
      this.expect(']')
      return { type: 'slice', of, from: undefined, to }
    }
    const key = this.#pipe()
    if (this.accept(':')) {
      const to = this.is(']') ? undefined : this.#pipe()
      this.expect(']')
      return { type: 'slice', of, from: key, to }
    }
    this.expect(']')
    return indexed(of, key)
  }

  #term(): Filter {
    const token = this.peek()
    switch (token.type) {
      case 'number':
        this.take()
        return { type: 'literal', value: token.value }
      case 'string':
        return this.#string(undefined)
      case 'format':
        this.take()
        return this.peek().type === 'string' ? this.#string(token.text) : { type: 'format', name: token.text }
      case 'field':
        this.take()
        return indexed(IDENTITY, { type: 'literal', value: token.text })
      case 'variable':
        this.take()
        if (token.text === '__loc__') return this.location(token.at)
        return { type: 'variable', name: token.text, line: this.line(token.at) }
      case 'name':
        return this.#named(token.text)
      default:
        return this.#punctuated()
    }
  }

  #punctuated(): Filter {
    if (this.accept('..')) return { type: 'recurse' }
    if (this.accept('(')) {
      const inner = this.#pipe()
      this.expect(')')
      return inner
    }
    if (this.is('.')) {
      this.take()
      return this.peek().type === 'string' ? indexed(IDENTITY, this.#string(undefined)) : IDENTITY
    }
    if (this.accept('[')) {
      if (this.accept(']')) return { type: 'array', of: undefined }
      const of = this.#pipe()
      this.expect(']')
      return { type: 'array', of }
    }
    if (this.accept('{')) return this.#object()
    return this.fail()
  }

  #string(format: string | undefined): Filter {
    const token = this.take()
    if (token.type !== 'string') return this.fail()
    const parts = token.parts.map((part) => (typeof part === 'string' ? part : new Parser(part, this.source).whole()))
    const [only] = parts
    if (parts.length === 1 && typeof only === 'string') return { type: 'literal', value: only }
    return { type: 'string', format, parts }
  }

  #named(name: string): Filter {
    switch (name) {
      case 'if':
        this.take()
        return this.#if()
      case 'try': {
        this.take()
        const body = this.#postfix()
        return { type: 'try', body, handler: this.accept('catch') ? this.#postfix() : undefined }
      }
      case 'reduce':
      case 'foreach':
        return this.#fold(name)
      case 'break':
        if (this.peek(1).type !== 'variable') break
        this.take()
        return { type: 'break', name: this.#variable() }
    }
    const constant = CONSTANTS.get(name)
    const token = this.take()
    if (constant !== undefined && !this.is('(')) return { type: 'literal', value: constant }
    if (RESERVED.has(name)) {
      this.next -= 1
      return this.fail()
    }
    const args: Filter[] = []
    if (this.accept('(')) {
      do args.push(this.#pipe())
      while (this.accept(';'))
      this.expect(')')
    }
    return { type: 'call', name, args, line: this.line(token.at) }
  }

  #if(): Filter {
    const condition = this.#pipe()
    this.expect('then')
    const yes = this.#pipe()
    if (this.accept('elif')) return { type: 'if', condition, yes, no: this.#if() }
    const no = this.accept('else') ? this.#pipe() : undefined
    this.expect('end')
    return { type: 'if', condition, yes, no }
  }

  #fold(name: 'reduce' | 'foreach'): Filter {
    this.take()
    const source = this.#foldSource()
    this.expect('as')
    const pattern = this.#pattern()
    this.expect('(')
    const start = this.#pipe()
    this.expect(';')
    const update = this.#pipe()
    const extract = name === 'foreach' && this.accept(';') ? this.#pipe() : undefined
    this.expect(')')
    return name === 'reduce'
      ? { type: 'reduce', source, pattern, start, update }
      : { type: 'foreach', source, pattern, start, update, extract }
  }

  /** A term whose `as` belongs to the fold. */
  #foldSource(): Filter {
    const start = this.next
    let depth = 0
    let end = start
    for (; ; end++) {
      const token = this.tokens[end]
      if (token === undefined || token.type === 'end') return this.fail()
      if (token.type === 'punctuation' && '([{'.includes(token.text)) depth += 1
      if (token.type === 'punctuation' && ')]}'.includes(token.text)) depth -= 1
      if (depth === 0 && token.type === 'name' && token.text === 'as') break
    }
    const inner = new Parser([...this.tokens.slice(start, end), { type: 'end', text: '', at: this.peek().at }], this.source)
    this.next = end
    return inner.whole()
  }

  #variable(): string {
    const token = this.take()
    return token.type === 'variable' ? token.text : this.fail()
  }

  #pattern(): Pattern {
    if (this.accept('[')) {
      const items = [this.#pattern()]
      while (this.accept(',')) items.push(this.#pattern())
      this.expect(']')
      return { type: 'array', items }
    }
    if (!this.accept('{')) return { type: 'variable', name: this.#variable() }
    const entries = [this.#patternEntry()]
    while (this.accept(',')) entries.push(this.#patternEntry())
    this.expect('}')
    return { type: 'object', entries }
  }

  #patternEntry(): PatternEntry {
    const token = this.peek()
    if (token.type === 'variable') {
      this.take()
      const key: Filter = { type: 'literal', value: token.text }
      return { key, variable: token.text, value: this.accept(':') ? this.#pattern() : undefined }
    }
    const key = this.#key()
    this.expect(':')
    return { key, variable: undefined, value: this.#pattern() }
  }

  /** A key: a name, a string, or an expression in parentheses. */
  #key(): Filter {
    const token = this.peek()
    if (token.type === 'string') return this.#string(undefined)
    if (token.type === 'format') {
      this.take()
      return this.#string(token.text)
    }
    if (token.type === 'name') {
      this.take()
      return { type: 'literal', value: token.text }
    }
    this.expect('(')
    const key = this.#pipe()
    this.expect(')')
    return key
  }

  #object(): Filter {
    const entries: (readonly [Filter, Filter])[] = []
    while (!this.accept('}')) {
      entries.push(this.#entry())
      if (!this.is('}')) this.expect(',')
    }
    return { type: 'object', entries }
  }

  #entry(): readonly [Filter, Filter] {
    const token = this.peek()
    if (token.type === 'variable') {
      this.take()
      if (token.text === '__loc__') return this.fail()
      return [
        { type: 'literal', value: token.text },
        { type: 'variable', name: token.text, line: this.line(token.at) },
      ]
    }
    if (token.type === 'number') {
      this.take()
      return [{ type: 'literal', value: token.value }, this.accept(':') ? this.#entryValue() : IDENTITY]
    }
    const isComputed = this.is('(')
    const key = this.#key()
    if (this.accept(':')) return [key, this.#entryValue()]
    return isComputed ? this.fail() : [key, indexed(IDENTITY, key)]
  }

  /** No comma: it ends the entry. */
  #entryValue(): Filter {
    let left = this.#alternative()
    while (this.accept('|')) left = { type: 'pipe', left, right: this.#alternative() }
    return left
  }
}

function indexed(of: Filter, key: Filter): Filter {
  return { type: 'index', of, key }
}

function bound(source: Filter, patterns: readonly Pattern[], body: Filter): Filter {
  return { type: 'bind', source, patterns, body }
}
