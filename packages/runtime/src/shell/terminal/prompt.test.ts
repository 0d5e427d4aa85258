import { expect, test } from 'vitest'
import { EMPTY_LINE } from './line-editor'
import { drawPrompt, erasePrompt } from './prompt'

/** Just enough of a terminal: printable cells, line breaks, cursor up and right, clear to the end. */
function screen(columns: number): { write: (bytes: string) => void; rows: () => string[]; cursor: () => readonly [number, number] } {
  const cells: string[][] = [[]]
  let row = 0
  let column = 0
  const put = (character: string): void => {
    if (column >= columns) [row, column] = [row + 1, 0]
    const cellsOfRow = (cells[row] ??= [])
    while (cellsOfRow.length < column) cellsOfRow.push(' ')
    cellsOfRow[column] = character
    column += 1
  }
  const control = (argument: string, letter: string): void => {
    const n = argument === '' ? 1 : Number(argument)
    if (letter === 'A') row = Math.max(0, row - n)
    if (letter === 'C') column = Math.min(columns - 1, column + n)
    if (letter !== 'J') return
    cells.splice(row + 1)
    cells[row]?.splice(column)
  }
  const write = (bytes: string): void => {
    for (const [all, argument, letter] of bytes.matchAll(/\x1b\[\??([\d]*)([A-Za-z])|[^\x1b]/g)) {
      if (letter !== undefined) control(argument ?? '', letter)
      else if (all === '\r') column = 0
      else if (all === '\n') row += 1
      else put(all)
    }
  }
  return { write, rows: () => cells.map((one) => (one ?? []).join('').trimEnd()), cursor: () => [row, column] }
}

const line = (text: string, cursor = text.length) => ({ ...EMPTY_LINE, text, cursor })

test('the prompt is drawn with the cursor in the line, and leaves no trace when erased', () => {
  const terminal = screen(40)
  terminal.write('done\r\n')
  const drawn = drawPrompt('/w $', line('ls -a', 2), { column: 0, columns: 40 })
  terminal.write(drawn.bytes)
  expect(terminal.rows()).toEqual(['done', '/w $ ls -a'])
  expect(terminal.cursor()).toEqual([1, 7])
  terminal.write(`${erasePrompt(drawn.shown)}more`)
  expect(terminal.rows()).toEqual(['done', 'more'])
})

test('unfinished output goes on where it stopped', () => {
  const terminal = screen(40)
  terminal.write('50%')
  const drawn = drawPrompt('/w $', line(''), { column: 3, columns: 40 })
  terminal.write(drawn.bytes)
  expect(terminal.rows()).toEqual(['50%', '/w $'])
  terminal.write(`${erasePrompt(drawn.shown)}...`)
  expect(terminal.rows().join('')).toBe('50%...')
})

test('a line that wraps, or ends exactly at the edge, is erased whole', () => {
  for (const length of [4, 5, 6, 14, 15, 16, 30]) {
    for (const cursor of [0, 1, 5, length]) {
      const terminal = screen(10)
      terminal.write('x\r\n')
      const drawn = drawPrompt('/w $', line('a'.repeat(length), Math.min(cursor, length)), { column: 0, columns: 10 })
      terminal.write(drawn.bytes)
      expect(terminal.rows().join('').replaceAll(' ', ''), `${length}`).toBe(`x/w$${'a'.repeat(length)}`)
      terminal.write(`${erasePrompt(drawn.shown)}y`)
      expect(terminal.rows(), `${length} at ${cursor}`).toEqual(['x', 'y'])
    }
  }
})

test('several lines stand below one another, each behind a prompt of its own', () => {
  const terminal = screen(20)
  const drawn = drawPrompt('/w $', line('ls\npwd'), { column: 0, columns: 20 })
  terminal.write(drawn.bytes)
  expect(terminal.rows()).toEqual(['/w $ ls', '> pwd'])
  terminal.write(erasePrompt(drawn.shown))
  expect(terminal.rows().join('')).toBe('')
})
