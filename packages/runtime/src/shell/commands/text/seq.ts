import { CommandError } from '../command'
import { latinWord } from './latin'
import { curly } from './quotes'
import { textTool, usageError, type Tool } from './tool'

/** A decimal number kept whole: `units` × 10^-`scale`. */
interface Exact {
  readonly units: bigint
  readonly scale: number
  /** Digits after the point and columns, as it was written. */
  readonly precision: number
  readonly width: number
  readonly isInfinite: boolean
  readonly isNegativeZero?: boolean
}

const NUMBER = /^([-+]?)(\d*)(?:(\.)(\d*))?(?:[eE]([-+]?\d+))?$/
const INFINITE = /^[-+]?inf(?:inity)?$/i

function exactOf(text: string): Exact {
  const word = text.replace(/^[ \t]*\+?/, '')
  const sign = word.startsWith('-') ? -1n : 1n
  if (INFINITE.test(word)) return { units: sign, scale: 0, precision: 0, width: 0, isInfinite: true }
  if (/^-?0x[\da-f]+$/i.test(word))
    return { units: BigInt(word.replace('-', '')) * sign, scale: 0, precision: 0, width: 0, isInfinite: false }
  if (/^-?nan$/i.test(word)) usageError(`invalid ‘not-a-number’ argument: ${curly(text)}`)
  const match = NUMBER.exec(word)
  const [, , digits = '', , fraction = '', power = '0'] = match ?? []
  if (match === null || (digits === '' && fraction === '')) usageError(`invalid floating point argument: ${curly(text)}`)
  const scale = fraction.length - Number(power)
  const units = BigInt(`${digits}${fraction}`) * sign
  const fits = scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 }
  const { precision, width } = looksOf(word)
  return { ...fits, precision, width, isInfinite: false, isNegativeZero: sign < 0n && units === 0n }
}

function looksOf(word: string): { readonly precision: number; readonly width: number } {
  const [, , digits = '', point, fraction = '', power] = NUMBER.exec(word) ?? []
  const mantissa = word.replace(/[eE].*/, '')
  const ownWidth = mantissa.length + (point !== undefined && fraction === '' ? -1 : 0) + (point !== undefined && digits === '' ? 1 : 0)
  if (power === undefined) return { precision: fraction.length, width: ownWidth }
  const exponent = Number(power)
  if (exponent < 0) {
    const extra = point === undefined || fraction === '' ? 1 : 0
    return { precision: fraction.length - exponent, width: ownWidth + extra - exponent }
  }
  const precision = fraction.length - Math.min(fraction.length, exponent)
  const lost = point !== undefined && precision === 0 && fraction !== '' ? 1 : 0
  return { precision, width: ownWidth - lost + exponent - Math.min(fraction.length, exponent) }
}

function at(exact: Exact, scale: number): bigint {
  return exact.units * 10n ** BigInt(scale - exact.scale)
}

/** `units` × 10^-`scale` with `digits` after the point; half goes to even, as the C library rounds. */
function fixed(units: bigint, scale: number, digits: number): string {
  const isNegative = units < 0n
  const size = isNegative ? -units : units
  const shown = digits >= scale ? size * 10n ** BigInt(digits - scale) : halfEven(size, 10n ** BigInt(scale - digits))
  const text = shown.toString().padStart(digits + 1, '0')
  return `${isNegative ? '-' : ''}${digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`}`
}

function halfEven(size: bigint, unit: bigint): bigint {
  const low = size / unit
  const twice = (size % unit) * 2n
  return twice > unit || (twice === unit && low % 2n === 1n) ? low + 1n : low
}

const FORMAT = /^((?:[^%]|%%)*)%([-+ 0'#]*)(\d*)(?:\.(\d*))?L?([aAeEfFgG])((?:[^%]|%%)*)$/

/** A line for a value, from a format of printf with one conversion. */
function formatter(format: string): (units: bigint, scale: number) => string {
  const match = FORMAT.exec(format)
  const [, before = '', flags = '', width = '', precision, conversion = '', after = ''] = match ?? []
  if (match === null) throw new CommandError(formatProblem(format))
  const isLeft = flags.includes('-')
  if (flags.includes("'") || flags.includes('#') || 'aA'.includes(conversion))
    throw new CommandError(`format ${curly(format)} is not implemented in this sandbox`, 2)
  const digits = precision === undefined ? 6 : Number(precision)
  return (units, scale) => {
    const bare = converted(conversion, digits, { units, scale })
    const signed = bare.startsWith('-') ? bare : flags.includes('+') ? `+${bare}` : flags.includes(' ') ? ` ${bare}` : bare
    const [sign = ''] = /^[-+ ]/.exec(signed) ?? []
    const room = Number(width)
    const padded =
      flags.includes('0') && !isLeft
        ? sign + signed.slice(sign.length).padStart(room - sign.length, '0')
        : isLeft
          ? signed.padEnd(room)
          : signed.padStart(room)
    return before.replaceAll('%%', '%') + padded + after.replaceAll('%%', '%')
  }
}

interface Scaled {
  readonly units: bigint
  readonly scale: number
}

function converted(conversion: string, digits: number, value: Scaled): string {
  const text = anyCase(conversion.toLowerCase(), digits, value)
  return conversion === conversion.toUpperCase() ? text.toUpperCase() : text
}

function anyCase(conversion: string, digits: number, value: Scaled): string {
  if (conversion === 'f') return fixed(value.units, value.scale, digits)
  return conversion === 'e' ? exponential(value, digits) : general(value, digits === 0 ? 1 : digits)
}

/** C's `%e`: half goes to even. */
function exponential({ units, scale }: Scaled, precision: number): string {
  const size = units < 0n ? -units : units
  const length = size.toString().length
  const dropped = length - precision - 1
  const kept = dropped > 0 ? halfEven(size, 10n ** BigInt(dropped)) : size * 10n ** BigInt(-dropped)
  const text = kept.toString()
  const carried = text.length > precision + 1 && size !== 0n ? 1 : 0
  const power = size === 0n ? 0 : length - 1 - scale + carried
  const mantissa = text.slice(0, precision + 1).padEnd(precision + 1, '0')
  const shown = precision === 0 ? mantissa : `${mantissa.charAt(0)}.${mantissa.slice(1)}`
  return `${units < 0n ? '-' : ''}${shown}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** C's `%g`: the shorter of both, without zeros at the end. */
