import type { ArithmeticOperator, ArrayPlace, CompareOperator, Expression, Place } from './program'
import type { TokenStream } from './token-stream'

/** What is no operator where the expression stands: `>` in `print`, `in` at the head of a `for`. */
export interface Ground {
  readonly noGreater?: boolean
  readonly noIn?: boolean
}

const ASSIGNMENTS: ReadonlyMap<string, ArithmeticOperator | undefined> = new Map<string, ArithmeticOperator | undefined>([
  ['=', undefined],
  ['+=', '+'],
  ['-=', '-'],
  ['*=', '*'],
  ['/=', '/'],
  ['%=', '%'],
  ['^=', '^'],
])
const COMPARISONS: ReadonlyMap<string, CompareOperator> = new Map<string, CompareOperator>(
  (['<', '<=', '==', '!=', '>', '>='] as const).map((operator) => [operator, operator]),
)
const OPEN: Ground = {}

/** Can `expression` be assigned to? */
export function isPlace(expression: Expression): expression is Place {
  return expression.type === 'variable' || expression.type === 'field' || expression.type === 'element'
}

/** Reads expressions, loosest operators first. */
export class ExpressionParser {
  readonly #tokens: TokenStream

  constructor(tokens: TokenStream) {
    this.#tokens = tokens
  }

  /** A whole expression. */
  expression(ground: Ground = OPEN): Expression {
    const left = this.#choice(ground)
    const operator = this.#tokens.peek()
    if (operator.type !== 'punctuation' || !ASSIGNMENTS.has(operator.text)) return left
    const target = assignable(left)
    if (target === undefined) return this.#tokens.fail()
    this.#tokens.take()
    this.#tokens.skipNewlines()
    const value = this.expression(ground)
    return target.wrap({ type: 'assign', place: target.place, operator: ASSIGNMENTS.get(operator.text), value })
  }

  /** Expressions between commas; none where `end` comes at once. */
  list(ground: Ground = OPEN): readonly Expression[] {
    const items = [this.expression(ground)]
    while (this.#tokens.accept(',')) {
      this.#tokens.skipNewlines()
      items.push(this.expression(ground))
    }
    return items
  }

  /** What `>` and `|` of `print` write to. */
  redirectTarget(): Expression {
    return this.#concatenation({ noGreater: true })
  }

  /** What follows `case`: a constant or a regex. */
  label(): Expression {
    return this.#signed(OPEN)
  }

  #choice(ground: Ground): Expression {
    const condition = this.#or(ground)
    if (!this.#tokens.accept('?')) return condition
    this.#tokens.skipNewlines()
    const yes = this.expression(ground)
    this.#tokens.skipNewlines()
    this.#tokens.expect(':')
    this.#tokens.skipNewlines()
    return { type: 'choose', condition, yes, no: this.expression(ground) }
  }

  #or(ground: Ground): Expression {
    let left = this.#and(ground)
    while (this.#tokens.accept('||')) {
      this.#tokens.skipNewlines()
      left = { type: 'or', left, right: this.#and(ground) }
    }
    return left
  }

  #and(ground: Ground): Expression {
    let left = this.#membership(ground)
    while (this.#tokens.accept('&&')) {
      this.#tokens.skipNewlines()
      left = { type: 'and', left, right: this.#membership(ground) }
    }
    return left
  }

