import type { CommandNode } from 'unbash'
import type { Process } from '../../processes/process'
import type { Runner } from '../runner'

/** A runner, as the parts of the interpreter see it. */
export interface Executor extends Runner {
  /** The command that runs is all that this child does: a program may take its process over. */
  isTail: boolean
  /** The trap `DEBUG` ran for the next command already, before its process began. */
  isDebugged: boolean
  /** The text of the command that runs, or ran last: what `BASH_COMMAND` tells. */
  commandText: string
  /** Aliases that there were when the line that runs was read. */
  aliases: ReadonlyMap<string, string>
  /** Aliases whose text is running; they are not replaced again. */
  readonly aliasing: Set<string>
  /** What runs now, for messages and `BASH_COMMAND`. */
  begin(node: { readonly pos: number; readonly end: number }): void
  runNode(node: CommandNode): Promise<void>
  /**
   * Ends a command: its code, and what `set -e` and `ERR` make of it.
   * @param isTrapped whether `ERR` was set before the command began
   */
  settle(status: number, isTrapped?: boolean): Promise<void>
  /** Runs with failures looked at. */
  guard<T>(run: () => Promise<T>): Promise<T>
  /** The same shell on another process. */
  onProcess(process: Process): Executor
  /** Number of descriptors that process substitutions hold. */
  readonly substitutions: number
  closeSubstitutions(from: number): void
  /** What stands before a complaint: the name and the line. */
  readonly place: string
  /** The text of a piece of what is running. */
  textAt(from: number, to: number): string
}

/** Where programs are looked for when nothing is said. */
export const DEFAULT_PATH = '/usr/bin:/bin'
