import { ArithmeticError } from './arithmetic-error'

/** A piece of an arithmetic expression. */
export type Token =
  | { readonly type: 'number'; readonly value: bigint; readonly at: number }
  | { readonly type: 'name'; readonly name: string; readonly subscript: string | undefined; readonly at: number }
  | { readonly type: 'operator'; readonly text: string; readonly at: number }
  | { readonly type: 'end'; readonly at: number }

const OPERATORS = [
  '<<=', '>>=', '**', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '*=', '/=', '%=', '+=', '-=', '&=', '^=', '|=',
  '+', '-', '*', '/', '%', '<', '>', '=', '!', '~', '&', '|', '^', '?', ':', ',', '(', ')',
] // prettier-ignore
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'

/** Numbers wrap at 64 bits. */
export function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}

/** Splits an expression. Quotes are taken off, as bash does. @throws ArithmeticError */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (/[\s"]/.test(character)) {
      at += 1
      continue
    }
    const token = tokenAt(text, at)
    tokens.push(token.token)
    at = token.next
  }
  tokens.push({ type: 'end', at: text.length })
  return tokens
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly next: number } {
  const number = /^[0-9][\w@#]*/.exec(text.slice(at, at + 80))
  if (number !== null) return { token: { type: 'number', value: numberOf(number[0], text, at), at }, next: at + number[0].length }
  const name = /^[A-Za-z_]\w*/.exec(text.slice(at))
  if (name !== null) {
    const after = at + name[0].length
    if (text.charAt(after) !== '[') return { token: { type: 'name', name: name[0], subscript: undefined, at }, next: after }
    const end = closingBracket(text, after)
    if (end < 0) throw new ArithmeticError('bad array subscript', text.slice(at), text)
    return { token: { type: 'name', name: name[0], subscript: text.slice(after + 1, end), at }, next: end + 1 }
  }
  const operator = OPERATORS.find((one) => text.startsWith(one, at))
  if (operator === undefined) {
    const rest = text.slice(at)
    const isStart = text.slice(0, at).trim() === ''
    throw new ArithmeticError(isStart ? 'syntax error: operand expected' : 'syntax error: invalid arithmetic operator', rest, text)
  }
  return { token: { type: 'operator', text: operator, at }, next: at + operator.length }
}

/** Where the bracket that opens at `open` is closed, or -1. */
function closingBracket(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '"' || character === "'") {
      const close = text.indexOf(character, at + 1)
      if (close < 0) return -1
      at = close
    } else if (character === '[') depth += 1
    else if (character === ']') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

function numberOf(word: string, text: string, at: number): bigint {
  const fault = (message: string): never => {
    throw new ArithmeticError(message, text.slice(at).trimEnd(), text)
  }
  const based = /^(\d+)#(.*)$/.exec(word)
  if (based !== null) {
    const base = Number(based[1])
    if (base < 2 || base > 64) return fault('invalid arithmetic base')
    const digits = based[2] ?? ''
    if (digits === '') return fault('invalid integer constant')
    return digitsOf(base <= 36 ? digits.toLowerCase() : digits, BigInt(base)) ?? fault('value too great for base')
  }
  const [base, digits] = /^0[xX]/.test(word) ? [16n, word.slice(2).toLowerCase()] : word.startsWith('0') ? [8n, word] : [10n, word]
  return digitsOf(digits, base) ?? fault(/[#@]/.test(word) ? 'invalid number' : 'value too great for base')
}

function digitsOf(text: string, base: bigint): bigint | undefined {
  let value = 0n
  for (const character of text) {
    const digit = DIGITS.indexOf(character)
    if (digit < 0 || BigInt(digit) >= base) return undefined
    value = value * base + BigInt(digit)
  }
  return wrapped(value)
}
