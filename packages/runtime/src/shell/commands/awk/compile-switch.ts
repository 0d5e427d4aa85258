import type { Statements } from './compiler'
import { runFrom } from './run-steps'
import type { Expression, Statement } from './program'
import { Signal, type Evaluate, type Execute, type Frame } from './scope'
import { isNumeric, toNumber, type Scalar } from './values'

/** Makes a `switch` ready. */
export function compileSwitch(compiler: Statements, { value, arms }: Extract<Statement, { type: 'switch' }>): Execute {
  const bodies = arms.map((arm) => compiler.block(arm.body))
  const tests = arms.map((arm) => (arm.label === undefined ? undefined : matcher(compiler, arm.label)))
  const fallback = arms.findIndex((arm) => arm.label === undefined)
  return compiler.prepared([value], ([rest = value]) => {
    const evaluate = compiler.expressions.value(rest)
    const ended = (signal: number): number => (signal === Signal.break ? Signal.none : signal)
    return (frame: Frame) => {
      const subject = evaluate(frame)
      const found = tests.findIndex((test) => test?.(frame)(subject) ?? false)
      const from = found < 0 ? fallback : found
      if (from < 0) return Signal.none
      const signal = runFrom(bodies, from, frame)
      return typeof signal === 'number' ? ended(signal) : signal.then(ended)
    }
  })
}

function matcher(compiler: Statements, label: Expression): Evaluate<(subject: Scalar) => boolean> {
  const { machine } = compiler.scope
  if (label.type === 'regex') return () => (subject) => machine.pattern(label.source).test(machine.textOf(subject))
  const constant = compiler.expressions.value(label)
  return (frame) => {
    const wanted = constant(frame)
    return (subject) => {
      if (typeof wanted === 'number') return isNumeric(subject) && subject !== undefined && toNumber(subject) === wanted
      return (typeof subject === 'string' || !isNumeric(subject)) && machine.textOf(subject) === machine.textOf(wanted)
    }
  }
}
