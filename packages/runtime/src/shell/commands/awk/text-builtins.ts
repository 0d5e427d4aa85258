import { argumentAt, type Expressions, type Found, type MakeBuiltin } from './compiler'
import type { PatternMatch } from '../../regex/pattern'
import { scalarOf, type AwkArray } from './awk-array'
import { formatText } from './format'
import { isPlace } from './parse-expression'
import type { Expression } from './program'
import { genericReplacement, plainReplacement, substitute } from './substitute'
import type { Evaluate } from './scope'
import { characterAt, InputText, lengthOf, toNumber, unitAt } from './values'
import { arrayArgument, compileArgument, passedArray } from './compile-call'

const length: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const [argument] = args
  if (argument === undefined) return () => lengthOf(machine.fields.text)
  const slot = compileArgument(compiler, argument)
  return (frame) => {
    const found = slot(frame)
    const array = passedArray(found)
    return array === undefined ? lengthOf(machine.textOf(scalarOf(found, ''))) : array.items.size
  }
}

const substr: MakeBuiltin = (compiler, args) => {
  const text = compiler.text(argumentAt(args, 0))
  const start = compiler.number(argumentAt(args, 1))
  const size = args[2] === undefined ? undefined : compiler.number(args[2])
  return (frame) => {
    const whole = text(frame)
    const from = Math.max(Math.trunc(start(frame)) - 1, 0) || 0
    const count = size === undefined ? Infinity : Math.trunc(size(frame))
    if (!(count > 0)) return ''
    const at = unitAt(whole, from)
    return count === Infinity ? whole.slice(at) : whole.slice(at, unitAt(whole, from + count))
  }
}

const index: MakeBuiltin = (compiler, args) => {
  const [text, wanted] = [compiler.text(argumentAt(args, 0)), compiler.text(argumentAt(args, 1))]
  const { machine } = compiler.scope
  return (frame) => {
    const whole = text(frame)
    const part = wanted(frame)
    const at = machine.ignoreCase ? whole.toLowerCase().indexOf(part.toLowerCase()) : whole.indexOf(part)
    return at < 0 ? 0 : characterAt(whole, at) + 1
  }
}

function cased(change: (text: string) => string): MakeBuiltin {
  return (compiler, args) => {
    const text = compiler.text(argumentAt(args, 0))
    return (frame) => change(text(frame))
  }
}

/** C's towlower and towupper map one character to one. */
function eachChar(text: string, change: (char: string) => string): string {
  const changed = change(text)
  if (changed.length === text.length) return changed
  return Array.from(text, (char) => {
    const one = change(char)
    return one.length === char.length ? one : char
  }).join('')
}

const sprintf: MakeBuiltin = (compiler, args) => {
  const format = compiler.text(argumentAt(args, 0))
  const values = args.slice(1).map((argument) => compiler.value(argument))
  const { machine } = compiler.scope
  return (frame) =>
    formatText(
      format(frame),
      values.map((value) => value(frame)),
      (value) => machine.textOf(value),
    )
}

/** What `sub` and `gsub` change: `$0` unless told; what cannot be assigned is only counted. */
function target(compiler: Expressions, argument: Expression | undefined): Evaluate<Found> {
  const bare = argument?.type === 'grouping' && argument.items.length === 1 ? argument.items[0] : argument
  const place = bare ?? ({ type: 'field', index: { type: 'number', value: 0 } } as const)
  if (isPlace(place)) return compiler.places.place(place).find
  const value = compiler.value(place)
  return (frame) => {
    const found = value(frame)
    return { get: () => found, set: () => undefined }
  }
}

function substitution(isGlobal: boolean): MakeBuiltin {
  return (compiler, args) => {
    const { machine } = compiler.scope
    const regex = compiler.regexOperand(argumentAt(args, 0))
    const replacement = compiler.text(argumentAt(args, 1))
    const find = target(compiler, args[2])
    return (frame) => {
      const pattern = machine.patternOf(regex(frame))
      const template = plainReplacement(replacement(frame))
      const found = find(frame)
      found.reach?.()
      const { text, count } = substitute(machine.textOf(found.get()), pattern, { template, which: isGlobal ? 'all' : 1 })
      if (count > 0) found.set(text)
      return count
    }
  }
}

const gensub: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const regex = compiler.regexOperand(argumentAt(args, 0))
  const replacement = compiler.text(argumentAt(args, 1))
  const how = compiler.value(argumentAt(args, 2))
  const text = args[3] === undefined ? () => machine.fields.text : compiler.text(args[3])
  return (frame) => {
    const pattern = machine.patternOf(regex(frame))
    const template = genericReplacement(replacement(frame))
    const flag = how(frame)
    const which = /^[gG]/.test(machine.textOf(flag)) ? 'all' : Math.max(Math.trunc(toNumber(flag)), 1)
    return substitute(text(frame), pattern, { template, which }).text
  }
}

function fillGroups(
  into: AwkArray,
  text: string,
  found: { readonly match: PatternMatch; readonly groups: number; readonly subsep: string },
): void {
  for (let group = 0; group <= found.groups; group++) {
    const span = group === 0 ? ([found.match.start, found.match.end] as const) : found.match.span(group)
    if (span === undefined) continue
    const part = text.slice(span[0], span[1])
    into.set(String(group), new InputText(part))
    into.set(`${group}${found.subsep}start`, characterAt(text, span[0]) + 1)
    into.set(`${group}${found.subsep}length`, lengthOf(part))
  }
}

const match: MakeBuiltin = (compiler, args) => {
  const { machine } = compiler.scope
  const text = compiler.text(argumentAt(args, 0))
  const regex = compiler.regexOperand(argumentAt(args, 1))
  const into = args[2] === undefined ? undefined : arrayArgument(compiler, args[2])
  return (frame) => {
    const whole = text(frame)
    const pattern = machine.patternOf(regex(frame))
    const found = pattern.exec(whole)
    const array = into?.(frame)
    array?.clear()
    if (found !== undefined && array !== undefined)
      fillGroups(array, whole, { match: found, groups: pattern.groups, subsep: machine.subsep })
    const start = found === undefined ? 0 : characterAt(whole, found.start) + 1
    machine.setGlobal('RSTART', start)
    machine.setGlobal('RLENGTH', found === undefined ? -1 : lengthOf(whole.slice(found.start, found.end)))
    return start
  }
}

/** Functions of text. */
export const textBuiltins: readonly (readonly [string, MakeBuiltin])[] = [
  ['length', length],
  ['substr', substr],
  ['index', index],
  ['tolower', cased((text) => eachChar(text, (part) => part.toLowerCase()))],
  ['toupper', cased((text) => eachChar(text, (part) => part.toUpperCase()))],
  ['sprintf', sprintf],
  ['sub', substitution(false)],
  ['gsub', substitution(true)],
  ['gensub', gensub],
  ['match', match],
]
