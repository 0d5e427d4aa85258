const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Two letters for each twelve bits: a picture of a megabyte is made of them in milliseconds. */
let pairs: readonly string[] | undefined

/** Bytes as the text that requests and archives hold them in, with padding. */
export function toBase64(bytes: Uint8Array): string {
  pairs ??= Array.from({ length: 4096 }, (_, n) => LETTERS.charAt(n >> 6) + LETTERS.charAt(n & 63))
  const whole = bytes.length - (bytes.length % 3)
  let text = ''
  for (let at = 0; at < whole; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += (pairs[three >> 12] ?? '') + (pairs[three & 4095] ?? '')
  }
  const left = bytes.length - whole
  if (left === 0) return text
  const last = ((bytes[whole] ?? 0) << 16) | ((bytes[whole + 1] ?? 0) << 8)
  const end = LETTERS.charAt(last >> 18) + LETTERS.charAt((last >> 12) & 63)
  return `${text}${end}${left === 2 ? LETTERS.charAt((last >> 6) & 63) : '='}=`
}

/** The bytes of such a text; undefined where it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let held = 0
  let bits = 0
  let to = 0
  for (let at = 0; at < text.length - padding; at++) {
    held = ((held << 6) | valueOf(text.charCodeAt(at))) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[to++] = (held >> bits) & 0xff
  }
  return bytes
}

/** Of a letter's code, in the order of {@link LETTERS}. */
function valueOf(code: number): number {
  if (code >= 97) return code - 71
  if (code >= 65) return code - 65
  if (code >= 48) return code + 4
  return code === 43 ? 62 : 63
}
