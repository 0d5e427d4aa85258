import { AwkArray, scalarOf, Untyped, type Slot } from './awk-array'
import type { FunctionRule } from './program'
import type { Machine, Special } from './machine'
import { Fatal, type Scalar } from './values'

/** Variables of one call of a function, or the temporaries of a rule. */
export type Frame = Slot[]

/** Computes a value. */
export type Evaluate<T = Scalar> = (frame: Frame) => T

/** What a statement led to. `next` and those after it leave functions too. */
export const Signal = { none: 0, break: 1, continue: 2, next: 3, nextfile: 4, exit: 5, return: 6 } as const

/** Runs a statement; a promise only where it has to wait. */
export type Execute = (frame: Frame) => number | Promise<number>

/** `next`, `nextfile` or `exit` in a function: leaves the expression that called it. */
export class Leave extends Error {
  readonly signal: number

  constructor(signal: number) {
    super('left')
    this.signal = signal
  }
}

/** A function that is ready to be called. */
export interface Compiled {
  readonly rule: FunctionRule
  readonly waits: boolean
  slots: number
  body: Execute
}

/** Where names are looked up while a function or a rule is made ready. */
export interface Scope {
  readonly machine: Machine
  readonly functions: ReadonlyMap<string, Compiled>
  /** Parameters of the function. */
  readonly params: ReadonlyMap<string, number>
  /** Nothing here can be waited for: prints do not write through, loops do not breathe. */
  readonly isSync: boolean
}

/** A variable, made ready: where it is kept and how its value is taken. */
export interface Variable {
  readonly name: string
  readonly special: Special | undefined
  /** The frame or the globals. */
  home(frame: Frame): Slot[]
  readonly slot: number
}

export function variableOf({ machine, params, functions }: Scope, name: string): Variable {
  if (functions.has(name))
    throw new Fatal(`function \`${name}' called with space between name and \`(',\nor used as a variable or an array`)
  const param = params.get(name)
  if (param !== undefined) return { name, special: undefined, home: (frame) => frame, slot: param }
  const special = machine.specials.get(name)
  const { globals } = machine
  return { name, special, home: () => globals, slot: special === undefined ? machine.slotOf(name) : -1 }
}

/** The value of a slot that must be no array. */
export function readSlot(home: Slot[], slot: number, name: string): Scalar {
  const found = home[slot]
  if (found instanceof AwkArray || found instanceof Untyped) return scalarOf(found, name)
  return found
}

/** The array in a slot, made where nothing is there. */
export function arrayIn(home: Slot[], { slot, name }: Variable, isParam: boolean): AwkArray {
  const found = home[slot]
  if (found instanceof AwkArray) return found
  if (found instanceof Untyped) {
    const array = found.makeArray()
    home[slot] = array
    return array
  }
  if (found !== undefined) throw new Fatal(`attempt to use scalar ${isParam ? 'parameter ' : ''}\`${name}' as an array`)
  const array = new AwkArray()
  home[slot] = array
  return array
}
