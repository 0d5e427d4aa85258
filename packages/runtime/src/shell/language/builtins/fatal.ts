import type { Runner } from '../runner'
import { FatalError, ValueError } from '../shell-error'

/** Tells a fault that ends all that `bash -c` was given, else the line. @throws FatalError, ShellError */
export async function fatal(runner: Runner, message: string): Promise<never> {
  await runner.complain(message)
  throw runner.state.isCommandText ? new FatalError('') : new ValueError('')
}
