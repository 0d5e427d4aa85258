/** A decimal number of any length as `sort -n` reads it: leading blanks, a minus, digits, a point, digits. */
export interface Decimal {
  /** Exact where both numbers of a comparison have no digits. */
  readonly value: number
  /** Set where a double cannot hold the number. */
  readonly long: LongDecimal | undefined
  /** What stands after the number. */
  readonly rest: string
}

interface LongDecimal {
  readonly isNegative: boolean
  readonly whole: string
  readonly fraction: string
}

const DECIMAL = /^[ \t\n]*(-?)(\d*)(?:\.(\d*))?/
/** So many digits a double always keeps apart. */
const SAFE_DIGITS = 15

export function decimalOf(text: string): Decimal {
  const [all = '', sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? []
  const rest = text.slice(all.length)
  if (whole === '' && fraction === '') return { value: 0, long: undefined, rest: '' }
  const number = Number(`${sign}${whole === '' ? '0' : whole}.${fraction}0`)
  const isSafe = whole.length + fraction.length <= SAFE_DIGITS
  return { value: number, long: isSafe ? undefined : longOf(sign, whole, fraction), rest }
}

function longOf(sign: string, whole: string, fraction: string): LongDecimal {
  return { isNegative: sign === '-', whole: whole.replace(/^0+/, ''), fraction: fraction.replace(/0+$/, '') }
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.long === undefined && b.long === undefined) return a.value - b.value
  return compareLong(a.long ?? fromDouble(a.value), b.long ?? fromDouble(b.value))
}

function fromDouble(value: number): LongDecimal {
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(SAFE_DIGITS).split('.')
  return longOf(value < 0 ? '-' : '', whole, fraction)
}

function compareLong(a: LongDecimal, b: LongDecimal): number {
  const isZero = (one: LongDecimal): boolean => one.whole === '' && one.fraction === ''
  const signOf = (one: LongDecimal): number => (isZero(one) ? 0 : one.isNegative ? -1 : 1)
  const sign = signOf(a)
  if (sign !== signOf(b)) return sign - signOf(b)
  if (a.whole.length !== b.whole.length) return sign * (a.whole.length - b.whole.length)
  if (a.whole !== b.whole) return a.whole < b.whole ? -sign : sign
  if (a.fraction !== b.fraction) return a.fraction < b.fraction ? -sign : sign
  return 0
}

const GENERAL =
  /^[ \t\n\v\f\r]*([-+]?(?:0[xX](?:[\da-fA-F]+\.?[\da-fA-F]*|\.[\da-fA-F]+)(?:[pP][-+]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan))/i

/** As `strtold` reads a number; null where there is none. */
export function generalOf(text: string): number | null {
  const found = GENERAL.exec(text)?.[1]?.toLowerCase()
  if (found === undefined) return null
  const sign = found.startsWith('-') ? -1 : 1
  const body = found.replace(/^[-+]/, '')
  if (body.startsWith('inf')) return sign * Infinity
  if (body === 'nan') return NaN
  return sign * (body.startsWith('0x') ? hexFloat(body) : Number(body))
}

function hexFloat(body: string): number {
  const [mantissa = '', power = '0'] = body.slice(2).split('p')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return Number.parseInt(`${whole}${fraction}`, 16) * 2 ** (Number(power) - 4 * fraction.length)
}

/** Not a number at all, then NaN, then by value. */
export function compareGeneral(a: number | null, b: number | null): number {
  const rank = (one: number | null): number => (one === null ? 0 : Number.isNaN(one) ? 1 : 2)
  if (rank(a) !== rank(b) || a === null || b === null || Number.isNaN(a)) return rank(a) - rank(b)
  return a < b ? -1 : a > b ? 1 : 0
}

const SUFFIXES = 'KMGTPEZY'

/** Sign and size class of a number with a suffix, as `sort -h` ranks it before it looks at the number. */
export function unitRank(decimal: Decimal): number {
  const isZero = decimal.long === undefined ? decimal.value === 0 : decimal.long.whole === '' && decimal.long.fraction === ''
  const letter = decimal.rest.charAt(0)
  const rank = letter === '' || isZero ? 0 : SUFFIXES.indexOf(letter === 'k' ? 'K' : letter) + 1
  const isNegative = decimal.long?.isNegative ?? decimal.value < 0
  return isNegative ? -rank : rank
}