function general(value: Scaled, digits: number): string {
  if (value.units === 0n) return '0'
  const long = exponential(value, digits - 1)
  const power = Number(long.slice(long.indexOf('e') + 1))
  if (power < -4 || power >= digits) return long.includes('.') ? long.replace(/\.?0*e/, 'e') : long
  const text = fixed(value.units, value.scale, digits - 1 - power)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function formatProblem(format: string): string {
  const shown = curly(format)
  const bare = format.replaceAll('%%', '')
  if (!bare.includes('%')) return `format ${shown} has no % directive`
  if (/%[-+ 0'#]*\d*(?:\.\d*)?L?$/.test(bare)) return `format ${shown} ends in %`
  const [, letter = ''] = /%[-+ 0'#]*\d*(?:\.\d*)?L?([^])/.exec(bare) ?? []
  if (!/[aAeEfFgG]/.test(letter)) return `format ${shown} has unknown %${letter} directive`
  return `format ${shown} has too many % directives`
}

interface Course {
  readonly first: Exact
  readonly step: Exact
  readonly last: Exact
}

type Printer = (units: bigint, scale: number) => string

function printer({ options }: Tool, { first, step, last }: Course): Printer {
  const format = options.value('format')
  if (format !== undefined) {
    if (options.has('equal')) usageError('format string may not be specified when printing equal width strings')
    return formatter(latinWord(format))
  }
  const digits = Math.max(first.precision, step.precision)
  if (!options.has('equal')) return (units, scale) => fixed(units, scale, digits)
  const point = (one: Exact): number => (one.precision === 0 && digits > 0 ? 1 : 0)
  const firstWidth = first.width + digits - first.precision + point(first)
  const lastWidth = last.width + digits - last.precision + point(last) - (last.precision > 0 && digits === 0 ? 1 : 0)
  const width = Math.max(firstWidth, lastWidth)
  return (units, scale) => {
    const text = fixed(units, scale, digits)
    return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')
  }
}

/** A negative number is no option. */
function numbersApart(args: readonly string[]): readonly string[] {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (/^-[\d.]/.test(word)) return [...args.slice(0, at), '--', ...args.slice(at)]
    if (!word.startsWith('-') || word === '--') return args
    if (/^(?:-w*[fs]|--(?:f|s)[a-z]*)$/.test(word)) at += 1
  }
  return args
}

async function seq(tool: Tool): Promise<number> {
  const { call, operands, options, out } = tool
  if (operands.length === 0) usageError('missing operand')
  if (operands.length > 3) usageError(`extra operand ${curly(operands[3] ?? '')}`)
  const numbers = operands.map(exactOf)
  const one = exactOf('1')
  const last = numbers.at(-1) ?? one
  const course: Course = {
    first: numbers.length > 1 ? (numbers[0] ?? one) : one,
    step: numbers.length === 3 ? (numbers[1] ?? one) : one,
    last,
  }
  if (course.step.units === 0n) usageError(`invalid Zero increment value: ${curly(operands[1] ?? '')}`)
  const print = printer(tool, course)
  const separator = latinWord(options.value('separator') ?? '\n')
  const scale = Math.max(course.first.scale, course.step.scale, last.scale)
  const [step, end] = [at(course.step, scale), at(last, scale)]
  const isPast = (value: bigint): boolean =>
    step < 0n ? (last.isInfinite ? end > 0n : value < end) : last.isInfinite ? end < 0n : value > end
  let count = 0
  for (let value = at(course.first, scale); !isPast(value); value += step) {
    const zero = count === 0 && course.first.isNegativeZero && !options.has('format') ? '-' : ''
    out.put(`${count++ > 0 ? separator : ''}${zero}${print(value, scale)}`)
    if ((count & 0xff) === 0) call.tick()
    await out.settle()
  }
  if (count > 0) out.put('\n')
  return 0
}

/** Numbers in a row. */
export const seqCommand = textTool({
  name: 'seq',
  summary: 'writes numbers from a first to a last, in steps',
  usage: '[OPTION]... [FIRST [INCREMENT]] LAST',
  before: numbersApart,
  shape: {
    stopsEarly: true,
    options: [
      { key: 'equal', short: 'w', long: ['equal-width'] },
      { key: 'format', short: 'f', long: ['format'], value: 'required' },
      { key: 'separator', short: 's', long: ['separator'], value: 'required' },
    ],
  },
  run: seq,
})
