const NAMES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
  '\\': '\\\\',
  '\v': '\\v',
}

/** A text in quotes; single ones unless the other kinds save escapes. */
export function quoted(text: string): string {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'"
  let out = ''
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    const isLone = code >= 0xd800 && code <= 0xdfff
    if (char === mark) out += `\\${char}`
    else if (NAMES[char] !== undefined) out += NAMES[char]
    else if (code < 32 || (code >= 127 && code < 160)) out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
    else out += isLone ? `\\u${code.toString(16).toUpperCase()}` : char
  }
  return mark + out + mark
}

/** The name of a property as it is written before the colon. */
export function propertyKey(key: PropertyKey): string {
  if (typeof key === 'symbol') return `[${String(key)}]`
  const text = String(key)
  return /^[A-Za-z_][A-Za-z_0-9]*$/.test(text) ? text : quoted(text)
}
