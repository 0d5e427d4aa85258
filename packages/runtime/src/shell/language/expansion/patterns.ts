import { characterAt } from '../glob-pattern'
import { globMatcher } from '../glob'

/** What takes the place of a match. */
export type Replacement = readonly ({ readonly type: 'text'; readonly text: string } | { readonly type: 'match' })[]

/** A pattern of `${…}`, and whether groups such as `@(a|b)` are known in it. */
export interface Wanted {
  readonly pattern: string
  readonly extglob: boolean
}

/** `${text#pattern}` and the like. */
export function removed(text: string, operator: '#' | '##' | '%' | '%%', { pattern, extglob }: Wanted): string {
  const matcher = globMatcher(pattern, { extglob })
  if (operator === '#' || operator === '##') {
    const ends = matcher.ends(text, 0)
    const end = operator === '#' ? ends[0] : ends.at(-1)
    return end === undefined ? text : text.slice(end)
  }
  const starts = boundaries(text)
  if (operator === '%') starts.reverse()
  const start = starts.find((at) => matcher.ends(text, at).at(-1) === text.length)
  return start === undefined ? text : text.slice(0, start)
}

function boundaries(text: string): number[] {
  const out: number[] = []
  for (let at = 0; at < text.length; at += characterAt(text, at).length) out.push(at)
  out.push(text.length)
  return out
}

/** How `${text/pattern/replacement}` replaces. */
export interface Replacing extends Wanted {
  readonly operator: '/' | '//' | '/#' | '/%'
  readonly replacement: Replacement
  readonly nocase: boolean
}

/** Replaces the longest match at each place. */
export function replaced(text: string, how: Replacing): string {
  const { operator, pattern } = how
  const written = (match: string): string => how.replacement.map((part) => (part.type === 'text' ? part.text : match)).join('')
  const matcher = globMatcher(pattern, { nocase: how.nocase, extglob: how.extglob })
  if (operator === '/#') {
    const end = matcher.ends(text, 0).at(-1)
    return end === undefined ? text : written(text.slice(0, end)) + text.slice(end)
  }
  if (operator === '/%') {
    const start = boundaries(text).find((at) => matcher.ends(text, at).at(-1) === text.length)
    return start === undefined ? text : text.slice(0, start) + written(text.slice(start))
  }
  if (pattern === '') return text
  // In a text of nothing a match of nothing counts, in others it does not.
  if (text === '') return matcher.matches('') ? written('') : ''
  let out = ''
  for (let at = 0; at < text.length;) {
    const end = matcher.ends(text, at).at(-1) ?? at
    if (end === at) {
      const character = characterAt(text, at)
      out += character
      at += character.length
      continue
    }
    out += written(text.slice(at, end))
    at = end
    if (operator === '/') return out + text.slice(at)
  }
  return out
}

/** `${text^^pattern}` and the like; no pattern matches every character. */
export function caseChanged(text: string, operator: '^' | '^^' | ',' | ',,' | '~' | '~~', { pattern, extglob }: Wanted): string {
  const matcher = pattern === '' ? undefined : globMatcher(pattern, { extglob })
  const isUpper = operator.startsWith('^')
  const change = (character: string): string => {
    if (matcher !== undefined && !matcher.matches(character)) return character
    if (operator.startsWith('~')) return character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase()
    return isUpper ? character.toUpperCase() : character.toLowerCase()
  }
  const [first = ''] = text
  if (operator.length === 1) return change(first) + text.slice(first.length)
  return [...text].map(change).join('')
}
