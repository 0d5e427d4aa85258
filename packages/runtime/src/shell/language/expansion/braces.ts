import { ShellError } from '../shell-error'

/** More words than this from one would only fill memory. */
const MAX_WORDS = 1_000_000

/** The words that braces make of one, as source text. @throws ShellError for more than fit */
export function braceExpanded(word: string): readonly string[] {
  const brace = firstBrace(word, 0)
  if (brace === undefined) return [word]
  const before = word.slice(0, brace.open)
  const tails = braceExpanded(word.slice(brace.close + 1))
  const heads = brace.type === 'list' ? brace.options.flatMap((option) => braceExpanded(option)) : brace.words
  refuseMore(heads.length * tails.length)
  return heads.flatMap((head) => tails.map((tail) => before + head + tail))
}

type Brace = { readonly open: number; readonly close: number } & (
  | { readonly type: 'list'; readonly options: readonly string[] }
  | { readonly type: 'sequence'; readonly words: readonly string[] }
)

function firstBrace(word: string, from: number): Brace | undefined {
  for (let at = from; at < word.length;) {
    if (word.charAt(at) !== '{' || word.charAt(at - 1) === '$') {
      at = afterUnit(word, at)
      continue
    }
    const found = braceAt(word, at)
    if (found !== undefined) return found
    at += 1
  }
  return undefined
}

function braceAt(word: string, open: number): Brace | undefined {
  const commas: number[] = []
  let depth = 0
  for (let at = open; at < word.length;) {
    const character = word.charAt(at)
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === ',' && depth === 1) commas.push(at)
    if (depth === 0) return finished(word, { open, close: at, commas })
    at = character === '{' || character === '}' ? at + 1 : afterUnit(word, at)
  }
  return undefined
}

function finished(
  word: string,
  at: { readonly open: number; readonly close: number; readonly commas: readonly number[] },
): Brace | undefined {
  const { open, close, commas } = at
  if (commas.length > 0) {
    const ends = [...commas, close]
    const options = ends.map((end, i) => word.slice((i === 0 ? open : (ends[i - 1] ?? 0)) + 1, end))
    return { type: 'list', open, close, options }
  }
  const words = sequence(word.slice(open + 1, close))
  return words === undefined ? undefined : { type: 'sequence', open, close, words }
}

/** The place after a character, or after what quotes and substitutions hold together. */
function afterUnit(word: string, at: number): number {
  const character = word.charAt(at)
  if (character === '\\') return at + 2
  if (character === "'") return after(word.indexOf("'", at + 1), word)
  if (character === '"') return afterDouble(word, at)
  if (character === '`') return after(word.indexOf('`', at + 1), word)
  const next = word.charAt(at + 1)
  if (character === '$' && next === '{') return afterNested(word, at + 1, '{}')
  if ('$<>'.includes(character) && next === '(') return afterNested(word, at + 1, '()')
  return at + 1
}

function after(found: number, word: string): number {
  return found < 0 ? word.length : found + 1
}

function afterDouble(word: string, open: number): number {
  for (let at = open + 1; at < word.length;) {
    const character = word.charAt(at)
    if (character === '"') return at + 1
    at = character === "'" ? at + 1 : afterUnit(word, at)
  }
  return word.length
}

function afterNested(word: string, open: number, pair: string): number {
  let depth = 0
  for (let at = open; at < word.length;) {
    const character = word.charAt(at)
    if (character === pair.charAt(0)) depth += 1
    else if (character === pair.charAt(1)) depth -= 1
    at = pair.includes(character) ? at + 1 : afterUnit(word, at)
    if (depth === 0) return at
  }
  return word.length
}

const NUMBERS = /^([+-]?\d+)\.\.([+-]?\d+)(?:\.\.([+-]?\d+))?$/
const LETTERS = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d+))?$/

function sequence(inside: string): readonly string[] | undefined {
  const numbers = NUMBERS.exec(inside)
  if (numbers !== null) {
    const [, first = '', last = '', by = '1'] = numbers
    const isPadded = [first, last].some((word) => /^[+-]?0\d/.test(word))
    const width = isPadded ? Math.max(first.length, last.length) : 0
    const written = (value: number): string => {
      const digits = String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, '0')
      return value < 0 ? `-${digits}` : digits
    }
    return steps(Number(first), Number(last), Number(by))?.map(written)
  }
  const letters = LETTERS.exec(inside)
  if (letters === null) return undefined
  const [, first = '', last = '', by = '1'] = letters
  const codes = steps(first.charCodeAt(0), last.charCodeAt(0), Number(by))
  // Between the cases stand characters that would be special in a word.
  return codes?.map((code) => {
    const character = String.fromCharCode(code)
    // bash makes a lone backslash of the one, which is then no text at all.
    if (character === '\\') return "''"
    return /[A-Za-z]/.test(character) ? character : `\\${character}`
  })
}

function steps(first: number, last: number, by: number): number[] | undefined {
  const step = Math.abs(by) || 1
  const count = Math.floor(Math.abs(last - first) / step) + 1
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return undefined
  refuseMore(count)
  const sign = last < first ? -1 : 1
  return Array.from({ length: count }, (_, i) => first + sign * i * step)
}

function refuseMore(count: number): void {
  if (count > MAX_WORDS) throw new ShellError(`brace expansion: failed to allocate memory for ${count} elements`)
}
