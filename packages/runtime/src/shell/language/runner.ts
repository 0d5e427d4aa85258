import type { ParsedScript, Redirection, Statement } from 'unbash'
import type { OpenFile } from '../streams/open-file'
import type { Process } from '../processes/process'
import type { Signal } from '../signals'
import type { System } from '../system'
import type { Source } from './source'
import type { ShellState } from './state/shell-state'

/** How a command of words is run. */
export interface WordsHow {
  /** `command`, `exec`: functions are not looked at. */
  readonly skipFunctions?: boolean
  /** `env`, `exec`: nor are built-ins. */
  readonly skipBuiltins?: boolean
  /** `builtin`: nothing else is looked at. */
  readonly onlyBuiltins?: boolean
  /** `command -p`: where programs are looked for. */
  readonly path?: string
  /** The process is to become the program. */
  readonly inPlace?: boolean
  /** `exec -a`: what the program is told as its name. */
  readonly title?: string
  /** `exec -c`. */
  readonly env?: ReadonlyMap<string, string>
  /** Arrays that were given to `declare` and the like, by the place of their word. */
  readonly compounds?: Compounds
}

/** An array given to a declaration: `declare -a x=(1 2)`. */
export interface Compound {
  readonly append: boolean
  readonly elements: readonly GivenElement[]
}

/** One element of an array that is assigned. */
export interface GivenElement {
  /** Source text of the subscript; undefined: the next place. */
  readonly subscript: string | undefined
  readonly append: boolean
  readonly text: string
}

export type Compounds = ReadonlyMap<number, Compound>

/** A child of the shell with a copy of its state. */
export interface Child {
  readonly title: string
  /** The caller's own group when left out; `own`: a new one. */
  readonly group?: number | 'own' | undefined
  readonly isBackground?: boolean
  /** Descriptors that differ from the shell's; undefined closes one. */
  readonly files?: ReadonlyMap<number, OpenFile | undefined>
  body(runner: Runner): Promise<void>
}

/** A text to run. */
export interface TextRun {
  readonly text: string
  /** What `BASH_SOURCE` says. */
  readonly name: string
  readonly first?: number
  /** Before `line N:` in the words of a syntax error: `-c`, `eval`. */
  readonly place?: string
  /** A script that is read from a file or from standard input: `set -t` ends it. */
  readonly isFile?: boolean
}

/** What can undo redirections or let them stay. */
export interface Redirected {
  undo(): void
  keep(): void
}

/** One shell that runs: what expansions, commands and built-ins need of it. */
export interface Runner {
  readonly state: ShellState
  readonly process: Process
  readonly system: System
  /** Text that is running and the place in it. */
  source: Source
  at: number
  /** Not 0: a failure is looked at by someone, so `set -e` and `ERR` do not act. */
  guarded: number
  readonly line: number
  /** Code of the last command substitution of the command that is being expanded. */
  substituted: number | undefined
  /** Names of the shell's own commands. */
  readonly builtinNames: readonly string[]
  isBuiltin(name: string): boolean
  /** Ends the process where a signal asks for it, runs traps, lets messages in. Undefined: go on. */
  step(): Promise<void> | undefined
  runStatements(statements: readonly Statement[]): Promise<void>
  /** Runs all that a child does: a lone program takes its process over. */
  runChild(statements: readonly Statement[]): Promise<void>
  /** What `BASH_COMMAND` says. */
  readonly commandText: string
  /** Parses and runs; the status is the state's. False: there was nothing to run. */
  runText(run: TextRun): Promise<boolean>
  /** While the trap `EXIT` runs: the status before it, with which `exit` ends. */
  readonly trapStatus: number | undefined
  /** Runs a command of words that were expanded already. */
  runWords(words: readonly string[], how?: WordsHow): Promise<number>
  spawn(child: Child): Process
  /** Output of a command substitution without the newlines at its end. */
  capture(script: ParsedScript, text: string): Promise<string>
  /** `<(…)`: the path of the pipe. */
  substituteProcess(script: ParsedScript, operator: '<' | '>'): string
  /** Opens and moves descriptors. @throws ShellError */
  redirect(redirections: readonly Redirection[]): Promise<Redirected>
  runTrap(name: 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN'): Promise<void>
  write(data: string | Uint8Array, descriptor?: number): Promise<void>
  /** Tells a fault on standard error, after the shell's name and the line. */
  complain(message: string): Promise<void>
  /** Waits for a child that runs in the foreground, and tells how it was ended by a signal. */
  waitFor(process: Process, text: string): Promise<number>
  /** Resolves when a signal arrives that a trap waits for. */
  trapped(): Promise<Signal>
}
