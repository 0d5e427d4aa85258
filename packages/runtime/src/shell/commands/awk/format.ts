import { exponential, fixed, general, hexadecimal } from './decimal'
import { Fatal, InputText, integerText, lengthOf, notFinite, NO_FIELD, toNumber, unitAt, type Scalar } from './values'

const SPEC = /%(?:(\d+)\$)?([-+ #0']*)(\*(?:\d+\$)?|-?\d+)?(?:\.(\*(?:\d+\$)?|-?\d*))?(?:hh|h|ll|l|L|q|j|z|t)?([A-Za-z%])/g

/** How a value becomes text where it is not printed: by CONVFMT. */
type TextOf = (value: Scalar) => string

interface Spec {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly letter: string
}

/** `sprintf` and `printf`. Counts off its arguments. @throws Fatal where they are too few */
export function formatText(format: string, args: readonly Scalar[], textOf: TextOf): string {
  if (!format.includes('%')) return format
  let used = 0
  const missing = (): never => {
    throw new Fatal(`not enough arguments to satisfy format string\n\t\`${format}'\n\t${' '.repeat(format.length)} ^ ran out for this one`)
  }
  const next = (position?: string): Scalar => {
    const index = position === undefined ? used : Number(position) - 1
    if (position === undefined) used += 1
    if (index >= args.length) return missing()
    return args[index]
  }
  const size = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined
    if (text.startsWith('*')) return Math.trunc(toNumber(next(text.length > 1 ? text.slice(1, -1) : undefined)))
    return text === '' ? 0 : Number(text)
  }
  return format.replace(SPEC, (all, ...found: (string | undefined)[]) => {
    const [position, flags = '', widthText, precisionText, letter = ''] = found
    if (letter === '%') return '%'
    if (!CONVERSIONS.includes(letter)) return all
    const width = size(widthText) ?? 0
    const precision = size(precisionText)
    const spec = {
      flags: width < 0 ? `${flags}-` : flags,
      width: Math.abs(width),
      precision: precision !== undefined && precision < 0 ? undefined : precision,
      letter,
    }
    return convert(spec, next(position), textOf)
  })
}

const CONVERSIONS = 'diouxXeEfFgGaAcs'

function convert(spec: Spec, value: Scalar, textOf: TextOf): string {
  switch (spec.letter) {
    case 's':
      return padded(cut(textOf(value), spec.precision), spec, false)
    case 'c':
      return padded(character(value, textOf), spec, false)
    default:
      return numeric(spec, toNumber(value))
  }
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : text.slice(0, unitAt(text, precision))
}

function character(value: Scalar, textOf: TextOf): string {
  const isNumber = typeof value === 'number' || value === undefined || value === NO_FIELD || (value instanceof InputText && value.isNumber)
  if (!isNumber) {
    const text = textOf(value)
    return text.slice(0, unitAt(text, 1))
  }
  const code = Math.trunc(toNumber(value))
  if (code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code)
  const low = Number(BigInt.asUintN(8, BigInt(Number.isFinite(code) ? code : 0)))
  return low < 0x80 ? String.fromCharCode(low) : String.fromCharCode(0xdc00 + low)
}

function padded(text: string, { flags, width }: Spec, mayZero: boolean): string {
  const missing = width - lengthOf(text)
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!mayZero || !flags.includes('0')) return ' '.repeat(missing) + text
  const head = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? ''
  return head + '0'.repeat(missing) + text.slice(head.length)
}

function signed(digits: string, isNegative: boolean, flags: string): string {
  if (isNegative) return `-${digits}`
  if (flags.includes('+')) return `+${digits}`
  return flags.includes(' ') ? ` ${digits}` : digits
}

function numeric(spec: Spec, value: number): string {
  if (!Number.isFinite(value)) return padded(notFinite(value), spec, false)
  switch (spec.letter) {
    case 'd':
    case 'i':
      return integer(spec, value)
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return unsigned(spec, value)
    default:
      return padded(signed(real(spec, Math.abs(value)), value < 0 || Object.is(value, -0), spec.flags), spec, true)
  }
}

function integer(spec: Spec, value: number): string {
  const whole = Math.trunc(value)
  const digits = (integerText(Math.abs(whole)) ?? '0').padStart(spec.precision ?? 1, '0')
  const shown = whole === 0 && spec.precision === 0 ? '' : digits
  return padded(signed(shown, whole < 0, spec.flags), spec, spec.precision === undefined)
}

const RADIX: Readonly<Record<string, number>> = { o: 8, u: 10, x: 16, X: 16 }

function unsigned(spec: Spec, value: number): string {
  const whole = Math.trunc(value)
  if (whole >= 2 ** 64 || whole < -(2 ** 63)) return numeric({ ...spec, letter: 'g' }, value)
  let digits = BigInt.asUintN(64, BigInt(whole)).toString(RADIX[spec.letter] ?? 10)
  if (spec.letter === 'X') digits = digits.toUpperCase()
  digits = whole === 0 && spec.precision === 0 ? '' : digits.padStart(spec.precision ?? 1, '0')
  if (spec.flags.includes('#') && spec.letter === 'o' && !digits.startsWith('0')) digits = `0${digits}`
  if (spec.flags.includes('#') && spec.letter.toLowerCase() === 'x' && whole !== 0) digits = `0${spec.letter}${digits}`
  return padded(digits, spec, spec.precision === undefined)
}

function real({ letter, precision, flags }: Spec, value: number): string {
  const text = realDigits(letter.toLowerCase(), value, { precision, keep: flags.includes('#') })
  return letter === letter.toUpperCase() ? text.toUpperCase() : text
}

function realDigits(kind: string, value: number, how: { readonly precision: number | undefined; readonly keep: boolean }): string {
  const precision = how.precision ?? 6
  const dot = how.keep && precision === 0 ? '.' : ''
  switch (kind) {
    case 'f':
      return fixed(value, precision) + dot
    case 'e':
      return exponential(value, precision).replace('e', `${dot}e`)
    case 'a':
      return hexadecimal(value, how.precision)
    default:
      return general(value, precision, how.keep)
  }
}

const SIMPLE = /^%\.(\d+)g$/

/** A number as text by CONVFMT or OFMT: whole numbers in all digits, others by the format. */
export function numberText(value: number, format: string): string {
  const whole = integerText(value)
  if (whole !== undefined) return whole
  const digits = format === '%.6g' ? '6' : SIMPLE.exec(format)?.[1]
  if (digits === undefined) return formatText(format, [value], () => '')
  return value < 0 ? `-${general(-value, Number(digits))}` : general(value, Number(digits))
}
