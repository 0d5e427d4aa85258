import { CommandError, NotImplemented } from '../command'
import { curly } from './quotes'

/** One way to show the bytes of a line. */
export interface DumpType {
  /** Bytes of an item. */
  readonly size: number
  /** Columns of an item, without the blank before it. */
  readonly width: number
  /** Shows the characters of the line behind it (`z`). */
  readonly showsText: boolean
  item(bytes: DataView, at: number): string
}

const CONTROLS = [
  'nul',
  'soh',
  'stx',
  'etx',
  'eot',
  'enq',
  'ack',
  'bel',
  'bs',
  'ht',
  'nl',
  'vt',
  'ff',
  'cr',
  'so',
  'si',
  'dle',
  'dc1',
  'dc2',
  'dc3',
  'dc4',
  'nak',
  'syn',
  'etb',
  'can',
  'em',
  'sub',
  'esc',
  'fs',
  'gs',
  'rs',
  'us',
  'sp',
]
const ESCAPES: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }
const DIGITS: Readonly<Record<string, readonly number[]>> = {
  d: [0, 4, 6, 0, 11, 0, 0, 0, 20],
  u: [0, 3, 5, 0, 10, 0, 0, 0, 20],
  o: [0, 3, 6, 0, 11, 0, 0, 0, 22],
  x: [0, 2, 4, 0, 8, 0, 0, 0, 16],
}

function integer(
  bytes: DataView,
  at: number,
  how: { readonly size: number; readonly isSigned: boolean; readonly isLittle: boolean },
): bigint {
  switch (how.size) {
    case 1:
      return BigInt(how.isSigned ? bytes.getInt8(at) : bytes.getUint8(at))
    case 2:
      return BigInt(how.isSigned ? bytes.getInt16(at, how.isLittle) : bytes.getUint16(at, how.isLittle))
    case 4:
      return BigInt(how.isSigned ? bytes.getInt32(at, how.isLittle) : bytes.getUint32(at, how.isLittle))
    default:
      return how.isSigned ? bytes.getBigInt64(at, how.isLittle) : bytes.getBigUint64(at, how.isLittle)
  }
}

const SIZES: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 }

/** The types of `-t`, such as `x1z` or `dC`. @throws CommandError */
export function dumpTypes(text: string, isLittle: boolean): readonly DumpType[] {
  const out: DumpType[] = []
  let rest = text
  do {
    const [all = '', letter = '', size = '', z = ''] = /^([acdfoux])([CSILFD]|\d+|)(z?)/.exec(rest) ?? []
    if (letter === '')
      throw new CommandError(
        rest === '' ? `invalid type string ${curly(text)}` : `invalid character '${rest.charAt(0)}' in type string ${curly(text)}`,
      )
    const isCharacter = letter === 'a' || letter === 'c'
    const taken = isCharacter ? letter : all.replace(/z$/, '')
    const rowText = isCharacter ? rest.slice(1).startsWith('z') : z !== ''
    rest = rest.slice(taken.length + (rowText ? 1 : 0))
    const bytes = isCharacter ? 1 : size === '' ? (letter === 'f' ? 8 : 4) : (SIZES[size] ?? Number(size))
    out.push({ ...typeOf(letter, bytes, { isLittle, text }), showsText: rowText })
  } while (rest !== '')
  return out
}

function typeOf(letter: string, size: number, on: { readonly isLittle: boolean; readonly text: string }): Omit<DumpType, 'showsText'> {
  const { isLittle } = on
  if (letter === 'a') return { size: 1, width: 3, item: (bytes, at) => asciiName(bytes.getUint8(at) & 127) }
  if (letter === 'c') return { size: 1, width: 3, item: (bytes, at) => asciiOf(bytes.getUint8(at)) }
  if (letter === 'f') return floatType(size, on)
  if (![1, 2, 4, 8].includes(size))
    throw new CommandError(`invalid type string ${curly(on.text)};\nthis system doesn't provide a ${size}-byte integral type`)
  const width = DIGITS[letter]?.[size] ?? 0
  const isSigned = letter === 'd'
  const radix = letter === 'o' ? 8 : letter === 'x' ? 16 : 10
  const isPadded = radix !== 10
  return {
    size,
    width,
    item: (bytes, at) => {
      const digits = integer(bytes, at, { size, isSigned, isLittle }).toString(radix)
      return isPadded ? digits.padStart(width, '0') : digits
    },
  }
}

function floatType(size: number, on: { readonly isLittle: boolean; readonly text: string }): Omit<DumpType, 'showsText'> {
  if (size === 4) return { size, width: 15, item: (bytes, at) => shortest(bytes.getFloat32(at, on.isLittle), true) }
  if (size === 8) return { size, width: 24, item: (bytes, at) => shortest(bytes.getFloat64(at, on.isLittle), false) }
  if (size === 16) throw new NotImplemented('type f16 (long double)')
  throw new CommandError(`invalid type string ${curly(on.text)};\nthis system doesn't provide a ${size}-byte floating point type`)
}

/** The fewest digits that give the number back, as `%.*g` writes them. */
function shortest(value: number, isSingle: boolean): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  // Numbers below the smallest normal one have fewer digits than their type.
  const isNormal = Math.abs(value) >= (isSingle ? 2 ** -126 : 2 ** -1022)
  let digits = isNormal ? (isSingle ? 6 : 15) : 1
  const same = (text: string): boolean => (isSingle ? Math.fround(Number(text)) : Number(text)) === value
  while (digits < 17 && !same(value.toPrecision(digits))) digits += 1
  const long = value.toExponential(digits - 1)
  const [mantissa = '', power = '0'] = long.split('e')
  const exponent = Number(power)
  const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  if (exponent < -4 || exponent >= digits) return `${trimmed}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  const text = value.toFixed(Math.max(0, digits - 1 - exponent))
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function asciiName(byte: number): string {
  return byte === 127 ? 'del' : (CONTROLS[byte] ?? String.fromCharCode(byte))
}

function asciiOf(byte: number): string {
  return ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
}
