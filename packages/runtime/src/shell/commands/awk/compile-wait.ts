import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { calledFunction, callLater, compileArgument, frameOf } from './compile-call'
import type { Statements } from './compiler'
import type { Machine } from './machine'
import type { Expression } from './program'
import type { RecordReader, RecordSource, TextRecord } from './record-reader'
import { Signal, type Execute, type Frame } from './scope'
import { InputText, type Scalar } from './values'

type Getline = Extract<Expression, { type: 'getline' }>

/** Makes ready what must be waited for, and keeps what it gives in a slot of the frame. */
export function compileWait(compiler: Statements, expression: Expression, slot: number): Execute {
  const later = laterOf(compiler, expression)
  if (later === undefined) {
    const value = compiler.expressions.value(expression)
    return (frame) => {
      frame[slot] = value(frame)
      return Signal.none
    }
  }
  return async (frame) => {
    frame[slot] = await later(frame)
    return Signal.none
  }
}

type Later = (frame: Frame) => Promise<Scalar>

function laterOf(compiler: Statements, expression: Expression): Later | undefined {
  if (!compiler.lowering.waits(expression)) return undefined
  if (expression.type === 'getline') return getline(compiler, expression)
  if (expression.type === 'call') {
    const called = calledFunction(compiler.expressions, expression)
    const args = expression.args.map((argument) => compileArgument(compiler.expressions, argument))
    return (frame) => {
      const wanted = called(frame)
      return callLater(compiler.expressions, wanted, frameOf(wanted, args, frame))
    }
  }
  return expression.type === 'builtin' ? waitingBuiltin(compiler, expression) : undefined
}

function waitingBuiltin(compiler: Statements, { name, args }: Extract<Expression, { type: 'builtin' }>): Later | undefined {
  const { files, call } = compiler.scope.machine
  const [first] = args
  const text = first === undefined ? undefined : compiler.expressions.text(first)
  switch (name) {
    case 'system':
      return async (frame) => {
        await files.flush()
        return call.exec([text?.(frame) ?? ''], { isScript: true })
      }
    case 'close':
      return (frame) => files.close(text?.(frame) ?? '')
    case 'fflush':
      return async (frame) => {
        const target = text?.(frame) ?? ''
        if (target !== '') return files.flushOne(target)
        await files.flush()
        return 0
      }
    default:
      return undefined
  }
}

function getline(compiler: Statements, { place, source }: Getline): Later {
  const { machine } = compiler.scope
  const target = place === undefined ? undefined : compiler.expressions.places.place(place)
  const keep = (frame: Frame, record: TextRecord): void => {
    if (target === undefined) machine.fields.record = record.text
    else target.set(frame, new InputText(record.text))
    machine.setGlobal('RT', record.end)
  }
  if (source.type === 'main')
    return async (frame) => {
      const record = await mainInput(machine).next()
      if (record === undefined) return 0
      keep(frame, record)
      return 1
    }
  const name = compiler.expressions.text(source.name)
  const open =
    source.type === 'file'
      ? (wanted: string) => Promise.resolve(machine.files.file(wanted))
      : (wanted: string) => machine.files.command(wanted)
  return (frame) => readInto({ machine, open, keep }, name(frame), frame)
}

interface Reading {
  readonly machine: Machine
  open(name: string): Promise<RecordReader>
  keep(frame: Frame, record: TextRecord): void
}

async function readInto({ machine, open, keep }: Reading, name: string, frame: Frame): Promise<number> {
  try {
    await machine.files.stdout.flush()
    const record = await (await open(name)).next()
    if (record === undefined) return 0
    keep(frame, record)
    return 1
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    machine.setGlobal('ERRNO', errnoText(thrown))
    return -1
  }
}

function mainInput(machine: Machine): RecordSource {
  if (machine.input === undefined) throw new Error('the main input is not there yet')
  return machine.input
}
