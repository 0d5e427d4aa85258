import { matchesIn, type Pattern, type PatternMatch } from '../../regex/pattern'
import { bytesOf } from '../../text'

/** The matches of a line, and the text that their places belong to. */
export interface LineMatches {
  readonly text: string
  readonly matches: readonly PatternMatch[]
}

/** A character of two bytes in the spelling of bytes that are no text: `\b`, `^` and `$` are not in the middle of it. */
const HALVES = '\udcc3\udca9'
/** Nor is `\B`, which is nowhere at the edge of a word. */
const EDGE = 'a\ue000'
const MANY_BYTES = /[^\0-\x7f\udc80-\udcff]/

/**
 * Every match of a line as ripgrep finds them: it reads bytes, so what matches nothing matches between the bytes of a character too. The
 * text is the line, with the characters that are taken apart spelled byte by byte.
 */
export function lineMatches(pattern: Pattern, line: string): LineMatches {
  const matches = [...matchesIn(pattern, line)]
  if (!MANY_BYTES.test(line) || !matchesNothing(pattern)) return { text: line, matches }
  const made: PatternMatch[] = []
  let text = ''
  let at = 0
  for (const match of matches) {
    text = apart(line.slice(at, match.start), text, made)
    const moved = text.length - match.start
    text += line.slice(match.start, match.end)
    at = match.end
    made.push(moved === 0 ? match : shifted(match, moved))
  }
  return { text: apart(line.slice(at), text, made), matches: made }
}

function matchesNothing(pattern: Pattern): boolean {
  return [HALVES, EDGE].every((text) => {
    const inner = pattern.exec(text, 1)
    return inner?.start === 1 && inner.end === 1
  })
}

/** Adds what stands between two matches, and a match of nothing between the bytes of each character. */
function apart(gap: string, before: string, made: PatternMatch[]): string {
  let text = before
  for (const char of gap) {
    if (!MANY_BYTES.test(char)) {
      text += char
      continue
    }
    for (const [index, byte] of bytesOf(char).entries()) {
      if (index > 0) made.push(nothingAt(text.length))
      text += String.fromCharCode(0xdc00 + byte)
    }
  }
  return text
}

function nothingAt(place: number): PatternMatch {
  return {
    start: place,
    end: place,
    group: (index) => (index === 0 ? '' : undefined),
    span: (index) => (index === 0 ? [place, place] : undefined),
  }
}

function shifted(match: PatternMatch, by: number): PatternMatch {
  return {
    start: match.start + by,
    end: match.end + by,
    group: (index) => match.group(index),
    span: (index) => {
      const span = match.span(index)
      return span && [span[0] + by, span[1] + by]
    },
  }
}
