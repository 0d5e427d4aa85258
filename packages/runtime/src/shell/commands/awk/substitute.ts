import { matchesIn, type Pattern, type PatternMatch } from '../../regex/pattern'

/** A part of a replacement: text, or the number of a group (0 is the match). */
export type Template = readonly (string | number)[]

/** What to replace with, and which match: the n-th or all. */
export interface Replacing {
  readonly template: Template
  readonly which: number | 'all'
}

/** The replacement of `sub` and `gsub`: `&` is the match, `\&` an ampersand, `\\&` a backslash and the match. */
export function plainReplacement(text: string): Template {
  if (!text.includes('&')) return [text]
  const parts: (string | number)[] = []
  let from = 0
  for (const match of text.matchAll(/(\\*)&/g)) {
    const [all, slashes = ''] = match
    parts.push(text.slice(from, match.index))
    // As POSIX has it: pairs of backslashes before an ampersand are one each, an odd one makes it literal.
    parts.push('\\'.repeat(Math.floor(slashes.length / 2)), slashes.length % 2 === 1 ? '&' : 0)
    from = match.index + all.length
  }
  parts.push(text.slice(from))
  return parts
}

/** The replacement of `gensub`: `\1` … `\9` are groups, `\0` and `&` the match. */
export function genericReplacement(text: string): Template {
  const parts: (string | number)[] = []
  let from = 0
  for (const match of text.matchAll(/\\([\s\S])|&/g)) {
    const [all, escaped] = match
    parts.push(text.slice(from, match.index))
    if (escaped === undefined) parts.push(0)
    else parts.push(/[0-9]/.test(escaped) ? Number(escaped) : escaped)
    from = match.index + all.length
  }
  parts.push(text.slice(from))
  return parts
}

function filled(template: Template, match: PatternMatch): string {
  let out = ''
  for (const part of template) out += typeof part === 'string' ? part : (match.group(part) ?? '')
  return out
}

/** Replaces matches from left to right; an empty one right behind another is none. */
export function substitute(
  text: string,
  pattern: Pattern,
  { template, which }: Replacing,
): { readonly text: string; readonly count: number } {
  let out = ''
  let from = 0
  let seen = 0
  let count = 0
  for (const match of matchesIn(pattern, text)) {
    seen += 1
    if (which !== 'all' && seen !== which) continue
    out += text.slice(from, match.start) + filled(template, match)
    from = match.end
    count += 1
    if (which !== 'all') break
  }
  return count === 0 ? { text, count } : { text: out + text.slice(from), count }
}
