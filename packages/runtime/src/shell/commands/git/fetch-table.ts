import { prettyRef } from './remote-refspec'

/** One line of what a fetch or a push did. */
export interface TableRow {
  readonly flag: string
  readonly summary: string
  readonly from: string
  readonly to: string
  readonly note?: string
}

/** Two abbreviated names and three dots. */
export function summaryWidth(abbreviations: readonly string[]): number {
  return 2 * Math.max(7, ...abbreviations.map((one) => one.length)) + 3
}

const FLAG_AND_SUMMARY = 21
const ARROW = 4
const COLUMNS = 80

/** How wide the names of the other side are; those that make a line too long do not count. */
export function nameWidth(rows: readonly { readonly from: string; readonly to: string }[], least = 10): number {
  return rows.reduce((width, { from, to }) => {
    const mine = prettyRef(from).length
    return FLAG_AND_SUMMARY + mine + ARROW + prettyRef(to).length >= COLUMNS ? width : Math.max(width, mine)
  }, least)
}

/** A line of a fetch. */
export function fetchLine(row: TableRow, width: { readonly summary: number; readonly name: number }): string {
  const note = row.note === undefined ? '' : `  (${row.note})`
  return ` ${row.flag} ${row.summary.padEnd(width.summary)} ${prettyRef(row.from).padEnd(width.name)} -> ${prettyRef(row.to)}${note}\n`
}
