import type { Pattern } from '../../regex/pattern'
import { bytesOf } from '../../text'
import type { GrepPlan } from './grep-options'

/** Where a line stands. */
export interface LineHead {
  readonly name: string
  readonly number: number
  readonly offset: number
  /** Columns of numbers under `-T`. */
  readonly width: number
  /** False for a last line without its end. */
  readonly isEnded: boolean
  /** What stands behind name and numbers of a part; `:` when left out. */
  readonly mark?: '-'
}

/** Writes what a search finds. */
export interface SearchPrinter {
  /** @returns false where the line cannot be shown because it is no text */
  line(text: string, head: LineHead, mark: ':' | '-'): boolean
  /** The parts of a line that match. @param offsetOf bytes before a place in the line */
  parts(text: string, head: LineHead, offsetOf: (at: number) => number): boolean
  separator(): void
}

/** What is searched for and how much around it is shown. */
export type SearchPlan = Pick<
  GrepPlan,
  'isInverted' | 'maxCount' | 'before' | 'after' | 'hasContext' | 'print' | 'hasNumbers' | 'hasOffsets' | 'isNul'
> & {
  /** Lines that do not match are shown as well. */
  readonly isPassing?: boolean
}

/** What a file came to. */
export interface GrepResult {
  readonly count: number
  /** Something that matched could not be shown as text. */
  readonly isHidden: boolean
}

/** What is kept from file to file. */
export interface GrepState {
  /** A group of lines was written: the next one that does not follow on it is set apart. */
  hasPrinted: boolean
}

interface Kept {
  readonly text: string
  readonly head: LineHead
}

/** Looks through one input, given as blocks of whole lines, and prints what is to be printed as it goes. */
export class GrepSearch {
  readonly #plan: SearchPlan
  readonly #pattern: Pattern
  readonly #printer: SearchPrinter
  readonly #state: GrepState
  readonly #name: string
  readonly #width: number
  readonly #separator: string
  readonly #hasContext: boolean
  #before: Kept[] = []
  #owed = 0
  #number = 0
  #offset = 0
  /** Number of the line after the last that was written. */
  #next = 0
  #count = 0
  #isHidden = false
  #isBlockEnded = true
  /** A file with NUL bytes: that it matches is all that is told. */
  isBinary = false

  constructor(
    tools: { readonly plan: SearchPlan; readonly pattern: Pattern; readonly printer: SearchPrinter; readonly state: GrepState },
    name: string,
    width: number,
  ) {
    this.#plan = tools.plan
    this.#pattern = tools.pattern
    this.#printer = tools.printer
    this.#state = tools.state
    this.#name = name
    this.#width = width
    this.#separator = tools.plan.isNul ? '\0' : '\n'
    this.#hasContext = tools.plan.hasContext
    if (tools.plan.isPassing) this.#owed = Infinity
  }

  get result(): GrepResult {
    return { count: this.#count, isHidden: this.#isHidden || (this.isBinary && this.#count > 0 && this.#shows) }
  }

  /** Nothing that is still to come can change what is told. */
  get isDone(): boolean {
    if (this.#count >= this.#plan.maxCount) return this.#owed === 0
    return this.#count > 0 && (!this.#isCounting || (this.isBinary && this.#shows))
  }

  get #shows(): boolean {
    return this.#plan.print === 'lines' || this.#plan.print === 'parts'
  }

  get #isCounting(): boolean {
    return this.#shows || this.#plan.print === 'count'
  }

