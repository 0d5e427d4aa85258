/** A word of a paragraph, and how lines like to end by it. */
export interface Word {
  readonly text: string
  /** Blanks after it. */
  space: number
  /** Ends with `,`, `;` and the like. */
  readonly isPunctuated: boolean
  /** A full stop that ends a sentence. */
  isPeriod: boolean
  /** Ends a sentence. */
  isFinal: boolean
  readonly opens: boolean
}

/** A line of a paragraph. */
export interface Line {
  /** Column where the text begins, past the prefix. */
  readonly indent: number
  readonly prefixIndent: number
  readonly body: string
}

/** Past the blanks of a text that begins in a column. */
export function pastBlanks(text: string, from: number, start = 0): { readonly at: number; readonly column: number } {
  let column = start
  let at = from
  for (; text.charAt(at) === ' ' || text.charAt(at) === '\t'; at++)
    column = text.charAt(at) === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1
  return { at, column }
}

/** The words of lines that belong together. */
export function wordsOf(lines: readonly Line[], isUniform: boolean): Word[] {
  const words: Word[] = []
  for (const { body, indent } of lines) {
    let column = indent
    // A blank that is no space and no tab ends a word and begins the next.
    for (const [, text = '', blanks = ''] of body.matchAll(/([^ \t][^ \t\n\v\f\r]*)([ \t]*)/g)) {
      const start = column + text.length
      column = pastBlanks(blanks, 0, start).column
      const isPeriod = /[.?!][)\]'"]*$/.test(text)
      words.push({
        text,
        space: column - start,
        isPunctuated: /[!-/:-@[-`{-~]$/.test(text),
        isPeriod,
        isFinal: isPeriod && column - start > 1,
        opens: /^[('`["]/.test(text),
      })
    }
    const last = words.at(-1)
    if (last === undefined) continue
    // A sentence may end with a line.
    last.isFinal = last.isPeriod
    last.space = last.isFinal ? 2 : 1
  }
  for (const word of words) if (isUniform) word.space = word.isFinal ? 2 : 1
  const last = words.at(-1)
  if (last !== undefined) {
    last.isPeriod = true
    last.isFinal = true
  }
  return words
}
