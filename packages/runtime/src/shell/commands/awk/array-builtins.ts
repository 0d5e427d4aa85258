import { argumentAt, type MakeBuiltin } from './compiler'
import { AwkArray, Untyped, type Slot } from './awk-array'
import { arrayArgument, compileArgument, passedArray } from './compile-call'
import { ordered, orderOf } from './sorting'
import { Fatal, InputText, RegexValue, typeName } from './values'
import { split, type Split } from './separators'

function fill(into: AwkArray, separators: AwkArray | undefined, { parts, between, before }: Split): number {
  into.clear()
  for (let i = 0; i < parts.length; i++) into.set(String(i + 1), new InputText(parts[i] ?? ''))
  if (separators === undefined) return parts.length
  separators.clear()
  if (before !== '' || separators.items.size > 0) separators.set('0', new InputText(before))
  for (let i = 0; i < between.length; i++) separators.set(String(i + 1), new InputText(between[i] ?? ''))
  return parts.length
}

const splitBuiltin: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const text = compiler.text(argumentAt(args, 0))
  const into = arrayArgument(compiler, argumentAt(args, 1))
  const separator = args[2] === undefined ? undefined : compiler.regexOperand(args[2])
  const separators = args[3] === undefined ? undefined : arrayArgument(compiler, args[3])
  return (frame) => {
    const whole = text(frame)
    const by = machine.separatorOf(separator === undefined ? machine.specials.get('FS')?.get() : separator(frame))
    const gaps = separators?.(frame)
    return fill(into(frame), gaps, split(whole, by))
  }
}

const patsplit: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const text = compiler.text(argumentAt(args, 0))
  const into = arrayArgument(compiler, argumentAt(args, 1))
  const content = args[2] === undefined ? () => machine.specials.get('FPAT')?.get() : compiler.regexOperand(args[2])
  const separators = args[3] === undefined ? undefined : arrayArgument(compiler, args[3])
  return (frame) => {
    const parts = split(text(frame), { type: 'content', pattern: machine.patternOf(content(frame)) })
    const gaps = separators?.(frame)
    const count = fill(into(frame), gaps, parts)
    gaps?.set('0', new InputText(parts.before))
    return count
  }
}

function sorter(name: 'asort' | 'asorti'): MakeBuiltin {
  return (compiler, args) => {
    const { machine, functions } = compiler.scope
    const first = argumentAt(args, 0)
    if (first.type !== 'variable' && first.type !== 'element') throw new Fatal(`${name}: first argument is not an array`)
    const from = arrayArgument(compiler, first)
    const into = args[1] === undefined ? from : arrayArgument(compiler, args[1])
    const how = args[2] === undefined ? () => undefined : compiler.value(args[2])
    return (frame) => {
      const source = from(frame)
      const wanted = machine.textOf(how(frame)) || (name === 'asort' ? '@val_type_asc' : '@ind_str_asc')
      const order = orderOf(wanted, { machine, functions })
      const entries: readonly (readonly [string, Slot])[] = source.keys().map((key) => [key, source.items.get(key)] as const)
      const sorted = ordered(entries, order)
      const values = sorted.map(([key, value]) => (name === 'asort' ? value : key))
      const target = into(frame)
      target.clear()
      values.forEach((value, index) => target.set(String(index + 1), value))
      return values.length
    }
  }
}

const typeOf: MakeBuiltin = (compiler, args) => {
  const argument = argumentAt(args, 0)
  if (argument.type === 'regex' && argument.isValue) return () => typeName(new RegexValue(argument.source))
  const slot = compileArgument(compiler, argument)
  return (frame) => {
    const found = slot(frame)
    if (found instanceof AwkArray || passedArray(found) !== undefined) return 'array'
    if (found instanceof Untyped) return 'untyped'
    return typeName(found)
  }
}

const isArray: MakeBuiltin = (compiler, args) => {
  const slot = compileArgument(compiler, argumentAt(args, 0))
  return (frame) => (passedArray(slot(frame)) === undefined ? 0 : 1)
}

/** Functions that fill, sort and ask about arrays. */
export const arrayBuiltins: readonly (readonly [string, MakeBuiltin])[] = [
  ['split', splitBuiltin],
  ['patsplit', patsplit],
  ['asort', sorter('asort')],
  ['asorti', sorter('asorti')],
  ['typeof', typeOf],
  ['isarray', isArray],
]
