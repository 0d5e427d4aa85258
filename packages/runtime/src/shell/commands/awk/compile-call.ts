import { AwkArray, Untyped, type Slot } from './awk-array'
import type { Expressions } from './compiler'
import type { Expression } from './program'
import { Leave, Signal, variableOf, type Compiled, type Evaluate, type Frame } from './scope'
import { Fatal, type Scalar } from './values'

type CallExpression = Extract<Expression, { type: 'call' }>

/** Deeper than this the browser's own stack ends. */
const DEEPEST = 2500

/** Computes what is passed: an array by itself, what is not assigned yet so that it can become one. */
export function compileArgument(compiler: Expressions, argument: Expression): Evaluate<Slot> {
  if (argument.type === 'variable') {
    const { special, home, slot } = variableOf(compiler.scope, argument.name)
    if (special !== undefined) return () => special.get()
    return (frame) => {
      const slots = home(frame)
      return (
        slots[slot] ??
        new Untyped((array) => {
          slots[slot] = array
        })
      )
    }
  }
  if (argument.type === 'element') {
    const array = compiler.places.array(argument.array)
    const key = compiler.places.subscript(argument.subscripts)
    return (frame) => {
      const into = array(frame)
      const at = key(frame)
      return into.get(at) ?? new Untyped((made) => into.set(at, made))
    }
  }
  return compiler.value(argument)
}

/** The function that a call means; for an indirect call it is known only when it is called. */
export function calledFunction(compiler: Expressions, { name, isIndirect, args }: CallExpression): Evaluate<Compiled> {
  const { functions } = compiler.scope
  if (isIndirect) {
    const value = compiler.text({ type: 'variable', name, line: 0 })
    return (frame) => {
      const wanted = value(frame)
      const found = functions.get(wanted)
      if (found === undefined) throw new Fatal(`function called indirectly through \`${name}' does not exist`)
      return found
    }
  }
  const found = functions.get(name)
  if (found === undefined) throw new Fatal(`function \`${name}' not defined`)
  if (args.length > found.rule.params.length) throw new Fatal(`function \`${name}' called with more arguments than declared`)
  return () => found
}

/** A call of a function of the program that does not wait. */
export function compileCall(compiler: Expressions, call: CallExpression): Evaluate {
  const called = calledFunction(compiler, call)
  const args = call.args.map((argument) => compileArgument(compiler, argument))
  return (frame) => {
    const wanted = called(frame)
    const inner = frameOf(wanted, args, frame)
    return callNow(compiler, wanted, inner)
  }
}

/** A frame with the arguments in it. */
export function frameOf(called: Compiled, args: readonly Evaluate<Slot>[], frame: Frame): Frame {
  const inner: Frame = []
  for (const argument of args) inner.push(argument(frame))
  while (inner.length < called.slots) inner.push(undefined)
  return inner
}

/** Runs a function that does not wait. */
export function callNow({ scope: { machine } }: Pick<Expressions, 'scope'>, called: Compiled, inner: Frame): Scalar {
  enter(machine)
  const signal = called.body(inner)
  if (typeof signal !== 'number') throw new Fatal(`function \`${called.rule.name}' reads or runs something where nothing can be waited for`)
  return leave(machine, signal)
}

/** Runs a function that may wait. */
export async function callLater({ scope: { machine } }: Pick<Expressions, 'scope'>, called: Compiled, inner: Frame): Promise<Scalar> {
  enter(machine)
  return leave(machine, await called.body(inner))
}

function enter(machine: Expressions['scope']['machine']): void {
  machine.step()
  machine.depth += 1
  machine.returned = undefined
  if (machine.depth > DEEPEST) throw new Fatal(`functions call each other more than ${DEEPEST} deep, which is more than this sandbox can`)
}

function leave(machine: Expressions['scope']['machine'], signal: number): Scalar {
  machine.depth -= 1
  if (signal !== Signal.none && signal !== Signal.return) throw new Leave(signal)
  const value = machine.returned
  machine.returned = undefined
  return signal === Signal.return ? value : undefined
}

/** The array in what was passed, if it is one. */
export function passedArray(slot: Slot): AwkArray | undefined {
  if (slot instanceof AwkArray) return slot
  return slot instanceof Untyped ? slot.array : undefined
}

/** An argument that must be an array. */
export function arrayArgument(compiler: Expressions, argument: Expression): Evaluate<AwkArray> {
  if (argument.type === 'variable' || argument.type === 'element') return compiler.places.array(argument)
  const value = compileArgument(compiler, argument)
  return (frame) => {
    const found = value(frame)
    return found instanceof AwkArray ? found : new AwkArray()
  }
}
