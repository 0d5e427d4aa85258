import { ShellError } from '../shell-error'

/** What is wrong with an expression, in bash's words. */
export class ArithmeticError extends ShellError {
  constructor(message: string, token: string, text: string) {
    super(`${text.trimStart()}: ${message} (error token is "${token}")`)
  }
}
