const TAB = 8

/** A line of a file on its place in a page, and its number. */
export interface PrCell {
  readonly text: string
  readonly number: number
}

/** What of a cell is printed, and how many columns it takes. */
interface Fitted {
  readonly text: string
  readonly width: number
  /** Not even the first letter fits. */
  readonly isRefused: boolean
}

/** Cells that stand side by side. */
export interface PrShape {
  readonly columns: number
  readonly isMerged: boolean
  /** Cells are gathered down each column before they are printed. */
  readonly isStored: boolean
  readonly margin: number
  /** Room for one cell; lines that are cut keep to it. */
  readonly cell: number
  readonly cuts: boolean
  readonly separator: string
  readonly usesSeparator: boolean
  /** Tabs of the text become blanks up to the next of so many columns. */
  readonly tabs: number | undefined
  /** Blanks become tabs. */
  readonly tabifies: boolean
  readonly number: { readonly end: string; readonly digits: number; readonly width: number } | undefined
}

/** One line of output. Blanks are held back until something follows, then become tabs where these are shorter. */
export class PrLine {
  readonly #shape: PrShape
  readonly #row: number
  #text = ''
  #at = 0
  #blanks = 0
  /** Columns that were passed since the last separator. */
  #passed = 0
  #isEmpty = true
  /** Columns without text stood before anything else: they get their blanks once something follows. */
  #waits = false

  constructor(shape: PrShape, row: number) {
    this.#shape = shape
    this.#row = row
  }

  get text(): string {
    return this.#text
  }

  /** Puts the next cell; undefined for a file that has ended. */
  put(cell: PrCell | undefined, column: number): void {
    if (cell === undefined) {
      if (this.#isEmpty) this.#waits = true
      else this.#align(column)
    } else this.#cell(cell, column)
    if (this.#shape.usesSeparator) this.#passed += 1
  }

  #cell(cell: PrCell, column: number): void {
    const isNumbered = this.#isNumbered(column)
    const { text, width, isRefused } = fitted(cell.text, this.#shape, isNumbered && !this.#shape.isMerged)
    if (isRefused && !this.#shape.isStored) return
    if (this.#waits) {
      const passed = this.#passed
      this.#passed = 0
      for (let before = 0; before < passed; before++) {
        this.#align(before)
        this.#passed += 1
      }
      if (this.#shape.cuts) this.#blanks = this.#shape.cell
      this.#waits = false
    }
    this.#begin(column)
    this.#isEmpty = false
    if (isNumbered && !isRefused) this.#number(cell.number)
    this.#letters(text)
    // What the terminal shows of a letter and what is counted of it are not the same: the place is counted anew.
    if (this.#blanks === 0 && this.#shape.isStored) this.#at = (column === 0 ? this.#shape.margin : this.#startOf(column)) + width
  }

  #align(column: number): void {
    this.#begin(column)
    if (this.#isNumbered(column)) this.#number(this.#row)
  }

  #isNumbered(column: number): boolean {
    return this.#shape.number !== undefined && (!this.#shape.isMerged || column === 0)
  }

  /** Where a column's text begins; 0 where columns have no places. */
  #startOf(column: number): number {
    const { margin, separator, cuts, cell, isMerged, number } = this.#shape
    if (column === 0) return margin + separator.length
    return cuts ? margin + column * (cell + separator.length) + (isMerged ? (number?.width ?? 0) : 0) : 0
  }

  #begin(column: number): void {
    const goal = this.#startOf(column) - this.#shape.separator.length
    if (goal > 0) this.#goTo(goal)
    if (!this.#shape.usesSeparator) return
    for (; this.#passed > 0; this.#passed--)
      for (const letter of this.#shape.separator) {
        if (letter === ' ') this.#blanks += 1
        else this.#sign(letter)
      }
    this.#flush()
  }

  #goTo(column: number): void {
    if (this.#shape.tabifies) {
      this.#blanks = column - this.#at
      return
    }
    this.#text += ' '.repeat(Math.max(0, column - this.#at))
    this.#at = column
  }

  #number(number: number): void {
    const { number: how, columns } = this.#shape
    if (how === undefined) return
    this.#letters(String(number).padStart(how.digits).slice(-how.digits))
    if (columns > 1 && how.end === '\t') this.#letters(' '.repeat(how.width - how.digits))
    else this.#letters(how.end)
  }

  #letters(text: string): void {
    for (const letter of text) {
      if (!this.#shape.tabifies) this.#text += letter
      else if (letter === ' ') this.#blanks += 1
      else {
        this.#flush()
        this.#text += letter
        this.#at += letter === '\b' ? -1 : isShown(letter) ? 1 : 0
      }
    }
  }

  #sign(letter: string): void {
    this.#flush()
    this.#text += letter
    this.#at += 1
  }

  #flush(): void {
    const goal = this.#at + this.#blanks
    for (let next = this.#at + TAB - (this.#at % TAB); goal - this.#at > 1 && next <= goal; next += TAB) {
      this.#text += '\t'
      this.#at = next
    }
    this.#text += ' '.repeat(Math.max(0, goal - this.#at))
    this.#at = goal
    this.#blanks = 0
  }
}

/** pr counts what ASCII prints, and nothing else. */
function isShown(letter: string): boolean {
  return letter >= ' ' && letter <= '~'
}

function widthAt(letter: string, at: number, tabs: number): number {
  if (letter === '\t') return tabs - (at % tabs)
  if (letter === '\b') return at > 0 ? -1 : 0
  return isShown(letter) ? 1 : 0
}

/** As much of a text as fits into its cell; a number takes its room of it. */
function fitted(text: string, shape: PrShape, isNumbered: boolean): Fitted {
  let at = 0
  let out = ''
  let isFirst = true
  const before = isNumbered && shape.cuts ? (shape.number?.width ?? 0) : 0
  for (const letter of text) {
    const width = widthAt(letter, at, shape.tabs ?? TAB)
    if (shape.cuts && at + width > shape.cell) return { text: out, width: at, isRefused: isFirst }
    // At the beginning there is nothing to step back over.
    if (letter !== '\b' || at > 0) out += letter === '\t' && shape.tabs !== undefined ? ' '.repeat(width) : letter
    at += width
    // The number counts from the first letter on.
    if (isFirst) at += before
    isFirst = false
  }
  return { text: out, width: isFirst ? before : at, isRefused: false }
}

/** Lines of a page in rows of columns: down each column, the last page's evenly, or across. */
export function rowsOf(
  lines: readonly PrCell[],
  columns: number,
  how: { readonly isAcross: boolean; readonly rows: number },
): readonly (readonly PrCell[])[] {
  if (columns === 1) return lines.map((line) => [line])
  if (how.isAcross)
    return Array.from({ length: Math.ceil(lines.length / columns) }, (_, row) => lines.slice(row * columns, row * columns + columns))
  const isFull = lines.length >= how.rows * columns
  // On a page that is not full, the first columns have a line more than the last.
  const heights = Array.from({ length: columns }, (_, i) =>
    isFull ? how.rows : Math.floor(lines.length / columns) + (i < lines.length % columns ? 1 : 0),
  )
  const rows: PrCell[][] = Array.from({ length: Math.max(...heights) }, () => [])
  let at = 0
  for (const height of heights) {
    for (const [row, line] of lines.slice(at, at + height).entries()) rows[row]?.push(line)
    at += height
  }
  return rows
}
