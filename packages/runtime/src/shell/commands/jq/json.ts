/** A value of jq. Objects are maps, so that keys keep their order whatever they look like. They are never changed once made. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** An object. */
export type JsonObject = ReadonlyMap<string, Json>

/** What `type` says. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export function isObject(value: Json): value is JsonObject {
  return value instanceof Map
}

export function typeOf(value: Json): JsonType {
  if (value === null) return 'null'
  if (isArray(value)) return 'array'
  if (isObject(value)) return 'object'
  const type = typeof value
  return type === 'boolean' || type === 'number' ? type : 'string'
}

const RANK: Readonly<Record<JsonType, number>> = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 }

/** Order of texts by code points. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  let i = 0
  while (i < left.length && left.charCodeAt(i) === right.charCodeAt(i)) i += 1
  const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)]
  if (Number.isNaN(a)) return -1
  if (Number.isNaN(b)) return 1
  // Surrogates stand for what lies beyond all other units.
  const fix = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
  return fix(a) - fix(b)
}

/** Keys in the order in which jq sorts them. */
export function sortedKeys(object: JsonObject): string[] {
  return [...object.keys()].sort(compareText)
}

/** jq's order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(left: Json, right: Json): number {
  const ranks = [RANK[typeOf(left)], RANK[typeOf(right)]] as const
  if (ranks[0] !== ranks[1]) return ranks[0] - ranks[1]
  if (typeof left === 'number' && typeof right === 'number') return left < right || Number.isNaN(left) ? -1 : left === right ? 0 : 1
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (isArray(left) && isArray(right)) return compareArrays(left, right)
  if (isObject(left) && isObject(right)) return compareObjects(left, right)
  return Number(left) - Number(right)
}

function compareArrays(left: readonly Json[], right: readonly Json[]): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compare(left[i] ?? null, right[i] ?? null)
    if (order !== 0) return order
  }
  return left.length - right.length
}

function compareObjects(left: JsonObject, right: JsonObject): number {
  const keys = sortedKeys(left)
  const order = compareArrays(keys, sortedKeys(right))
  if (order !== 0) return order
  for (const key of keys) {
    const values = compare(left.get(key) ?? null, right.get(key) ?? null)
    if (values !== 0) return values
  }
  return 0
}

/** Everything but null and false. */
export function isTrue(value: Json): boolean {
  return value !== null && value !== false
}

/** A number as jq prints it: 17 digits at most, an exponent where the shortest digits lie far from the point. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null'
  if (!Number.isFinite(value)) return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308'
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? '-0' : String(value)
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const sign = value < 0 ? '-' : ''
  const point = Number(power) + 1
  if (point <= -4 || point > digits.length + 15) {
    const tail = digits.length > 1 ? `.${digits.slice(1)}` : ''
    const size = String(Math.abs(point - 1)).padStart(2, '0')
    return `${sign}${digits.slice(0, 1)}${tail}e${point - 1 < 0 ? '-' : '+'}${size}`
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
