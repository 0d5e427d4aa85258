import type { Pattern, PatternMatch } from '../../regex/pattern'
import type { OutputBuffer } from '../../streams/buffered'
import { bytesOf } from '../../text'
import type { LineHead, SearchPrinter } from '../grep/grep-search'
import { jsonLine, type JsonTally } from './rg-json'
import { lineMatches } from './rg-matches'

/** How lines are written. */
export interface RgLook {
  readonly hasNumbers: boolean
  readonly hasColumns: boolean
  readonly hasOffsets: boolean
  readonly hasHeading: boolean
  readonly isVimgrep: boolean
  readonly isJson: boolean
  readonly isColored: boolean
  readonly isTrimmed: boolean
  readonly isInverted: boolean
  readonly hasNulNames: boolean
  readonly isParts: boolean
  readonly maxColumns: number
  readonly replacement: string | undefined
  readonly separator: string | undefined
}

/** Writes lines as ripgrep does. */
export class RgPrinter implements SearchPrinter {
  readonly #look: RgLook
  readonly #out: OutputBuffer
  readonly #pattern: Pattern
  /** Whether names are written. */
  hasNames = false
  /** The file of lines that come. */
  #file = ''
  #isFresh = true
  #hasWritten = false
  readonly tally: JsonTally = { lines: 0, matches: 0, printed: 0, searched: 0, files: 0 }

  constructor(look: RgLook, out: OutputBuffer, pattern: Pattern) {
    this.#look = look
    this.#out = out
    this.#pattern = pattern
  }

  begin(file: string): void {
    this.#file = file
    this.#isFresh = true
  }

  get hasBegun(): boolean {
    return !this.#isFresh
  }

