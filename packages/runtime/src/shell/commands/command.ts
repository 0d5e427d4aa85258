import type { Process } from '../processes/process'
import type { OpenFile } from '../streams/open-file'
import type { Input, Output } from '../streams/stream'
import type { System } from '../system'

/** A command of the shell that is a program of its own, such as `ls`. Built-ins of the language are elsewhere (`language/builtins`). */
export interface Command {
  readonly name: string
  /** What it does, in one line: the head of `--help` where that is made of a table of options. */
  readonly summary: string
  /**
   * Gives the exit code. A {@link CommandError}, a `BadOption` and an `FsError` that it throws are told on standard error in the
   * words of the real tool; anything else that is thrown is a fault of ours and is told as one.
   */
  run(call: Call): Promise<number>
}

/** One run of a command. */
export interface Call {
  /** As it was typed, for messages. */
  readonly name: string
  /** Words after the name; see `text.ts` for bytes that are no UTF-8. */
  readonly args: readonly string[]
  /** Exported variables. */
  readonly env: ReadonlyMap<string, string>
  /** Absolute, links kept as the person went. */
  readonly cwd: string
  /** Permission bits that files and folders which are made do not get. */
  readonly umask: number
  readonly system: System
  readonly process: Process
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  /** `path` seen from `cwd`, absolute. A slash at the end is kept: it asks for a folder. */
  at(path: string): string
  /** Reads a path: a file, `/dev/stdin`, `/dev/fd/3`, a named pipe, a process substitution. @throws FsError */
  open(path: string): Input
  /** Writes a path, made with the umask where it is missing. @throws FsError */
  create(path: string, how?: { readonly append?: boolean }): Output
  /** A descriptor's file, for `-t` and the like. */
  file(descriptor: number): OpenFile | undefined
  /** Runs another command as a child, found as the shell finds programs (functions and aliases are not). 127 when there is none, told on stderr. */
  exec(argv: readonly string[], how?: ExecOptions): Promise<number>
  /** Throws when the command is to end. Call it in every loop over data, at least every few thousand steps. */
  tick(): void
}

/** How {@link Call.exec} runs a child; what is left out is the caller's own. */
export interface ExecOptions {
  readonly env?: ReadonlyMap<string, string>
  readonly cwd?: string
  readonly stdin?: Input | OpenFile
  readonly stdout?: Output
  readonly stderr?: Output
  /** Ends the child when aborted: with the signal of a `Killed`, else SIGTERM. */
  readonly signal?: AbortSignal
  /** `sh -c` text instead of a command's words: `argv[0]` is the script, the rest its `$0 $1 …`. */
  readonly isScript?: boolean
}

/** Ends a command with a message after its name, as the real tool words it. */
export class CommandError extends Error {
  readonly code: number

  /** @param message without name and newline */
  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}

/** What this shell's version of a command does not do, by name. Never a wrong answer instead. */
export class NotImplemented extends CommandError {
  /** @param what the flag or construct, e.g. `option --sandbox` */
  constructor(what: string) {
    super(`${what} is not implemented in this sandbox`, 2)
  }
}
