/** Where text ends on a grid of cells: rows below its start, and the column. */
export interface CellPosition {
  readonly row: number
  readonly column: number
}

const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3040-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}]/u
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u

/** Cells a code point takes, as xterm counts them without an add-on: Unicode 6, so an emoji is one cell and a sequence as many as its parts. */
export function cellWidth(character: string): 0 | 1 | 2 {
  if (character < '\u0300') return 1
  if (ZERO.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/**
 * Walks over text on a grid of `columns`. A wide character that does not fit goes to the next row, as in a terminal.
 * A full row stays pending until the next character; {@link CellPosition.column} is then `columns`.
 */
export function walk(text: string, start: CellPosition, columns: number): CellPosition {
  let { row, column } = start
  for (const character of text) {
    if (character === '\n') {
      row += 1
      column = 0
      continue
    }
    const width = cellWidth(character)
    if (column + width > columns) {
      row += 1
      column = 0
    }
    column += width
  }
  return { row, column }
}
