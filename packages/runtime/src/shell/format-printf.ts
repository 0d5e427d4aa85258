import { roundedDivision, type ExactNumber } from './exact-number'

/** One conversion of a format, `%-5.2f`. */
export interface Conversion {
  readonly type: 'conversion'
  readonly minus: boolean
  readonly plus: boolean
  readonly space: boolean
  readonly zero: boolean
  readonly hash: boolean
  /** `'`: thousands are grouped, which the C locale does not do. */
  readonly quote: boolean
  /** `*`: taken from an argument. */
  readonly width: number | '*' | undefined
  readonly precision: number | '*' | undefined
  /** `1$`: which argument; what only some tools know. */
  readonly position: number | undefined
  readonly letter: string
  /** Of `%(…)T`. */
  readonly inside: string | undefined
  /** As it was written. */
  readonly text: string
}

export type FormatPart = { readonly type: 'text'; readonly text: string } | Conversion | { readonly type: 'bad'; readonly text: string }

const CONVERSION = /%(?:(\d+)\$)?([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|q|j|z|t)?(?:\(([^)]*)\)(T)|([A-Za-z%]))/y

/** Splits a format. What is no conversion is `bad`. */
export function parseFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = []
  let from = 0
  for (let at = format.indexOf('%'); at >= 0; at = format.indexOf('%', from)) {
    if (at > from) parts.push({ type: 'text', text: format.slice(from, at) })
    CONVERSION.lastIndex = at
    const match = CONVERSION.exec(format)
    if (match === null) {
      parts.push({ type: 'bad', text: format.slice(at) })
      return parts
    }
    from = at + match[0].length
    parts.push(match[7] === '%' ? { type: 'text', text: '%' } : conversionOf(match))
  }
  if (from < format.length) parts.push({ type: 'text', text: format.slice(from) })
  return parts
}

