const SAFE = /^[\w@%+=:,./-]+$/
const PLAIN = /^[^\u0000-\u001f\u007f'\uDC80-\uDCFF]*$/u

/** As GNU tools show a word of the command line: in the quotes of the locale. */
export function curly(word: string): string {
  return `‘${word.replace(/[\u0000-\u001f\u007f\uDC80-\uDCFF]/g, (letter) => NAMED[letter] ?? octal(letter) ?? letter).replaceAll('’', '\\’')}’`
}

/** As GNU tools show the name of a file: always quoted, as a shell would. */
export function quoted(name: string): string {
  if (PLAIN.test(name)) return `'${name}'`
  if (!/[\u0000-\u001f\u007f\uDC80-\uDCFF]/.test(name))
    return name.includes('"') || /[$`\\!]/.test(name) ? escapedQuotes(name) : `"${name}"`
  return escapedQuotes(name)
}

/** As GNU tools show a name before a colon: quoted only where a shell would need it. */
export function quoteIfNeeded(name: string): string {
  if (name === '') return "''"
  const isSafe = SAFE.test(name) || (/^[^\u0000-\u001f\u007f "'`$&*()|;<>?[\\!^{}=\uDC80-\uDCFF]+$/u.test(name) && !/^[~#]/.test(name))
  return isSafe ? name : quoted(name)
}

const NAMED: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
}

/** Single quotes with `$'…'` for what cannot be shown, as `shell-escape` quoting has it. */
function escapedQuotes(name: string): string {
  const parts: string[] = []
  let isSpecial = false
  for (const letter of name) {
    const special = NAMED[letter] ?? octal(letter)
    if (special !== undefined && !isSpecial) parts.push("'$'")
    if (special === undefined && isSpecial) parts.push("''")
    isSpecial = special !== undefined
    parts.push(special ?? (letter === "'" ? "'\\''" : letter))
  }
  return `'${parts.join('')}'`
}

function octal(letter: string): string | undefined {
  const code = letter.charCodeAt(0)
  const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code < 0x20 || code === 0x7f ? code : undefined
  return byte === undefined ? undefined : `\\${byte.toString(8).padStart(3, '0')}`
}