  line(text: string, head: LineHead, mark: ':' | '-'): boolean {
    this.#opened()
    const isMatch = mark === ':'
    if (this.#look.isJson) {
      const found = isMatch === this.#look.isInverted ? { text, matches: [] } : lineMatches(this.#pattern, text)
      this.json(jsonLine({ path: head.name, text, isMatch, head, found }, this.tally))
      return true
    }
    if (this.#look.isVimgrep && isMatch && !this.#look.isInverted) {
      const found = lineMatches(this.#pattern, text)
      for (const match of found.matches) this.#write(text, head, { mark, column: this.#columnOf(found.text, match) })
      return true
    }
    const match = isMatch && this.#look.hasColumns && !this.#look.isInverted ? this.#pattern.exec(text) : undefined
    this.#write(text, head, { mark, column: match && this.#columnOf(text, match) })
    return true
  }

  /** Every match by itself. */
  parts(text: string, head: LineHead, offsetOf: (at: number) => number): boolean {
    this.#opened()
    const found = lineMatches(this.#pattern, text)
    const before = found.text === text ? offsetOf : (at: number): number => bytesOf(found.text.slice(0, at)).length
    for (const match of found.matches) {
      const part = this.#look.replacement === undefined ? (match.group(0) ?? '') : this.#filled(match)
      const offset = this.#look.hasOffsets ? head.offset + before(match.start) : 0
      this.#put(this.#head({ ...head, offset }, ':', this.#columnOf(found.text, match)) + this.#paint('\u001b[1m\u001b[31m', part))
    }
    return true
  }

  /** What a match of several lines has of one of them. */
  part(text: string, head: LineHead): void {
    this.#opened()
    this.#put(this.#head(head, ':', undefined) + this.#paint('\u001b[1m\u001b[31m', text))
  }

  /** What cannot be written of a match that goes on in the next line. */
  get lacksLines(): string | undefined {
    const { replacement, isColored, isJson, isVimgrep, hasColumns, isParts, hasOffsets } = this.#look
    if (replacement !== undefined) return '--replace'
    if (isJson) return '--json'
    if (isVimgrep) return '--vimgrep'
    if (hasColumns) return '--column'
    if (isParts && hasOffsets) return '--byte-offset with --only-matching'
    return isColored ? '--color' : undefined
  }

  separator(): void {
    if (this.#look.separator !== undefined && !this.#look.isJson) this.#out.put(`${this.#look.separator}\n`)
  }

  named(name: string, rest = ''): void {
    this.#out.put(this.#name(name) + rest)
  }

  json(value: unknown): void {
    const text = `${JSON.stringify(value)}\n`
    this.tally.printed += text.length
    this.#out.put(text)
  }

  /** `name:5`, or the count alone. */
  count(name: string, count: number): void {
    const mark = this.#look.hasNulNames ? '\0' : ':'
    this.#out.put(this.hasNames ? `${this.#name(name)}${mark}${count}\n` : `${count}\n`)
  }

  #opened(): void {
    if (!this.#isFresh) return
    this.#isFresh = false
    if (this.#look.isJson) this.json({ type: 'begin', data: { path: { text: this.#file } } })
    else if (this.#look.hasHeading && this.hasNames) {
      if (this.#hasWritten) this.#out.put('\n')
      this.#out.put(this.#name(this.#file) + (this.#look.hasNulNames ? '\0' : '\n'))
    }
    this.#hasWritten = true
  }

  #write(text: string, head: LineHead, { mark, column }: { readonly mark: ':' | '-'; readonly column: number | undefined }): void {
    const prefix = this.#head(head, mark, this.#look.hasColumns ? column : undefined)
    const isMarked = (mark === ':') !== this.#look.isInverted
    if (bytesOf(text).length > this.#look.maxColumns) {
      return this.#put(prefix + (mark === ':' ? '[Omitted long matching line]' : '[Omitted long context line]'))
    }
    const shown = isMarked ? this.#marked(text) : text
    this.#put(prefix + (this.#look.isTrimmed ? shown.replace(/^[ \t\n\v\f\r]+/, '') : shown))
  }

  #marked(text: string): string {
    const { replacement, isColored } = this.#look
    if (replacement === undefined && !isColored) return text
    const found = lineMatches(this.#pattern, text)
    let out = ''
    let at = 0
    for (const match of found.matches) {
      out += found.text.slice(at, match.start)
      out += this.#paint('\u001b[1m\u001b[31m', replacement === undefined ? found.text.slice(match.start, match.end) : this.#filled(match))
      at = match.end
    }
    return out + found.text.slice(at)
  }

  #filled(match: PatternMatch): string {
    const template = this.#look.replacement ?? ''
    return template.replace(/\$(?:\$|(\w+)|\{([^}]+)\})/g, (_, plain: string | undefined, braced: string | undefined) => {
      const name = plain ?? braced
      if (name === undefined) return '$'
      const index = /^\d+$/.test(name) ? Number(name) : this.#pattern.names.get(name)
      return index === undefined ? '' : (match.group(index) ?? '')
    })
  }

  #columnOf(text: string, match: PatternMatch): number {
    return bytesOf(text.slice(0, match.start)).length + 1
  }

  #paint(code: string, text: string): string {
    return this.#look.isColored && text !== '' ? `\u001b[0m${code}${text}\u001b[0m` : text
  }

  #name(name: string): string {
    return this.#paint('\u001b[35m', name)
  }

  #head(head: LineHead, mark: string, column: number | undefined): string {
    const { hasNumbers, hasColumns, hasOffsets, hasHeading, hasNulNames } = this.#look
    let out = this.hasNames && !hasHeading ? this.#name(head.name) + (hasNulNames ? '\0' : mark) : ''
    if (hasNumbers) out += this.#paint('\u001b[32m', String(head.number)) + mark
    if (hasColumns && column !== undefined) out += this.#paint('', String(column)) + mark
    if (hasOffsets) out += this.#paint('', String(head.offset)) + mark
    return out
  }

  #put(text: string): void {
    this.#out.put(`${text}\n`)
  }
}
