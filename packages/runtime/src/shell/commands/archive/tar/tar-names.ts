import { globMatcher } from '../../../language/glob'

const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\\': '\\',
}

/** A name as tar shows it: what cannot be shown is escaped. */
export function escaped(name: string): string {
  return name.replace(/[\0-\u001f\u007f\\\uDC80-\uDCFF]/g, (letter) => {
    const code = letter.charCodeAt(0)
    const byte = code >= 0xdc80 ? code - 0xdc00 : code
    return `\\${LETTERS[letter] ?? byte.toString(8).padStart(3, '0')}`
  })
}

/** A name as it was meant: escapes are undone. */
export function unquoted(name: string): string {
  return name.replace(/\\([0-7]{1,3}|[abfnrtv?\\])/g, (_, what: string) => {
    if (/^[0-7]/.test(what)) {
      const byte = Number.parseInt(what, 8) & 0xff
      return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)
    }
    return what === '?' ? '\u007f' : (Object.entries(LETTERS).find(([, letter]) => letter === what)?.[0] ?? what)
  })
}

/** The same before a colon. */
export function named(name: string): string {
  return escaped(name).replaceAll(':', '\\:')
}

/** What of a name leads out of the folder that things are put in: slashes in front, and all up to the last `..`. */
export function unsafePrefix(name: string): string {
  let length = 0
  for (const match of name.matchAll(/(?<=^|\/)\.\.(?=\/|$)/g)) length = match.index + 2
  const slashes = /^\/+/.exec(name.slice(length))?.[0].length ?? 0
  return name.slice(0, length + slashes)
}

/** Whether a name goes up. */
export function goesUp(name: string): boolean {
  return name.split('/').includes('..')
}

/** How patterns are read. */
export interface PatternHow {
  readonly hasWildcards: boolean
  readonly isAnchored: boolean
  readonly ignoresCase: boolean
  /** `*` and `?` match slashes. */
  readonly crossesSlash: boolean
  /** What matches a folder matches all in it. */
  readonly isRecursive: boolean
}

/** Tells whether a name is meant. */
export type NameMatcher = (name: string) => boolean

/** Reads a pattern. */
export function nameMatcher(pattern: string, how: PatternHow): NameMatcher {
  const starts = (name: string): readonly number[] =>
    how.isAnchored ? [0] : [0, ...[...name.matchAll(/\/(?=[^/])/g)].map(({ index }) => index + 1)]
  const match = how.hasWildcards ? globbed(pattern, how) : plain(pattern, how)
  return (name) => starts(name).some((from) => match(name.slice(from)))
}

function plain(pattern: string, { ignoresCase, isRecursive }: PatternHow): NameMatcher {
  const folded = (text: string): string => (ignoresCase ? text.toLowerCase() : text)
  const own = folded(pattern)
  return (name) => {
    const text = folded(name)
    return text === own || (isRecursive && text.startsWith(own.endsWith('/') ? own : `${own}/`))
  }
}

function globbed(pattern: string, { ignoresCase, crossesSlash, isRecursive }: PatternHow): NameMatcher {
  const how = { extglob: false, nocase: ignoresCase }
  if (crossesSlash) {
    const glob = globMatcher(pattern, how)
    return (name) => glob.ends(name, 0).some((end) => end === name.length || (isRecursive && name.charAt(end) === '/'))
  }
  const globs = pattern.split('/').map((part) => globMatcher(part, how))
  return (name) => {
    const parts = name.split('/')
    if (parts.length < globs.length || (!isRecursive && parts.length > globs.length)) return false
    return globs.every((glob, i) => glob.matches(parts[i] ?? ''))
  }
}
