import { FACTORS } from './convert.js'

/**
 * Reads a length such as `12 cm`, `1.5m` or `3 ft 4 in`, in millimetres.
 * Throws a RangeError for what is none.
 */
export function parseLength(text) {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g)]
  if (parts.length === 0) throw new RangeError(`no length: ${text}`)
  let sum = 0
  for (const [, value, unit] of parts) {
    const factor = FACTORS[unit]
    if (factor === undefined) throw new RangeError(`unknown unit ${unit}`)
    sum += Number(value) * factor
  }
  return sum
}
