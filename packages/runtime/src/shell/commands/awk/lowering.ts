import { assertNever } from '@tabwright/protocol'
import type { Expression, Place, Program, Shortcut, Statement } from './program'

/**
 * Some of what a program does must be waited for: `getline`, `system`, `close`, functions that do these. Expressions are computed
 * without waiting, because that is many times faster. So each such operation is taken out of its expression into a statement of its
 * own that keeps the result; what stands before it in the expression is computed before it, as it was written.
 */
export class Lowering {
  /** Must this operation itself be waited for? */
  readonly waits: (expression: Expression) => boolean
  #next: number
  readonly #known = new WeakMap<Expression, boolean>()

  /** @param first the first free slot of the frame */
  constructor(waits: (expression: Expression) => boolean, first: number) {
    this.waits = waits
    this.#next = first
  }

  /** Slots used so far. */
  get slots(): number {
    return this.#next
  }

  /** A slot of its own. */
  slot(): number {
    this.#next += 1
    return this.#next - 1
  }

  hasWait(expression: Expression): boolean {
    const known = this.#known.get(expression)
    if (known !== undefined) return known
    const found = this.waits(expression) || partsOf(expression).some((part) => this.hasWait(part))
    this.#known.set(expression, found)
    return found
  }

  /** What is left to compute after the statements that it adds to `before`. */
  expression(expression: Expression, before: Statement[]): Expression {
    if (!this.hasWait(expression)) return expression
    if (expression.type === 'and' || expression.type === 'or') return this.#shortcut(expression, before)
    if (expression.type === 'choose') return this.#choice(expression, before)
    const whole = withParts(expression, this.all(partsOf(expression), before))
    return this.waits(expression) ? this.#keep(whole, before) : whole
  }

  /** Several, in their order. */
  all(parts: readonly Expression[], before: Statement[]): readonly Expression[] {
    const last = parts.findLastIndex((part) => this.hasWait(part))
    return parts.map((part, index) => {
      if (index > last) return part
      const rest = this.expression(part, before)
      const isFixed = rest.type === 'number' || rest.type === 'string' || rest.type === 'temporary' || rest.type === 'regex'
      return index === last || isFixed || mayBeArray(rest) ? rest : this.#keep(rest, before)
    })
  }

  #keep(value: Expression, before: Statement[]): Expression {
    const slot = this.slot()
    before.push({ type: 'wait', value, slot, line: 0 })
    return { type: 'temporary', slot }
  }

  #shortcut(expression: Shortcut, before: Statement[]): Expression {
    const slot = this.slot()
    const left = this.expression(expression.left, before)
    const inner: Statement[] = []
    const right = this.expression(expression.right, inner)
    const truth = (value: Expression): Expression => ({ type: 'not', operand: { type: 'not', operand: value } })
    const evaluated: Statement = { type: 'block', body: [...inner, { type: 'wait', value: truth(right), slot, line: 0 }] }
    const decided: Statement = { type: 'wait', value: { type: 'number', value: expression.type === 'or' ? 1 : 0 }, slot, line: 0 }
    const [yes, no] = expression.type === 'and' ? [evaluated, decided] : [decided, evaluated]
    before.push({ type: 'if', condition: left, yes, no, line: 0 })
    return { type: 'temporary', slot }
  }

  #choice(expression: Extract<Expression, { type: 'choose' }>, before: Statement[]): Expression {
    const slot = this.slot()
    const condition = this.expression(expression.condition, before)
    const arm = (value: Expression): Statement => {
      const inner: Statement[] = []
      const rest = this.expression(value, inner)
      return { type: 'block', body: [...inner, { type: 'wait', value: rest, slot, line: 0 }] }
    }
    before.push({ type: 'if', condition, yes: arm(expression.yes), no: arm(expression.no), line: 0 })
    return { type: 'temporary', slot }
  }
}

/** Passed by name: its value must not be taken before. */
function mayBeArray(expression: Expression): boolean {
  return expression.type === 'variable'
}

function partsOfPlace(place: Place): readonly Expression[] {
  switch (place.type) {
    case 'variable':
      return []
    case 'field':
      return [place.index]
    case 'element':
      return [...partsOfPlace(place.array), ...place.subscripts]
    default:
      return assertNever(place)
  }
}

function placeWith(place: Place, parts: readonly Expression[]): Place {
  switch (place.type) {
    case 'variable':
      return place
    case 'field':
      return { ...place, index: parts[0] ?? place.index }
    case 'element': {
      const inner = partsOfPlace(place.array).length
      const array = placeWith(place.array, parts.slice(0, inner))
      return { ...place, array: array.type === 'field' ? place.array : array, subscripts: parts.slice(inner) }
    }
    default:
      return assertNever(place)
  }
}

