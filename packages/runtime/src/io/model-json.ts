import type { Json, JsonObject } from '@tabwright/protocol'
import { isJsonObject } from '@tabwright/protocol'

/** One member of a JSON object: its key, and its value as the text that was received. */
export interface Member {
  readonly key: string
  readonly raw: string
}

/** Parses text from outside; `undefined` when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

/** Parses text from outside; `undefined` when it is not a JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text)
  return isJsonObject(value) ? value : undefined
}

/** A string, or nothing. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/**
 * Top-level members of an object in the order received, values untouched. `text` must be a valid JSON object.
 * JSON.parse and JSON.stringify would reorder number-like keys, rewrite `1.0` and drop escapes, and with them the
 * bytes that the provider's signatures cover.
 */
export function members(text: string): readonly Member[] {
  const found: Member[] = []
  let at = text.indexOf('{') + 1
  while (at < text.length) {
    const keyStart = text.indexOf('"', at)
    if (keyStart < 0) break
    const keyEnd = endOfString(text, keyStart)
    const valueStart = skipSpace(text, text.indexOf(':', keyEnd) + 1)
    const valueEnd = endOfValue(text, valueStart)
    found.push({ key: textOf(parseJson(text.slice(keyStart, keyEnd))), raw: text.slice(valueStart, valueEnd).trimEnd() })
    at = valueEnd + 1
  }
  return found
}

/** The value of one member as received, if it is there. */
export function memberOf(text: string, key: string): string | undefined {
  return members(text).find((member) => member.key === key)?.raw
}

/** Elements of an array as received. `text` must be a valid JSON array. */
export function elements(text: string): readonly string[] {
  const found: string[] = []
  let at = skipSpace(text, text.indexOf('[') + 1)
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at)
    found.push(text.slice(at, end).trimEnd())
    at = text[end] === ',' ? skipSpace(text, end + 1) : text.length
  }
  return found
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  return at
}

/** Index behind the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** Index of the comma or bracket that ends the value which starts at `start`. */
function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (char === '"') at = endOfString(text, at) - 1
    else if (char === '{' || char === '[') depth++
    else if (char === ',' && depth === 0) return at
    else if ((char === '}' || char === ']') && depth-- === 0) return at
  }
  return text.length
}
