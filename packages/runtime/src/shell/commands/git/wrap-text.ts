/** Words in lines of a width; 0: one line. */
export function wrapText(text: string, how: { readonly width: number; readonly first: number; readonly rest: number }): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.trim().split(/[ \n]+/)) {
    if (line === '') line = ' '.repeat(lines.length === 0 ? how.first : how.rest) + word
    else if (how.width > 0 && [...line].length + 1 + [...word].length > how.width) {
      lines.push(line)
      line = ' '.repeat(how.rest) + word
    } else line += ` ${word}`
  }
  return [...lines, line].join('\n')
}

/**
 * As `%w` wraps: a newline before a letter is a space, before anything else it stays; of width 0 lines are only moved in. Blanks between words
 * stay where the line goes on.
 */
export function wrapParagraphs(text: string, how: { readonly width: number; readonly first: number; readonly rest: number }): string {
  const { width, first, rest } = how
  if (width <= 0) return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line, i) => ' '.repeat(i === 0 ? first : rest) + line).join('')
  const letters = [...text]
  const part = (from: number, to: number): string => letters.slice(from, to).join('')
  const isSpace = (at: number): boolean => /\s/.test(letters[at] ?? '')
  let out = ''
  let indent = first
  let column = first
  let begun = 0
  // Where the last blank stands up to which all was written.
  let blank: number | undefined
  for (let at = 0; ;) {
    if (at < letters.length && !isSpace(at)) {
      column += 1
      at += 1
      continue
    }
    let isBroken = column > width && blank !== undefined
    if (!isBroken) {
      if (at === letters.length && at === begun) return out
      out += blank === undefined ? ' '.repeat(indent) + part(begun, at) : part(blank, at)
      if (at === letters.length) return out
      blank = at
      if (letters[at] === '\n') {
        blank += 1
        const next = letters[blank] ?? ''
        isBroken = !/[A-Za-z0-9]/.test(next)
        out += isBroken ? (next === '\n' ? next : '') : ' '
      }
      column = (letters[at] === '\t' ? column | 7 : column) + 1
      at += 1
    }
    if (!isBroken || blank === undefined) continue
    out += '\n'
    begun = isSpace(blank) ? blank + 1 : blank
    at = begun
    blank = undefined
    indent = rest
    column = rest
  }
}
