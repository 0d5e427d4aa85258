import type { AwkArray } from './awk-array'
import type { Lowering } from './lowering'
import type { ArrayPlace, Expression, Place, Statement } from './program'
import type { Evaluate, Execute, Frame, Scope } from './scope'
import type { Scalar } from './values'

/** A place that was found: its subscripts are computed once, then it is read and assigned. */
export interface Found {
  get(): Scalar
  set(value: Scalar): void
  /** Of a field: makes it exist, as being handed over to be changed does. */
  reach?(): void
}

/** A place, made ready. */
export interface CompiledPlace {
  readonly get: Evaluate
  readonly set: (frame: Frame, value: Scalar) => void
  /** For what reads and assigns: subscripts are computed once. */
  readonly find: (frame: Frame) => Found
}

/** Makes places ready. */
export interface Places {
  place(place: Place): CompiledPlace
  /** The array that a name or an element stands for, made where nothing is there. */
  array(place: ArrayPlace): Evaluate<AwkArray>
  /** Several subscripts are one text with SUBSEP between them. */
  subscript(parts: readonly Expression[]): Evaluate<string>
}

/** Makes expressions ready: each becomes a function of the frame. */
export interface Expressions {
  readonly scope: Scope
  readonly places: Places
  value(expression: Expression): Evaluate
  number(expression: Expression): Evaluate<number>
  text(expression: Expression): Evaluate<string>
  truth(expression: Expression): Evaluate<boolean>
  /** What a regex argument means: a constant is itself and is not matched against the record. */
  regexOperand(expression: Expression): Evaluate
}

/** Makes statements ready. */
export interface Statements {
  readonly scope: Scope
  readonly lowering: Lowering
  readonly expressions: Expressions
  /** Several, one after the other. */
  block(body: readonly Statement[]): Execute
  /** Takes out of expressions what must be waited for, and makes ready what is left with it. */
  prepared(expressions: readonly Expression[], make: (rest: readonly Expression[]) => Execute): Execute
  statement(statement: Statement): Execute
}

/** Makes a call of a built-in ready. */
export type MakeBuiltin = (compiler: Expressions, args: readonly Expression[]) => Evaluate

const ZERO: Expression = { type: 'number', value: 0 }

/** An argument of a built-in; the parser has counted them. */
export function argumentAt(args: readonly Expression[], index: number): Expression {
  return args[index] ?? ZERO
}
