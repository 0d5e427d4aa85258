import { FatalError, ShellError, ValueError } from '../shell-error'
import type { ShellState } from '../state/shell-state'
import { lastIndex, type Value } from '../state/variable'
import type { Subscript } from '../state/variables'
import { ArithmeticError } from './arithmetic-error'
import { parseArithmetic, type ArithmeticVariables, type Compiled } from './parse'

const MAX_DEPTH = 1024
const CACHED = 1000
const PLAIN = /^\s*-?(?:0|[1-9]\d{0,17})\s*$/
const compiled = new Map<string, Compiled>()

/** Computes an expression in which expansions were made already. @throws ShellError */
export function evaluate(state: ShellState, text: string): bigint {
  return PLAIN.test(text) ? BigInt(text) : new Evaluation(state).run(text)
}

/** What a subscript stands for: a key of a table, an index of anything else. */
export function subscriptOf(state: ShellState, name: string, text: string): Subscript {
  const variable = state.vars.get(name)
  if (variable?.value.type === 'table') return { type: 'key', key: unquoted(text) }
  return { type: 'index', index: indexIn(state, text) }
}

/** An index of an array. What cannot be computed ends all that `bash -c` was given. @throws FatalError */
export function indexIn(state: ShellState, text: string): number {
  try {
    return Number(evaluate(state, text))
  } catch (thrown) {
    throw thrown instanceof ArithmeticError && state.isCommandText ? new FatalError(thrown.message) : thrown
  }
}

/** The element of a value, or undefined. @throws ShellError for a negative index that is before the first */
export function elementOf(value: Value, subscript: Subscript, name: string): string | undefined {
  if (subscript.type === 'key') return value.type === 'table' ? value.items.get(subscript.key) : undefined
  if (value.type === 'list') {
    const index = subscript.index < 0 ? lastIndex(value.items) + 1 + subscript.index : subscript.index
    if (index < 0) throw new ShellError(`${name}: bad array subscript`)
    return value.items.get(index)
  }
  if (value.type === 'text') {
    if (subscript.index < -1) throw new ShellError(`${name}: bad array subscript`)
    return subscript.index === 0 || subscript.index === -1 ? value.text : undefined
  }
  return undefined
}

/** `declare -i` and the like: the value as text. */
export function evaluator(state: ShellState): (text: string) => string {
  return (text) => {
    try {
      return String(evaluate(state, text))
    } catch (thrown) {
      if (!(thrown instanceof ArithmeticError)) throw thrown
      throw state.isCommandText ? new FatalError(thrown.message) : new ValueError(thrown.message)
    }
  }
}

function unquoted(text: string): string {
  return /["'\\]/.test(text)
    ? text.replace(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
        (_all: string, ...inside: (string | undefined)[]) => inside.slice(0, 3).find((one) => one !== undefined) ?? '',
      )
    : text
}

class Evaluation implements ArithmeticVariables {
  readonly #state: ShellState
  #depth = 0

  constructor(state: ShellState) {
    this.#state = state
  }

  run(text: string): bigint {
    let expression = compiled.get(text)
    if (expression === undefined) {
      if (compiled.size >= CACHED) compiled.clear()
      expression = parseArithmetic(text)
      compiled.set(text, expression)
    }
    return expression(this)
  }

  read(name: string, subscript: string | undefined): bigint {
    const text = this.#text(name, subscript)
    if (text === undefined) {
      if (this.#state.has('nounset')) throw new FatalError(`${name}: unbound variable`, 127)
      return 0n
    }
    if (PLAIN.test(text)) return BigInt(text)
    // Quotes go from an expression with its expansions, not from what a variable holds.
    if (text.includes('"')) throw new ArithmeticError('syntax error: operand expected', text, text)
    if (this.#depth >= MAX_DEPTH) throw new ArithmeticError('expression recursion level exceeded', text, text)
    this.#depth += 1
    const value = this.run(text)
    this.#depth -= 1
    return value
  }

  write(name: string, subscript: string | undefined, value: bigint): void {
    const { vars } = this.#state
    const target = vars.target(name)
    const at = subscript ?? target.subscript
    if (at === undefined) vars.assign(target.name, String(value))
    else vars.assignElement(target.name, subscriptOf(this.#state, target.name, at), { text: String(value) })
  }

  #text(name: string, subscript: string | undefined): string | undefined {
    const { vars } = this.#state
    const target = vars.target(name)
    const at = subscript ?? target.subscript
    const variable = vars.direct(target.name)
    if (at === undefined) return variable?.text
    if (variable === undefined) return undefined
    return elementOf(variable.value, subscriptOf(this.#state, target.name, at), name)
  }
}
