import type { Change } from './diff-script'

/** A file's lines, without their ends. */
export interface DiffText {
  readonly lines: readonly string[]
  /** The last line has no end. */
  readonly isUnended: boolean
}

/** Both files. */
export type DiffTexts = readonly [DiffText, DiffText]

/** A change, and whether nobody wants to see it. */
export interface ShownChange extends Change {
  readonly isIgnored: boolean
}

/** A text as lines. */
export function splitLines(text: string): DiffText {
  if (text === '') return { lines: [], isUnended: false }
  const isUnended = !text.endsWith('\n')
  return { lines: (isUnended ? text : text.slice(0, -1)).split('\n'), isUnended }
}

/** A line with its end, if it has one. */
export function endedLine({ lines, isUnended }: DiffText, at: number): string {
  return `${lines[at] ?? ''}${isUnended && at === lines.length - 1 ? '' : '\n'}`
}

/** Columns that diff counts for a letter where it writes blanks for tabs: it looks at bytes. */
function shownColumns(letter: string): number {
  return letter >= ' ' && letter <= '~' ? 1 : 0
}

/** Blanks instead of tabs, counted from the beginning of the line. */
export function withoutTabs(line: string, tabSize: number, columnsFor = shownColumns): string {
  let out = ''
  let column = 0
  for (const letter of line) {
    const blanks = letter === '\t' ? tabSize - (column % tabSize) : 0
    out += letter === '\t' ? ' '.repeat(blanks) : letter
    if (letter === '\r') column = 0
    else if (letter === '\b') column = Math.max(0, column - 1)
    else column += letter === '\t' ? blanks : columnsFor(letter)
  }
  return out
}
