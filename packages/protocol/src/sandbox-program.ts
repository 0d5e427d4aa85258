import type { SessionId } from './ids'
import type { JsonObject } from './json'

/** A function that a program in a session's sandbox offers to the programs on the relay. */
export interface ProgramFunction {
  /** One segment of a name. */
  readonly name: string
  readonly description: string
  readonly request?: JsonObject
  readonly response?: JsonObject
}

/** Such a program. Its functions are called `<tab>::<name>::<function>`. */
export interface SandboxProgram {
  readonly session: SessionId
  /** One segment of a name. */
  readonly name: string
  readonly functions: readonly ProgramFunction[]
}
