import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'

/** A key, or literal keys from the outside in; empty or absent: the whole value. */
export type StatePath = string | readonly string[] | undefined

/** One step of an update. */
export type StateOp =
  | { readonly type: 'set'; readonly path?: StatePath; readonly value: Json }
  | { readonly type: 'merge'; readonly path?: StatePath; readonly value: Json }
  | { readonly type: 'append'; readonly path?: StatePath; readonly value: Json }
  | { readonly type: 'increment'; readonly path?: StatePath; readonly by: number }
  | { readonly type: 'decrement'; readonly path?: StatePath; readonly by: number }
  | { readonly type: 'remove'; readonly path?: StatePath }

/** Why a step was left out. */
export interface OpProblem {
  readonly index: number
  /** `<op>.<what>`, such as `append.type_mismatch`. */
  readonly code: string
  readonly message: string
}

/** A value after an update; undefined: there was and is none. */
export interface Updated {
  readonly value: Json | undefined
  readonly problems: readonly OpProblem[]
}

/** Keys that would reach behind an object in careless code of whoever reads the value. */
const REFUSED = new Set(['__proto__', 'constructor', 'prototype'])
const MAX_DEPTH = 32
const MAX_SEGMENT = 256

class Unfit extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Steps in their order, each on what the one before left. A step that does not fit is left out and told; the others count. */
export function applyOps(value: Json | undefined, ops: readonly StateOp[]): Updated {
  const problems: OpProblem[] = []
  let now = value
  for (const [index, op] of ops.entries()) {
    try {
      now = apply(now, op)
    } catch (thrown) {
      if (!(thrown instanceof Unfit)) throw thrown
      problems.push({ index, code: `${op.type}.${thrown.code}`, message: thrown.message })
    }
  }
  return { value: now, problems }
}

function apply(value: Json | undefined, op: StateOp): Json | undefined {
  const path = segmentsOf(op.path)
  if (op.type === 'set' || op.type === 'merge' || op.type === 'append') checkValue(op.value)
  if (op.type === 'remove') return path.length === 0 ? null : removeAt(value, path)
  return changeAt(value, path, (old) => leaf(old, op))
}

function segmentsOf(path: StatePath): readonly string[] {
  const segments = path === undefined || path === '' ? [] : typeof path === 'string' ? [path] : path
  if (segments.length > MAX_DEPTH) throw new Unfit('path.too_deep', `A path has at most ${MAX_DEPTH} keys.`)
  for (const segment of segments) {
    if (segment === '') throw new Unfit('path.empty_segment', 'A key in a path is not empty.')
    if (segment.length > MAX_SEGMENT) throw new Unfit('path.segment_too_long', `A key in a path has at most ${MAX_SEGMENT} characters.`)
    if (REFUSED.has(segment)) throw new Unfit('path.proto_polluted', `The key ${segment} is not allowed in a path.`)
  }
  return segments
}

/** In the new parts only: what is there was checked when it came. */
function checkValue(value: Json, depth = 0): void {
  if (typeof value !== 'object' || value === null) return
  if (depth >= MAX_DEPTH) throw new Unfit('value.too_deep', `A value in an update is at most ${MAX_DEPTH} levels deep.`)
  for (const [key, inner] of Object.entries(value)) {
    if (REFUSED.has(key)) throw new Unfit('value.proto_polluted', `The key ${key} is not allowed in a value.`)
    checkValue(inner, depth + 1)
  }
}

function changeAt(value: Json | undefined, path: readonly string[], change: (old: Json | undefined) => Json): Json {
  const [first, ...rest] = path
  if (first === undefined) return change(value)
  const object = objectAt(value, first)
  return { ...object, [first]: changeAt(own(object, first), rest, change) }
}

/** What is missing on the way is made; a value of another kind is not replaced by accident. */
function objectAt(value: Json | undefined, key: string): JsonObject {
  if (value === undefined || value === null) return {}
  if (!isJsonObject(value)) throw new Unfit('target_not_object', `The key ${key} is looked for in something that is not an object.`)
  return value
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function removeAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [first, ...rest] = path
  if (first === undefined || value === undefined || value === null) return value
  const object = objectAt(value, first)
  const inner = own(object, first)
  if (inner === undefined) return value
  if (rest.length > 0) return { ...object, [first]: removeAt(inner, rest) ?? null }
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== first))
}

function leaf(old: Json | undefined, op: Exclude<StateOp, { type: 'remove' }>): Json {
  switch (op.type) {
    case 'set':
      return op.value
    case 'merge':
      return merged(old, op.value)
    case 'append':
      return appended(old, op.value)
    case 'increment':
      return added(old, op.by)
    case 'decrement':
      return added(old, -op.by)
  }
}

function merged(old: Json | undefined, value: Json): Json {
  if (!isJsonObject(value)) throw new Unfit('value.not_an_object', 'Only an object can be merged.')
  if (old !== undefined && old !== null && !isJsonObject(old)) {
    throw new Unfit('target_not_object', 'What is there is not an object, so nothing can be merged into it.')
  }
  return { ...old, ...value }
}

function appended(old: Json | undefined, value: Json): Json {
  if (old === undefined || old === null) return typeof value === 'string' ? value : [value]
  if (Array.isArray(old)) return [...list(old), value]
  if (typeof old === 'string' && typeof value === 'string') return old + value
  throw new Unfit('type_mismatch', `${kindOf(value)} cannot be appended to ${kindOf(old)}.`)
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function added(old: Json | undefined, by: number): Json {
  if (old !== undefined && old !== null && typeof old !== 'number') throw new Unfit('not_number', `${kindOf(old)} is not a number.`)
  const sum = (typeof old === 'number' ? old : 0) + by
  if (!Number.isFinite(sum)) throw new Unfit('not_number', 'The sum is not a number that JSON can carry.')
  return sum
}

function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
