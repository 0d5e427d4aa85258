import { escapeOf } from '../../regex/posix-escape'
import type { ReplacePart } from './sed-script'

/** Reads a delimited part of `s`, `y` or an address. Undefined: it does not end. */
export function delimited(
  source: string,
  from: number,
  how: { readonly delimiter: string; readonly isRegex: boolean },
): { readonly text: string; readonly end: number } | undefined {
  let out = ''
  let at = from
  while (at < source.length) {
    const char = source.charAt(at)
    if (char === how.delimiter) return { text: out, end: at + 1 }
    if (char === '\n' && how.isRegex) return undefined
    if (char === '\\') {
      const next = source.charAt(at + 1)
      if (next === '') return undefined
      // The delimiter loses its backslash, unless it would then be something else than itself.
      out += next === how.delimiter && next !== '\n' ? (how.isRegex ? next : literalOf(next)) : `\\${next}`
      at += 2
    } else if (char === '[' && how.isRegex) {
      const end = bracketEnd(source, at)
      if (end === undefined) return undefined
      out += source.slice(at, end)
      at = end
    } else {
      out += char
      at += 1
    }
  }
  return undefined
}

function literalOf(char: string): string {
  return char === '&' ? '\\&' : char
}

/** Behind a bracket expression; undefined where it has no end. */
function bracketEnd(source: string, from: number): number | undefined {
  const match = /^\[\^?\]?(?:\[:[a-z]*:\]|\[\.[^\]]*\.\]|\[=[^\]]*=\]|[^\]\n])*\]/.exec(source.slice(from))
  return match === null ? undefined : from + match[0].length
}

const CASES = ['U', 'L', 'u', 'l', 'E'] as const

/** Reads the right side of `s`. */
export function replacementOf(source: string): readonly ReplacePart[] {
  const parts: ReplacePart[] = []
  let text = ''
  const put = (part: ReplacePart): void => {
    if (text !== '') parts.push({ type: 'text', text })
    text = ''
    parts.push(part)
  }
  for (let at = 0; at < source.length;) {
    const char = source.charAt(at)
    if (char === '&') {
      put({ type: 'group', index: 0 })
      at += 1
    } else if (char === '\\') {
      const next = source.charAt(at + 1)
      const how = CASES.find((each) => each === next)
      const escape = escapeOf(source, at, { style: 'sed', isBracket: false })
      if (how !== undefined) put({ type: 'case', how })
      else if (/\d/.test(next)) put({ type: 'group', index: Number(next) })
      else if (escape !== undefined) text += String.fromCodePoint(escape.code)
      else text += next
      at = how === undefined && escape !== undefined ? escape.end : at + 2
    } else {
      text += char
      at += 1
    }
  }
  if (text !== '') parts.push({ type: 'text', text })
  return parts
}

/** Both sides of `y` as characters. Undefined: a backslash that means nothing there. */
export function transliteration(source: string): readonly string[] {
  const out: string[] = []
  for (let at = 0; at < source.length;) {
    const code = source.codePointAt(at) ?? 0
    if (code !== 0x5c) {
      out.push(String.fromCodePoint(code))
      at += code > 0xffff ? 2 : 1
      continue
    }
    const escape = escapeOf(source, at, { style: 'sed', isBracket: false })
    const next = source.charAt(at + 1)
    if (escape !== undefined) out.push(String.fromCodePoint(escape.code))
    else if (next === '\\' || next === '\n') out.push(next)
    else out.push('\\', next)
    at = escape?.end ?? at + 2
  }
  return out.filter((char) => char !== '')
}

/** Text of `a`, `i` and `c` from its first character up to a newline without a backslash. */
export function insertedText(source: string, from: number, isEscaped: boolean): { readonly text: string; readonly end: number } {
  let out = ''
  let at = from
  // Right behind `a\` on the same line a backslash only keeps what follows.
  if (isEscaped && source.charAt(at) === '\\') at += 1
  while (at < source.length && source.charAt(at) !== '\n') {
    const char = source.charAt(at)
    if (char !== '\\') {
      out += char
      at += 1
      continue
    }
    const escape = escapeOf(source, at, { style: 'sed', isBracket: false })
    out += escape === undefined ? source.charAt(at + 1) : String.fromCodePoint(escape.code)
    at = escape?.end ?? at + 2
  }
  return { text: out, end: Math.min(at + 1, source.length) }
}

/** A text with each character replaced that `y` names. */
export function transliterated(text: string, map: ReadonlyMap<string, string>): string {
  let out = ''
  for (const char of text) out += map.get(char) ?? char
  return out
}
