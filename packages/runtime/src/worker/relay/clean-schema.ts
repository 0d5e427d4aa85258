import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { plainWords } from './plain-words'

const DEEPEST = 8
const MOST_WORDS = 300
const MOST_CHARS = 12_000
const MOST_CHOICES = 200
const TYPES: ReadonlySet<Json> = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'])
/** Names of fields that every provider takes. */
const FIELD = /^[a-zA-Z0-9_.-]{1,64}$/

/** Any object: what is said of a function whose schema cannot be used. */
const ANY: JsonObject = { type: 'object' }

/** The schema of a function as a model may be shown it: of an object, without what cannot be told. Its owner judges the rest. */
export function cleanSchema(given: Json | undefined): JsonObject {
  if (!isJsonObject(given) || (given['type'] !== 'object' && !isJsonObject(given['properties']))) return ANY
  const { anyOf: _refusedAtTheTop, ...rest } = given
  const cleaned = cleanedOf({ ...rest, type: 'object' }, 0)
  if (!isJsonObject(cleaned) || JSON.stringify(cleaned).length > MOST_CHARS) return ANY
  return cleaned
}

/** Undefined: nothing can be said of it. */
function cleanedOf(schema: Json, depth: number): Json | undefined {
  if (typeof schema === 'boolean') return schema
  if (!isJsonObject(schema) || depth > DEEPEST) return undefined
  const kept: [string, Json][] = []
  for (const [key, value] of Object.entries(schema)) {
    const cleaned = cleanedWord(key, value, depth)
    if (cleaned !== undefined) kept.push([key, cleaned])
  }
  const { properties, ...rest }: JsonObject = Object.fromEntries(kept)
  if (properties === undefined) return rest
  const isWhole = Object.keys(isJsonObject(schema['properties']) ? schema['properties'] : {}).every((name) => named(properties, name))
  // Of fields that are not told nobody can say that they are not wanted.
  const { additionalProperties: _unknown, ...open } = rest
  return { ...(isWhole ? rest : open), properties }
}

const named = (properties: Json, name: string): boolean => isJsonObject(properties) && Object.hasOwn(properties, name)

/**
 * What a word of JSON Schema says to a model. What refers to elsewhere, runs or is unknown is left out, and so is a word with a value that
 * it cannot have: a provider refuses every request with such a schema.
 */
function cleanedWord(key: string, value: Json, depth: number): Json | undefined {
  switch (key) {
    case 'title':
    case 'description':
      return typeof value === 'string' ? plainWords(value, MOST_WORDS) : undefined
    case 'type':
      return Array.isArray(value) ? listIf(value, (one) => TYPES.has(one)) : TYPES.has(value) ? value : undefined
    case 'enum':
      return Array.isArray(value) && value.length <= MOST_CHOICES ? listIf(value, isPlain) : undefined
    case 'const':
      return isPlain(value) ? value : undefined
    case 'required':
      return Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === 'string' && isField(one)))] : undefined
    case 'minimum':
    case 'maximum':
      return Number.isFinite(value) ? value : undefined
    case 'minItems':
    case 'maxItems':
    case 'minLength':
    case 'maxLength':
      return Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined
    case 'properties':
      return isJsonObject(value) ? cleanedFields(value, depth) : undefined
    case 'items':
    case 'additionalProperties':
      return cleanedOf(value, depth + 1)
    case 'anyOf':
      return Array.isArray(value) ? cleanedForms(value, depth) : undefined
    default:
      return undefined
  }
}

function cleanedFields(fields: JsonObject, depth: number): JsonObject {
  const kept = Object.entries(fields).flatMap(([name, one]): [string, Json][] => {
    const cleaned = isField(name) ? cleanedOf(one, depth + 1) : undefined
    return cleaned === undefined ? [] : [[name, cleaned]]
  })
  return Object.fromEntries(kept)
}

/** All or none: with one form less, what fits that one would be refused here. */
function cleanedForms(forms: readonly Json[], depth: number): Json | undefined {
  const cleaned = forms.flatMap((one) => cleanedOf(one, depth + 1) ?? [])
  return cleaned.length > 0 && cleaned.length === forms.length ? cleaned : undefined
}

/** The list as it came where it has entries, each once and as it has to be; a shorter one would refuse what its owner takes. */
function listIf(list: readonly Json[], fits: (one: Json) => boolean): Json | undefined {
  return list.length > 0 && new Set(list).size === list.length && list.every(fits) ? [...list] : undefined
}

/** A value that a schema may name: short, and with nothing in it that nobody sees. */
function isPlain(value: Json): boolean {
  if (typeof value === 'string') return value === plainWords(value, MOST_WORDS)
  return value === null || typeof value === 'boolean' || Number.isFinite(value)
}

const isField = (name: string): boolean => FIELD.test(name) && name !== '__proto__'
