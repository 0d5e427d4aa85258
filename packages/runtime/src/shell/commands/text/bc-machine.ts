import { assertNever } from '@tabwright/protocol'
import {
  add,
  BcFault,
  compare,
  divide,
  fromInteger,
  modulo,
  multiply,
  negated,
  ONE,
  raise,
  readNumber,
  squareRoot,
  ten,
  written,
  ZERO,
  type BcNumber,
} from './bc-number'
import { arcTangent, exponential, logarithm, sine } from './bc-math'
import type { BcExpression, BcPlace, BcStatement } from './bc-syntax'

/** How a statement ended. */
export type BcEnd = 'next' | 'break' | 'continue' | 'quit' | { readonly value: BcNumber | undefined }

/** What a machine is run with. */
export interface BcWorld {
  put(text: string): void
  tick(): void
  /** The next expression of standard input, for `read()`. */
  read(): BcExpression | undefined
  readonly hasMath: boolean
}

type Definition = Extract<BcStatement, { type: 'define' }>
type Elements = Map<string, BcNumber>

const MATH: Readonly<Record<string, (x: BcNumber, scale: number) => BcNumber>> = {
  s: (x, scale) => sine(x, scale, false),
  c: (x, scale) => sine(x, scale, true),
  a: arcTangent,
  l: (x, scale) => (compare(x, ONE) === 0 ? ZERO : logarithm(x, scale)),
  e: exponential,
}

/** Deeper than any sum needs, shallower than the engine's own stack. */
const MAX_DEPTH = 2000

/** Runs statements of bc. */
export class BcMachine {
  /** What was told of the lines that were run. */
  readonly warnings: string[] = []
  readonly #world: BcWorld
  readonly #functions = new Map<string, Definition>()
  #variables = new Map<string, BcNumber>()
  #arrays = new Map<string, Elements>()
  readonly #settings: Record<'scale' | 'ibase' | 'obase', number>
  #last: BcNumber = ZERO
  #depth = 0

  constructor(world: BcWorld) {
    this.#world = world
    this.#settings = { scale: world.hasMath ? 20 : 0, ibase: 10, obase: 10 }
  }

  /** @throws BcFault */
  run(statement: BcStatement): BcEnd {
    this.#world.tick()
    switch (statement.type) {
      case 'expression':
        return this.#shown(statement.value)
      case 'string':
        this.#world.put(statement.text)
        return 'next'
      case 'print':
        for (const item of statement.items)
          this.#world.put(typeof item === 'string' ? unescaped(item) : written(this.#value(item), this.#settings.obase))
        return 'next'
      case 'block':
        return this.#all(statement.body)
      case 'if':
        if (this.#isTrue(statement.test)) return this.run(statement.yes)
        return statement.no === undefined ? 'next' : this.run(statement.no)
      case 'while':
        return this.#loop(statement.test, statement.body, undefined)
      case 'for':
        if (statement.start !== undefined) this.#value(statement.start)
        return this.#loop(statement.test, statement.body, statement.next)
      case 'define':
        this.#functions.set(statement.name, statement)
        return 'next'
      case 'return':
        return { value: statement.value === undefined ? undefined : this.#value(statement.value) }
      case 'break':
      case 'continue':
        return statement.type
      case 'quit':
      case 'halt':
        return 'quit'
      default:
        return assertNever(statement)
    }
  }

  /** An expression that stands alone is printed, unless it assigns. */
  #shown(expression: BcExpression): BcEnd {
    const isVoid = expression.type === 'call' && this.#functions.get(expression.name)?.isVoid === true
    const value = this.#value(expression)
    if (expression.type === 'assign' || isVoid) return 'next'
    this.#last = value
    this.#world.put(`${written(value, this.#settings.obase)}\n`)
    return 'next'
  }

  #all(body: readonly BcStatement[]): BcEnd {
    for (const statement of body) {
      const end = this.run(statement)
      if (end !== 'next') return end
    }
    return 'next'
  }

