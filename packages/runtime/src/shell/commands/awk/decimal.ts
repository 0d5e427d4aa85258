/** Decimal digits of numbers as C's printf rounds them: exactly, halves to even. JavaScript's own methods round halves up. */

const view = new DataView(new ArrayBuffer(8))

/** `value` is `mantissa × 2^exponent`, exactly. For finite values of at least 0. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 }
}

/** `value × 10^places` rounded to a whole number. */
function scaled(value: number, places: number): bigint {
  const { mantissa, exponent } = parts(value)
  let top = mantissa
  let bottom = 1n
  if (exponent >= 0) top <<= BigInt(exponent)
  else bottom <<= BigInt(-exponent)
  if (places >= 0) top *= 10n ** BigInt(places)
  else bottom *= 10n ** BigInt(-places)
  const whole = top / bottom
  const twice = (top - whole * bottom) * 2n
  return twice > bottom || (twice === bottom && whole % 2n === 1n) ? whole + 1n : whole
}

/** `%.{places}f` of a finite value of at least 0. */
export function fixed(value: number, places: number): string {
  // No half is possible where the value has binary digits beyond those that a half would need.
  if (value < 1e21 && places <= 100 && !Number.isInteger(value * 2 ** (places + 1))) return value.toFixed(places)
  if (places === 0 && Number.isInteger(value)) return BigInt(value).toString()
  const digits = scaled(value, places)
    .toString()
    .padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** Digits and power of ten of `%.{places}e`, for a finite value of at least 0. */
function scientific(value: number, places: number): { readonly digits: string; readonly power: number } {
  if (value === 0) return { digits: '0'.repeat(places + 1), power: 0 }
  let power = Number(value.toExponential(20).split('e')[1] ?? 0)
  let digits = scaled(value, places - power).toString()
  if (digits.length > places + 1) {
    power += 1
    digits = scaled(value, places - power).toString()
  }
  return { digits, power }
}

function withPower(digits: string, power: number): string {
  const sign = power < 0 ? '-' : '+'
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
}

/** `%.{places}e` of a finite value of at least 0. */
export function exponential(value: number, places: number): string {
  const { digits, power } = scientific(value, places)
  return withPower(places === 0 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`, power)
}

/** `%.{precision}g` of a finite value of at least 0; `keepZeros` is the `#` flag. */
export function general(value: number, precision: number, keepZeros = false): string {
  const wanted = Math.max(precision, 1)
  if (wanted <= 15 && Number.isInteger(value) && value < 10 ** wanted && !keepZeros) return String(value)
  const { digits, power } = scientific(value, wanted - 1)
  if (power >= -4 && power < wanted) {
    const text = fixed(value, wanted - 1 - power)
    return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '')
  }
  const tail = keepZeros ? digits.slice(1) : digits.slice(1).replace(/0+$/, '')
  return withPower(tail === '' ? digits.slice(0, 1) : `${digits.slice(0, 1)}.${tail}`, power)
}

/** `%a` of a finite value of at least 0, without a precision or with one. */
export function hexadecimal(value: number, precision: number | undefined): string {
  if (value === 0) return `0x0${precision ? `.${'0'.repeat(precision)}` : ''}p+0`
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  let mantissa = bits & 0xfffffffffffffn
  let lead = biased === 0 ? 0n : 1n
  const power = biased === 0 ? -1022 : biased - 1023
  let fraction = mantissa.toString(16).padStart(13, '0').replace(/0+$/, '')
  if (precision !== undefined && precision < 13) {
    const drop = BigInt((13 - precision) * 4)
    const all = (lead << 52n) | mantissa
    const half = 1n << (drop - 1n)
    const rest = all & ((1n << drop) - 1n)
    let kept = all >> drop
    if (rest > half || (rest === half && kept % 2n === 1n)) kept += 1n
    lead = kept >> BigInt(precision * 4)
    mantissa = kept & ((1n << BigInt(precision * 4)) - 1n)
    fraction = precision === 0 ? '' : mantissa.toString(16).padStart(precision, '0')
  } else if (precision !== undefined) fraction = fraction.padEnd(precision, '0')
  return `0x${lead}${fraction === '' ? '' : `.${fraction}`}p${power < 0 ? '-' : '+'}${Math.abs(power)}`
}
