import { assertNever } from '@tabwright/protocol'
import { compileBuiltin } from './builtins'
import { compileCall } from './compile-call'
import { PlaceCompiler } from './compile-place'
import type { CompiledPlace, Expressions } from './compiler'
import type { ArithmeticOperator, CompareOperator, Expression } from './program'
import type { Evaluate, Scope } from './scope'
import { compareText, ConstantFault, Fatal, isNumeric, RegexValue, toNumber, toTruth } from './values'
import { AwkArray, Untyped } from './awk-array'

/** Makes expressions ready: each becomes a function of the frame. What must be waited for was taken out before, see `lowering.ts`. */
export class ExpressionCompiler implements Expressions {
  readonly scope: Scope
  readonly places: PlaceCompiler

  constructor(scope: Scope) {
    this.scope = scope
    this.places = new PlaceCompiler(scope, this)
  }

  value(expression: Expression): Evaluate {
    switch (expression.type) {
      case 'number':
      case 'string': {
        const { value } = expression
        return () => value
      }
      case 'regex':
        return this.#regex(expression)
      case 'variable':
      case 'field':
      case 'element':
        return this.places.place(expression).get
      case 'grouping':
        return this.#grouping(expression.items)
      case 'assign':
        return this.#assign(expression)
      case 'step':
        return this.#step(expression)
      case 'negate':
      case 'plus':
      case 'arithmetic':
        return this.number(expression)
      case 'concat':
        return this.#concat(expression)
      case 'not':
      case 'and':
      case 'or':
      case 'compare':
      case 'match':
      case 'in': {
        const truth = this.truth(expression)
        return (frame) => (truth(frame) ? 1 : 0)
      }
      case 'choose':
        return this.#choose(expression)
      case 'call':
        return compileCall(this, expression)
      case 'builtin':
        return compileBuiltin(this, expression)
      case 'temporary': {
        const { slot } = expression
        return (frame) => {
          const kept = frame[slot]
          return kept instanceof AwkArray || kept instanceof Untyped ? undefined : kept
        }
      }
      case 'getline':
        throw new Error('getline was not taken out of its expression')
      default:
        return assertNever(expression)
    }
  }

  number(expression: Expression): Evaluate<number> {
    switch (expression.type) {
      case 'number': {
        const { value } = expression
        return () => value
      }
      case 'negate': {
        const operand = this.number(expression.operand)
        return (frame) => -operand(frame)
      }
      case 'plus':
        return this.number(expression.operand)
      case 'arithmetic': {
        const { operator, right } = expression
        if ((operator === '/' || operator === '%') && right.type === 'number' && right.value === 0)
          throw new ConstantFault(`division by zero attempted${operator === '%' ? " in `%'" : ''}`)
        const left = this.number(expression.left)
        return arithmetic(operator, left, this.number(right))
      }
      default: {
        const value = this.value(expression)
        return (frame) => {
          const result = value(frame)
          return typeof result === 'number' ? result : toNumber(result)
        }
      }
    }
  }

  text(expression: Expression): Evaluate<string> {
    if (expression.type === 'string') {
      const { value } = expression
      return () => value
    }
    const value = this.value(expression)
    const { machine } = this.scope
    return (frame) => {
      const result = value(frame)
      return typeof result === 'string' ? result : machine.textOf(result)
    }
  }

  truth(expression: Expression): Evaluate<boolean> {
    switch (expression.type) {
      case 'not': {
        const operand = this.truth(expression.operand)
        return (frame) => !operand(frame)
      }
      case 'and': {
        const [left, right] = [this.truth(expression.left), this.truth(expression.right)]
        return (frame) => left(frame) && right(frame)
      }
      case 'or': {
        const [left, right] = [this.truth(expression.left), this.truth(expression.right)]
        return (frame) => left(frame) || right(frame)
      }
      case 'compare':
        return this.#compare(expression)
      case 'match':
        return this.#match(expression)
      case 'in': {
        const array = this.places.array(expression.array)
        const key = this.places.subscript(expression.subscripts)
        return (frame) => array(frame).items.has(key(frame))
      }
      default: {
        const value = this.value(expression)
        return (frame) => toTruth(value(frame))
      }
    }
  }

  /** What a regex argument means: a constant is itself and is not matched against the record. */
  regexOperand(expression: Expression): Evaluate {
    if (expression.type !== 'regex') return this.value(expression)
    const value = new RegexValue(expression.source)
    return () => value
  }

  #regex({ source, isValue }: Extract<Expression, { type: 'regex' }>): Evaluate {
    const { machine } = this.scope
    if (isValue) {
      const value = new RegexValue(source)
      return () => value
    }
    machine.pattern(source)
    return () => (machine.pattern(source).test(machine.fields.text) ? 1 : 0)
  }

