import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'

/** Marks what JSON has no words for; a key of our own that begins so is written as an entry list. */
const MARK = '#'

/** A fold's state as JSON: maps, sets and `undefined` included. Functions and classes are no state. */
export function packState(value: unknown): Json {
  if (value === undefined) return { [MARK]: 'undefined' }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(packState)
  if (value instanceof Map) return { [MARK]: 'map', of: [...value].map(([key, item]) => [packState(key), packState(item)]) }
  if (value instanceof Set) return { [MARK]: 'set', of: [...value].map(packState) }
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} cannot be part of a snapshot`)
  const entries = Object.entries(value)
  if (entries.some(([key]) => key.startsWith(MARK))) return { [MARK]: 'object', of: entries.map(([key, item]) => [key, packState(item)]) }
  return Object.fromEntries(entries.map(([key, item]) => [key, packState(item)]))
}

/** The state that {@link packState} wrote. */
export function unpackState(packed: Json): unknown {
  if (Array.isArray(packed)) return packed.map(unpackState)
  if (!isJsonObject(packed)) return packed
  const kind = packed[MARK]
  return kind === undefined
    ? Object.fromEntries(Object.entries(packed).map(([key, item]) => [key, unpackState(item ?? null)]))
    : unpackMarked(kind, packed)
}

function unpackMarked(kind: Json, { of }: JsonObject): unknown {
  const list = Array.isArray(of) ? of : []
  switch (kind) {
    case 'map':
      return new Map(list.map(pairOf))
    case 'set':
      return new Set(list.map(unpackState))
    case 'object':
      return Object.fromEntries(list.map(pairOf))
    default:
      return undefined
  }
}

function pairOf(entry: Json): readonly [string, unknown] {
  const [key, item] = Array.isArray(entry) ? entry : []
  return [typeof key === 'string' ? key : '', unpackState(item ?? null)]
}
