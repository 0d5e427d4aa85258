import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'

/** What is understood of JSON Schema. A word that is not in here would be a check that nobody makes, so it is refused. */
const KNOWN: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'title',
  'description',
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'anyOf',
])
const DEEPEST = 32

/** What a schema has that is not understood, in a clause; undefined: all of it is. */
export function unknownInSchema(schema: Json, depth = 0): string | undefined {
  if (typeof schema === 'boolean') return undefined
  if (!isJsonObject(schema) || depth > DEEPEST) return 'a schema is no object'
  const other = Object.keys(schema).find((key) => !KNOWN.has(key))
  if (other !== undefined) return `"${other}" is not understood here`
  const inner = [
    ...(isJsonObject(schema['properties']) ? Object.values(schema['properties']) : []),
    ...['items', 'additionalProperties'].flatMap((key) => schema[key] ?? []),
    ...listOf(schema['anyOf']),
  ]
  for (const one of inner) {
    const wrong = unknownInSchema(one, depth + 1)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** The first place of a value that does not fit, in a clause; undefined: all of it does. */
export function misfit(schema: Json, value: Json, at = 'the answer'): string | undefined {
  if (schema === true) return undefined
  if (!isJsonObject(schema)) return `${at} is not wanted`
  return misfitOfKind(schema, value, at) ?? misfitOfSize(schema, value, at) ?? misfitOfParts(schema, value, at)
}

function misfitOfKind(schema: JsonObject, value: Json, at: string): string | undefined {
  const { type, enum: choices, const: one, anyOf } = schema
  const types = typeof type === 'string' ? [type] : listOf(type)
  if (types.length > 0 && !types.some((name) => isOfType(name, value)))
    return `${at} is no ${types.map((name) => JSON.stringify(name)).join(' or ')}`
  if (choices !== undefined && !listOf(choices).some((choice) => isSame(choice, value)))
    return `${at} is none of the values that it may have`
  if (one !== undefined && !isSame(one, value)) return `${at} is not ${JSON.stringify(one)}`
  if (anyOf !== undefined && listOf(anyOf).every((each) => misfit(each, value, at) !== undefined)) return `${at} fits none of its forms`
  return undefined
}

function misfitOfSize(schema: JsonObject, value: Json, at: string): string | undefined {
  const bounds: readonly (readonly [string, string, number | undefined, string])[] = [
    ['minItems', 'maxItems', Array.isArray(value) ? value.length : undefined, 'entries'],
    ['minLength', 'maxLength', typeof value === 'string' ? Array.from(value).length : undefined, 'characters'],
    ['minimum', 'maximum', typeof value === 'number' ? value : undefined, ''],
  ]
  for (const [least, most, size, unit] of bounds) {
    const [min, max] = [schema[least], schema[most]]
    if (size === undefined) continue
    if (typeof min === 'number' && size < min) return `${at} ${sizeWords(size, unit)}, at least ${min} is wanted`
    if (typeof max === 'number' && size > max) return `${at} ${sizeWords(size, unit)}, at most ${max} is wanted`
  }
  return undefined
}

const sizeWords = (size: number, unit: string): string => (unit === '' ? `is ${size}` : `has ${size} ${unit}`)

function misfitOfParts(schema: JsonObject, value: Json, at: string): string | undefined {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined ? undefined : firstOf(value.map((one: Json, i): [Json, Json, string] => [items, one, `${at}[${i}]`]))
  }
  if (!isJsonObject(value)) return undefined
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const missing = listOf(schema['required']).find((key) => typeof key === 'string' && !Object.hasOwn(value, key))
  if (missing !== undefined) return `${at} has no ${JSON.stringify(missing)}`
  const rest = schema['additionalProperties'] ?? true
  return firstOf(
    Object.entries(value).map(([key, one]): [Json, Json, string] => [
      Object.hasOwn(properties, key) ? (properties[key] ?? true) : rest,
      one,
      `${at}.${key}`,
    ]),
  )
}

function firstOf(parts: readonly (readonly [Json, Json, string])[]): string | undefined {
  for (const [schema, value, at] of parts) {
    const wrong = misfit(schema, value, at)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function isOfType(name: Json, value: Json): boolean {
  switch (name) {
    case 'object':
      return isJsonObject(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'null':
      return value === null
    default:
      return typeof value === name
  }
}

const isSame = (one: Json, other: Json): boolean => canonicalJson(one) === canonicalJson(other)

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
