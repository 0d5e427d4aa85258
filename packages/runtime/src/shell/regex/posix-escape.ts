/** Whose escapes: `sed` has `\n \t … \d065 \o101 \x41 \cA`, `awk` has C's and `\/`. */
export type EscapeStyle = 'sed' | 'awk'

const LETTERS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

interface Found {
  readonly code: number
  readonly end: number
}

/** The character that an escape of the tool itself stands for, if the backslash at `at` begins one. */
export function escapeOf(source: string, at: number, how: { readonly style: EscapeStyle; readonly isBracket: boolean }): Found | undefined {
  const letter = source.charAt(at + 1)
  const simple = LETTERS.get(letter)
  if (simple !== undefined) return { code: simple, end: at + 2 }
  return how.style === 'sed' ? sedEscape(source, at) : awkEscape(source, at, how.isBracket)
}

function numbered(source: string, from: number, shape: { readonly digits: RegExp; readonly radix: number }): Found | undefined {
  const text = shape.digits.exec(source.slice(from, from + 3))?.[0]
  if (text === undefined) return undefined
  return { code: byteCode(Number.parseInt(text, shape.radix) & 0xff), end: from + text.length }
}

/** A byte that begins or continues UTF-8 is no character by itself. */
function byteCode(byte: number): number {
  return byte < 0x80 ? byte : 0xdc00 + byte
}

function sedEscape(source: string, at: number): Found | undefined {
  const from = at + 2
  switch (source.charAt(at + 1)) {
    case 'd':
      return numbered(source, from, { digits: /^\d{1,3}/, radix: 10 })
    case 'o':
      return numbered(source, from, { digits: /^[0-7]{1,3}/, radix: 8 })
    case 'x':
      return numbered(source, from, { digits: /^[0-9A-Fa-f]{1,2}/, radix: 16 })
    case 'c': {
      const char = source.charAt(from)
      return char === '' ? undefined : { code: char.toUpperCase().charCodeAt(0) ^ 0x40, end: from + 1 }
    }
    default:
      return undefined
  }
}

function awkEscape(source: string, at: number, isBracket: boolean): Found | undefined {
  const char = source.charAt(at + 1)
  if (char === 'b') return { code: 8, end: at + 2 }
  if (char === 'x') return numbered(source, at + 2, { digits: /^[0-9A-Fa-f]{1,2}/, radix: 16 })
  if (/[0-7]/.test(char)) return numbered(source, at + 1, { digits: /^[0-7]{1,3}/, radix: 8 })
  if (char === '/' || char === '"') return { code: char.charCodeAt(0), end: at + 2 }
  if (!isBracket || char === '') return undefined
  const code = source.codePointAt(at + 1) ?? 0
  return { code, end: at + 1 + (code > 0xffff ? 2 : 1) }
}
