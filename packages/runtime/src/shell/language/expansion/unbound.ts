import type { Runner } from '../runner'
import { FatalError } from '../shell-error'
import type { Found } from './parameters'

/** Under `set -u` a parameter that is not set ends the script. @throws FatalError */
export function checked(runner: Runner, found: Found, name: string): Found {
  // Of an array that has nothing at all only the length is asked in vain.
  if (found.type === 'one' && found.text === undefined && runner.state.has('nounset'))
    throw new FatalError(`${name}: unbound variable`, 127)
  return found
}