  #grouping(items: readonly Expression[]): Evaluate {
    const [first] = items
    if (first === undefined || items.length > 1) throw new Fatal('a list in parentheses stands where one value is wanted')
    return this.value(first)
  }

  #concat(expression: Extract<Expression, { type: 'concat' }>): Evaluate {
    const left = this.text(expression.left)
    const right = this.text(expression.right)
    return (frame) => left(frame) + right(frame)
  }

  #choose(expression: Extract<Expression, { type: 'choose' }>): Evaluate {
    const condition = this.truth(expression.condition)
    const [yes, no] = [this.value(expression.yes), this.value(expression.no)]
    return (frame) => (condition(frame) ? yes(frame) : no(frame))
  }

  #assign({ place, operator, value }: Extract<Expression, { type: 'assign' }>): Evaluate {
    const target = this.places.place(place)
    if (operator === undefined) {
      const right = this.value(value)
      return (frame) => {
        const result = right(frame)
        target.set(frame, result)
        return result
      }
    }
    return this.#update(target, operator, this.number(value))
  }

  #update(target: CompiledPlace, operator: ArithmeticOperator, right: Evaluate<number>): Evaluate {
    return (frame) => {
      // The right side first: `$(i++) += i++` aside, it is what `a[k] += f()` relies on when f changes a[k].
      const by = right(frame)
      const found = target.find(frame)
      const result = compute(operator, toNumber(found.get()), by)
      found.set(result)
      return result
    }
  }

  #step({ place, by, isPrefix }: Extract<Expression, { type: 'step' }>): Evaluate {
    const target = this.places.place(place)
    return (frame) => {
      const found = target.find(frame)
      const old = toNumber(found.get())
      found.set(old + by)
      return isPrefix ? old + by : old
    }
  }

  #compare({ operator, left, right }: Extract<Expression, { type: 'compare' }>): Evaluate<boolean> {
    const [a, b] = [this.value(left), this.value(right)]
    const { machine } = this.scope
    const decide = DECISIONS[operator]
    return (frame) => {
      const one = a(frame)
      const two = b(frame)
      if (typeof one === 'number' && typeof two === 'number') return decide(one, two)
      if (isNumeric(one) && isNumeric(two)) return decide(toNumber(one), toNumber(two))
      return decide(compareText(machine.compared(one), machine.compared(two)), 0)
    }
  }

  #match({ isNegated, left, right }: Extract<Expression, { type: 'match' }>): Evaluate<boolean> {
    const text = this.text(left)
    const { machine } = this.scope
    if (right.type === 'regex') {
      const { source } = right
      machine.pattern(source)
      return (frame) => machine.pattern(source).test(text(frame)) !== isNegated
    }
    const pattern = this.value(right)
    return (frame) => {
      const subject = text(frame)
      return machine.patternOf(pattern(frame)).test(subject) !== isNegated
    }
  }
}

const DECISIONS: Readonly<Record<CompareOperator, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}

function arithmetic(operator: ArithmeticOperator, left: Evaluate<number>, right: Evaluate<number>): Evaluate<number> {
  switch (operator) {
    case '+':
      return (frame) => left(frame) + right(frame)
    case '-':
      return (frame) => left(frame) - right(frame)
    case '*':
      return (frame) => left(frame) * right(frame)
    default:
      return (frame) => compute(operator, left(frame), right(frame))
  }
}

function compute(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      if (right === 0) throw new Fatal('division by zero attempted')
      return left / right
    case '%':
      if (right === 0) throw new Fatal("division by zero attempted in `%'")
      return left % right
    case '^':
      return power(left, right)
    default:
      return assertNever(operator)
  }
}

/** Whole exponents by squaring, which is what gawk does; it differs from `pow` in the last digit. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 2 ** 31) return base ** exponent
  let rest = Math.abs(exponent)
  let factor = base
  let result = 1
  while (rest > 0) {
    if (rest % 2 === 1) result *= factor
    factor *= factor
    rest = Math.floor(rest / 2)
  }
  return exponent < 0 ? 1 / result : result
}
