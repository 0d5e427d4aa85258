import { assertNever } from '@tabwright/protocol'
import { compareDecimals, compareGeneral, decimalOf, generalOf, unitRank } from './numeric-order'
import { keyCutter, type Ordering, type SortKey } from './sort-keys'
import { compareVersions } from './version-order'

/** Digest of a key for `-R`. */
export type Shuffle = (key: string) => string

/** What the order of lines is made of. */
export interface OrderParts {
  readonly keys: readonly SortKey[]
  readonly separator: string | undefined
  readonly isReversed: boolean
  /** Without the last resort: lines with the same keys stay as they are. */
  readonly isStable: boolean
  readonly shuffle: Shuffle
}

/** Lines by number, each with its keys made ready once. */
export interface LineOrder {
  readonly lines: readonly string[]
  add(line: string): void
  /** 0 for lines whose keys agree. */
  compareKeys(a: number, b: number): number
  /** With the last resort. */
  compare(a: number, b: number): number
}

interface Column {
  add(line: string): void
  compare(a: number, b: number): number
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** Order of strings of bytes. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** ASCII upper case: in a string of bytes no other letter is one byte. */
export function upperCase(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

function filtered({ only, isFolded }: Ordering): (text: string) => string {
  if (only === undefined) return isFolded ? upperCase : (text) => text
  const dropped = only === 'd' ? /[^A-Za-z0-9 \t\n]+/g : /[^ -~]+/g
  return (text) => (isFolded ? upperCase(text.replace(dropped, '')) : text.replace(dropped, ''))
}

function column<T>(cut: (line: string) => string, prepare: (key: string) => T & ({} | null), compare: (a: T, b: T) => number): Column {
  const values: (T & ({} | null))[] = []
  return {
    add: (line) => values.push(prepare(cut(line))),
    compare: (i, j) => {
      const a = values[i]
      const b = values[j]
      return a === undefined || b === undefined ? 0 : compare(a, b)
    },
  }
}

function monthOf(text: string): number {
  return MONTHS.indexOf(upperCase(text.replace(/^[ \t\n]+/, '').slice(0, 3))) + 1
}

function columnOf(key: SortKey, parts: OrderParts): Column {
  const cut = keyCutter(key, parts.separator)
  const { ordering } = key
  const clean = filtered(ordering)
  switch (ordering.kind) {
    case 'text':
      return column(cut, clean, compareText)
    case 'V':
      return column(cut, clean, compareVersions)
    case 'n':
      return column(cut, decimalOf, compareDecimals)
    case 'g':
      return column(cut, generalOf, compareGeneral)
    case 'M':
      return column(cut, monthOf, (a, b) => a - b)
    case 'h':
      return column(
        cut,
        (text) => ({ decimal: decimalOf(text), rank: unitRank(decimalOf(text)) }),
        (a, b) => a.rank - b.rank || compareDecimals(a.decimal, b.decimal),
      )
    case 'R':
      return column(
        cut,
        (text) => ({ digest: parts.shuffle(clean(text)), text: clean(text) }),
        (a, b) => compareText(a.digest, b.digest) || compareText(a.text, b.text),
      )
    default:
      return assertNever(ordering.kind)
  }
}

/** An order to add lines to. */
export function lineOrder(parts: OrderParts): LineOrder {
  const lines: string[] = []
  const columns = parts.keys.map((key) => ({ column: columnOf(key, parts), sign: key.ordering.isReversed ? -1 : 1 }))
  const sign = parts.isReversed ? -1 : 1
  const compareLines = (a: number, b: number): number => sign * compareText(lines[a] ?? '', lines[b] ?? '')
  const compareKeys = (a: number, b: number): number => {
    if (columns.length === 0) return compareLines(a, b)
    for (const { column: one, sign: direction } of columns) {
      const order = one.compare(a, b)
      if (order !== 0) return order * direction
    }
    return 0
  }
  return {
    lines,
    add: (line) => {
      lines.push(line)
      for (const { column: one } of columns) one.add(line)
    },
    compareKeys,
    compare: parts.isStable ? compareKeys : (a, b) => compareKeys(a, b) || compareLines(a, b),
  }
}
