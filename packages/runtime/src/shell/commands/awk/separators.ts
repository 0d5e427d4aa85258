import type { Pattern } from '../../regex/pattern'
import { unitAt } from './values'

/** What stands between fields, or what fields look like. */
export type Separator =
  | { readonly type: 'blank' }
  | { readonly type: 'each' }
  | { readonly type: 'char'; readonly char: string; readonly orNewline: boolean }
  | { readonly type: 'pattern'; readonly pattern: Pattern }
  | { readonly type: 'content'; readonly pattern: Pattern }
  | { readonly type: 'widths'; readonly widths: readonly FieldWidth[] }

/** One field of fixed width, after characters that are skipped. `rest`: all that is left. */
export interface FieldWidth {
  readonly skip: number
  readonly width: number | 'rest'
}

/** Pieces of a text and what stood between them; before and after them too for blanks. */
export interface Split {
  readonly parts: readonly string[]
  /** `between[i]` follows `parts[i]`. */
  readonly between: readonly string[]
  readonly before: string
}

const BLANKS = /[^ \t\n]+/g

/** The fields of a text. */
export function fieldsOf(text: string, separator: Separator): string[] {
  if (text === '') return []
  switch (separator.type) {
    case 'blank':
      return text.match(BLANKS) ?? []
    case 'each':
      return Array.from(text)
    case 'char':
      return separator.orNewline ? splitWide(text, separator.char) : text.split(separator.char)
    case 'pattern':
    case 'content':
      return [...split(text, separator).parts]
    case 'widths':
      return byWidth(text, separator.widths)
  }
}

function splitWide(text: string, char: string): string[] {
  return text.split('\n').flatMap((line) => line.split(char))
}

function byWidth(text: string, widths: readonly FieldWidth[]): string[] {
  const out: string[] = []
  let at = 0
  for (const { skip, width } of widths) {
    at += unitAt(text.slice(at), skip)
    if (at >= text.length) break
    const to = width === 'rest' ? text.length : at + unitAt(text.slice(at), width)
    out.push(text.slice(at, to))
    at = to
  }
  return out
}

/** The fields of a text with what stands between them. */
export function split(text: string, separator: Separator): Split {
  if (text === '') return { parts: [], between: [], before: '' }
  switch (separator.type) {
    case 'blank':
      return splitBlank(text)
    case 'pattern':
      return splitBy(text, separator.pattern)
    case 'content':
      return splitContent(text, separator.pattern)
    default: {
      const parts = fieldsOf(text, separator)
      const between = separator.type === 'char' ? parts.slice(1).map(() => separator.char) : parts.slice(1).map(() => '')
      return { parts, between, before: '' }
    }
  }
}

function splitBlank(text: string): Split {
  const parts = text.match(BLANKS) ?? []
  const gaps = text.split(BLANKS)
  const between = gaps.slice(1)
  if (between.at(-1) === '') between.pop()
  return { parts, between, before: gaps[0] ?? '' }
}

function splitBy(text: string, pattern: Pattern): Split {
  const parts: string[] = []
  const between: string[] = []
  let from = 0
  let at = 0
  while (at <= text.length) {
    const match = pattern.exec(text, at)
    if (match === undefined) break
    if (match.end === match.start) {
      at = match.end + 1
      continue
    }
    parts.push(text.slice(from, match.start))
    between.push(text.slice(match.start, match.end))
    from = match.end
    at = match.end
  }
  parts.push(text.slice(from))
  return { parts, between, before: '' }
}

/** FPAT: an empty field is one only where a non-empty one did not just end. */
function splitContent(text: string, pattern: Pattern): Split {
  const parts: string[] = []
  const gaps: string[] = []
  let from = 0
  let at = 0
  let wasFilled = false
  while (at <= text.length) {
    const match = pattern.exec(text, at)
    if (match === undefined) break
    const isEmpty = match.end === match.start
    if (isEmpty && wasFilled && match.start === from) {
      wasFilled = false
      at = match.end + 1
      continue
    }
    gaps.push(text.slice(from, match.start))
    parts.push(text.slice(match.start, match.end))
    from = match.end
    wasFilled = !isEmpty
    at = isEmpty ? match.end + 1 : match.end
  }
  gaps.push(text.slice(from))
  const between = gaps.slice(1)
  if (between.at(-1) === '') between.pop()
  return { parts, between, before: gaps[0] ?? '' }
}

/** Widths as FIELDWIDTHS gives them: `2 3:4 *`. Undefined: malformed. */
export function widthsOf(text: string): readonly FieldWidth[] | undefined {
  const words = text.match(BLANKS) ?? []
  const widths = words.map((word): FieldWidth | undefined => {
    const match = /^(?:(\d+):)?(\d+|\*)$/.exec(word)
    if (match === null) return undefined
    return { skip: Number(match[1] ?? 0), width: match[2] === '*' ? 'rest' : Number(match[2]) }
  })
  return widths.every((width) => width !== undefined) ? widths : undefined
}