/** What an expression is made of, in the order in which it is computed. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'number':
    case 'string':
    case 'regex':
    case 'temporary':
      return []
    case 'variable':
    case 'field':
    case 'element':
      return partsOfPlace(expression)
    case 'grouping':
      return expression.items
    case 'assign':
      return [...partsOfPlace(expression.place), expression.value]
    case 'step':
      return partsOfPlace(expression.place)
    case 'negate':
    case 'plus':
    case 'not':
      return [expression.operand]
    case 'arithmetic':
    case 'compare':
    case 'match':
    case 'concat':
    case 'and':
    case 'or':
      return [expression.left, expression.right]
    case 'choose':
      return [expression.condition, expression.yes, expression.no]
    case 'in':
      return expression.subscripts
    case 'call':
    case 'builtin':
      return expression.args
    case 'getline':
      return [
        ...(expression.source.type === 'main' ? [] : [expression.source.name]),
        ...(expression.place === undefined ? [] : partsOfPlace(expression.place)),
      ]
    default:
      return assertNever(expression)
  }
}

function withParts(expression: Expression, parts: readonly Expression[]): Expression {
  const [first = expression, second = expression] = parts
  switch (expression.type) {
    case 'field':
    case 'element':
      return placeWith(expression, parts)
    case 'grouping':
      return { ...expression, items: parts }
    case 'assign':
      return { ...expression, place: placeWith(expression.place, parts.slice(0, -1)), value: parts.at(-1) ?? expression.value }
    case 'step':
      return { ...expression, place: placeWith(expression.place, parts) }
    case 'negate':
    case 'plus':
    case 'not':
      return { ...expression, operand: first }
    case 'arithmetic':
    case 'compare':
    case 'match':
    case 'concat':
      return { ...expression, left: first, right: second }
    case 'in':
      return { ...expression, subscripts: parts }
    case 'call':
    case 'builtin':
      return { ...expression, args: parts }
    case 'getline': {
      const { source, place } = expression
      const inner = source.type === 'main' ? parts : parts.slice(1)
      return {
        ...expression,
        source: source.type === 'main' ? source : { ...source, name: first },
        place: place && placeWith(place, inner),
      }
    }
    default:
      return expression
  }
}

const WAITING = new Set(['system', 'close', 'fflush'])

/** Functions that cannot be run without waiting: they read, start commands, or print in a loop. */
export function waitingFunctions({ functions }: Program): ReadonlySet<string> {
  const waiting = new Set<string>()
  const waits = (expression: Expression): boolean => doesWait(expression, waiting) || partsOf(expression).some((part) => waits(part))
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size
    for (const [name, { body }] of functions) if (body.some((statement) => statementWaits(statement, waits, false))) waiting.add(name)
  }
  return waiting
}

/** Must this operation itself be waited for? */
export function doesWait(expression: Expression, waiting: ReadonlySet<string>): boolean {
  if (expression.type === 'getline') return true
  if (expression.type === 'builtin') return WAITING.has(expression.name)
  return expression.type === 'call' && (waiting.has(expression.name) || (expression.isIndirect && waiting.size > 0))
}

function statementWaits(statement: Statement, waits: (expression: Expression) => boolean, inLoop: boolean): boolean {
  const some = (parts: readonly (Expression | undefined)[]): boolean => parts.some((part) => part !== undefined && waits(part))
  const any = (body: readonly (Statement | undefined)[], isLoop = inLoop): boolean =>
    body.some((part) => part !== undefined && statementWaits(part, waits, isLoop))
  switch (statement.type) {
    case 'expression':
    case 'wait':
      return some([statement.value])
    case 'print':
    case 'printf':
      return inLoop || statement.redirect !== undefined || some(statement.args)
    case 'block':
      return any(statement.body)
    case 'if':
      return some([statement.condition]) || any([statement.yes, statement.no])
    case 'while':
    case 'do':
      return some([statement.condition]) || any([statement.body], true)
    case 'for':
      return some([statement.condition]) || any([statement.start, statement.step, statement.body], true)
    case 'forIn':
      return any([statement.body], true)
    case 'switch':
      return some([statement.value]) || statement.arms.some((arm) => any(arm.body))
    case 'exit':
    case 'return':
      return some([statement.value])
    case 'delete':
    case 'next':
    case 'nextfile':
    case 'break':
    case 'continue':
      return false
    default:
      return assertNever(statement)
  }
}
