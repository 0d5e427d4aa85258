import { makersKeysIn, type Shaped } from './maker-shapes'

/** A password in an address, between the name and the `@`. */
const IN_ADDRESS = /:\/\/[^\s/:@]{1,200}:([^\s/@]{6,200})@/g

/** What of a text has the shape of a key, in no order. */
export function keysIn(text: string): readonly Shaped[] {
  return [...makersKeysIn(text), ...passwordsIn(text).map((password) => ({ what: 'a password in an address', text: password }))]
}

/** Of `scheme://name:password@host`. */
function passwordsIn(text: string): readonly string[] {
  return [...text.matchAll(IN_ADDRESS)].flatMap(([, password = '']) => (isPlaceholder(password) ? [] : [password]))
}

/** Names that secrets have. */
export const NAMES_SECRET = /(?:key|token|secret|passw|pwd|passphrase|auth|credential|private|signature|dsn|salt|cookie|session)/i

/** The value is only looked at: in `note: api_key = …` what seems to be one is the name of the next. */
const ASSIGNED = /([A-Za-z][\w.-]{0,60})["']?\s{0,3}[=:]\s{0,3}["']?(?=([^\s"'&,;<>?#]{16,400}))/g

/** Values that look drawn by lot, behind names such as `token=`. */
export function assignedIn(text: string): readonly Shaped[] {
  return [...text.matchAll(ASSIGNED)].flatMap(([, name = '', value = '']) =>
    NAMES_SECRET.test(name) && looksRandom(value) ? [{ what: `what looks like a secret, named ${name}`, text: value }] : [],
  )
}

/** Nobody wrote it by hand: long, of several kinds of characters, and none of them often. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || isPlaceholder(value) || /\s/.test(value)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length
  const isHex = /^[0-9a-f]+$/i.test(value) && /\d/.test(value) && /[a-f]/i.test(value)
  return (kinds >= 2 || isHex) && /\d/.test(value) && entropy(value) >= (isHex ? 2.8 : 3.3)
}

/** Stands for a value and is none: `${TOKEN}`, `<your-key>`, `xxxx`. */
export function isPlaceholder(value: string): boolean {
  return /^(?:\$\{?\w+\}?|<.*>|\{\{.*\}\}|\[.*\]|(.)\1*|change[-_ ]?me.*|your[-_ ].*|example.*|placeholder.*)$/i.test(value)
}

/** Bits of one character. */
function entropy(value: string): number {
  const counts = new Map<string, number>()
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}
