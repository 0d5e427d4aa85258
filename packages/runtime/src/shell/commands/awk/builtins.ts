import { arrayBuiltins } from './array-builtins'
import type { Expressions, MakeBuiltin } from './compiler'
import { numberBuiltins } from './number-builtins'
import type { Expression } from './program'
import type { Evaluate } from './scope'
import { textBuiltins } from './text-builtins'
import { timeBuiltins } from './time-builtins'

/** A built-in as it is called in a program. */
export type BuiltinCall = Extract<Expression, { type: 'builtin' }>

const BUILTINS: ReadonlyMap<string, MakeBuiltin> = new Map([...numberBuiltins, ...textBuiltins, ...arrayBuiltins, ...timeBuiltins])

/** A call of a built-in that need not be waited for. */
export function compileBuiltin(compiler: Expressions, { name, args }: BuiltinCall): Evaluate {
  const make = BUILTINS.get(name)
  if (make === undefined) throw new Error(`${name} was not taken out of its expression`)
  return make(compiler, args)
}
