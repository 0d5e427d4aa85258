import { typeOf, type Json } from './json'
import { described, JqError } from './paths'
import type { BuiltinList, OfValues } from './world'

function numeric(value: Json | undefined): number {
  if (typeof value !== 'number') throw new JqError(`${described(value ?? null)} number required`)
  return value
}

/** Halves go to the even neighbour. */
function toEven(value: number): number {
  const rounded = Math.round(value)
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

/** Halves go away from zero. */
function away(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5)
}

const ONE: Readonly<Record<string, (value: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: away,
  trunc: Math.trunc,
  nearbyint: toEven,
  rint: toEven,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp2: (value) => 2 ** value,
  exp10: (value) => 10 ** value,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  fabs: Math.abs,
  logb: (value) => Math.floor(Math.log2(Math.abs(value))),
  significand: (value) => (value === 0 ? 0 : value / 2 ** Math.floor(Math.log2(Math.abs(value)))),
}

/** A number between a half and one, and the power of two that makes the value of it. */
function fraction(value: number): readonly [number, number] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0]
  let power = Math.floor(Math.log2(Math.abs(value))) + 1
  // The logarithm may be a hair too large or too small.
  if (Math.abs(value) / 2 ** power >= 1) power += 1
  else if (Math.abs(value) / 2 ** power < 0.5) power -= 1
  return [value / 2 ** power, power]
}

/** The next number that there is on the way to another. */
function beside(value: number, to: number): number {
  if (Number.isNaN(value) || Number.isNaN(to)) return Number.NaN
  if (value === to) return to
  if (value === 0) return to > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const isGrowing = to > value === value > 0
  bits.setBigInt64(0, bits.getBigInt64(0) + (isGrowing ? 1n : -1n))
  return bits.getFloat64(0)
}

const TWO: Readonly<Record<string, (left: number, right: number) => number>> = {
  pow: (base, exponent) => base ** exponent,
  atan2: Math.atan2,
  fmod: (left, right) => left % right,
  fmin: Math.min,
  fmax: Math.max,
  fdim: (left, right) => Math.max(left - right, 0),
  hypot: Math.hypot,
  ldexp: (value, power) => value * 2 ** power,
  scalb: (value, power) => value * 2 ** power,
  scalbln: (value, power) => value * 2 ** power,
  copysign: (size, sign) => (sign < 0 || Object.is(sign, -0) ? -Math.abs(size) : Math.abs(size)),
  remainder: (left, right) => left - right * toEven(left / right),
  nextafter: beside,
  nexttoward: beside,
  drem: (left, right) => left - right * toEven(left / right),
}

/** Functions of numbers. */
export function mathBuiltins(of: OfValues): BuiltinList {
  return [
    ...Object.entries(ONE).map(([name, compute]) => [`${name}/0`, of((input) => compute(numeric(input)))] as const),
    ...Object.entries(TWO).map(
      ([name, compute]) => [`${name}/2`, of((_, [left, right]) => compute(numeric(left), numeric(right)))] as const,
    ),
    ['infinite/0', of(() => Infinity)],
    ['nan/0', of(() => Number.NaN)],
    ['isinfinite/0', of((input) => typeof input === 'number' && Math.abs(input) === Infinity)],
    ['isnan/0', of((input) => typeof input === 'number' && Number.isNaN(input))],
    ['isfinite/0', of((input) => typeof input === 'number' && Number.isFinite(input))],
    ['frexp/0', of((input) => fraction(numeric(input)))],
    ['modf/0', of((input) => [numeric(input) % 1, Math.trunc(numeric(input))])],
    ['isnormal/0', of((input) => typeOf(input) === 'number' && Number.isFinite(numeric(input)) && Math.abs(numeric(input)) >= 2 ** -1022)],
  ]
}
