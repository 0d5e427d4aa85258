import { fail } from '@tabwright/protocol'
import { hashBytes } from '../io/hash-noble'

/** Bytes of a mirror's key. */
export const KEY_BYTES = 32

/** Crockford's alphabet: no letter that looks like a digit, and those that do are read as that digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const KEY_DIGITS = 52
const CHECK_DIGITS = 4

/** The key as a person keeps it: 14 groups of four, the last of which tells a slip of the pen. */
export function recoveryCode(key: Uint8Array): string {
  const digits = `${toDigits(key)}${checkOf(key)}`
  return digits.replaceAll(/.{4}(?!$)/g, '$&-')
}

/** @throws FailureError `bad_input` that says what to look at */
export function keyOfCode(code: string): Uint8Array<ArrayBuffer> {
  const digits = code
    .toUpperCase()
    .replaceAll(/[\s\-–—]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  if (digits.length !== KEY_DIGITS + CHECK_DIGITS)
    return fail(
      'bad_input',
      `A recovery code has ${(KEY_DIGITS + CHECK_DIGITS) / 4} groups of four letters and digits; this one has another length.`,
    )
  const values = Array.from(digits, (digit) => ALPHABET.indexOf(digit))
  if (values.includes(-1)) return fail('bad_input', 'This recovery code has a character that no code has. Compare it with what you kept.')
  const key = ofDigits(values.slice(0, KEY_DIGITS))
  if (toDigits(key) + checkOf(key) !== digits)
    return fail('bad_input', 'This recovery code has a slip in it: its last group does not fit. Compare it with what you kept.')
  return key
}

function checkOf(key: Uint8Array): string {
  const value = Number.parseInt(hashBytes(key).slice(0, 5), 16)
  return Array.from({ length: CHECK_DIGITS }, (_, i) => ALPHABET.charAt((value >> (5 * (CHECK_DIGITS - 1 - i))) & 31)).join('')
}

function toDigits(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((value >> (bits - 5)) & 31)
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET.charAt((value << (5 - bits)) & 31) : text
}

function ofDigits(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const digit of values) {
    value = (value << 5) | digit
    bits += 5
    if (bits < 8) continue
    bytes.push((value >> (bits - 8)) & 255)
    bits -= 8
    value &= (1 << bits) - 1
  }
  return Uint8Array.from(bytes.slice(0, KEY_BYTES))
}
