/** What keys and tokens of well-known makers look like. Every expression takes time linear in the text. */
interface KeyShape {
  readonly what: string
  readonly shape: RegExp
}

const SHAPES: readonly KeyShape[] = [
  { what: 'a private key', shape: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s:,-]{20,}/g },
  { what: 'an Anthropic key', shape: /\bsk-ant-[\w-]{20,}/g },
  { what: 'a key of OpenAI’s form', shape: /\bsk-(?!ant-)(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}/g },
  { what: 'a GitHub token', shape: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/g },
  { what: 'a GitLab token', shape: /\bglpat-[\w-]{20,}/g },
  { what: 'an AWS key', shape: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { what: 'a Google key', shape: /\bAIza[\w-]{35}/g },
  { what: 'a Slack token', shape: /\bxox[abeprs]-[\w-]{10,}/g },
  { what: 'a Stripe key', shape: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { what: 'an npm token', shape: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a PyPI token', shape: /\bpypi-[\w-]{50,}/g },
  { what: 'a Hugging Face token', shape: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: 'a SendGrid key', shape: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
  { what: 'a signed token (JWT)', shape: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g },
]

/** A password in an address, between the name and the `@`. */
const IN_ADDRESS = /:\/\/[^\s/:@]{1,200}:([^\s/@]{6,200})@/g

/** A part of a text that looks like a key. */
export interface Shaped {
  readonly what: string
  readonly text: string
}

/** What of a text has the shape of a key, in no order. */
export function keysIn(text: string): readonly Shaped[] {
  const found = SHAPES.flatMap(({ what, shape }) => [...text.matchAll(shape)].map(([match]) => ({ what, text: match })))
  return [...found, ...passwordsIn(text).map((password) => ({ what: 'a password in an address', text: password }))]
}

/** Of `scheme://name:password@host`. */
function passwordsIn(text: string): readonly string[] {
  return [...text.matchAll(IN_ADDRESS)].flatMap(([, password = '']) => (isPlaceholder(password) ? [] : [password]))
}

/** Names that secrets have. */
export const NAMES_SECRET = /(?:key|token|secret|passw|pwd|passphrase|auth|credential|private|signature|dsn|salt|cookie|session)/i

const ASSIGNED = /([A-Za-z][\w.-]{0,60})["']?\s{0,3}[=:]\s{0,3}["']?([^\s"'&,;<>?#]{16,400})/g

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
