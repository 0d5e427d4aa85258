import { assertNever } from '@tabwright/protocol'
import { ExpressionCompiler } from './compile-expression'
import { compileLoop } from './compile-loop'
import { compilePrint } from './compile-print'
import { compileSwitch } from './compile-switch'
import { compileWait } from './compile-wait'
import type { Statements } from './compiler'
import type { Lowering } from './lowering'
import { runFrom } from './run-steps'
import type { Expression, Statement } from './program'
import { Signal, type Execute, type Scope } from './scope'

/** Makes statements ready. */
export class StatementCompiler implements Statements {
  readonly scope: Scope
  readonly lowering: Lowering
  readonly expressions: ExpressionCompiler

  constructor(scope: Scope, lowering: Lowering) {
    this.scope = scope
    this.lowering = lowering
    this.expressions = new ExpressionCompiler(scope)
  }

  /** Several, one after the other. */
  block(body: readonly Statement[]): Execute {
    const steps = body.map((statement) => this.statement(statement))
    const [only] = steps
    if (only === undefined) return () => Signal.none
    return steps.length === 1 ? only : (frame) => runFrom(steps, 0, frame)
  }

  /** Takes out of expressions what must be waited for, and makes ready what is left with it. */
  prepared(expressions: readonly Expression[], make: (rest: readonly Expression[]) => Execute): Execute {
    const before: Statement[] = []
    const rest = this.lowering.all(expressions, before)
    const then = make(rest)
    if (before.length === 0) return then
    const first = this.block(before)
    return (frame) => runFrom([first, then], 0, frame)
  }

  statement(statement: Statement): Execute {
    const { machine } = this.scope
    switch (statement.type) {
      case 'expression':
        return this.prepared([statement.value], ([value = statement.value]) => {
          const { line } = statement
          const evaluate = this.expressions.value(value)
          return (frame) => {
            machine.line = line
            evaluate(frame)
            return Signal.none
          }
        })
      case 'wait':
        return compileWait(this, statement.value, statement.slot)
      case 'print':
      case 'printf':
        return compilePrint(this, statement)
      case 'block':
        return this.block(statement.body)
      case 'if':
        return this.#if(statement)
      case 'while':
      case 'do':
      case 'for':
      case 'forIn':
        return compileLoop(this, statement)
      case 'switch':
        return compileSwitch(this, statement)
      case 'next':
      case 'nextfile':
      case 'break':
      case 'continue': {
        const signal = Signal[statement.type]
        return () => signal
      }
      case 'exit':
      case 'return':
        return this.#leave(statement)
      case 'delete':
        return this.#delete(statement)
      default:
        return assertNever(statement)
    }
  }

  #if({ condition, yes, no, line }: Extract<Statement, { type: 'if' }>): Execute {
    const { machine } = this.scope
    return this.prepared([condition], ([test = condition]) => {
      const truth = this.expressions.truth(test)
      const then = this.statement(yes)
      const otherwise = no === undefined ? undefined : this.statement(no)
      return (frame) => {
        if (line > 0) machine.line = line
        if (truth(frame)) return then(frame)
        return otherwise === undefined ? Signal.none : otherwise(frame)
      }
    })
  }

  #leave({ type, value }: Extract<Statement, { type: 'exit' | 'return' }>): Execute {
    const { machine } = this.scope
    const signal = Signal[type]
    if (value === undefined) {
      if (type === 'exit') return () => signal
      return () => {
        machine.returned = undefined
        return signal
      }
    }
    return this.prepared([value], ([rest = value]) => {
      if (type === 'exit') {
        const code = this.expressions.number(rest)
        return (frame) => {
          machine.exitCode = Math.trunc(code(frame)) & 0xff
          return signal
        }
      }
      const result = this.expressions.value(rest)
      return (frame) => {
        machine.returned = result(frame)
        return signal
      }
    })
  }

  #delete({ target, isWhole }: Extract<Statement, { type: 'delete' }>): Execute {
    if (isWhole || target.type === 'variable') {
      const array = this.expressions.places.array(target)
      return (frame) => {
        array(frame).clear()
        return Signal.none
      }
    }
    return this.prepared(target.subscripts, (subscripts) => {
      const array = this.expressions.places.array(target.array)
      const key = this.expressions.places.subscript(subscripts)
      return (frame) => {
        array(frame).delete(key(frame))
        return Signal.none
      }
    })
  }
}
