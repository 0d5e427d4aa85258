import { assertNever } from '@tabwright/protocol'
import { AwkArray, scalarOf, Untyped } from './awk-array'
import { fieldIndex } from './fields'
import type { CompiledPlace, Expressions, Found, Places } from './compiler'
import type { ArrayPlace, Expression, Place } from './program'
import { arrayIn, readSlot, variableOf, type Evaluate, type Frame, type Scope } from './scope'
import { Fatal, type Scalar } from './values'

/** Makes places ready. */
export class PlaceCompiler implements Places {
  readonly #scope: Scope
  readonly #expressions: Expressions

  constructor(scope: Scope, expressions: Expressions) {
    this.#scope = scope
    this.#expressions = expressions
  }

  place(place: Place): CompiledPlace {
    switch (place.type) {
      case 'variable':
        return this.#variable(place.name)
      case 'field':
        return this.#field(place.index)
      case 'element':
        return this.#element(place)
      default:
        return assertNever(place)
    }
  }

  #variable(name: string): CompiledPlace {
    const { special, home, slot } = variableOf(this.#scope, name)
    if (special !== undefined) return { get: () => special.get(), set: (_, value) => special.set(value), find: () => special }
    const assign = (frame: Frame, value: Scalar): void => {
      const slots = home(frame)
      const old = slots[slot]
      if (old instanceof AwkArray || (old instanceof Untyped && old.array !== undefined)) scalarOf(old, name)
      slots[slot] = value
    }
    return {
      get: (frame) => readSlot(home(frame), slot, name),
      set: assign,
      find: (frame) => ({ get: () => readSlot(home(frame), slot, name), set: (value) => assign(frame, value) }),
    }
  }

  #field(index: Expression): CompiledPlace {
    const { fields } = this.#scope.machine
    if (index.type === 'number') {
      const fixed = Math.trunc(index.value)
      const found: Found = { get: () => fields.get(fixed), set: (value) => fields.set(fixed, value), reach: () => fields.reach(fixed) }
      return { get: () => fields.get(fixed), set: (_, value) => fields.set(fixed, value), find: () => found }
    }
    const at = this.#expressions.value(index)
    return {
      get: (frame) => fields.get(fieldIndex(at(frame))),
      set: (frame, value) => fields.set(fieldIndex(at(frame)), value),
      find: (frame) => {
        const number = fieldIndex(at(frame))
        return { get: () => fields.get(number), set: (value) => fields.set(number, value), reach: () => fields.reach(number) }
      },
    }
  }

  #element(place: Extract<Place, { type: 'element' }>): CompiledPlace {
    const array = this.array(place.array)
    const key = this.subscript(place.subscripts)
    const name = nameOf(place)
    const set = (into: AwkArray, at: string, value: Scalar): void => {
      if (into.items.get(at) instanceof AwkArray) throw new Fatal(`attempt to use array \`${name}["${at}"]' in a scalar context`)
      into.set(at, value)
    }
    return {
      get: (frame) => {
        const at = key(frame)
        const found = array(frame).get(at)
        return found instanceof AwkArray || found instanceof Untyped ? scalarOf(found, `${name}["${at}"]`) : found
      },
      set: (frame, value) => set(array(frame), key(frame), value),
      find: (frame) => {
        const into = array(frame)
        const at = key(frame)
        return { get: () => scalarOf(into.get(at), `${name}["${at}"]`), set: (value) => set(into, at, value) }
      },
    }
  }

  /** The array that a name or an element stands for, made where nothing is there. */
  array(place: ArrayPlace): Evaluate<AwkArray> {
    if (place.type === 'variable') {
      const variable = variableOf(this.#scope, place.name)
      if (variable.special !== undefined) throw new Fatal(`attempt to use scalar \`${place.name}' as an array`)
      const { home } = variable
      const isParam = this.#scope.params.has(place.name)
      return (frame) => arrayIn(home(frame), variable, isParam)
    }
    const outer = this.array(place.array)
    const key = this.subscript(place.subscripts)
    const name = nameOf(place)
    return (frame) => {
      const into = outer(frame)
      const at = key(frame)
      const found = into.items.get(at)
      if (found instanceof AwkArray) return found
      if (found !== undefined && !(found instanceof Untyped)) throw new Fatal(`attempt to use scalar \`${name}["${at}"]' as an array`)
      const made = found instanceof Untyped ? found.makeArray() : new AwkArray()
      into.set(at, made)
      return made
    }
  }

  /** Several subscripts are one text with SUBSEP between them. */
  subscript(parts: readonly Expression[]): Evaluate<string> {
    const { machine } = this.#scope
    const [first] = parts
    if (parts.length === 1 && first !== undefined) {
      if (first.type === 'string') {
        const fixed = first.value
        return () => fixed
      }
      const only = this.#expressions.value(first)
      return (frame) => {
        const value = only(frame)
        return typeof value === 'string' ? value : machine.keyOf(value)
      }
    }
    const all = parts.map((part) => this.#expressions.value(part))
    return (frame) => all.map((part) => machine.keyOf(part(frame))).join(machine.subsep)
  }
}

/** The name at the root of a place. */
export function nameOf(place: ArrayPlace): string {
  return place.type === 'variable' ? place.name : nameOf(place.array)
}
