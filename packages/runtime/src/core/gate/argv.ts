/**
 * Words of a *simple* command: literals, single and double quotes, backslash outside quotes. Anything that could mean
 * more than its own words (operators, expansions, globs, assignments, comments, redirections) gives `undefined`, and
 * what gives `undefined` never matches an allow rule.
 */
export function simpleCommand(text: string): readonly string[] | undefined {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === ' ' || char === '\t') {
      at++
      continue
    }
    const word = readWord(text, at)
    if (word === undefined) return undefined
    words.push(word.value)
    at = word.end
  }
  const first = words[0]
  return first === undefined || first === '' || first.includes('=') ? undefined : words
}

const SPECIAL = /[\n\r|&;<>()$`*?[\]{}~#!^%\0]/
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

function readWord(text: string, start: number): { value: string; end: number } | undefined {
  let value = ''
  let at = start
  while (at < text.length && text[at] !== ' ' && text[at] !== '\t') {
    const piece = readPiece(text, at)
    if (piece === undefined) return undefined
    value += piece.value
    at = piece.end
  }
  return { value, end: at }
}

function readPiece(text: string, at: number): { value: string; end: number } | undefined {
  const char = text.charAt(at)
  if (char === "'" || char === '"') {
    const close = text.indexOf(char, at + 1)
    const inside = close < 0 ? undefined : text.slice(at + 1, close)
    if (inside === undefined || UNSEEN.test(inside) || inside.includes('\n')) return undefined
    if (char === '"' && /[$`\\!]/.test(inside)) return undefined
    return { value: inside, end: close + 1 }
  }
  if (char === '\\') {
    const next = text.charAt(at + 1)
    return next === '' || next === '\n' || UNSEEN.test(next) ? undefined : { value: next, end: at + 2 }
  }
  return SPECIAL.test(char) || UNSEEN.test(char) ? undefined : { value: char, end: at + 1 }
}
