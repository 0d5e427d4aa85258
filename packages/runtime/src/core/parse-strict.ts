import { fail, type Json } from '@tabwright/protocol'

/**
 * JSON as it must be before anything is judged or run: complete, no duplicate key (two readers would disagree on its
 * meaning), no `__proto__`, nesting of at most 64. The platform's parser checks the grammar; this scan checks the rest.
 * @throws FailureError `bad_input` that names what is wrong
 */
export function parseStrict(text: string): Json {
  const value = parsed(text)
  scanKeys(text)
  return value
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    return fail('bad_input', `not valid JSON: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

const MAX_DEPTH = 64

/** `text` is known to be valid JSON, so a string followed by `:` is a key. */
function scanKeys(text: string): void {
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : undefined)
      if (open.length > MAX_DEPTH) fail('bad_input', `JSON is nested deeper than ${MAX_DEPTH} levels`)
    } else if (char === '}' || char === ']') open.pop()
    else if (char === '"') {
      const end = endOfString(text, at)
      if (isKey(text, end)) noteKey(open.at(-1), text.slice(at, end + 1))
      at = end
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function isKey(text: string, end: number): boolean {
  let at = end + 1
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++
  return text[at] === ':'
}

function noteKey(keys: Set<string> | undefined, quoted: string): void {
  const key = String(JSON.parse(quoted))
  if (key === '__proto__') fail('bad_input', 'JSON names the key "__proto__", which is refused')
  if (keys?.has(key)) fail('bad_input', `JSON names the key ${JSON.stringify(key.slice(0, 60))} twice`)
  keys?.add(key)
}
