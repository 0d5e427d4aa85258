import { elementOf, subscriptOf } from '../arithmetic/evaluate'
import type { Runner } from '../runner'
import { entriesOf } from '../state/variable'
import type { Subscript } from '../state/variables'

/** What a parameter gives. */
export type Found =
  | { readonly type: 'one'; readonly text: string | undefined }
  | { readonly type: 'many'; readonly texts: readonly string[]; readonly star: boolean }

/** The part of a list that is meant. */
export type Index = Subscript | { readonly type: 'all'; readonly star: boolean } | undefined

const NUMBER = /^\d+$/

/** Looks a parameter up: a variable, an element, a position, a special one. */
export function parameter(runner: Runner, name: string, index?: Index): Found {
  const { state } = runner
  if (index === undefined) {
    if (name === '@' || name === '*') return { type: 'many', texts: state.positional, star: name === '*' }
    const special = specialParameter(runner, name)
    if (special !== undefined) return special
  }
  const target = state.vars.target(name)
  const at = index ?? indexOfReference(runner, target.name, target.subscript)
  const variable = state.vars.direct(target.name)
  if (at === undefined) return { type: 'one', text: variable?.text }
  if (at.type === 'all')
    return { type: 'many', texts: variable === undefined ? [] : entriesOf(variable.value).map(([, text]) => text), star: at.star }
  return { type: 'one', text: variable === undefined ? undefined : elementOf(variable.value, at, name) }
}

function indexOfReference(runner: Runner, name: string, subscript: string | undefined): Index {
  if (subscript === undefined) return undefined
  if (subscript === '@' || subscript === '*') return { type: 'all', star: subscript === '*' }
  return subscriptOf(runner.state, name, subscript)
}

function specialParameter(runner: Runner, name: string): Found | undefined {
  const { state } = runner
  const one = (text: string | undefined): Found => ({ type: 'one', text })
  switch (name) {
    case '?':
      return one(String(state.status))
    case '#':
      return one(String(state.positional.length))
    case '$':
      return one(String(state.shellPid))
    case '!':
      return one(state.lastBackground === undefined ? undefined : String(state.lastBackground))
    case '-':
      return one(state.letters)
    case '0':
      return one(state.scriptName)
    case '_':
      return one(state.lastArgument)
    default:
      return NUMBER.test(name) ? one(state.positional[Number(name) - 1]) : undefined
  }
}

/** The first character of `IFS`, which joins `"$*"`. */
export function joiner(runner: Runner): string {
  const ifs = runner.state.vars.text('IFS')
  return ifs === undefined ? ' ' : ([...ifs][0] ?? '')
}
