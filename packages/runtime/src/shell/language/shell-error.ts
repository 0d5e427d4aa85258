/** Ends the command that is running, and the rest of its line, with a message after the shell's name and the line. */
export class ShellError extends Error {
  readonly code: number
  /** Where it happened, as `name: line N: `; known once it leaves the text that ran. */
  place: string | undefined

  /** @param message without the shell's name, the line and a newline */
  constructor(message: string, code = 1) {
    super(message)
    this.code = code
  }
}

/** Ends the whole script: an unset variable under `set -u`, `${x:?}`, an assignment to a readonly variable. */
export class FatalError extends ShellError {}

/** A value that an attribute cannot take, `declare -i i=08`: ends the line, whoever made the assignment. */
export class ValueError extends ShellError {}

/** A redirection that cannot be made: its command is not run, the next one is. */
export class RedirectError extends ShellError {}

/** Leaves the flow of a script. No fault. */
export class Jump extends Error {
  readonly to: 'break' | 'continue' | 'return' | 'exit'
  /** Loops that are left, or the exit code. */
  readonly count: number

  /** What a loop ends with that is left. */
  readonly status: number

  constructor(to: Jump['to'], count: number, status = 0) {
    super(to)
    this.status = status
    this.to = to
    this.count = count
  }
}
