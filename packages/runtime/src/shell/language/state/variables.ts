import { FatalError, ShellError } from '../shell-error'
import { lastIndex, Variable, type Attributes, type Value } from './variable'

const MAX_REFERENCES = 8

/** Which element of an array; none: the variable itself. */
export type Subscript = { readonly type: 'index'; readonly index: number } | { readonly type: 'key'; readonly key: string }

/** Where a name leads after its references were followed. */
export interface Target {
  readonly name: string
  /** A reference to an element, such as `declare -n x='a[1]'`. */
  readonly subscript: string | undefined
}

/** Evaluates the text given to an integer variable. */
export type Evaluate = (text: string) => string

interface Scope {
  readonly variables: Map<string, Variable>
  /** Assignments before a command, not a function's own. */
  readonly isTemporary: boolean
}

/** All variables of a shell: those of all, and those of the functions that run, innermost last. */
export class Variables {
  readonly #global: Map<string, Variable>
  readonly #scopes: Scope[]
  /** Values that are made when they are asked for. */
  readonly dynamic = new Map<string, () => Value>()
  /** Told of an assignment to a dynamic variable. */
  readonly setters = new Map<string, (text: string) => void>()
  /** Told of a change to a variable that others depend on. */
  onChange: ((name: string) => void) | undefined

  constructor(global = new Map<string, Variable>(), scopes: Scope[] = []) {
    this.#global = global
    this.#scopes = scopes
  }

  copy(): Variables {
    const copied = (variables: Map<string, Variable>): Map<string, Variable> => {
      const out = new Map<string, Variable>()
      for (const [name, variable] of variables) out.set(name, variable.copy())
      return out
    }
    return new Variables(
      copied(this.#global),
      this.#scopes.map((scope) => ({ ...scope, variables: copied(scope.variables) })),
    )
  }

  get isInFunction(): boolean {
    return this.#scopes.some((scope) => !scope.isTemporary)
  }

  enter(isTemporary = false): void {
    this.#scopes.push({ variables: new Map(), isTemporary })
  }

  leave(): void {
    this.#scopes.pop()
  }

  /** The variable itself, references not followed. */
  direct(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]?.variables.get(name)
      if (found !== undefined) return found
    }
    const made = this.dynamic.get(name)
    if (made !== undefined) return new Variable(made(), this.#global.get(name)?.attributes)
    return this.#global.get(name)
  }

  /** Follows references. */
  target(name: string): Target {
    let at = name
    for (let i = 0; i < MAX_REFERENCES; i++) {
      // Asking for its value would make the next one.
      if (this.dynamic.has(at)) return { name: at, subscript: undefined }
      const variable = this.direct(at)
      if (!variable?.attributes.nameref) return { name: at, subscript: undefined }
      const to = variable.text ?? ''
      const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(to)
      if (element?.[1] !== undefined) return { name: element[1], subscript: element[2] }
      if (to === '' || to === at) return { name: at, subscript: undefined }
      at = to
    }
    return { name: at, subscript: undefined }
  }

  get(name: string): Variable | undefined {
    const variable = this.direct(name)
    return variable?.attributes.nameref ? this.direct(this.target(name).name) : variable
  }

  text(name: string): string | undefined {
    return this.get(name)?.text
  }

