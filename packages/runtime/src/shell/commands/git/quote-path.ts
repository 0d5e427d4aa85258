import { bytesOf, textOf } from '../../text'

const NAMED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
}

let isPlainUtf8 = false

/** `core.quotePath` of the command that runs: whether letters outside ASCII are written as numbers. */
export function setQuoting(isQuoted: boolean): void {
  isPlainUtf8 = !isQuoted
}

/** A path as git prints it: in quotes when it has characters that could be misread. */
export function quotePath(path: string, prefix = ''): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(path)) return prefix + path
  if (isPlainUtf8 && /^[^\x00-\x1f\x22\x5c\x7f]*$/.test(path) && !/[\uDC80-\uDCFF]/.test(path)) return prefix + path
  let out = ''
  for (const byte of bytesOf(prefix + path)) {
    const named = NAMED[byte]
    if (named !== undefined) out += named
    else
      out +=
        byte < 0x20 || byte === 0x7f || (byte > 0x7f && !isPlainUtf8) ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)
  }
  return `"${isPlainUtf8 ? textOf(Uint8Array.from(out, (character) => character.charCodeAt(0))) : out}"`
}

/** The same, also in quotes for a space: `status --short` does so. */
export function quoteSpaced(path: string): string {
  const quoted = quotePath(path)
  return quoted.startsWith('"') || !quoted.includes(' ') ? quoted : `"${quoted}"`
}
