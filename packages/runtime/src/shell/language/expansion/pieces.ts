/** Text on its way through expansion. */
export interface Piece {
  readonly text: string
  /** Nothing in it is special. */
  readonly quoted: boolean
  /** Came out of an expansion: fields are split here. */
  readonly splits: boolean
}

/** Pieces of one word; several rows where `"$@"` made it several. */
export class Pieces {
  readonly rows: Piece[][] = [[]]
  /** Something was added, or a row begun. */
  count = 0
  /** An expansion of no elements was among it. */
  sawNothing = false

  add(text: string, quoted: boolean, splits = false): void {
    this.count += 1
    this.rows.at(-1)?.push({ text, quoted, splits })
  }

  /** Ends the field that is being made. */
  break(): void {
    this.count += 1
    this.rows.push([])
  }
}

/** A row as plain text. */
export function textOfRow(row: readonly Piece[]): string {
  const [only] = row
  if (row.length === 1 && only !== undefined) return only.text
  return row.map((piece) => piece.text).join('')
}

/** Splits rows into fields by `IFS`. @param tick asked now and then, for texts of megabytes */
export function splitRows(rows: readonly (readonly Piece[])[], ifs: string, tick: () => void): Piece[][] {
  const fields: Piece[][] = []
  for (const row of rows) {
    if (row.some((piece) => piece.splits)) new Splitter({ ifs, fields, tick }).split(row)
    else if (row.length > 0) fields.push([...row])
  }
  return fields.filter((field) => field.some((piece) => piece.quoted || piece.text !== '' || piece.splits))
}

const TICK_CHARACTERS = 65_536

class Splitter {
  readonly #tick: () => void
  readonly #white: string
  readonly #hard: readonly string[]
  readonly #fields: Piece[][]
  #field: Piece[] | undefined
  #ended: 'start' | 'white' | 'hard' = 'start'

  constructor({ ifs, fields, tick }: { readonly ifs: string; readonly fields: Piece[][]; readonly tick: () => void }) {
    this.#tick = tick
    this.#white = [...ifs].filter((character) => ' \t\n'.includes(character)).join('')
    this.#hard = [...ifs].filter((character) => !' \t\n'.includes(character))
    this.#fields = fields
  }

  split(row: readonly Piece[]): void {
    for (const piece of row) {
      if (piece.splits) this.#take(piece.text)
      else if (piece.quoted || piece.text !== '') (this.#field ??= []).push(piece)
    }
    if (this.#field !== undefined) this.#fields.push(this.#field)
  }

  #take(text: string): void {
    let plain = ''
    const flush = (): void => {
      if (plain !== '') (this.#field ??= []).push({ text: plain, quoted: false, splits: false })
      plain = ''
    }
    let done = 0
    for (const character of text) {
      done += 1
      if (done % TICK_CHARACTERS === 0) this.#tick()
      if (this.#white.includes(character)) {
        flush()
        this.#endWhite()
      } else if (this.#hard.includes(character)) {
        flush()
        this.#endHard()
      } else plain += character
    }
    flush()
  }

  #endWhite(): void {
    if (this.#field === undefined) return
    this.#fields.push(this.#field)
    this.#field = undefined
    this.#ended = 'white'
  }

  #endHard(): void {
    // White space before it belongs to the same delimiter.
    const isSame = this.#field === undefined && this.#ended === 'white'
    if (!isSame) this.#fields.push(this.#field ?? [{ text: '', quoted: true, splits: false }])
    this.#field = undefined
    this.#ended = 'hard'
  }
}
