import { keysIn } from '../gate/key-shapes'

/** Something in a text that should not go everywhere. */
export interface Finding {
  readonly kind: string
  readonly text: string
}

interface Pattern {
  readonly kind: string
  readonly shape: RegExp
  readonly is?: (text: string) => boolean
}

const PERSONAL: readonly Pattern[] = [
  { kind: 'card number', shape: /\b\d(?:[ -]?\d){12,18}\b/g, is: isCard },
  { kind: 'bank account', shape: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g, is: isIban },
  { kind: 'e-mail address', shape: /\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}\b/g, is: isRealAddress },
]

/** Keys and tokens, each once, in the order in which they stand there. */
export function findSecrets(text: string): readonly Finding[] {
  return once(keysIn(text).map(({ what, text: value }) => ({ kind: what, text: value, index: text.indexOf(value) })))
}

/** What says who somebody is or pays with. */
export function findPersonal(text: string): readonly Finding[] {
  const found = PERSONAL.flatMap(({ kind, shape, is }) =>
    [...text.matchAll(shape)].flatMap(({ 0: match, index }) => (is?.(match) === false ? [] : [{ kind, text: match, index }])),
  )
  return once(found)
}

function once(findings: readonly (Finding & { readonly index: number })[]): readonly Finding[] {
  const known = new Set<string>()
  return findings
    .toSorted((a, b) => a.index - b.index)
    .filter((one) => !known.has(one.text) && known.add(one.text))
    .map(({ kind, text: value }) => ({ kind, text: value }))
}

/** By the check digit of Luhn. */
function isCard(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').split('').map(Number)
  const total = digits.toReversed().reduce((sum, digit, i) => sum + (i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0)
  return total % 10 === 0 && new Set(digits).size > 1
}

/** By its check digits: the remainder by 97 is 1. */
function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '')
  if (plain.length < 15 || plain.length > 34) return false
  const digits = `${plain.slice(4)}${plain.slice(0, 4)}`
    .split('')
    .map((char) => Number.parseInt(char, 36))
    .join('')
  return digits.split('').reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1
}

/** Addresses that are nobody's: of examples, and those that machines sign with. */
function isRealAddress(text: string): boolean {
  return !/@(?:.*\.)?example\.(?:com|org|net)$|\.(?:example|test|invalid|local|localhost)$|^(?:no-?reply|git)@|@users\.noreply\./i.test(
    text,
  )
}

const ORDERS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier)\s+(?:instructions|prompts?|rules|messages)/i,
  /\byou\s+are\s+now\s+(?:in\s+)?(?:developer|dan|jailbreak|unrestricted|admin)\b/i,
  /\b(?:do\s+not|don't|never)\s+(?:tell|inform|mention\s+(?:this|it)\s+to|show)\s+(?:this\s+to\s+)?the\s+(?:user|person|human)\b/i,
  /<\/?(?:system|assistant|tool_result|function_results?)>/i,
  /^\s*(?:system|assistant)\s*:\s*(?:you|ignore|from now)/im,
]
/** Tag characters, and marks that turn the direction of text: nobody sees them. */
const HIDDEN = /[\u{E0000}-\u{E007F}\u202A-\u202E\u2066-\u2069]/u

/** Whether a text seems to give orders to a model, in a word; undefined where it does not. */
export function findOrders(text: string): 'hidden characters' | 'words that read like orders to the agent' | undefined {
  if (HIDDEN.test(text)) return 'hidden characters'
  return ORDERS.some((shape) => shape.test(text)) ? 'words that read like orders to the agent' : undefined
}
