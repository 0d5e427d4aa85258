import type { Json } from '@tabwright/protocol'

/** A row as the database gives it. A shape that we did not write is an error, not a missing value. */
export interface Row {
  readonly text: (name: string) => string
  readonly number: (name: string) => number
  readonly optionalText: (name: string) => string | undefined
  readonly json: (name: string) => Json
  readonly bytes: (name: string) => Buffer
  readonly optionalBytes: (name: string) => Buffer | undefined
}

/** @throws TypeError where the row has another shape */
export function rowOf(given: unknown): Row {
  if (typeof given !== 'object' || given === null) throw new TypeError('the stores gave a row that is none')
  const field = (name: string): unknown => Object.getOwnPropertyDescriptor(given, name)?.value
  const text = (name: string): string => {
    const value = field(name)
    if (typeof value !== 'string') throw new TypeError(`the stores gave a row of another shape: ${name}`)
    return value
  }
  const bytes = (name: string): Buffer => {
    const value = field(name)
    if (!Buffer.isBuffer(value)) throw new TypeError(`the stores gave a row of another shape: ${name}`)
    return value
  }
  return {
    text,
    bytes,
    optionalBytes: (name) => (field(name) === null ? undefined : bytes(name)),
    number: (name) => {
      const value = field(name)
      if (typeof value !== 'number') throw new TypeError(`the stores gave a row of another shape: ${name}`)
      return value
    },
    optionalText: (name) => (field(name) === null ? undefined : text(name)),
    json: (name) => parseJson(text(name)),
  }
}

/** What we wrote with `JSON.stringify`. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text)
  return value
}
