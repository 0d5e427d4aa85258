import { evaluator, subscriptOf } from '../arithmetic/evaluate'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'

/** Splits `name[subscript]`. */
function elementNamed(word: string): { readonly name: string; readonly subscript: string | undefined } | undefined {
  const match = /^([A-Za-z_]\w*)(?:\[(.+)\])?$/s.exec(word)
  return match?.[1] === undefined ? undefined : { name: match[1], subscript: match[2] }
}

/** Assigns to what a built-in was given: a variable or an element. @throws ShellError for what is no name */
export function assignTo(runner: Runner, word: string, text: string): void {
  const { state } = runner
  const place = elementNamed(word)
  if (place === undefined) throw new ShellError(`\`${word}': not a valid identifier`)
  const target = state.vars.target(place.name)
  const subscript = place.subscript ?? target.subscript
  if (subscript === undefined) state.vars.assign(target.name, text, evaluator(state))
  else state.vars.assignElement(target.name, subscriptOf(state, target.name, subscript), { text, evaluate: evaluator(state) })
}
