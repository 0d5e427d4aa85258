import type { Statements } from './compiler'
import { formatText } from './format'
import type { Expression, Statement } from './program'
import type { Sink } from './redirections'
import { Signal, type Evaluate, type Execute } from './scope'

type Print = Extract<Statement, { type: 'print' | 'printf' }>

/** Makes `print` and `printf` ready. */
export function compilePrint(compiler: Statements, statement: Print): Execute {
  const { redirect, args } = statement
  const all = redirect === undefined ? args : [...args, redirect.target]
  return compiler.prepared(all, (rest) => {
    const shown = rest.slice(0, args.length)
    const text = statement.type === 'print' ? printed(compiler, shown) : formatted(compiler, shown)
    const target = rest[args.length]
    return redirect === undefined || target === undefined
      ? toStdout(compiler, text, statement.line)
      : redirected(compiler, { text, line: statement.line, how: redirect.how, target: compiler.expressions.text(target) })
  })
}

function printed(compiler: Statements, args: readonly Expression[]): Evaluate<string> {
  const { machine } = compiler.scope
  const [first] = args
  if (first === undefined) return () => machine.fields.text + machine.ors
  const values = args.map((argument) => compiler.expressions.value(argument))
  const [only] = values
  if (only !== undefined && values.length === 1)
    return (frame) => {
      const value = only(frame)
      return (typeof value === 'string' ? value : machine.printed(value)) + machine.ors
    }
  return (frame) => {
    let out = ''
    for (let i = 0; i < values.length; i++) {
      if (i > 0) out += machine.ofs
      out += machine.printed(values[i]?.(frame))
    }
    return out + machine.ors
  }
}

function formatted(compiler: Statements, args: readonly Expression[]): Evaluate<string> {
  const { machine } = compiler.scope
  const [format, ...values] = args.map((argument) => compiler.expressions.value(argument))
  return (frame) =>
    formatText(
      machine.textOf(format?.(frame)),
      values.map((value) => value(frame)),
      (value) => machine.textOf(value),
    )
}

function toStdout(compiler: Statements, text: Evaluate<string>, line: number): Execute {
  const { machine, isSync } = compiler.scope
  const { stdout } = machine.files
  const isTerminal = machine.call.file(1)?.isTerminal ?? false
  return (frame) => {
    machine.line = line
    stdout.put(text(frame))
    if (!isSync && (isTerminal || stdout.isFull)) return stdout.flush().then(() => Signal.none)
    return Signal.none
  }
}

interface Redirected {
  readonly text: Evaluate<string>
  readonly target: Evaluate<string>
  readonly how: '>' | '>>' | '|'
  readonly line: number
}

function redirected(compiler: Statements, { text, target, how, line }: Redirected): Execute {
  const { machine } = compiler.scope
  const flushed = (sink: Sink): Promise<number> => sink.buffer.flush().then(() => Signal.none)
  return (frame) => {
    machine.line = line
    const data = text(frame)
    const sink = machine.files.sink(how, target(frame))
    sink.buffer.put(data)
    return sink.isImmediate || sink.buffer.isFull ? flushed(sink) : Signal.none
  }
}
