import { tokenize } from './lexer'
import { ExpressionParser } from './parse-expression'
import type { Expression, FunctionRule, Pattern, Program, Redirect, Rule, Statement, SwitchArm } from './program'
import { TokenStream } from './token-stream'

/** Reads a program. @throws ProgramError */
export function parseProgram(source: string, warn: (message: string, line: number) => void): Program {
  return new ProgramParser(new TokenStream(tokenize(source, warn))).program()
}

class ProgramParser {
  readonly #tokens: TokenStream
  readonly #expressions: ExpressionParser
  readonly #rules: Rule[] = []
  readonly #functions = new Map<string, FunctionRule>()
  /** What the body that is read belongs to: a special rule, any other one, or a function. */
  #home: Pattern['type'] | 'function' = 'always'
  #loops = 0
  #switches = 0

  constructor(tokens: TokenStream) {
    this.#tokens = tokens
    this.#expressions = new ExpressionParser(tokens)
  }

  program(): Program {
    this.#skipEnds()
    while (this.#tokens.peek().type !== 'end') {
      if (this.#tokens.is('function')) this.#function()
      else this.#rule()
      this.#skipEnds()
    }
    return { rules: this.#rules, functions: this.#functions }
  }

  #skipEnds(): void {
    while (this.#tokens.peek().type === 'newline' || this.#tokens.is(';')) this.#tokens.take()
  }

  #rule(): void {
    const { line } = this.#tokens.peek()
    const pattern = this.#pattern()
    const isBare = !this.#tokens.is('{')
    if (isBare && pattern.type !== 'when' && pattern.type !== 'range') this.#tokens.fail()
    this.#home = pattern.type
    this.#rules.push({ pattern, body: isBare ? undefined : this.#braces(), line })
    // A pattern alone ends with its line: what else stands on it is no rule of its own.
    if (isBare && !this.#tokens.accept(';') && !['newline', 'end'].includes(this.#tokens.peek().type)) this.#tokens.fail()
  }

  #pattern(): Pattern {
    for (const type of ['BEGIN', 'END', 'BEGINFILE', 'ENDFILE'] as const) if (this.#tokens.accept(type)) return { type }
    if (this.#tokens.is('{')) return { type: 'always' }
    const from = this.#expressions.expression()
    if (!this.#tokens.accept(',')) return { type: 'when', condition: from }
    this.#tokens.skipNewlines()
    return { type: 'range', from, to: this.#expressions.expression() }
  }

  #function(): void {
    const { line } = this.#tokens.take()
    const { type, text: name } = this.#tokens.peek()
    if (type !== 'name' && type !== 'callee') this.#tokens.fail()
    this.#tokens.take()
    if (this.#functions.has(name)) this.#tokens.fail(`function name \`${name}' previously defined`)
    this.#tokens.expect('(')
    const params: string[] = []
    while (!this.#tokens.accept(')')) {
      this.#tokens.skipNewlines()
      if (this.#tokens.peek().type !== 'name') this.#tokens.fail()
      params.push(this.#tokens.take().text)
      if (!this.#tokens.is(')')) this.#tokens.expect(',')
      this.#tokens.skipNewlines()
    }
    this.#tokens.skipNewlines()
    this.#home = 'function'
    this.#functions.set(name, { name, params, body: this.#braces(), line })
  }

  #braces(): readonly Statement[] {
    this.#tokens.expect('{')
    const body: Statement[] = []
    this.#skipEnds()
    while (!this.#tokens.accept('}')) {
      body.push(this.#statement())
      this.#skipEnds()
    }
    return body
  }

  /** A statement with the `;` or newline that ends it. */
  #statement(): Statement {
    const { type, text, line } = this.#tokens.peek()
    if (this.#tokens.is('{')) return { type: 'block', body: this.#braces() }
    if (this.#tokens.accept(';')) return { type: 'block', body: [] }
    if (type === 'keyword')
      switch (text) {
        case 'if':
          return this.#if(line)
        case 'while':
          return this.#while(line)
        case 'do':
          return this.#do(line)
        case 'for':
          return this.#for(line)
        case 'switch':
          return this.#switch(line)
      }
    const simple = this.#simple()
    this.#end()
    return simple
  }

  #end(): void {
    const { type } = this.#tokens.peek()
    if (type === 'newline') this.#tokens.take()
    else if (!this.#tokens.accept(';') && !this.#tokens.is('}')) this.#tokens.fail()
  }

  #isAtEnd(): boolean {
    return this.#tokens.is(';', '}') || this.#tokens.peek().type === 'newline'
  }

  #simple(): Statement {
    const { type, text, line } = this.#tokens.peek()
    if (type === 'keyword')
      switch (text) {
        case 'next':
        case 'nextfile':
        case 'break':
        case 'continue':
          this.#checkLeap(text)
          this.#tokens.take()
          return { type: text, line }
        case 'exit':
        case 'return':
          if (text === 'return' && this.#home !== 'function') this.#tokens.fail("`return' used outside function context")
          this.#tokens.take()
          return { type: text, value: this.#isAtEnd() ? undefined : this.#expressions.expression(), line }
        case 'delete':
          return this.#delete(line)
        case 'print':
        case 'printf':
          this.#tokens.take()
          return this.#print(text, line)
      }
    return { type: 'expression', value: this.#expressions.expression(), line }
  }

  /** Whether there is something here that such a word can leave. */
  #checkLeap(word: 'next' | 'nextfile' | 'break' | 'continue'): void {
    const home = this.#home
    const isSpecial = home === 'BEGIN' || home === 'END' || home === 'ENDFILE' || (home === 'BEGINFILE' && word === 'next')
    if (word === 'next' || word === 'nextfile') {
      if (isSpecial) this.#tokens.fail(`error: \`${word}' used in ${home} action`)
      return
    }
    if (this.#loops > 0 || (word === 'break' && this.#switches > 0)) return
    this.#tokens.fail(`error: \`${word}' is not allowed outside a loop${word === 'break' ? ' or switch' : ''}`)
  }

  #delete(line: number): Statement {
    this.#tokens.take()
    const isGrouped = this.#tokens.accept('(')
    const target = this.#expressions.arrayPlace()
    if (isGrouped) this.#tokens.expect(')')
    return { type: 'delete', target, isWhole: target.type === 'variable', line }
  }

  #print(type: 'print' | 'printf', line: number): Statement {
    const isBare = this.#isAtEnd() || this.#tokens.is('>', '>>', '|')
    const items = isBare ? [] : this.#expressions.list({ noGreater: true })
    const [only] = items
    const args = items.length === 1 && only?.type === 'grouping' ? only.items : items
    if (type === 'printf' && args.length === 0) this.#tokens.fail('printf: no arguments')
    return { type, args, redirect: this.#redirect(), line }
  }

  #redirect(): Redirect | undefined {
    if (this.#tokens.is('|&')) this.#tokens.fail('two-way pipes (|&) are not implemented in this sandbox')
    for (const how of ['>', '>>', '|'] as const) if (this.#tokens.accept(how)) return { how, target: this.#expressions.redirectTarget() }
    return undefined
  }

  #condition(): Expression {
    this.#tokens.expect('(')
    this.#tokens.skipNewlines()
    const condition = this.#expressions.expression()
    this.#tokens.skipNewlines()
    this.#tokens.expect(')')
    return condition
  }

  #body(): Statement {
    this.#tokens.skipNewlines()
    return this.#statement()
  }

  #if(line: number): Statement {
    this.#tokens.take()
    const condition = this.#condition()
    const yes = this.#body()
    let ahead = 0
    while (this.#tokens.peek(ahead).type === 'newline' || (ahead === 0 && this.#tokens.peek().text === ';')) ahead += 1
    if (this.#tokens.peek(ahead).type !== 'keyword' || this.#tokens.peek(ahead).text !== 'else')
      return { type: 'if', condition, yes, no: undefined, line }
    for (let i = 0; i <= ahead; i++) this.#tokens.take()
    return { type: 'if', condition, yes, no: this.#body(), line }
  }

  #while(line: number): Statement {
    this.#tokens.take()
    const condition = this.#condition()
    return { type: 'while', condition, body: this.#loopBody(), line }
  }

  #do(line: number): Statement {
    this.#tokens.take()
    const body = this.#repeated()
    this.#skipEnds()
    if (!this.#tokens.accept('while')) this.#tokens.fail()
    const condition = this.#condition()
    this.#end()
    return { type: 'do', condition, body, line }
  }

  #for(line: number): Statement {
    this.#tokens.take()
    this.#tokens.expect('(')
    if (this.#tokens.peek().type === 'name' && this.#tokens.peek(1).text === 'in' && this.#tokens.peek(3).text === ')') {
      const place = { type: 'variable' as const, name: this.#tokens.peek().text, line }
      this.#tokens.take()
      return this.#forIn(place, line)
    }
    const start = this.#tokens.is(';') ? undefined : this.#forHead()
    if (start?.type === 'expression' && start.value.type === 'element' && this.#tokens.is('in')) return this.#forIn(start.value, line)
    if (start?.type === 'expression' && start.value.type === 'variable' && this.#tokens.is('in')) return this.#forIn(start.value, line)
    this.#tokens.expect(';')
    this.#tokens.skipNewlines()
    const condition = this.#tokens.is(';') ? undefined : this.#expressions.expression()
    this.#tokens.expect(';')
    this.#tokens.skipNewlines()
    const step = this.#tokens.is(')') ? undefined : this.#simple()
    this.#tokens.expect(')')
    return { type: 'for', start, condition, step, body: this.#loopBody(), line }
  }

  /** The first part of `for (…;…;…)`, or a place that `in` follows. */
  #forHead(): Statement {
    const { type, line } = this.#tokens.peek()
    if (type === 'keyword') return this.#simple()
    return { type: 'expression', value: this.#expressions.expression({ noIn: true }), line }
  }

  #loopBody(): Statement {
    return this.#tokens.accept(';') ? { type: 'block', body: [] } : this.#repeated()
  }

  #repeated(): Statement {
    this.#loops += 1
    const body = this.#body()
    this.#loops -= 1
    return body
  }

  #forIn(place: Extract<Statement, { type: 'forIn' }>['place'], line: number): Statement {
    this.#tokens.expect('in')
    const array = this.#expressions.arrayPlace()
    this.#tokens.expect(')')
    return { type: 'forIn', place, array, body: this.#loopBody(), line }
  }

  #switch(line: number): Statement {
    this.#tokens.take()
    const value = this.#condition()
    this.#tokens.skipNewlines()
    this.#tokens.expect('{')
    this.#skipEnds()
    const arms: SwitchArm[] = []
    this.#switches += 1
    while (!this.#tokens.accept('}')) {
      const label = this.#label()
      const body: Statement[] = []
      this.#skipEnds()
      while (!this.#tokens.is('case', 'default', '}')) {
        body.push(this.#statement())
        this.#skipEnds()
      }
      arms.push({ label, body })
    }
    this.#switches -= 1
    return { type: 'switch', value, arms, line }
  }

  #label(): Expression | undefined {
    const isDefault = this.#tokens.accept('default')
    if (!isDefault) this.#tokens.expect('case')
    // `: ` belongs to the label, so no conditional expression can stand here.
    const label = isDefault ? undefined : this.#expressions.label()
    this.#tokens.expect(':')
    return label
  }
}