  /** The variable to assign to: the innermost of its name, else a new one for all. */
  #assignable(name: string): Variable {
    const found = this.dynamic.has(name) ? this.#global.get(name) : this.direct(name)
    if (found !== undefined) {
      if (found.attributes.readonly) throw new FatalError(`${name}: readonly variable`)
      return found
    }
    const made = new Variable()
    this.#global.set(name, made)
    return made
  }

  /** Assigns text, as the attributes of the variable want it. @throws FatalError where it is readonly */
  assign(name: string, text: string, evaluate?: Evaluate): void {
    const at = this.target(name).name
    const variable = this.#assignable(at)
    const made = shaped(variable.attributes, text, evaluate)
    variable.isBare = false
    const setter = this.setters.get(at)
    if (setter !== undefined) setter(made)
    else if (variable.value.type === 'list') variable.value.items.set(0, made)
    else if (variable.value.type === 'table') variable.value.items.set('0', made)
    else variable.value = { type: 'text', text: made }
    this.onChange?.(at)
  }

  /** Assigns one element. @throws ShellError for an index below the first */
  assignElement(name: string, subscript: Subscript, given: { readonly text: string; readonly evaluate?: Evaluate }): void {
    const at = this.target(name).name
    const variable = this.#assignable(at)
    const made = shaped(variable.attributes, given.text, given.evaluate)
    variable.isBare = false
    if (subscript.type === 'key') {
      if (variable.value.type !== 'table') variable.value = { type: 'table', items: new Map() }
      variable.value.items.set(subscript.key, made)
      return
    }
    const items = listOf(variable)
    const index = subscript.index < 0 ? lastIndex(items) + 1 + subscript.index : subscript.index
    if (index < 0) throw new ShellError(`${name}[${subscript.index}]: bad array subscript`)
    if (!Number.isSafeInteger(index))
      throw new ShellError(`${name}: an index above ${Number.MAX_SAFE_INTEGER} is not implemented in this sandbox`)
    items.set(index, made)
    this.onChange?.(at)
  }

  /** Gives a variable a whole value. @throws FatalError where it is readonly */
  assignValue(name: string, value: Value): void {
    const at = this.target(name).name
    const variable = this.#assignable(at)
    variable.value = value
    variable.isBare = false
    this.onChange?.(at)
  }

  /** The variable of this name in the innermost function, or for all outside of one; made where missing. */
  declare(name: string, how: { readonly isGlobal?: boolean; readonly inherit?: boolean } = {}): Variable {
    const scope = how.isGlobal ? undefined : this.#scopes.findLast((one) => !one.isTemporary)
    const variables = scope?.variables ?? this.#global
    const known = variables.get(name)
    if (known !== undefined) return known
    const outer = scope === undefined ? undefined : this.direct(name)
    const temporary = this.#scopes.findLast((one) => one.isTemporary)?.variables.get(name)
    const made = how.inherit && outer !== undefined ? outer.copy() : new Variable(temporary?.value)
    // A name that is exported outside is exported inside too.
    if (temporary !== undefined || outer?.attributes.exported) made.attributes.exported = true
    if (outer?.attributes.readonly) throw new ShellError(`${name}: readonly variable`)
    variables.set(name, made)
    return made
  }

  /** Puts a variable into the innermost scope, whatever it is. */
  put(name: string, variable: Variable): void {
    const scope = this.#scopes.at(-1)?.variables ?? this.#global
    scope.set(name, variable)
  }

  /** @throws ShellError where it is readonly */
  unset(name: string): void {
    const last = this.#scopes.at(-1)
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const scope = this.#scopes[i]
      const found = scope?.variables.get(name)
      if (scope === undefined || found === undefined) continue
      if (found.attributes.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`)
      // A function's own stays its own, so that the one outside does not shine through.
      if (scope === last && !scope.isTemporary) scope.variables.set(name, new Variable())
      else scope.variables.delete(name)
      this.onChange?.(name)
      return
    }
    if (this.#global.get(name)?.attributes.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`)
    this.#global.delete(name)
    this.dynamic.delete(name)
    this.setters.delete(name)
    this.onChange?.(name)
  }

  /** Every name that is visible, sorted. */
  get names(): string[] {
    const names = new Set([...this.#global.keys(), ...this.dynamic.keys()])
    for (const scope of this.#scopes) for (const name of scope.variables.keys()) names.add(name)
    return [...names].toSorted()
  }

  /** Names of the innermost function's own variables, sorted. */
  get localNames(): string[] {
    return [...(this.#scopes.findLast((scope) => !scope.isTemporary)?.variables.keys() ?? [])].toSorted()
  }

  /** What programs get. */
  environment(): Map<string, string> {
    const out = new Map<string, string>()
    const add = (variables: ReadonlyMap<string, Variable>): void => {
      for (const [name, variable] of variables) {
        if (!variable.attributes.exported) continue
        const { text } = variable
        if (text === undefined || variable.value.type !== 'text') out.delete(name)
        else out.set(name, text)
      }
    }
    add(this.#global)
    for (const scope of this.#scopes) add(scope.variables)
    return out
  }
}

function listOf(variable: Variable): Map<number, string> {
  if (variable.value.type === 'list') return variable.value.items
  const items = new Map<number, string>()
  if (variable.value.type === 'text') items.set(0, variable.value.text)
  variable.value = { type: 'list', items }
  return items
}

function shaped(attributes: Attributes, text: string, evaluate: Evaluate | undefined): string {
  if (attributes.integer && evaluate !== undefined) return evaluate(text)
  if (attributes.lower) return text.toLowerCase()
  if (attributes.upper) return text.toUpperCase()
  return attributes.capital ? text.charAt(0).toUpperCase() + text.slice(1).toLowerCase() : text
}
