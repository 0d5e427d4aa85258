/** A binary number: `mantissa * 2^exponent`, with its sign aside so that there is a minus zero. */
export type ExactNumber =
  | { readonly type: 'finite'; readonly negative: boolean; readonly mantissa: bigint; readonly exponent: number }
  | { readonly type: 'infinite'; readonly negative: boolean }
  | { readonly type: 'nan'; readonly negative: boolean }

/** Bits of the mantissa of C's `long double`, which bash's `printf` and `seq` compute with. */
const LONG_DOUBLE_BITS = 64
const MAX_EXPONENT = 5000

/** The exact value of a double. */
export function exactOf(value: number): ExactNumber {
  if (Number.isNaN(value)) return { type: 'nan', negative: false }
  const negative = value < 0 || Object.is(value, -0)
  if (!Number.isFinite(value)) return { type: 'infinite', negative }
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const biased = Number(bits >> 52n)
  const fraction = bits & 0xf_ffff_ffff_ffffn
  if (biased === 0) return { type: 'finite', negative, mantissa: fraction, exponent: -1074 }
  return { type: 'finite', negative, mantissa: fraction | 0x10_0000_0000_0000n, exponent: biased - 1075 }
}

/** `numerator / denominator` rounded half to even. */
export function roundedDivision(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) return quotient + 1n
  return quotient
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

/** The nearest number with so many bits to `digits * 10^power`. */
function fromDecimal(digits: bigint, power: number, bits: number): { readonly mantissa: bigint; readonly exponent: number } {
  if (digits === 0n) return { mantissa: 0n, exponent: 0 }
  const numerator = power >= 0 ? digits * 10n ** BigInt(power) : digits
  const denominator = power >= 0 ? 1n : 10n ** BigInt(-power)
  // Enough bits that the quotient has one more than is kept.
  const shift = bits - (bitLength(numerator) - bitLength(denominator))
  const scaled =
    shift >= 0 ? roundedDivision(numerator << BigInt(shift), denominator) : roundedDivision(numerator, denominator << BigInt(-shift))
  if (bitLength(scaled) <= bits) return { mantissa: scaled, exponent: -shift }
  const again = shift - 1
  const mantissa =
    again >= 0 ? roundedDivision(numerator << BigInt(again), denominator) : roundedDivision(numerator, denominator << BigInt(-again))
  return { mantissa, exponent: -again }
}

/** A number at the start of a text, as `strtold` reads it. */
export interface ReadNumber {
  readonly value: ExactNumber
  /** How much of the text was read, white space before it included; 0: none. */
  readonly length: number
}

const DECIMAL = /^\s*([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?/
const HEX = /^\s*([+-]?)0[xX]([0-9A-Fa-f]+\.?[0-9A-Fa-f]*|\.[0-9A-Fa-f]+)(?:[pP]([+-]?\d+))?/
const WORD = /^\s*([+-]?)(infinity|inf|nan(?:\([^)]*\))?)/i

/** Reads a number with the precision of `long double`. */
export function readNumber(text: string, bits = LONG_DOUBLE_BITS): ReadNumber {
  const word = WORD.exec(text)
  if (word?.[2] !== undefined) {
    const negative = word[1] === '-'
    const isNan = word[2].toLowerCase().startsWith('nan')
    return { value: { type: isNan ? 'nan' : 'infinite', negative }, length: word[0].length }
  }
  const hex = HEX.exec(text)
  if (hex?.[2] !== undefined) {
    const [whole = '', part = ''] = hex[2].split('.')
    const mantissa = BigInt(`0x${whole}${part}`)
    const exponent = Number(hex[3] ?? 0) - 4 * part.length
    return { value: { type: 'finite', negative: hex[1] === '-', mantissa, exponent }, length: hex[0].length }
  }
  const decimal = DECIMAL.exec(text)
  if (decimal?.[2] === undefined) return { value: { type: 'finite', negative: false, mantissa: 0n, exponent: 0 }, length: 0 }
  const [whole = '', part = ''] = decimal[2].split('.')
  const power = Number(decimal[3] ?? 0) - part.length
  const negative = decimal[1] === '-'
  const digits = BigInt(whole + part || '0')
  const length = decimal[0].length
  if (power > MAX_EXPONENT && digits !== 0n) return { value: { type: 'infinite', negative }, length }
  if (power < -MAX_EXPONENT * 2) return { value: { type: 'finite', negative, mantissa: 0n, exponent: 0 }, length }
  return { value: { type: 'finite', negative, ...fromDecimal(digits, power, bits) }, length }
}
