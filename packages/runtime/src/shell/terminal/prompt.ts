import { type CellPosition, walk } from './cell-layout'
import type { Line } from './line-editor'

/** A prompt that stands on the screen, as what it takes to remove it. */
export interface ShownPrompt {
  /** Column at which unfinished output ended on the row above; 0: the output ended with a line break. */
  readonly resume: number
  /** Rows from the prompt's first row down to the cursor. */
  readonly cursorRow: number
}

const ESC = '\x1b'

// Whatever a program left behind: colours off, cursor on, paste in brackets.
const RESET = `${ESC}[0m${ESC}[?25h${ESC}[?2004h`

/** Bytes that take the prompt away and put the cursor where the output stopped. */
export function erasePrompt(shown: ShownPrompt | undefined): string {
  if (shown === undefined) return ''
  const up = shown.cursorRow > 0 ? `${ESC}[${shown.cursorRow}A` : ''
  const back = shown.resume > 0 ? `${ESC}[A${ESC}[${shown.resume}C` : ''
  return `\r${up}${ESC}[J${back}`
}

export interface PromptPlace {
  /** Where the output stopped. */
  readonly column: number
  readonly columns: number
}

/** Bytes that draw the prompt and the line, with the cursor in its place. */
export function drawPrompt(
  label: string,
  line: Line,
  { column, columns }: PromptPlace,
): { readonly bytes: string; readonly shown: ShownPrompt } {
  const lead = walk(`${label} `, { row: 0, column: 0 }, columns)
  const end = settled(walk(continued(line.text), lead, columns), columns)
  const cursor = settled(walk(continued(line.text.slice(0, line.cursor)), lead, columns), columns)
  // A full last row keeps the cursor on it until something follows; the break moves it to where it is counted.
  const wrap = end.pending ? '\r\n' : ''
  const up = end.row > cursor.row ? `${ESC}[${end.row - cursor.row}A` : ''
  const right = cursor.column > 0 ? `${ESC}[${cursor.column}C` : ''
  // A row that is exactly full continues on the next one by itself, so nothing has to be resumed above.
  const resume = column < columns ? column : 0
  const bytes = `${RESET}${column > 0 ? '\r\n' : ''}${ESC}[2m${label}${ESC}[0m ${continued(line.text).replaceAll('\n', '\r\n')}${wrap}\r${up}${right}`
  return { bytes, shown: { resume, cursorRow: cursor.row } }
}

/** Every further row of a line has a prompt of its own. */
const continued = (text: string): string => text.replaceAll('\n', '\n> ')

function settled(position: CellPosition, columns: number): CellPosition & { readonly pending: boolean } {
  const pending = position.column >= columns
  return pending ? { row: position.row + 1, column: 0, pending } : { ...position, pending }
}
