import { isJsonObject, type Json } from '@tabwright/protocol'
import { EngineError } from '../../engine/built-in'
import type { StateOp, StatePath } from '../../stores/state-ops'

/** Steps of an update as they come. @throws EngineError `deserialization_error`, naming the step */
export function readOps(value: Json | undefined, most: number): readonly StateOp[] {
  if (!Array.isArray(value)) throw new EngineError('deserialization_error', '"ops" is a list of steps.')
  const list: readonly Json[] = value
  if (list.length > most) throw new EngineError('too_large', `An update has at most ${most} steps, not ${list.length}.`)
  return list.map(readOp)
}

function readOp(step: Json, index: number): StateOp {
  if (!isJsonObject(step)) return bad(index, 'it is an object')
  const path = readPath(step['path'], index)
  const { type, value, by } = step
  switch (type) {
    case 'set':
    case 'merge':
    case 'append':
      return { type, path, value: value ?? null }
    case 'increment':
    case 'decrement':
      return typeof by === 'number' ? { type, path, by } : bad(index, '"by" is a number')
    case 'remove':
      return { type, path }
    default:
      return bad(index, '"type" is one of set, merge, append, increment, decrement, remove')
  }
}

function readPath(path: Json | undefined, index: number): StatePath {
  if (path === undefined || path === null) return undefined
  if (typeof path === 'string') return path
  if (!Array.isArray(path)) return bad(index, '"path" is a key or a list of keys')
  const keys: readonly Json[] = path
  return keys.map((key) => (typeof key === 'string' ? key : bad(index, '"path" is a key or a list of keys')))
}

function bad(index: number, what: string): never {
  throw new EngineError('deserialization_error', `Nothing was changed: of step ${index}, ${what}.`)
}
