import { widthOf } from './inspect-colors'

/** What decides the width of a long array's columns. */
export interface ColumnSpace {
  readonly breakLength: number
  readonly indent: number
  readonly compact: number
  readonly maxArray: number
  readonly value: object
}

const SEPARATOR = 2

/** Longest text of every column. */
function widths(lengths: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, column) => {
    let widest = 0
    for (let i = column; i < lengths.length; i += count) widest = Math.max(widest, lengths[i] ?? 0)
    return widest + SEPARATOR
  })
}

/** How many columns make about a square of the entries; Node's measure, so that programs' output compares equal. */
function columnCount(lengths: readonly number[], space: ColumnSpace, all: number): number {
  const widest = Math.max(...lengths) + SEPARATOR
  const total = lengths.reduce((sum, length) => sum + length + SEPARATOR, 0)
  const isWorth = widest * 3 + space.indent < space.breakLength && (total / widest > 5 || widest - SEPARATOR <= 6)
  if (!isWorth) return 1
  const bias = Math.max(widest - 3 - Math.sqrt(widest - total / all), 1)
  return Math.min(
    Math.round(Math.sqrt(2.5 * bias * lengths.length) / bias),
    Math.floor((space.breakLength - space.indent) / widest),
    space.compact * 4,
    15,
  )
}

/** Puts the entries of a long array in columns, each line one text of the result; numbers to the right. */
export function columns(output: readonly string[], space: ColumnSpace): string[] {
  const hasMore = output.length > space.maxArray
  const entries = hasMore ? output.slice(0, -1) : [...output]
  if (space.compact < 1 || entries.some((text) => text.includes('\n'))) return [...output]
  const count = columnCount(entries.map(widthOf), space, output.length)
  if (count <= 1) return [...output]
  const wide = widths(entries.map(widthOf), count)
  const isNumeric = Object.values(space.value)
    .slice(0, entries.length)
    .every((item) => typeof item === 'number' || typeof item === 'bigint')
  const lines: string[] = []
  for (let at = 0; at < entries.length; at += count) {
    const row = entries.slice(at, at + count)
    const cells = row.map((text, i) => {
      const isLast = i === row.length - 1
      const width = wide[i] ?? 0
      if (isNumeric) return isLast ? text.padStart(width - SEPARATOR) : `${text}, `.padStart(width)
      return isLast ? text : `${text}, `.padEnd(width)
    })
    lines.push(cells.join(''))
  }
  return hasMore ? [...lines, output.at(-1) ?? ''] : lines
}
