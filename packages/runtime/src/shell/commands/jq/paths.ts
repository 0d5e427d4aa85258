import { compare, isArray, isObject, type Json, typeOf } from './json'
import { jsonText } from './json-text'

/** What a program stopped with; any value can be one. */
export class JqError extends Error {
  readonly value: Json

  constructor(value: Json) {
    super(typeof value === 'string' ? value : jsonText(value))
    this.value = value
  }
}

const SHOWN = 14

/** A value with its type, cut short, as messages show it. */
export function described(value: Json): string {
  const text = jsonText(value)
  return `${typeOf(value)} (${text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text})`
}

function bounds(value: { readonly length: number }, key: ReadonlyMap<string, Json>): readonly [number, number] {
  const [start, end] = [key.get('start'), key.get('end')]
  if ((start !== null && typeof start !== 'number') || (end !== null && typeof end !== 'number'))
    throw new JqError(`Start and end indices of an ${typeof value === 'string' ? 'string' : 'array'} slice must be numbers`)
  const { length } = value
  const fixed = (at: number): number => Math.min(Math.max(at < 0 ? at + length : at, 0), length)
  const from = fixed(Math.floor(start ?? 0))
  return [from, Math.max(fixed(Math.ceil(end ?? length)), from)]
}

/** `.[key]`. @throws JqError */
export function indexOf(value: Json, key: Json): Json {
  if (isObject(value) && typeof key === 'string') return value.get(key) ?? null
  if (isArray(value) && typeof key === 'number') {
    if (!Number.isInteger(key)) return null
    return value[key < 0 ? key + value.length : key] ?? null
  }
  if (isObject(key) && (isArray(value) || typeof value === 'string' || value === null)) return sliceOf(value, key)
  if (isArray(value) && isArray(key)) return indices(value, key)
  if (value === null && (typeof key === 'string' || typeof key === 'number')) return null
  if (typeof key === 'string') throw new JqError(`Cannot index ${typeOf(value)} with string "${key}"`)
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeOf(key)}`)
}

function sliceOf(value: readonly Json[] | string | null, key: ReadonlyMap<string, Json>): Json {
  if (value === null) return null
  if (typeof value === 'string') {
    const chars = Array.from(value)
    return chars.slice(...bounds(chars, key)).join('')
  }
  return value.slice(...bounds(value, key))
}

/** Where an array has another in it. */
export function indices(value: readonly Json[], wanted: readonly Json[]): Json {
  if (wanted.length === 0) return null
  const found: number[] = []
  for (let at = 0; at + wanted.length <= value.length; at++)
    if (wanted.every((item, offset) => compare(item, value[at + offset] ?? null) === 0)) found.push(at)
  return found
}

/** What lies at a path; null where something on the way is. */
export function getPath(value: Json, path: readonly Json[]): Json {
  let found = value
  for (const key of path) {
    if (found === null) return null
    found = indexOf(found, key)
  }
  return found
}

const LARGEST = 2 ** 24

/** A copy with another value at a path. */
export function setPath(value: Json, path: readonly Json[], replaced: (old: Json) => Json): Json {
  const [key, ...rest] = path
  if (key === undefined) return replaced(value)
  const inner = setPath(indexOf(value, key), rest, replaced)
  return withKey(value, key, inner)
}

function withKey(value: Json, key: Json, inner: Json): Json {
  if (typeof key === 'string' && (value === null || isObject(value))) return new Map(value ?? []).set(key, inner)
  if (typeof key === 'number' && (value === null || isArray(value))) {
    const items = [...(value ?? [])]
    const at = Math.floor(key) < 0 ? Math.floor(key) + items.length : Math.floor(key)
    if (at < 0) throw new JqError('Out of bounds negative array index')
    if (at > LARGEST) throw new JqError('Array index too large')
    while (items.length < at) items.push(null)
    items[at] = inner
    return items
  }
  if (isObject(key) && (value === null || isArray(value))) {
    if (!isArray(inner)) throw new JqError('A slice of an array can only be assigned another array')
    const items = [...(value ?? [])]
    const [from, to] = bounds(items, key)
    items.splice(from, to - from, ...inner)
    return items
  }
  if (isObject(key)) throw new JqError(`Cannot update field at object index of ${typeOf(value)}`)
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeof key === 'string' ? `"${key}"` : typeOf(key)}`)
}

/** A copy without what lies at the paths. */
export function deletePaths(value: Json, paths: readonly Json[]): Json {
  const sorted = [...paths].sort((one, two) => compare(two, one))
  return sorted.reduce<Json>((left, path) => {
    if (!isArray(path)) throw new JqError('Path must be specified as an array')
    return deletePath(left, path)
  }, value)
}

function deletePath(value: Json, path: readonly Json[]): Json {
  const [key, ...rest] = path
  if (key === undefined || value === null) return null
  if (rest.length > 0) {
    const inner = indexOf(value, key)
    return inner === null ? value : withKey(value, key, deletePath(inner, rest))
  }
  if (isObject(value) && typeof key === 'string') {
    const left = new Map(value)
    left.delete(key)
    return left
  }
  if (isArray(value) && typeof key === 'number') {
    const at = Math.floor(key) < 0 ? Math.floor(key) + value.length : Math.floor(key)
    return value.filter((_, index) => index !== at)
  }
  if (isArray(value) && isObject(key)) {
    const [from, to] = bounds(value, key)
    return [...value.slice(0, from), ...value.slice(to)]
  }
  throw new JqError(`Cannot delete field at ${isArray(value) ? 'array' : 'object'} index of ${typeOf(value)}`)
}
