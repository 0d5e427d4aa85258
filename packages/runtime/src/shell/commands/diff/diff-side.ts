import { columnsOf } from '../text/width'
import { endedLine, type DiffTexts, type ShownChange } from './diff-text'

/** How two files are put side by side. */
export interface SideHow {
  readonly width: number
  readonly tabSize: number
  readonly hasTabs: boolean
  /** Equal lines on the left only. */
  readonly isLeftOnly: boolean
  readonly isQuiet: boolean
  /** Says before each run of lines how many there are, for `sdiff -o`. */
  readonly hasAssist: boolean
  readonly hasColor: boolean
}

/** Between the columns: a blank, a mark, a blank. */
const GUTTER = 3

interface Columns {
  readonly half: number
  readonly second: number
}

/** Where the second column begins is a multiple of the tab. */
function columnsFor({ width, tabSize, hasTabs }: SideHow): Columns {
  const tab = hasTabs ? tabSize : 1
  const sum = tab + GUTTER
  const wish = Math.floor(width / 2) + Math.floor(sum / 2) + (width & sum & 1)
  const second = wish - (wish % tab)
  const half = Math.max(0, Math.min(second - GUTTER, width - second))
  return { half, second: half > 0 ? second : width }
}

class SidePrinter {
  readonly #texts: DiffTexts
  readonly #how: SideHow
  readonly #columns: Columns
  readonly #out: string[] = []
  #at: [number, number] = [0, 0]

  constructor(texts: DiffTexts, how: SideHow) {
    this.#texts = texts
    this.#how = how
    this.#columns = columnsFor(how)
  }

  all(changes: readonly ShownChange[]): string {
    for (const change of changes) if (!change.isIgnored) this.#change(change)
    this.#common(this.#texts[0].lines.length, this.#texts[1].lines.length)
    return this.#out.join('')
  }

  #common(end0: number, end1: number): void {
    let [i, j] = this.#at
    this.#at = [end0, end1]
    const { isQuiet, isLeftOnly, hasAssist } = this.#how
    if (isQuiet || (i === end0 && j === end1)) return
    if (hasAssist) this.#out.push(`i${end0 - i},${end1 - j}\n`)
    if (!isLeftOnly) {
      for (; i < end0 && j < end1; i++, j++) this.#row(i, ' ', j)
      for (; j < end1; j++) this.#row(undefined, ')', j)
    }
    for (; i < end0; i++) this.#row(i, '(', undefined)
  }

  #change({ line0, line1, deleted, inserted }: ShownChange): void {
    this.#common(line0, line1)
    if (this.#how.hasAssist) this.#out.push(`c${deleted},${inserted}\n`)
    const both = Math.min(deleted, inserted)
    for (let i = 0; i < both; i++) this.#row(line0 + i, '|', line1 + i)
    for (let j = both; j < inserted; j++) this.#row(undefined, '>', line1 + j)
    for (let i = both; i < deleted; i++) this.#row(line0 + i, '<', undefined)
    this.#at = [line0 + deleted, line1 + inserted]
  }

  #row(at0: number | undefined, mark: string, at1: number | undefined): void {
    const left = at0 === undefined ? undefined : endedLine(this.#texts[0], at0)
    const right = at1 === undefined ? undefined : endedLine(this.#texts[1], at1)
    const { half, second } = this.#columns
    const color = this.#how.hasColor ? { '<': '31', '>': '32' }[mark] : undefined
    if (color !== undefined) this.#out.push(`\u001b[${color}m`)
    let isEnded = left?.endsWith('\n') ?? false
    let column = left === undefined ? 0 : this.#half(left, 0)
    if (mark !== ' ') {
      column = this.#reach(column, Math.floor((half + second - 1) / 2)) + 1
      const isUneven = mark === '|' && isEnded !== right?.endsWith('\n')
      this.#out.push(isUneven ? (isEnded ? '/' : '\\') : mark)
    }
    if (right !== undefined) {
      isEnded = isEnded || right.endsWith('\n')
      if (!right.startsWith('\n')) {
        this.#reach(column, second)
        this.#half(right, second)
      }
    }
    if (isEnded) this.#out.push('\n')
    if (color !== undefined) this.#out.push('\u001b[0m')
  }

  /** Tabs and blanks from one column to another. */
  #reach(from: number, to: number): number {
    const { hasTabs, tabSize } = this.#how
    let at = from
    for (let stop = at + tabSize - (at % tabSize); hasTabs && stop <= to; stop += tabSize) {
      this.#out.push('\t')
      at = stop
    }
    if (at < to) this.#out.push(' '.repeat(to - at))
    return to
  }

  /** As much of a line as has room in half the width. Gives the column behind it. */
  #half(line: string, indent: number): number {
    const bound = this.#columns.half
    let read = 0
    let written = 0
    for (const letter of line) {
      if (letter === '\n') break
      if (letter === '\t') {
        const blanks = this.#how.tabSize - (read % this.#how.tabSize)
        if (read === written) written = this.#tab(written, written + blanks)
        read += blanks
      } else if (letter === '\r') {
        this.#out.push('\r')
        this.#reach(0, indent)
        read = 0
        written = 0
      } else if (letter === '\b') {
        if (read === 0) continue
        read -= 1
        if (read >= bound) continue
        if (written <= read) this.#out.push(' '.repeat(read - written))
        else this.#out.push('\b')
        written = read
      } else if (letter === '\f' || letter === '\v') {
        if (read < bound) this.#out.push(letter)
      } else {
        read += Math.max(0, columnsOf(letter))
        if (read > bound) continue
        written = read
        this.#out.push(letter)
      }
    }
    return written
  }

  #tab(from: number, to: number): number {
    const bound = this.#columns.half
    if (!this.#how.hasTabs) {
      const stop = Math.min(bound, to)
      this.#out.push(' '.repeat(Math.max(0, stop - from)))
      return Math.max(from, stop)
    }
    if (to >= bound) return from
    this.#out.push('\t')
    return to
  }
}

/** Two files beside one another: `diff -y`. */
export function printBeside(texts: DiffTexts, changes: readonly ShownChange[], how: SideHow): string {
  return new SidePrinter(texts, how).all(changes)
}
