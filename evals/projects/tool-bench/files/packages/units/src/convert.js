/** Millimetres in one of each. */
export const FACTORS = { mm: 1, cm: 10, m: 1000, in: 25.4, ft: 304.8 }

/** A length in another unit. */
export function convert(value, from, to) {
  for (const unit of [from, to]) if (!(unit in FACTORS)) throw new RangeError(`unknown unit ${unit}`)
  return (value * FACTORS[from]) / FACTORS[to]
}
