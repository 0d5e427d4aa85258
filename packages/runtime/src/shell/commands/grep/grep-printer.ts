import { matchesIn, type Pattern } from '../../regex/pattern'
import type { OutputBuffer } from '../../streams/buffered'
import type { GrepColors } from './grep-colors'
import type { GrepPlan } from './grep-options'
import type { LineHead, SearchPrinter } from './grep-search'

/** A byte that is no UTF-8. */
const BAD_BYTE = /[\uDC80-\uDCFF]/
const MAYBE_BAD = /[\uDC80-\uDCFF]/
const PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g

/** Whether a text holds bytes that are no UTF-8. */
export function hasBadBytes(text: string): boolean {
  return MAYBE_BAD.test(text) && BAD_BYTE.test(text.replace(PAIR, ''))
}

/** Writes lines as grep does: names, numbers, colours. */
export class GrepPrinter implements SearchPrinter {
  readonly #plan: GrepPlan
  readonly #out: OutputBuffer
  readonly #pattern: Pattern
  readonly #colors: GrepColors
  readonly #end: string
  /** Whether names are written. */
  hasNames = false

  constructor(plan: GrepPlan, out: OutputBuffer, how: { readonly pattern: Pattern; readonly colors: GrepColors }) {
    this.#plan = plan
    this.#colors = how.colors
    this.#out = out
    this.#pattern = how.pattern
    this.#end = plan.isNul ? '\0' : '\n'
  }

  /** @returns false where the line cannot be shown because it is no text */
  line(text: string, head: LineHead, mark: ':' | '-'): boolean {
    if (this.#isHidden(text)) return false
    const isMatch = mark === ':'
    const shown = this.#plan.isColored && isMatch !== this.#plan.isInverted ? this.#painted(text, isMatch) : text
    this.#out.put(this.#head(head, mark, text !== '') + shown + this.#end)
    return true
  }

  /** The parts of a line that match. @returns false where one cannot be shown */
  parts(text: string, head: LineHead, offsetOf: (at: number) => number): boolean {
    for (const match of matchesIn(this.#pattern, text)) {
      if (match.end === match.start) continue
      const part = text.slice(match.start, match.end)
      if (this.#isHidden(part)) return false
      const offset = this.#plan.hasOffsets ? head.offset + offsetOf(match.start) : 0
      this.#out.put(
        this.#head({ ...head, offset }, head.mark ?? ':', true) +
          (this.#plan.isColored ? this.#sgr(this.#colors.match, part) : part) +
          this.#end,
      )
    }
    return true
  }

  separator(): void {
    const { separator, isColored } = this.#plan
    if (separator !== undefined) this.#out.put(`${isColored ? this.#sgr(this.#colors.separator, separator) : separator}\n`)
  }

  count(name: string, count: number): void {
    this.#out.put(`${this.hasNames ? this.#name(name, ':') : ''}${count}\n`)
  }

  listed(name: string): void {
    const shown = this.#plan.isColored ? this.#sgr(this.#colors.name, name) : name
    this.#out.put(shown + (this.#plan.hasNulNames ? '\0' : '\n'))
  }

  #isHidden(text: string): boolean {
    return this.#plan.binary !== 'text' && hasBadBytes(text)
  }

  #sgr(code: string, text: string): string {
    if (code === '') return text
    const clear = this.#colors.clears ? '\u001b[K' : ''
    return `\u001b[${code}m${clear}${text}\u001b[m${clear}`
  }

  #mark(mark: string): string {
    return this.#plan.isColored ? this.#sgr(this.#colors.separator, mark) : mark
  }

  #name(name: string, mark: string): string {
    const shown = this.#plan.isColored ? this.#sgr(this.#colors.name, name) : name
    return shown + (this.#plan.hasNulNames ? '\0' : this.#mark(mark))
  }

  #number(value: number, width: number, color: string): string {
    const text = String(value).padStart(width)
    return this.#plan.isColored ? this.#sgr(color, text) : text
  }

  #head({ name, number, offset, width }: LineHead, mark: string, hasText: boolean): string {
    const { hasNumbers, hasOffsets, isAligned } = this.#plan
    let out = this.hasNames ? this.#name(name, mark) : ''
    if (hasNumbers) out += this.#number(number, width, this.#colors.number) + this.#mark(mark)
    if (hasOffsets) out += this.#number(offset, width, this.#colors.offset) + this.#mark(mark)
    return isAligned && hasText && out !== '' ? `${out}\t` : out
  }

  #painted(text: string, isSelected: boolean): string {
    const code = isSelected ? this.#colors.match : this.#colors.context
    let out = ''
    let at = 0
    for (const match of matchesIn(this.#pattern, text)) {
      if (match.end === match.start) continue
      out += text.slice(at, match.start) + this.#sgr(code, text.slice(match.start, match.end))
      at = match.end
    }
    return out + text.slice(at)
  }
}
