import { add, compare, divide, fromInteger, multiply, negated, ONE, rescaled, ten, ZERO, type BcNumber } from './bc-number'

/** Digits that are worked with beyond those that are wanted, so that cutting them off is exact. */
const GUARD = 12

function series(first: BcNumber, scale: number, next: (term: BcNumber, n: number) => BcNumber): BcNumber {
  let sum = first
  let term = first
  for (let n = 1; ; n++) {
    term = rescaled(next(term, n), scale)
    if (term.units === 0n) return sum
    sum = add(sum, term)
  }
}

/** e to the power of x. */
export function exponential(x: BcNumber, scale: number): BcNumber {
  if (x.units < 0n) {
    const digits = String(-x.units / ten(x.scale)).length
    return divide(ONE, exponential(negated(x), scale + 2 * digits + 2), scale)
  }
  const whole = Number(x.units / ten(x.scale))
  const work = scale + GUARD + Math.ceil(whole * 0.44)
  let halvings = 0
  let small = rescaled(x, work)
  for (; compare(small, ONE) > 0; halvings++) small = divide(small, fromInteger(2), work)
  let value = series({ units: ten(work), scale: work }, work, (term, n) => divide(multiply(term, small, work), fromInteger(n), work))
  for (let i = 0; i < halvings; i++) value = multiply(value, value, work)
  return rescaled(value, scale)
}

/** Natural logarithm. */
export function logarithm(x: BcNumber, scale: number): BcNumber {
  if (x.units <= 0n) return rescaled({ units: 1n - ten(scale), scale: 0 }, scale)
  const digits = x.units.toString().length
  const work = scale + GUARD + digits
  const two = fromInteger(2)
  let value = rescaled(x, work)
  let factor = 1n
  // Square roots bring the value near to 1, where the series is short.
  while (compare(value, two) >= 0 || compare(value, { units: 5n, scale: 1 }) <= 0) {
    value = root(value, work)
    factor *= 2n
  }
  const ratio = divide(add(value, negated(ONE)), add(value, ONE), work)
  const square = multiply(ratio, ratio, work)
  let power = ratio
  const sum = series(ratio, work, (_, n) => {
    power = rescaled(multiply(power, square, work), work)
    return divide(power, fromInteger(2 * n + 1), work)
  })
  return rescaled({ units: sum.units * 2n * factor, scale: sum.scale }, scale)
}

function root(value: BcNumber, scale: number): BcNumber {
  const n = value.units * ten(2 * scale - value.scale)
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (x + n / x) >> 1n
    if (next >= x) return { units: x, scale }
    x = next
  }
}

/** Arc tangent. */
export function arcTangent(x: BcNumber, scale: number): BcNumber {
  if (x.units < 0n) return negated(arcTangent(negated(x), scale))
  const work = scale + GUARD
  let value = rescaled(x, work + x.scale)
  let factor = 1n
  while (compare(value, { units: 2n, scale: 1 }) > 0) {
    const hypotenuse = root(add(ONE, multiply(value, value, work)), work)
    value = divide(value, add(ONE, hypotenuse), work)
    factor *= 2n
  }
  const square = multiply(value, value, work)
  let power = rescaled(value, work)
  const sum = series(power, work, (_, n) => {
    power = negated(rescaled(multiply(power, square, work), work))
    return divide(power, fromInteger(2 * n + 1), work)
  })
  return rescaled({ units: sum.units * factor, scale: sum.scale }, scale)
}

function reduced(x: BcNumber, work: number): { readonly value: BcNumber; readonly quarters: bigint } {
  const wide = work + String(x.units / ten(x.scale)).length
  const quarter = multiply(arcTangent(ONE, wide + 2), fromInteger(2), wide)
  const count = rescaled(divide(x, quarter, 0), 0).units
  return { value: rescaled(add(x, negated(multiply({ units: count, scale: 0 }, quarter, wide))), work), quarters: count }
}

function sineSeries(x: BcNumber, work: number, isCosine: boolean): BcNumber {
  const square = multiply(x, x, work)
  const first = isCosine ? { units: ten(work), scale: work } : rescaled(x, work)
  const shift = isCosine ? 0 : 1
  return series(first, work, (term, n) =>
    negated(divide(multiply(term, square, work), fromInteger((2 * n - 1 + shift) * (2 * n + shift)), work)),
  )
}

/** Sine of radians, or cosine. */
export function sine(x: BcNumber, scale: number, isCosine: boolean): BcNumber {
  const work = scale + GUARD
  const { value, quarters } = reduced(x, work)
  const turn = Number((((quarters + (isCosine ? 1n : 0n)) % 4n) + 4n) % 4n)
  const size = sineSeries(value, work, turn % 2 === 1)
  const out = rescaled(turn >= 2 ? negated(size) : size, scale)
  return out.units === 0n ? ZERO : out
}
