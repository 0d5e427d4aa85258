interface Pairs {
  readonly strict: boolean
  /** Pairs under comparison: a cycle that comes back to one is equal so far. */
  readonly open: [unknown, unknown][]
}

/** Whether two values are alike all the way down. `strict`: same types and prototypes, as `assert.deepStrictEqual`. */
export function deepEqual(a: unknown, b: unknown, strict: boolean): boolean {
  return equal(a, b, { strict, open: [] })
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function primitivesEqual(a: unknown, b: unknown, strict: boolean): boolean {
  if (strict) return Object.is(a, b)
  // oxlint-disable-next-line eqeqeq -- the loose mode of assert is defined by this operator
  return a == b || (Number.isNaN(a) && Number.isNaN(b))
}

function equal(a: unknown, b: unknown, pairs: Pairs): boolean {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) {
    if (isObject(a) || isObject(b) || typeof a === 'function' || typeof b === 'function')
      return !pairs.strict && isObject(a) === isObject(b) && a === b
    return primitivesEqual(a, b, pairs.strict)
  }
  if (pairs.strict && Reflect.getPrototypeOf(a) !== Reflect.getPrototypeOf(b)) return false
  if (kindOf(a) !== kindOf(b)) return false
  if (pairs.open.some(([left, right]) => left === a && right === b)) return true
  pairs.open.push([a, b])
  const same = contentsEqual(a, b, pairs)
  pairs.open.pop()
  return same
}

function kindOf(value: object): string {
  return Array.isArray(value) ? 'array' : Object.prototype.toString.call(value)
}

function contentsEqual(a: object, b: object, pairs: Pairs): boolean {
  if (a instanceof Date && b instanceof Date && a.getTime() !== b.getTime()) return false
  if (a instanceof RegExp && b instanceof RegExp && (String(a) !== String(b) || a.lastIndex !== b.lastIndex)) return false
  if (a instanceof Error && b instanceof Error && (a.message !== b.message || a.name !== b.name || !equal(a.cause, b.cause, pairs)))
    return false
  if (a instanceof Number || a instanceof String || a instanceof Boolean || a instanceof BigInt || a instanceof Symbol) {
    if (!Object.is(a.valueOf(), b.valueOf())) return false
  }
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return bytesEqual(a, b)
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return bytesEqual(new Uint8Array(a), new Uint8Array(b))
  if (a instanceof WeakMap || a instanceof WeakSet || a instanceof Promise) return false
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false
  if (a instanceof Set && b instanceof Set && !setsEqual(a, b, pairs)) return false
  if (a instanceof Map && b instanceof Map && !mapsEqual(a, b, pairs)) return false
  return keysEqual(a, b, pairs)
}

function bytesEqual(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false
  const left = new Uint8Array(a.buffer, a.byteOffset, a.byteLength)
  const right = new Uint8Array(b.buffer, b.byteOffset, b.byteLength)
  return left.every((byte, i) => byte === right[i])
}

function enumerable(value: object, strict: boolean): PropertyKey[] {
  const symbols = strict ? Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)) : []
  return [...Object.keys(value), ...symbols]
}

function keysEqual(a: object, b: object, pairs: Pairs): boolean {
  const keys = enumerable(a, pairs.strict)
  if (keys.length !== enumerable(b, pairs.strict).length) return false
  return keys.every((key) => Object.prototype.propertyIsEnumerable.call(b, key) && equal(Reflect.get(a, key), Reflect.get(b, key), pairs))
}

function setsEqual(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>, pairs: Pairs): boolean {
  if (a.size !== b.size) return false
  const rest = [...b].filter((item) => !a.has(item))
  return [...a].every((item) => {
    if (b.has(item)) return true
    const at = rest.findIndex((other) => equal(item, other, pairs))
    if (at === -1) return false
    rest.splice(at, 1)
    return true
  })
}

function mapsEqual(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>, pairs: Pairs): boolean {
  if (a.size !== b.size) return false
  const rest = [...b].filter(([key]) => !a.has(key))
  return [...a].every(([key, value]) => {
    if (b.has(key)) return equal(value, b.get(key), pairs)
    const at = rest.findIndex(([other, item]) => equal(key, other, pairs) && equal(value, item, pairs))
    if (at === -1) return false
    rest.splice(at, 1)
    return true
  })
}
