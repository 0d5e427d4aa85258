/** Anything that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a text says as JSON; undefined for one that is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

/** Keys sorted by code unit, no white space: two equal values give equal text. Source of every hash. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  // One string that grows: a list of parts for each level takes twice the time, and each fact goes through here.
  let text = ''
  if (isList(value)) {
    for (const item of value) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`
    return `[${text}]`
  }
  for (const key of Object.keys(value).toSorted()) {
    const pair = `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`
    text += text === '' ? pair : `,${pair}`
  }
  return `{${text}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
