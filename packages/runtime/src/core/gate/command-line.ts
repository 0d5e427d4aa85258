/** A command line as the gate judges it: everything it would start, read by the parser that also runs it. */
export interface CommandLine {
  /** Every simple command in it, in order; those inside substitutions, loops and functions too. */
  readonly commands: readonly SimpleCommand[]
  /** Words that are in no command, and that one may come to: of a loop, of a variable. */
  readonly loose?: readonly string[]
  /** It may do more than these words say; why. A line that is not clear is never allowed by its words. */
  readonly unclear?: string
  /** A limit that it passes, in a clause: it was not read to the end, and is denied. */
  readonly limit?: string
}

/** A program with its words. */
export interface SimpleCommand {
  /** Words as the program gets them; null for one that is known only when it runs, such as `*.ts`. */
  readonly argv: readonly (string | null)[]
  readonly redirects: readonly Redirect[]
}

/** A file that a redirection opens. */
export interface Redirect {
  readonly path: string
  readonly writes: boolean
}

/** Reads a command line without running anything of it. Never throws. */
export type ReadCommandLine = (text: string) => CommandLine

/** Beyond these nothing is looked at more closely, and the call is denied: a limit that is passed must not be the cheaper check. */
export const MOST_TEXT = 256_000
export const MOST_COMMANDS = 500
/** Commands inside words. Deeper nesting takes a parser seconds. */
export const MOST_NESTED = 2000
