import { ArithmeticError } from './arithmetic-error'
import { tokensOf, wrapped, type Token } from './tokens'

/** The variables that an expression reads and writes. */
export interface ArithmeticVariables {
  /** The number in a variable or an element. */
  read(name: string, subscript: string | undefined): bigint
  write(name: string, subscript: string | undefined, value: bigint): void
}

/** An expression, ready to be computed. */
export type Compiled = (variables: ArithmeticVariables) => bigint

const LEVELS: readonly (readonly string[])[] = [
  ['|'], ['^'], ['&'], ['==', '!='], ['<=', '>=', '<', '>'], ['<<', '>>'], ['+', '-'], ['*', '/', '%'],
] // prettier-ignore
const ASSIGNMENTS = new Set(['=', '*=', '/=', '%=', '+=', '-=', '<<=', '>>=', '&=', '^=', '|='])

const truth = (value: boolean): bigint => (value ? 1n : 0n)

type Binary = (left: bigint, right: bigint) => bigint

const BINARY: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['|', (a, b) => a | b],
  ['^', (a, b) => a ^ b],
  ['&', (a, b) => a & b],
  ['==', (a, b) => truth(a === b)],
  ['!=', (a, b) => truth(a !== b)],
  ['<=', (a, b) => truth(a <= b)],
  ['>=', (a, b) => truth(a >= b)],
  ['<', (a, b) => truth(a < b)],
  ['>', (a, b) => truth(a > b)],
  ['<<', (a, b) => wrapped(a << (b & 63n))],
  ['>>', (a, b) => a >> (b & 63n)],
  ['+', (a, b) => wrapped(a + b)],
  ['-', (a, b) => wrapped(a - b)],
  ['*', (a, b) => wrapped(a * b)],
  ['/', (a, b) => wrapped(a / b)],
  ['%', (a, b) => a % b],
])

