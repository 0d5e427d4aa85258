import { CommandError } from '../command'

/** A decimal number of bc: `units` × 10^-`scale`. */
export interface BcNumber {
  readonly units: bigint
  readonly scale: number
}

export const ZERO: BcNumber = { units: 0n, scale: 0 }
export const ONE: BcNumber = { units: 1n, scale: 0 }

export function ten(power: number): bigint {
  return 10n ** BigInt(power)
}

/** The same value with another scale; digits beyond it are cut off. */
export function rescaled(value: BcNumber, scale: number): BcNumber {
  if (scale >= value.scale) return { units: value.units * ten(scale - value.scale), scale }
  return { units: value.units / ten(value.scale - scale), scale }
}

export function fromInteger(value: bigint | number): BcNumber {
  return { units: BigInt(value), scale: 0 }
}

export function add(a: BcNumber, b: BcNumber): BcNumber {
  const scale = Math.max(a.scale, b.scale)
  return { units: rescaled(a, scale).units + rescaled(b, scale).units, scale }
}

export function negated(a: BcNumber): BcNumber {
  return { units: -a.units, scale: a.scale }
}

export function compare(a: BcNumber, b: BcNumber): number {
  const { units } = add(a, negated(b))
  return units < 0n ? -1 : units > 0n ? 1 : 0
}

export function multiply(a: BcNumber, b: BcNumber, scale: number): BcNumber {
  const full = a.scale + b.scale
  return rescaled({ units: a.units * b.units, scale: full }, Math.min(full, Math.max(scale, a.scale, b.scale)))
}

export function divide(a: BcNumber, b: BcNumber, scale: number): BcNumber {
  if (b.units === 0n) throw new BcFault('Divide by zero')
  return { units: (a.units * ten(scale + b.scale)) / (b.units * ten(a.scale)), scale }
}

export function modulo(a: BcNumber, b: BcNumber, scale: number): BcNumber {
  if (b.units === 0n) throw new BcFault('Modulo by zero')
  const rest = add(a, negated(multiply(divide(a, b, scale), b, scale + b.scale)))
  return rescaled(rest, Math.max(scale + b.scale, a.scale))
}

export function raise(base: BcNumber, exponent: BcNumber, scale: number): BcNumber {
  const power = exponent.units / ten(exponent.scale)
  if (power === 0n) return ONE
  const size = power < 0n ? -power : power
  if (size > 1_000_000n) throw new CommandError('exponent too large in raise')
  const full: BcNumber = { units: base.units ** size, scale: base.scale * Number(size) }
  if (power < 0n) return divide(ONE, full, scale)
  return rescaled(full, Math.min(full.scale, Math.max(scale, base.scale)))
}

export function squareRoot(value: BcNumber, scale: number): BcNumber {
  if (value.units < 0n) throw new BcFault('Square root of a negative number')
  const out = Math.max(scale, value.scale)
  return { units: integerRoot(value.units * ten(2 * out - value.scale)), scale: out }
}

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (x + n / x) >> 1n
    if (next >= x) return x
    x = next
  }
}

/** An error while a program runs: the statement ends, bc goes on. */
export class BcFault extends Error {}

const DIGITS = '0123456789ABCDEF'

/** A number as it is written in a program, in base `ibase`. */
export function readNumber(text: string, base: number): BcNumber {
  const [whole = '', fraction = ''] = text.split('.')
  if (base === 10 || (whole.length === 1 && fraction === '')) {
    if (whole.length === 1 && fraction === '') return fromInteger(DIGITS.indexOf(whole))
    const safe = (digits: string): string => digits.replace(/[A-F]/g, '9')
    return { units: BigInt(`${safe(whole)}${safe(fraction)}` || '0'), scale: fraction.length }
  }
  const digit = (letter: string): bigint => BigInt(Math.min(base - 1, DIGITS.indexOf(letter)))
  const big = BigInt(base)
  const units = [...whole].reduce((sum, letter) => sum * big + digit(letter), 0n)
  if (fraction === '') return fromInteger(units)
  const top = [...fraction].reduce((sum, letter) => sum * big + digit(letter), 0n)
  const scale = fraction.length
  return { units: units * ten(scale) + (top * ten(scale)) / big ** BigInt(scale), scale }
}

/** As bc writes it in base 10 or another. */
export function written(value: BcNumber, base: number): string {
  const sign = value.units < 0n ? '-' : ''
  const size = value.units < 0n ? -value.units : value.units
  const whole = size / ten(value.scale)
  const fraction = size % ten(value.scale)
  if (base === 10) {
    const digits = value.scale === 0 ? '' : `.${fraction.toString().padStart(value.scale, '0')}`
    return size === 0n ? '0' : `${sign}${whole === 0n ? '' : whole}${digits}` || '0'
  }
  if (base <= 16)
    return size === 0n
      ? '0'
      : `${sign}${whole === 0n ? '' : whole.toString(base).toUpperCase()}${fractionIn(fraction, value.scale, base)}` || '0'
  return sign + wideDigits(whole, fraction, { scale: value.scale, base })
}

function fractionIn(fraction: bigint, scale: number, base: number): string {
  if (scale === 0) return ''
  const out: string[] = []
  const unit = ten(scale)
  let rest = fraction
  for (let reach = 1n; reach < unit; reach *= BigInt(base)) {
    rest *= BigInt(base)
    out.push(DIGITS.charAt(Number(rest / unit)))
    rest %= unit
  }
  return `.${out.join('')}`
}

/** Bases above 16: each digit is a decimal number of its own. */
function wideDigits(whole: bigint, fraction: bigint, { scale, base }: { readonly scale: number; readonly base: number }): string {
  const width = String(base - 1).length
  const digits: string[] = []
  for (let rest = whole; rest > 0n; rest /= BigInt(base)) digits.unshift(` ${(rest % BigInt(base)).toString().padStart(width, '0')}`)
  if (scale === 0) return digits.join('') || ` ${'0'.repeat(width)}`
  const unit = ten(scale)
  let rest = fraction
  const after: string[] = []
  for (let reach = 1n; reach < unit; reach *= BigInt(base)) {
    rest *= BigInt(base)
    after.push((rest / unit).toString().padStart(width, '0'))
    rest %= unit
  }
  return `${digits.join('')}.${after.join(' ')}`
}
