import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { EngineError } from './built-in'

/** Reads the payload of a built-in function. @throws EngineError `deserialization_error` naming the field */
export interface Fields {
  text(name: string): string
  maybeText(name: string): string | undefined
  maybeTexts(name: string): readonly string[] | undefined
  maybeNumber(name: string): number | undefined
  isTrue(name: string): boolean
  json(name: string): Json | undefined
}

const LONGEST = 4096

export function fieldsOf(functionId: string, data: Json | undefined): Fields {
  const fields: JsonObject =
    data === undefined || data === null ? {} : isJsonObject(data) ? data : bad(functionId, 'its payload is a JSON object')
  const at = (name: string): Json | undefined => (Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined)
  const maybeText = (name: string): string | undefined => {
    const value = at(name)
    if (value === undefined) return undefined
    return typeof value === 'string' && value.length <= LONGEST
      ? value
      : bad(functionId, `"${name}" is a text of at most ${LONGEST} characters`)
  }
  return {
    text: (name) => maybeText(name) ?? bad(functionId, `"${name}" is missing`),
    maybeText,
    maybeTexts: (name) => {
      const value = at(name)
      if (value === undefined) return undefined
      const list: readonly unknown[] = Array.isArray(value) ? value : bad(functionId, `"${name}" is a list of texts`)
      return list.map((one) => (typeof one === 'string' ? one : bad(functionId, `"${name}" is a list of texts`)))
    },
    maybeNumber: (name) => {
      const value = at(name)
      if (value === undefined) return undefined
      return typeof value === 'number' ? value : bad(functionId, `"${name}" is a number`)
    },
    isTrue: (name) => at(name) === true,
    json: at,
  }
}

function bad(functionId: string, what: string): never {
  throw new EngineError('deserialization_error', `${functionId} was not called: ${what}.`)
}
