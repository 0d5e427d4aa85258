/** What a person says about one line of a file. */
export interface LineComment {
  readonly path: string
  /** Of the file as it was when they said it; the first is 1. */
  readonly line: number
  /** The line itself: numbers move on. */
  readonly quote: string
  readonly text: string
}

/** Longer lines are known by their beginning. */
const MOST_OF_A_LINE = 300

/** All of them as one message, each with path, line and the line itself. */
export function commentsMessage(comments: readonly LineComment[]): string {
  const head = comments.length === 1 ? 'A comment on your changes:' : `${comments.length} comments on your changes:`
  const each = comments.map(({ path, line, quote, text }) => `${path}:${line}\n> ${clipped(quote)}\n${text.trim()}`)
  return [head, ...each].join('\n\n')
}

const clipped = (line: string): string => (line.length > MOST_OF_A_LINE ? `${line.slice(0, MOST_OF_A_LINE)}…` : line)

/** As they are kept over a reload; what cannot be read is none. */
export function commentsFrom(kept: string): readonly LineComment[] {
  if (kept === '') return []
  const value: unknown = JSON.parse(kept)
  return Array.isArray(value) ? value.filter(isComment) : []
}

function isComment(value: unknown): value is LineComment {
  if (typeof value !== 'object' || value === null) return false
  return 'path' in value && typeof value.path === 'string' && 'line' in value && typeof value.line === 'number' && hasTexts(value)
}

function hasTexts(value: object): boolean {
  return 'quote' in value && typeof value.quote === 'string' && 'text' in value && typeof value.text === 'string'
}
