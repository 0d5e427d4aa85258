import type { Compounds, Runner } from '../runner'

/** How a command of the shell itself was called. */
export interface BuiltinCall {
  /** As it was typed. */
  readonly name: string
  readonly compounds: Compounds
}

/** A command that acts on the shell itself. A {@link ShellError} that it throws is told after its name. */
export interface Builtin {
  readonly names: readonly string[]
  /** One line for `help`. */
  readonly usage: string
  run(runner: Runner, args: readonly string[], call: BuiltinCall): Promise<number>
}
