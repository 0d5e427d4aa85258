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

/** What an ArrayBuffer holds. */
export function bufferEntries(value: ArrayBuffer): string[] {
  const bytes = new Uint8Array(value)
  const shown = Array.from(bytes.subarray(0, 50), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return [
    `[Uint8Contents]: <${shown}${bytes.length > 50 ? ` ... ${bytes.length - 50} more byte${bytes.length > 51 ? 's' : ''}` : ''}>`,
    `byteLength: ${bytes.length}`,
  ]
}

/** A function or class by its kind and name. */
export function functionText(value: object, name: string | null): string {
  const source = Function.prototype.toString.call(value)
  const own = Reflect.getOwnPropertyDescriptor(value, 'name')?.value
  const label = typeof own === 'string' && own !== '' ? own : '(anonymous)'
  if (/^class\b/.test(source)) {
    const parent: unknown = Reflect.getPrototypeOf(value)
    const above = typeof parent === 'function' && parent.name !== '' ? ` extends ${parent.name}` : ''
    return `[class ${label}${above}]`
  }
  const kind = name === null ? 'Function (null prototype)' : /^(Async|Generator|AsyncGenerator)Function$/.test(name) ? name : 'Function'
  return `[${kind}${label === '(anonymous)' ? ' (anonymous)' : `: ${label}`}]`
}

/** A name of a module whose line has not run yet. */
export function isUntold(value: object, key: PropertyKey): boolean {
  try {
    Reflect.get(value, key)
    return false
  } catch {
    return true
  }
}
