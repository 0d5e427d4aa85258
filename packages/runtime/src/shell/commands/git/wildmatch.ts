/** How a pattern is read. */
export interface WildStyle {
  /** A star does not match a slash, two of them do. */
  readonly isPath?: boolean
  readonly ignoreCase?: boolean
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
}

const cache = new Map<string, RegExp | undefined>()

/** Matches as git's own globs do. A pattern that is malformed matches nothing. */
export function wildmatch(pattern: string, text: string, style: WildStyle = {}): boolean {
  const key = `${style.isPath ? 'p' : ''}${style.ignoreCase ? 'i' : ''}:${pattern}`
  if (!cache.has(key)) {
    if (cache.size > 2000) cache.clear()
    const source = sourceOf(pattern, style.isPath ?? false)
    cache.set(key, source === undefined ? undefined : new RegExp(`^(?:${source})$`, style.ignoreCase ? 'isu' : 'su'))
  }
  return cache.get(key)?.test(text) ?? false
}

function sourceOf(pattern: string, isPath: boolean): string | undefined {
  let out = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '*') {
      const star = starAt(pattern, at, isPath)
      out += star.source
      at = star.end
    } else if (character === '?') out += isPath ? '[^/]' : '.'
    else if (character === '[') {
      const set = setAt(pattern, at, isPath)
      if (set === undefined) return undefined
      out += set.source
      at = set.end
    } else {
      const literal = character === '\\' ? pattern.charAt(++at) : character
      if (literal === '') return undefined
      out += literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    }
  }
  return out
}

function starAt(pattern: string, at: number, isPath: boolean): { readonly source: string; readonly end: number } {
  let end = at
  while (pattern.charAt(end + 1) === '*') end += 1
  if (!isPath) return { source: '.*', end }
  const isWhole = (at === 0 || pattern.charAt(at - 1) === '/') && (end + 1 === pattern.length || pattern.charAt(end + 1) === '/')
  if (end === at || !isWhole) return { source: '[^/]*', end }
  return pattern.charAt(end + 1) === '/' ? { source: '(?:.*/)?', end: end + 1 } : { source: '.*', end }
}

function setAt(pattern: string, start: number, isPath: boolean): { readonly source: string; readonly end: number } | undefined {
  let at = start + 1
  const isNot = pattern.charAt(at) === '!' || pattern.charAt(at) === '^'
  if (isNot) at += 1
  let body = ''
  for (let isFirst = true; ; isFirst = false, at++) {
    const character = pattern.charAt(at)
    if (character === '') return undefined
    if (character === ']' && !isFirst) break
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at))
    if (named !== null) {
      const known = CLASSES[named[1] ?? '']
      if (known === undefined) return undefined
      body += known
      at += named[0].length - 1
    } else if (character === '\\') body += escaped(pattern.charAt(++at))
    else if (character === '-' && !isFirst && pattern.charAt(at + 1) !== ']') body += '-'
    else body += escaped(character)
  }
  return { source: `${isPath ? '(?!/)' : ''}[${isNot ? '^' : ''}${body}]`, end: at }
}

function escaped(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character
}

/** Whether a text has characters that mean more than themselves. */
export function isWild(text: string): boolean {
  return /[*?[\\]/.test(text)
}