function conversionOf(match: RegExpExecArray): Conversion {
  const [text, position, flags = '', width, precision, inside, time, letter] = match
  const number = (digits: string | undefined): number | '*' | undefined =>
    digits === undefined ? undefined : digits === '*' ? '*' : Number(digits)
  return {
    type: 'conversion',
    minus: flags.includes('-'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    zero: flags.includes('0'),
    hash: flags.includes('#'),
    quote: flags.includes("'"),
    width: number(width),
    precision: precision?.startsWith('-') ? undefined : number(precision),
    position: position === undefined ? undefined : Number(position),
    letter: letter ?? time ?? '',
    inside,
    text,
  }
}

/** A conversion with the numbers of its `*` put in. A width below 0 aligns to the left. */
export function withNumbers(conversion: Conversion, width: number | undefined, precision: number | undefined): Conversion {
  const own = conversion.width === '*' ? width : conversion.width
  const digits = conversion.precision === '*' ? precision : conversion.precision
  return {
    ...conversion,
    minus: conversion.minus || (typeof own === 'number' && own < 0),
    width: typeof own === 'number' ? Math.abs(own) : undefined,
    precision: typeof digits === 'number' && digits >= 0 ? digits : undefined,
  }
}

const widthOf = (conversion: Conversion): number => (typeof conversion.width === 'number' ? conversion.width : 0)
const precisionOf = (conversion: Conversion): number | undefined =>
  typeof conversion.precision === 'number' ? conversion.precision : undefined

/** Fills up to the width. @param length as the tool counts it: characters or bytes */
export function padded(conversion: Conversion, text: string, length = text.length): string {
  const missing = widthOf(conversion) - length
  if (missing <= 0) return text
  return conversion.minus ? text + ' '.repeat(missing) : ' '.repeat(missing) + text
}

function signed(conversion: Conversion, negative: boolean): string {
  return negative ? '-' : conversion.plus ? '+' : conversion.space ? ' ' : ''
}

/** Sign or prefix, zeros up to the width, digits. */
function numberPadded(conversion: Conversion, sign: string, digits: string): string {
  const missing = widthOf(conversion) - sign.length - digits.length
  const fillsZeros = conversion.zero && !conversion.minus
  return padded(conversion, fillsZeros && missing > 0 ? sign + '0'.repeat(missing) + digits : sign + digits)
}

/** `%d %i %u %o %x %X` of a number; those without a sign wrap at 64 bits. */
export function formatInteger(conversion: Conversion, value: bigint): string {
  const precision = precisionOf(conversion)
  const isSigned = conversion.letter === 'd' || conversion.letter === 'i'
  const magnitude = isSigned ? (value < 0n ? -value : value) : BigInt.asUintN(64, value)
  let digits = digitsOf(conversion.letter, magnitude)
  if (precision !== undefined) digits = magnitude === 0n && precision === 0 ? '' : digits.padStart(precision, '0')
  let sign = isSigned ? signed(conversion, value < 0n) : ''
  if (conversion.hash && conversion.letter === 'o' && !digits.startsWith('0')) digits = `0${digits}`
  if (conversion.hash && magnitude !== 0n && conversion.letter.toLowerCase() === 'x') sign = `0${conversion.letter}`
  return numberPadded(precision === undefined ? conversion : { ...conversion, zero: false }, sign, digits)
}

function digitsOf(letter: string, value: bigint): string {
  switch (letter) {
    case 'o':
      return value.toString(8)
    case 'x':
      return value.toString(16)
    case 'X':
      return value.toString(16).toUpperCase()
    default:
      return value.toString(10)
  }
}

/** `%f %e %g %a` and their capitals, to the digit as the C library writes them. */
export function formatFloat(conversion: Conversion, value: ExactNumber): string {
  const isUpper = conversion.letter === conversion.letter.toUpperCase()
  const cased = (text: string): string => (isUpper ? text.toUpperCase() : text)
  const sign = signed(conversion, value.negative)
  if (value.type !== 'finite') return numberPadded({ ...conversion, zero: false }, sign, cased(value.type === 'nan' ? 'nan' : 'inf'))
  const letter = conversion.letter.toLowerCase()
  const precision = precisionOf(conversion)
  const fraction: Fraction = value
  if (letter === 'a') return numberPadded(conversion, sign + cased('0x'), cased(hexadecimal(fraction, precision, conversion.hash)))
  const digits =
    letter === 'f'
      ? fixed(fraction, precision ?? 6, conversion.hash)
      : letter === 'e'
        ? scientific(fraction, precision ?? 6, conversion.hash)
        : general(fraction, precision ?? 6, conversion.hash)
  return numberPadded(conversion, sign, cased(digits))
}

interface Fraction {
  readonly mantissa: bigint
  readonly exponent: number
}

/** The number times `10^power`, rounded to a whole one. */
function scaled({ mantissa, exponent }: Fraction, power: number): bigint {
  let numerator = mantissa
  let denominator = 1n
  if (power >= 0) numerator *= 10n ** BigInt(power)
  else denominator *= 10n ** BigInt(-power)
  if (exponent >= 0) numerator <<= BigInt(exponent)
  else denominator <<= BigInt(-exponent)
  return roundedDivision(numerator, denominator)
}

function pointed(digits: string, places: number, keepsPoint: boolean): string {
  if (places === 0) return keepsPoint ? `${digits}.` : digits
  const all = digits.padStart(places + 1, '0')
  return `${all.slice(0, -places)}.${all.slice(-places)}`
}

function fixed(value: Fraction, places: number, keepsPoint: boolean): string {
  return pointed(scaled(value, places).toString(), places, keepsPoint)
}

/** `count` digits, and the power of ten of the first one. */
function significant(value: Fraction, count: number): { readonly digits: string; readonly power: number } {
  if (value.mantissa === 0n) return { digits: '0'.repeat(count), power: 0 }
  const bits = value.mantissa.toString(2).length + value.exponent
  let power = Math.floor((bits - 1) * Math.LOG10E * Math.LN2)
  for (;;) {
    const digits = scaled(value, count - 1 - power).toString()
    if (digits.length === count) return { digits, power }
    // The guess was one off, or rounding made one digit more.
    power += digits.length > count ? 1 : -1
  }
}

function exponentText(power: number): string {
  return `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function scientific(value: Fraction, places: number, keepsPoint: boolean): string {
  const { digits, power } = significant(value, places + 1)
  return pointed(digits, places, keepsPoint) + exponentText(power)
}

function general(value: Fraction, precision: number, keepsZeros: boolean): string {
  const count = Math.max(1, precision)
  const { digits, power } = significant(value, count)
  const isScientific = power < -4 || power >= count
  const trimmed = (text: string): string => (keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, ''))
  if (isScientific) return trimmed(pointed(digits, count - 1, keepsZeros)) + exponentText(power)
  return trimmed(fixed(value, count - 1 - power, keepsZeros))
}

/** As `long double` is written: the first digit holds four bits. */
function hexadecimal(value: Fraction, precision: number | undefined, keepsPoint: boolean): string {
  if (value.mantissa === 0n) return `0${precision ? `.${'0'.repeat(precision)}` : ''}p+0`
  const length = value.mantissa.toString(2).length
  let shift = 64 - length
  let mantissa = shift >= 0 ? value.mantissa << BigInt(shift) : roundedDivision(value.mantissa, 1n << BigInt(-shift))
  let exponent = value.exponent - shift + 60
  if (precision !== undefined && precision < 15) {
    mantissa = roundedDivision(mantissa, 1n << BigInt(60 - 4 * precision)) << BigInt(60 - 4 * precision)
    if (mantissa >> 64n) {
      mantissa >>= 4n
      exponent += 4
    }
  }
  shift = 0
  const digits = mantissa.toString(16).padStart(16, '0')
  const rest = precision === undefined ? digits.slice(1).replace(/0+$/, '') : digits.slice(1).padEnd(precision, '0').slice(0, precision)
  return `${digits.charAt(0)}${rest === '' ? (keepsPoint ? '.' : '') : `.${rest}`}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}
