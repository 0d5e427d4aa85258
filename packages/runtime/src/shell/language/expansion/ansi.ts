import { textOf } from '../../text'

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1B',
  E: '\x1B',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
}

/** Bytes that stand next to each other may make one character. */
export function bytesJoined(text: string): string {
  if (!/[\uDC80-\uDCFF]/.test(text)) return text
  return text.replace(/(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]+/g, (run) =>
    textOf(Uint8Array.from(run, (character) => character.charCodeAt(0) & 0xff)),
  )
}

/** A byte as text; see `text.ts`. */
export function byteText(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 + byte)
}

/** A code point as text. One that is none becomes nothing. */
export function codeText(code: number): string {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ''
}

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|x\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S])|([\s\S]))/g

/** What stands between `$'` and `'`. */
export function ansiText(text: string): string {
  const end = nulEscape(text)
  const out = (end < 0 ? text : text.slice(0, end)).replace(ESCAPE, (all: string, ...groups: (string | undefined)[]) => {
    const [octal, hex, braced, short, long, control, simple] = groups
    if (octal !== undefined) return byteText(Number.parseInt(octal, 8) & 0xff)
    if (hex !== undefined) return byteText(Number.parseInt(hex, 16))
    if (braced !== undefined) return byteText(Number.parseInt(braced, 16) & 0xff)
    if (short !== undefined) return codeText(Number.parseInt(short, 16))
    if (long !== undefined) return codeText(Number.parseInt(long, 16))
    if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f)
    return SIMPLE[simple ?? ''] ?? all
  })
  return bytesJoined(out)
}

/** A NUL cannot be in a word: what follows it is dropped. */
function nulEscape(text: string): number {
  for (const match of text.matchAll(ESCAPE)) {
    const [, octal, hex] = match
    if ((octal !== undefined && (Number.parseInt(octal, 8) & 0xff) === 0) || (hex !== undefined && Number.parseInt(hex, 16) === 0))
      return match.index
  }
  return -1
}
