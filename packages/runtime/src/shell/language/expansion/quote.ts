const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/
const STRANGE = /[\x00-\x1F\x7F\uDC80-\uDCFF\u0080-\u009F]/

const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\x1B': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
}

/** `$'…'` for text with characters that cannot be seen. */
export function ansiQuoted(text: string): string {
  const inside = text.replace(/[\x00-\x1F\x7F\uDC80-\uDCFF\u0080-\u009F\\']/g, (character) => {
    const named = NAMED[character]
    if (named !== undefined) return named
    const code = character.charCodeAt(0)
    if (code >= 0x80 && code < 0xa0) return `\\302\\${code.toString(8)}`
    return `\\${(code & 0xff).toString(8).padStart(3, '0')}`
  })
  return `$'${inside}'`
}

/** As `printf %q` writes a word. */
export function backslashQuoted(text: string): string {
  if (text === '') return "''"
  if (STRANGE.test(text)) return ansiQuoted(text)
  return text.replace(/[ !"#$&'()*,;<>?[\\\]^`{|}]|^~|(?<=[:=])~/g, (character, at: number) =>
    character === '#' && at > 0 ? character : `\\${character}`,
  )
}

/** In single quotes, as `${x@Q}`, `set` and `alias` write a value. */
export function singleQuoted(text: string): string {
  if (STRANGE.test(text)) return ansiQuoted(text)
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** In double quotes, as `declare -p` writes a value. */
export function doubleQuoted(text: string): string {
  if (STRANGE.test(text)) return ansiQuoted(text)
  return `"${text.replace(/["\\$`]/g, '\\$&')}"`
}

/** Quoted only where it has to be, as `set` and `set -x` write a word. */
export function quotedWhereNeeded(text: string): string {
  if (text === '') return "''"
  return SAFE.test(text) && !text.startsWith('~') ? text : singleQuoted(text)
}

/** A key as `declare -p` writes it. */
export function keyQuoted(key: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(key) ? key : doubleQuoted(key)
}