  #membership(ground: Ground): Expression {
    let left = this.#matching(ground)
    while (!ground.noIn && this.#tokens.accept('in')) {
      const subscripts = left.type === 'grouping' ? left.items : [left]
      // What follows an array's name takes the whole membership as its left side: `3 in a == 0`.
      left = this.#compared({ type: 'in', subscripts, array: this.arrayPlace() }, ground)
    }
    return left
  }

  #matching(ground: Ground): Expression {
    let left = this.#comparison(ground)
    while (this.#tokens.is('~', '!~')) {
      const isNegated = this.#tokens.take().text === '!~'
      left = { type: 'match', isNegated, left, right: this.#comparison(ground) }
    }
    return left
  }

  /** Comparisons do not follow each other: `1==1==1` is an error. */
  #comparison(ground: Ground): Expression {
    return this.#compared(this.#piped(ground), ground)
  }

  #compared(left: Expression, ground: Ground): Expression {
    const { type, text } = this.#tokens.peek()
    const operator = type === 'punctuation' ? COMPARISONS.get(text) : undefined
    if (operator === undefined || (operator === '>' && ground.noGreater)) return left
    this.#tokens.take()
    return { type: 'compare', operator, left, right: this.#piped(ground) }
  }

  #piped(ground: Ground): Expression {
    let left = this.#concatenation(ground)
    for (;;) {
      const next = this.#tokens.peek(1)
      if (!this.#tokens.is('|', '|&') || next.text !== 'getline') return left
      if (this.#tokens.is('|&')) this.#tokens.fail('two-way pipes (|&) are not implemented in this sandbox')
      this.#tokens.take()
      this.#tokens.take()
      left = { type: 'getline', place: this.#getlinePlace(), source: { type: 'command', name: left } }
    }
  }

  #concatenation(ground: Ground): Expression {
    let left = this.#sum(ground)
    while (this.#beginsOperand()) left = { type: 'concat', left, right: this.#sum(ground) }
    return left
  }

  #beginsOperand(): boolean {
    const { type, text } = this.#tokens.peek()
    switch (type) {
      case 'number':
      case 'string':
      case 'regex':
      case 'name':
      case 'callee':
      case 'builtin':
        return true
      case 'punctuation':
        return ['$', '!', '(', '++', '--', '@'].includes(text)
      default:
        return false
    }
  }

  #sum(ground: Ground): Expression {
    let left = this.#product(ground)
    while (this.#tokens.is('+', '-')) {
      const operator = this.#tokens.take().text === '+' ? '+' : '-'
      left = { type: 'arithmetic', operator, left, right: this.#product(ground) }
    }
    return left
  }

  #product(ground: Ground): Expression {
    let left = this.#signed(ground)
    while (this.#tokens.is('*', '/', '%')) {
      const { text } = this.#tokens.take()
      const operator = text === '*' ? '*' : text === '/' ? '/' : '%'
      left = { type: 'arithmetic', operator, left, right: this.#signed(ground) }
    }
    return left
  }

  #signed(ground: Ground): Expression {
    if (this.#tokens.accept('!')) return { type: 'not', operand: this.#signed(ground) }
    if (this.#tokens.accept('-')) return { type: 'negate', operand: this.#signed(ground) }
    if (this.#tokens.accept('+')) return { type: 'plus', operand: this.#signed(ground) }
    return this.#power(ground)
  }

  #power(ground: Ground): Expression {
    const left = this.#stepped()
    if (!this.#tokens.accept('^')) return left
    // `2^-3`: the exponent may carry a sign, and binds to the right.
    return { type: 'arithmetic', operator: '^', left, right: this.#exponent(ground) }
  }

  #exponent(ground: Ground): Expression {
    if (this.#tokens.accept('!')) return { type: 'not', operand: this.#exponent(ground) }
    if (this.#tokens.accept('-')) return { type: 'negate', operand: this.#exponent(ground) }
    if (this.#tokens.accept('+')) return { type: 'plus', operand: this.#exponent(ground) }
    return this.#power(ground)
  }

  #stepped(): Expression {
    if (this.#tokens.is('++', '--')) {
      const by = this.#tokens.take().text === '++' ? 1 : -1
      const place = this.#primary()
      if (!isPlace(place)) return this.#tokens.fail()
      return { type: 'step', place, by, isPrefix: true }
    }
    const operand = this.#primary()
    if (!isPlace(operand) || !this.#tokens.is('++', '--')) return operand
    const by = this.#tokens.take().text === '++' ? 1 : -1
    return { type: 'step', place: operand, by, isPrefix: false }
  }

  #primary(): Expression {
    const token = this.#tokens.peek()
    switch (token.type) {
      case 'number':
        this.#tokens.take()
        return { type: 'number', value: token.value }
      case 'string':
        this.#tokens.take()
        return { type: 'string', value: token.text }
      case 'regex':
        this.#tokens.take()
        return { type: 'regex', source: token.text, isValue: token.value === 1 }
      case 'name':
        return this.#named()
      case 'callee':
        this.#tokens.take()
        return { type: 'call', name: token.text, isIndirect: false, args: this.#arguments(), line: token.line }
      case 'builtin':
        return this.#builtin()
      default:
        return this.#punctuated()
    }
  }

  #punctuated(): Expression {
    if (this.#tokens.accept('$')) return { type: 'field', index: this.#fieldIndex() }
    if (this.#tokens.accept('(')) return this.#grouping()
    if (this.#tokens.accept('getline')) return this.#getline()
    if (this.#tokens.accept('@')) {
      const { text, line, type } = this.#tokens.take()
      if (type !== 'callee') return this.#tokens.fail()
      return { type: 'call', name: text, isIndirect: true, args: this.#arguments(), line }
    }
    if (this.#tokens.accept('-')) return { type: 'negate', operand: this.#primary() }
    if (this.#tokens.accept('+')) return { type: 'plus', operand: this.#primary() }
    if (this.#tokens.accept('!')) return { type: 'not', operand: this.#primary() }
    return this.#tokens.fail()
  }

  /** `$i++` is `($i)++`, `$++i` and `$-1` are as they look. */
  #fieldIndex(): Expression {
    if (this.#tokens.is('++', '--')) return this.#stepped()
    return this.#primary()
  }

  #grouping(): Expression {
    this.#tokens.skipNewlines()
    const items = this.list()
    this.#tokens.skipNewlines()
    this.#tokens.expect(')')
    // Kept for one item too: parentheses end what an assignment may reach into, and keep an array from being passed by name.
    return { type: 'grouping', items }
  }

  #arguments(): readonly Expression[] {
    this.#tokens.expect('(')
    this.#tokens.skipNewlines()
    if (this.#tokens.accept(')')) return []
    const args = this.list()
    this.#tokens.skipNewlines()
    this.#tokens.expect(')')
    return args
  }

  #builtin(): Expression {
    const { text: name, line } = this.#tokens.take()
    if (name === 'length' && !this.#tokens.is('(')) return { type: 'builtin', name, args: [], line }
    const args = this.#arguments()
    const arity = ARITY[name]
    if (arity !== undefined && (args.length < arity[0] || args.length > arity[1]))
      return this.#tokens.fail(`${args.length} is invalid as number of arguments for ${name}`)
    return { type: 'builtin', name, args, line }
  }

  /** A variable or an element of an array, `a[1][2]` too. */
  #named(): Place {
    const { text: name, line } = this.#tokens.take()
    let place: ArrayPlace = { type: 'variable', name, line }
    while (this.#tokens.accept('[')) {
      const subscripts = this.list()
      this.#tokens.expect(']')
      place = { type: 'element', array: place, subscripts }
    }
    return place
  }

  /** The name of an array, after `in` and `delete`. */
  arrayPlace(): ArrayPlace {
    if (this.#tokens.peek().type !== 'name') return this.#tokens.fail()
    const place = this.#named()
    return place.type === 'field' ? this.#tokens.fail() : place
  }

  #getlinePlace(): Place | undefined {
    if (this.#tokens.peek().type === 'name') return this.#named()
    if (this.#tokens.accept('$')) return { type: 'field', index: this.#fieldIndex() }
    return undefined
  }

  #getline(): Expression {
    const place = this.#getlinePlace()
    if (!this.#tokens.accept('<')) return { type: 'getline', place, source: { type: 'main' } }
    return { type: 'getline', place, source: { type: 'file', name: this.#stepped() } }
  }
}

/** Assignment to the right end of what binds tighter: `1 + x = 3` and `!x = y` are awk's too. */
function assignable(expression: Expression): { readonly place: Place; readonly wrap: (assigned: Expression) => Expression } | undefined {
  if (isPlace(expression)) return { place: expression, wrap: (assigned) => assigned }
  switch (expression.type) {
    case 'not':
    case 'negate':
    case 'plus': {
      const inner = assignable(expression.operand)
      return inner && { place: inner.place, wrap: (assigned) => ({ type: expression.type, operand: inner.wrap(assigned) }) }
    }
    case 'and':
    case 'or':
    case 'concat':
    case 'compare':
    case 'match':
    case 'arithmetic': {
      const inner = assignable(expression.right)
      return inner && { place: inner.place, wrap: (assigned) => ({ ...expression, right: inner.wrap(assigned) }) }
    }
    default:
      return undefined
  }
}

const MANY = 1000
/** Least and most arguments. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  length: [0, 1],
  substr: [2, 3],
  index: [2, 2],
  split: [2, 4],
  sub: [2, 3],
  gsub: [2, 3],
  gensub: [3, 4],
  match: [2, 3],
  sprintf: [1, MANY],
  sin: [1, 1],
  cos: [1, 1],
  atan2: [2, 2],
  exp: [1, 1],
  log: [1, 1],
  sqrt: [1, 1],
  int: [1, 1],
  rand: [0, 0],
  srand: [0, 1],
  tolower: [1, 1],
  toupper: [1, 1],
  system: [1, 1],
  close: [1, 2],
  fflush: [0, 1],
  strtonum: [1, 1],
  and: [2, MANY],
  or: [2, MANY],
  xor: [2, MANY],
  lshift: [2, 2],
  rshift: [2, 2],
  compl: [1, 1],
  systime: [0, 0],
  strftime: [0, 3],
  mktime: [1, 2],
  asort: [1, 3],
  asorti: [1, 3],
  patsplit: [2, 4],
  typeof: [1, 2],
  isarray: [1, 1],
  mkbool: [1, 1],
}
