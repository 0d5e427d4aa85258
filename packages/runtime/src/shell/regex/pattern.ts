import { literalNode, parseAny, type PatternStyle } from './pattern-source'
import { PerlPattern } from './perl-pattern'
import { PosixPattern } from './posix-pattern'
import type { Regex } from './regex-node'

export type { PatternDialect, PatternStyle } from './pattern-source'
export { RegexError, RegexMissing } from './regex-node'

/** One match in a text. Places count UTF-16 units. */
export interface PatternMatch {
  readonly start: number
  readonly end: number
  /** Text of a group, 0 is the match; undefined where it took no part. */
  group(index: number): string | undefined
  /** Place of a group; undefined where it took no part. */
  span(index: number): readonly [start: number, end: number] | undefined
}

/** An expression that is ready to match. */
export interface Pattern {
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  /** What the real tool says about the expression, on stderr, and takes it. */
  readonly warnings: readonly string[]
  /** Is in every match; empty: none known. Looking for it first saves most of the work. */
  readonly literal: string
  /** Whether it matches anywhere. */
  test(text: string): boolean
  /** The first match that begins at `from` or later; what stands before `from` still counts for `^` and `\b`. */
  exec(text: string, from?: number): PatternMatch | undefined
  /**
   * For text of many lines: finds a place inside a line that has a match, not which match. Undefined where lines have to be
   * tried one by one. @param isAscii the text is all ASCII
   */
  scanner(isAscii: boolean): RegExp | undefined
}

/** @throws RegexError in the words of the dialect's tool, RegexMissing where this shell cannot match it */
export function compilePattern(source: string, style: PatternStyle): Pattern {
  return compileAny([source], style)
}

/** One pattern for several expressions: what any of them matches. @throws RegexError, RegexMissing */
export function compileAny(sources: readonly string[], style: PatternStyle): Pattern {
  return patternOf(style.dialect === 'fixed' ? literalNode(sources, style) : parseAny(sources, style), style)
}

function patternOf(regex: Regex, style: PatternStyle): Pattern {
  const isPerl = style.dialect === 'perl' || style.dialect === 'rust'
  return isPerl ? new PerlPattern(regex) : new PosixPattern(regex, style)
}

/** Every match from left to right, none overlapping; an empty one not right behind another. */
export function* matchesIn(pattern: Pattern, text: string): Generator<PatternMatch> {
  let at = 0
  let last = -1
  while (at <= text.length) {
    const match = pattern.exec(text, at)
    if (match === undefined) return
    const isEmpty = match.end === match.start
    if (!isEmpty || match.end !== last) yield match
    last = match.end
    at = isEmpty ? match.end + ((text.codePointAt(match.end) ?? 0) > 0xffff ? 2 : 1) : match.end
  }
}
