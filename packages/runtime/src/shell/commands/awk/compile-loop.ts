import { assertNever } from '@tabwright/protocol'
import { AwkArray, Untyped } from './awk-array'
import type { Statements } from './compiler'
import { runFrom } from './run-steps'
import type { Expression, Statement } from './program'
import { Signal, type Evaluate, type Execute, type Frame, type Scope } from './scope'
import { ordered, orderOf } from './sorting'
import { InputText } from './values'

type Loop = Extract<Statement, { type: 'while' | 'do' | 'for' | 'forIn' }>

interface Round {
  readonly condition: Expression | undefined
  readonly step: Statement | undefined
  readonly body: Statement
}

/** Makes a loop ready. */
export function compileLoop(compiler: Statements, loop: Loop): Execute {
  switch (loop.type) {
    case 'while':
      return rounds(compiler, { condition: loop.condition, step: undefined, body: loop.body })
    case 'do':
      return doLoop(compiler, loop)
    case 'for': {
      const again = rounds(compiler, loop)
      if (loop.start === undefined) return again
      const start = compiler.statement(loop.start)
      return (frame) => runFrom([start, again], 0, frame)
    }
    case 'forIn':
      return forIn(compiler, loop)
    default:
      return assertNever(loop)
  }
}

/** A condition with something to wait for becomes the first part of an endless loop's body. */
function rounds(compiler: Statements, { condition, step, body }: Round): Execute {
  const next = step === undefined ? undefined : compiler.statement(step)
  if (condition !== undefined && compiler.lowering.hasWait(condition)) {
    const guard: Statement = {
      type: 'if',
      condition: { type: 'not', operand: condition },
      yes: { type: 'break', line: 0 },
      no: undefined,
      line: 0,
    }
    const whole = compiler.block([guard, body])
    return repeated(compiler.scope, undefined, { body: whole, step: next })
  }
  const test = condition === undefined ? undefined : compiler.expressions.truth(condition)
  return repeated(compiler.scope, test, { body: compiler.statement(body), step: next })
}

/** `do`: the first round asks nothing. `continue` goes to the condition, so the condition stands at the head of later rounds. */
function doLoop(compiler: Statements, { condition, body }: Pick<Extract<Loop, { condition: Expression }>, 'condition' | 'body'>): Execute {
  const slot = compiler.lowering.slot()
  const isLater: Expression = { type: 'temporary', slot }
  const began: Statement = { type: 'wait', value: { type: 'number', value: 1 }, slot, line: 0 }
  const again = rounds(compiler, {
    condition: { type: 'or', left: { type: 'not', operand: isLater }, right: condition },
    step: undefined,
    body: { type: 'block', body: [began, body] },
  })
  return (frame) => {
    frame[slot] = 0
    return again(frame)
  }
}

type Repeat = { readonly body: Execute; readonly step: Execute | undefined }

function repeated(scope: Scope, test: Evaluate<boolean> | undefined, repeat: Repeat): Execute {
  const { machine, isSync } = scope
  const { body, step } = repeat
  return (frame) => {
    for (let round = 1; test === undefined || test(frame); round++) {
      machine.step()
      const signal = body(frame)
      if (typeof signal !== 'number') return repeatedLater({ frame, test, ...repeat }, scope, signal)
      if (signal === Signal.break) return Signal.none
      if (signal !== Signal.none && signal !== Signal.continue) return signal
      const stepped = step?.(frame)
      if (stepped !== undefined && typeof stepped !== 'number') return afterStep({ frame, test, ...repeat }, scope, stepped)
      if (!isSync && (round & 1023) === 0) {
        const breath = machine.call.system.breathe()
        if (breath !== undefined) return breath.then(() => repeated(scope, test, repeat)(frame))
      }
    }
    return Signal.none
  }
}

interface Later extends Repeat {
  readonly frame: Frame
  readonly test: Evaluate<boolean> | undefined
}

async function afterStep(later: Later, scope: Scope, stepped: Promise<number>): Promise<number> {
  await stepped
  return repeated(scope, later.test, later)(later.frame)
}

/** The rest of a loop once something had to be waited for. */
async function repeatedLater(later: Later, scope: Scope, pending: Promise<number>): Promise<number> {
  const { frame, test, body, step } = later
  let signal = await pending
  for (;;) {
    if (signal === Signal.break) return Signal.none
    if (signal !== Signal.none && signal !== Signal.continue) return signal
    await step?.(frame)
    if (test !== undefined && !test(frame)) return Signal.none
    scope.machine.step()
    const breath = scope.machine.call.system.breathe()
    if (breath !== undefined) await breath
    signal = await body(frame)
  }
}

/** The keys are those at the start, whatever the body does to the array. */
function forIn(compiler: Statements, { place, array, body }: Extract<Loop, { type: 'forIn' }>): Execute {
  const { machine, functions } = compiler.scope
  const from = compiler.expressions.places.array(array)
  const target = compiler.expressions.places.place(place)
  const run = compiler.statement(body)
  const procinfo = machine.slotOf('PROCINFO')
  const keysOf = (source: AwkArray): readonly string[] => {
    const info = machine.globals[procinfo]
    const wanted = info instanceof AwkArray ? info.items.get('sorted_in') : undefined
    if (wanted === undefined || wanted instanceof AwkArray || wanted instanceof Untyped) return source.keys()
    const entries = source.keys().map((key) => [key, source.items.get(key)] as const)
    return ordered(entries, orderOf(machine.textOf(wanted), { machine, functions })).map(([key]) => key)
  }
  const walk = (keys: readonly string[], at: number, frame: Frame): number | Promise<number> => {
    for (let i = at; i < keys.length; i++) {
      machine.step()
      target.set(frame, new InputText(keys[i] ?? ''))
      const signal = run(frame)
      if (typeof signal !== 'number')
        return signal.then((found) => (goesOn(found) ? walk(keys, i + 1, frame) : found === Signal.break ? Signal.none : found))
      if (signal === Signal.break) return Signal.none
      if (!goesOn(signal)) return signal
    }
    return Signal.none
  }
  return (frame) => walk(keysOf(from(frame)), 0, frame)
}

function goesOn(signal: number): boolean {
  return signal === Signal.none || signal === Signal.continue
}