  #loop(test: BcExpression | undefined, body: BcStatement, next: BcExpression | undefined): BcEnd {
    while (test === undefined || this.#isTrue(test)) {
      const end = this.run(body)
      if (end === 'break') return 'next'
      if (end !== 'next' && end !== 'continue') return end
      if (next !== undefined) this.#value(next)
    }
    return 'next'
  }

  #isTrue(expression: BcExpression): boolean {
    return this.#value(expression).units !== 0n
  }

  #value(expression: BcExpression): BcNumber {
    switch (expression.type) {
      case 'number':
        return readNumber(expression.text, this.#settings.ibase)
      case 'variable':
      case 'element':
        return this.#stored(expression)
      case 'array':
        throw new BcFault('an array is no number')
      case 'group':
        return this.#value(expression.value)
      case 'unary': {
        const value = this.#value(expression.value)
        return expression.operator === '-' ? negated(value) : value.units === 0n ? ONE : ZERO
      }
      case 'binary':
        return this.#binary(expression.operator, expression)
      case 'assign': {
        const value = expression.operator === '' ? this.#value(expression.value) : this.#combined(expression)
        return this.#store(expression.target, value)
      }
      case 'step': {
        const before = this.#stored(expression.target)
        const after = this.#store(expression.target, add(before, fromInteger(expression.operator === '++' ? 1 : -1)))
        return expression.isBefore ? after : before
      }
      case 'call':
        return this.#call(expression)
      default:
        return assertNever(expression)
    }
  }

  #combined(assign: Extract<BcExpression, { type: 'assign' }>): BcNumber {
    return this.#worked(assign.operator, this.#stored(assign.target), this.#value(assign.value))
  }

  #binary(operator: string, { left, right }: { readonly left: BcExpression; readonly right: BcExpression }): BcNumber {
    if (operator === '&&') return this.#isTrue(left) && this.#isTrue(right) ? ONE : ZERO
    if (operator === '||') return this.#isTrue(left) || this.#isTrue(right) ? ONE : ZERO
    return this.#worked(operator, this.#value(left), this.#value(right))
  }

  #worked(operator: string, a: BcNumber, b: BcNumber): BcNumber {
    const { scale } = this.#settings
    const truth = (isTrue: boolean): BcNumber => (isTrue ? ONE : ZERO)
    switch (operator) {
      case '+':
        return add(a, b)
      case '-':
        return add(a, negated(b))
      case '*':
        return multiply(a, b, scale)
      case '/':
        return divide(a, b, scale)
      case '%':
        return modulo(a, b, scale)
      case '^':
        if (b.scale > 0) this.warnings.push('non-zero scale in exponent')
        return raise(a, b, scale)
      case '<':
        return truth(compare(a, b) < 0)
      case '<=':
        return truth(compare(a, b) <= 0)
      case '>':
        return truth(compare(a, b) > 0)
      case '>=':
        return truth(compare(a, b) >= 0)
      case '==':
        return truth(compare(a, b) === 0)
      default:
        return truth(compare(a, b) !== 0)
    }
  }

  #stored(place: BcPlace): BcNumber {
    if (place.type === 'element') return this.#elements(place.name).get(this.#index(place.index)) ?? ZERO
    const { name } = place
    if (name === 'scale' || name === 'ibase' || name === 'obase') return fromInteger(this.#settings[name])
    return name === 'last' ? this.#last : (this.#variables.get(name) ?? ZERO)
  }

  #store(place: BcPlace, value: BcNumber): BcNumber {
    if (place.type === 'element') this.#elements(place.name).set(this.#index(place.index), value)
    else if (place.name === 'scale' || place.name === 'ibase' || place.name === 'obase') return this.#set(place.name, value)
    else if (place.name === 'last') this.#last = value
    else this.#variables.set(place.name, value)
    return value
  }

  #set(name: 'scale' | 'ibase' | 'obase', value: BcNumber): BcNumber {
    const number = Number(value.units / ten(value.scale))
    const least = name === 'scale' ? 0 : 2
    const most = name === 'ibase' ? 16 : 2_147_483_647
    if (number < least) this.warnings.push(name === 'scale' ? 'negative scale, set to 0' : `${name} too small, set to 2`)
    if (number > most) this.warnings.push(`${name} too large, set to ${most}`)
    this.#settings[name] = Math.min(most, Math.max(least, number))
    return fromInteger(this.#settings[name])
  }

  #index(expression: BcExpression): string {
    const value = this.#value(expression)
    return String(value.units / ten(value.scale))
  }

  #elements(name: string): Elements {
    const known = this.#arrays.get(name) ?? new Map<string, BcNumber>()
    this.#arrays.set(name, known)
    return known
  }

  #call({ name, args }: Extract<BcExpression, { type: 'call' }>): BcNumber {
    const definition = this.#functions.get(name)
    if (definition !== undefined) return this.#userCall(definition, args)
    if (name === 'read') {
      const input = this.#world.read()
      return input === undefined ? ZERO : this.#value(input)
    }
    const [first] = args
    const math = this.#world.hasMath ? MATH[name] : undefined
    if (first === undefined || (math === undefined && !['length', 'scale', 'sqrt'].includes(name)))
      throw new BcFault(`Function ${name} not defined.`)
    const value = this.#value(first)
    if (math !== undefined) return math(value, this.#settings.scale)
    if (name === 'sqrt') return squareRoot(value, this.#settings.scale)
    if (name === 'scale') return fromInteger(value.scale)
    const digits = (value.units < 0n ? -value.units : value.units).toString().length
    return fromInteger(Math.max(digits, value.scale, 1))
  }

  /** Parameters and locals hide what has their names, also from what is called. */
  #userCall(definition: Definition, args: readonly BcExpression[]): BcNumber {
    if (args.length !== definition.params.length) throw new BcFault('Parameter number mismatch')
    if (this.#depth >= MAX_DEPTH) throw new BcFault('Function nested too deeply')
    const variables = new Map(this.#variables)
    const arrays = new Map(this.#arrays)
    const names = [...definition.params, ...definition.locals]
    const values = args.map((arg) => (arg.type === 'array' ? undefined : this.#value(arg)))
    definition.params.forEach(({ name, isArray }, at) => {
      const arg = args[at]
      if (isArray) this.#arrays.set(name, new Map(arg !== undefined && 'name' in arg ? arrays.get(arg.name) : []))
      else this.#variables.set(name, values[at] ?? ZERO)
    })
    for (const { name, isArray } of definition.locals) {
      if (isArray) this.#arrays.set(name, new Map())
      else this.#variables.set(name, ZERO)
    }
    this.#depth += 1
    try {
      const end = this.#all(definition.body)
      return typeof end === 'object' ? (end.value ?? ZERO) : ZERO
    } finally {
      this.#depth -= 1
      for (const { name, isArray } of names) {
        if (isArray) restore(this.#arrays, name, arrays.get(name))
        else restore(this.#variables, name, variables.get(name))
      }
    }
  }
}

function restore<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) map.delete(name)
  else map.set(name, value)
}

const NAMED: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', q: '"', r: '\r', t: '\t', '\\': '\\', e: '\\' }

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, (_, letter: string) => NAMED[letter] ?? '')
}