  /** @param block lines with separators between them and none at the end */
  search(block: string, { isAscii, isEnded }: { readonly isAscii: boolean; readonly isEnded: boolean }): void {
    this.#isBlockEnded = isEnded
    const scanner = this.#plan.isInverted || this.#plan.isNul ? undefined : this.#pattern.scanner(isAscii)
    if (scanner !== undefined && this.#owed === 0 && !this.#hasContext) this.#scan(block, scanner, isAscii)
    else this.#each(block)
  }

  /** Jumps from match to match; lines between are only counted. */
  #scan(block: string, scanner: RegExp, isAscii: boolean): void {
    const { literal } = this.#pattern
    const { hasNumbers, hasOffsets } = this.#plan
    let counted = 0
    let from = 0
    let near = -1
    while (from <= block.length && !this.isDone) {
      if (literal !== '') {
        if (near < from) near = block.indexOf(literal, from)
        if (near < 0) break
        from = Math.max(from, near === 0 ? 0 : block.lastIndexOf('\n', near) + 1)
      }
      scanner.lastIndex = from
      const match = scanner.exec(block)
      if (match === null) break
      const start = match.index === 0 ? 0 : block.lastIndexOf('\n', match.index - 1) + 1
      const found = block.indexOf('\n', match.index)
      const end = found < 0 ? block.length : found
      if (hasNumbers) this.#number += newlines(block, counted, start)
      const offset = hasOffsets ? this.#offset + (isAscii ? start : bytesOf(block.slice(0, start)).length) : 0
      this.#select(block.slice(start, end), { number: this.#number + 1, offset, isEnded: found >= 0 || this.#isBlockEnded })
      counted = start
      from = end + 1
    }
    if (hasNumbers) this.#number += newlines(block, counted, block.length) + 1
    if (hasOffsets) this.#offset += (isAscii ? block.length : bytesOf(block).length) + 1
  }

  #each(block: string): void {
    const { isInverted, hasOffsets } = this.#plan
    for (let from = 0; from <= block.length && !this.isDone;) {
      const found = block.indexOf(this.#separator, from)
      const end = found < 0 ? block.length : found
      const text = block.slice(from, end)
      this.#number += 1
      const at = { number: this.#number, offset: this.#offset, isEnded: found >= 0 || this.#isBlockEnded }
      const isOver = this.#count >= this.#plan.maxCount
      const isSelected = this.#pattern.test(text) !== isInverted
      if (isSelected && !isOver) this.#select(text, at)
      else if ((this.#hasContext || this.#plan.isPassing) && this.#shows) this.#pass(text, at)
      if (hasOffsets) this.#offset += bytesOf(text).length + 1
      from = end + 1
    }
  }

  #select(text: string, at: Pick<LineHead, 'number' | 'offset' | 'isEnded'>): void {
    this.#count += 1
    if (!this.#shows || this.isBinary) return
    const head = { ...at, name: this.#name, width: this.#width }
    const first = this.#before[0]?.head.number ?? at.number
    if (this.#hasContext && this.#state.hasPrinted && (this.#next === 0 || first > this.#next)) this.#printer.separator()
    for (const kept of this.#before) this.#showNear(kept.text, kept.head)
    this.#before = []
    if (this.#plan.print === 'lines') this.#show(this.#printer.line(text, head, ':'))
    else if (!this.#plan.isInverted) this.#showParts(text, head)
    this.#next = at.number + 1
    this.#owed = this.#plan.isPassing ? Infinity : this.#plan.after
    this.#state.hasPrinted = true
  }

  /** A line near others. Where lines that do not match are asked for, it is the one that has parts to show. */
  #showNear(text: string, head: LineHead): void {
    if (this.#plan.print === 'lines') this.#show(this.#printer.line(text, head, '-'))
    else if (this.#plan.isInverted) this.#showParts(text, { ...head, mark: '-' })
  }

  #showParts(text: string, head: LineHead): void {
    this.#show(this.#printer.parts(text, head, (place) => bytesOf(text.slice(0, place)).length))
  }

  #show(isShown: boolean): void {
    if (!isShown) this.#isHidden = true
  }

  /** A line that does not match, near ones that may. */
  #pass(text: string, at: Pick<LineHead, 'number' | 'offset' | 'isEnded'>): void {
    const head = { ...at, name: this.#name, width: this.#width }
    if (this.#owed > 0) {
      this.#owed -= 1
      this.#next = at.number + 1
      if (!this.isBinary) this.#showNear(text, head)
      return
    }
    if (this.#plan.before === 0) return
    this.#before.push({ text, head })
    if (this.#before.length > this.#plan.before) this.#before.shift()
  }
}

function newlines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