/** Parses an expression; an empty one is 0. @throws ArithmeticError */
export function parseArithmetic(text: string): Compiled {
  return new Parser(text).parse()
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  parse(): Compiled {
    if (this.#peek().type === 'end') return () => 0n
    const value = this.#comma()
    const rest = this.#peek()
    if (rest.type === 'end') return value
    if (rest.type === 'operator' && ASSIGNMENTS.has(rest.text)) return this.#fault('attempted assignment to non-variable')
    return this.#fault('syntax error in expression')
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', at: this.#text.length }
  }

  #isAt(...operators: readonly string[]): boolean {
    const token = this.#peek()
    return token.type === 'operator' && operators.includes(token.text)
  }

  #take(...operators: readonly string[]): string | undefined {
    const token = this.#peek()
    if (token.type !== 'operator' || !operators.includes(token.text)) return undefined
    this.#at += 1
    return token.text
  }

  #fault(message: string): never {
    const token = this.#peek()
    const from = token.type === 'end' ? (this.#tokens[this.#at - 1]?.at ?? 0) : token.at
    throw new ArithmeticError(message, this.#text.slice(from), this.#text)
  }

  #comma(): Compiled {
    let value = this.#assignment()
    while (this.#take(',') !== undefined) {
      const first = value
      const second = this.#assignment()
      value = (variables) => {
        first(variables)
        return second(variables)
      }
    }
    return value
  }

  #assignment(): Compiled {
    const token = this.#peek()
    const next = this.#tokens[this.#at + 1]
    if (token.type !== 'name' || next?.type !== 'operator' || !ASSIGNMENTS.has(next.text)) return this.#unassigned()
    this.#at += 2
    const from = this.#peek().at
    const right = this.#assignment()
    const { name, subscript } = token
    if (next.text === '=')
      return (variables) => {
        const value = right(variables)
        variables.write(name, subscript, value)
        return value
      }
    const compute = this.#computing(next.text.slice(0, -1), from)
    return (variables) => {
      const value = compute(variables.read(name, subscript), right(variables))
      variables.write(name, subscript, value)
      return value
    }
  }

  #unassigned(): Compiled {
    const value = this.#conditional()
    const rest = this.#peek()
    return rest.type === 'operator' && ASSIGNMENTS.has(rest.text) ? this.#fault('attempted assignment to non-variable') : value
  }

  #conditional(): Compiled {
    const test = this.#or()
    if (this.#take('?') === undefined) return test
    const yes = this.#comma()
    if (this.#take(':') === undefined) return this.#fault("`:' expected for conditional expression")
    const no = this.#conditional()
    return (variables) => (test(variables) === 0n ? no(variables) : yes(variables))
  }

  #or(): Compiled {
    let value = this.#and()
    while (this.#take('||') !== undefined) {
      const left = value
      const right = this.#and()
      value = (variables) => truth(left(variables) !== 0n || right(variables) !== 0n)
    }
    return value
  }

  #and(): Compiled {
    let value = this.#level(0)
    while (this.#take('&&') !== undefined) {
      const left = value
      const right = this.#level(0)
      value = (variables) => truth(left(variables) !== 0n && right(variables) !== 0n)
    }
    return value
  }

  #level(level: number): Compiled {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#power()
    let value = this.#level(level + 1)
    for (let operator = this.#take(...operators); operator !== undefined; operator = this.#take(...operators)) {
      const left = value
      const from = this.#peek().at
      const right = this.#level(level + 1)
      const compute = this.#computing(operator, from)
      value = (variables) => compute(left(variables), right(variables))
    }
    return value
  }

  /** @param from where the right side stands, for the message of a division by zero */
  #computing(operator: string, from: number): Binary {
    const compute = BINARY.get(operator) ?? this.#fault('syntax error in expression')
    if (operator !== '/' && operator !== '%') return compute
    const text = this.#text
    return (left, right) => {
      if (right === 0n) throw new ArithmeticError('division by 0', text.slice(from), text)
      return compute(left, right)
    }
  }

  #power(): Compiled {
    const base = this.#unary()
    if (this.#take('**') === undefined) return base
    const from = this.#peek().at
    const exponent = this.#power()
    const text = this.#text
    return (variables) => {
      const left = base(variables)
      const right = exponent(variables)
      if (right < 0n) throw new ArithmeticError('exponent less than 0', text.slice(from), text)
      return power(left, right)
    }
  }

  #unary(): Compiled {
    const token = this.#peek()
    const operator = this.#take('!', '~', '+', '-', '++', '--')
    if (operator === undefined) return this.#postfix()
    const operandAt = this.#peek()
    if ((operator === '++' || operator === '--') && operandAt.type === 'name') {
      this.#at += 1
      return changed(operandAt, { by: operator === '++' ? 1n : -1n, gives: 'new' })
    }
    const operand = this.#unary()
    switch (operator) {
      case '!':
        return (variables) => truth(operand(variables) === 0n)
      case '~':
        return (variables) => ~operand(variables)
      case '-':
        return (variables) => wrapped(-operand(variables))
      case '+':
      case '++':
      case '--':
        // Twice a sign where there is no variable.
        return operand
      default:
        throw new ArithmeticError('syntax error in expression', this.#text.slice(token.at), this.#text)
    }
  }

  #postfix(): Compiled {
    const token = this.#peek()
    if (token.type === 'number') {
      this.#at += 1
      const { value } = token
      return () => value
    }
    if (token.type === 'name') {
      this.#at += 1
      const { name, subscript } = token
      const operator = this.#isAt('++', '--') ? this.#take('++', '--') : undefined
      if (operator !== undefined) return changed(token, { by: operator === '++' ? 1n : -1n, gives: 'old' })
      return (variables) => variables.read(name, subscript)
    }
    if (this.#take('(') === undefined) return this.#fault('syntax error: operand expected')
    const value = this.#comma()
    if (this.#take(')') === undefined) return this.#fault("missing `)'")
    return value
  }
}

function changed(token: Extract<Token, { type: 'name' }>, how: { readonly by: bigint; readonly gives: 'old' | 'new' }): Compiled {
  const { name, subscript } = token
  return (variables) => {
    const old = variables.read(name, subscript)
    const made = wrapped(old + how.by)
    variables.write(name, subscript, made)
    return how.gives === 'old' ? old : made
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let factor = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrapped(result * factor)
    factor = wrapped(factor * factor)
  }
  return result
}
