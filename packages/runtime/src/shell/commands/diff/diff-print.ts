import type { Pattern } from '../../regex/pattern'
import type { Change } from './diff-script'
import { withoutTabs, type DiffTexts, type ShownChange } from './diff-text'

/** How changes are written. */
export interface PrintHow {
  readonly style: 'normal' | 'unified' | 'context' | 'ed' | 'forward-ed' | 'rcs'
  readonly context: number
  /** Lines that begin a function, shown beside hunks. */
  readonly section: Pattern | undefined
  readonly titles: readonly [string, string]
  readonly hasColor: boolean
  readonly initialTab: boolean
  /** No blank before a line that is empty. */
  readonly isBlankBare: boolean
  /** Columns of a tab; undefined: tabs stay. */
  readonly tabSize: number | undefined
}

const COLORS = { head: '1', line: '36', add: '32', delete: '31' } as const

class Printer {
  readonly #texts: DiffTexts
  readonly #how: PrintHow
  #out = ''

  constructor(texts: DiffTexts, how: PrintHow) {
    this.#texts = texts
    this.#how = how
  }

  all(changes: readonly ShownChange[]): string {
    const { style } = this.#how
    if (style === 'unified' || style === 'context') this.#hunks(changes)
    else if (style === 'ed') for (const change of changes.toReversed()) this.#ed(change)
    else for (const change of changes) if (!change.isIgnored) this.#plain(change)
    return this.#out
  }

  #put(text: string, color?: keyof typeof COLORS): void {
    this.#out += this.#how.hasColor && color !== undefined ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text
    this.#out += '\n'
  }

  /** What stands before a line. */
  #mark(mark: string, isEmpty: boolean): string {
    const { style, initialTab, isBlankBare } = this.#how
    if (isEmpty && isBlankBare) return mark.trimEnd()
    if (style !== 'unified') return mark + (initialTab ? '\t' : ' ')
    return initialTab ? `${mark.trimEnd()}\t` : mark
  }

  #line(mark: string, side: 0 | 1, at: number): void {
    const { lines, isUnended } = this.#texts[side]
    const { tabSize } = this.#how
    const line = lines[at] ?? ''
    const color = '+>'.includes(mark) ? 'add' : '-<'.includes(mark) ? 'delete' : undefined
    const isLast = isUnended && at === lines.length - 1
    this.#put(this.#mark(mark, line === '' && !isLast) + (tabSize === undefined ? line : withoutTabs(line, tabSize)), color)
    if (isLast) this.#out += '\\ No newline at end of file\n'
  }

  #plain(change: Change): void {
    const { line0, line1, deleted, inserted } = change
    if (this.#how.style === 'forward-ed') return this.#forwardEd(change)
    if (this.#how.style === 'rcs') {
      if (deleted > 0) this.#out += `d${line0 + 1} ${deleted}\n`
      if (inserted > 0) this.#out += `a${line0 + deleted} ${inserted}\n`
      const { lines, isUnended } = this.#texts[1]
      for (let i = line1; i < line1 + inserted; i++) this.#out += (lines[i] ?? '') + (isUnended && i === lines.length - 1 ? '' : '\n')
      return
    }
    const letter = deleted === 0 ? 'a' : inserted === 0 ? 'd' : 'c'
    this.#put(`${span(line0, deleted)}${letter}${span(line1, inserted)}`, 'line')
    for (let i = 0; i < deleted; i++) this.#line('<', 0, line0 + i)
    if (deleted > 0 && inserted > 0) this.#out += '---\n'
    for (let i = 0; i < inserted; i++) this.#line('>', 1, line1 + i)
  }

  /** What looks like commands for ed, first first. */
  #forwardEd({ line0, line1, deleted, inserted }: Change): void {
    const letter = deleted === 0 ? 'a' : inserted === 0 ? 'd' : 'c'
    this.#out += `${letter}${span(line0, deleted).replace(',', ' ')}\n`
    if (inserted === 0) return
    for (let i = 0; i < inserted; i++) this.#out += `${this.#texts[1].lines[line1 + i] ?? ''}\n`
    this.#out += '.\n'
  }

  /** Commands for ed, last first. A line that is only a dot is put in with another before it. */
  #ed({ line0, line1, deleted, inserted, isIgnored }: ShownChange): void {
    if (isIgnored) return
    const letter = deleted === 0 ? 'a' : inserted === 0 ? 'd' : 'c'
    this.#out += `${span(line0, deleted)}${letter}\n`
    if (inserted === 0) return
    let isOpen = true
    for (let i = 0; i < inserted; i++) {
      const text = this.#texts[1].lines[line1 + i] ?? ''
      if (!isOpen) this.#out += 'a\n'
      isOpen = text !== '.'
      this.#out += text === '.' ? '..\n.\ns/.//\n' : `${text}\n`
    }
    if (isOpen) this.#out += '.\n'
  }

  #hunks(changes: readonly ShownChange[]): void {
    const { titles, context, style } = this.#how
    let hasTitle = false
    for (const hunk of grouped(changes, context)) {
      if (hunk.every(({ isIgnored }) => isIgnored)) continue
      if (!hasTitle) {
        this.#put(`${style === 'unified' ? '---' : '***'} ${titles[0]}`, 'head')
        this.#put(`${style === 'unified' ? '+++' : '---'} ${titles[1]}`, 'head')
        hasTitle = true
      }
      if (style === 'unified') this.#unified(hunk)
      else this.#context(hunk)
    }
  }

  #bounds(hunk: readonly Change[]): { readonly from: readonly [number, number]; readonly to: readonly [number, number] } {
    const [first, last] = [hunk[0], hunk.at(-1)]
    const { context } = this.#how
    if (first === undefined || last === undefined) return { from: [0, 0], to: [0, 0] }
    const end0 = last.line0 + last.deleted
    const end1 = last.line1 + last.inserted
    const sizes = [this.#texts[0].lines.length, this.#texts[1].lines.length] as const
    return {
      from: [first.line0 - Math.min(context, first.line0), first.line1 - Math.min(context, first.line1)],
      to: [Math.min(sizes[0], end0 + context), Math.min(sizes[1], end1 + context)],
    }
  }

  #section(line: number): string {
    const { section } = this.#how
    if (section === undefined) return ''
    for (let at = line - 1; at >= 0; at--) {
      const text = this.#texts[0].lines[at] ?? ''
      if (section.test(text)) return ` ${text.replace(/^\s+/, '').slice(0, 40).trimEnd()}`
    }
    return ''
  }

  #unified(hunk: readonly Change[]): void {
    const { from, to } = this.#bounds(hunk)
    this.#put(`@@ -${range(from[0], to[0])} +${range(from[1], to[1])} @@${this.#section(from[0])}`, 'line')
    let at = from[0]
    for (const { line0, line1, deleted, inserted } of hunk) {
      for (; at < line0; at++) this.#line(' ', 0, at)
      for (let i = 0; i < deleted; i++) this.#line('-', 0, line0 + i)
      for (let i = 0; i < inserted; i++) this.#line('+', 1, line1 + i)
      at = line0 + deleted
    }
    for (; at < to[0]; at++) this.#line(' ', 0, at)
  }

  #context(hunk: readonly Change[]): void {
    const { from, to } = this.#bounds(hunk)
    this.#out += `***************${this.#section(from[0])}\n`
    this.#put(`*** ${span(from[0], to[0] - from[0])} ****`, 'line')
    if (hunk.some(({ deleted }) => deleted > 0)) this.#contextSide(0, hunk, [from[0], to[0]])
    this.#put(`--- ${span(from[1], to[1] - from[1])} ----`, 'line')
    if (hunk.some(({ inserted }) => inserted > 0)) this.#contextSide(1, hunk, [from[1], to[1]])
  }

  #contextSide(side: 0 | 1, hunk: readonly Change[], [from, to]: readonly [number, number]): void {
    for (let at = from; at < to; at++) {
      const change = hunk.find(({ line0, line1, deleted, inserted }) =>
        side === 0 ? at >= line0 && at < line0 + deleted : at >= line1 && at < line1 + inserted,
      )
      const isBoth = change !== undefined && change.deleted > 0 && change.inserted > 0
      this.#line(change === undefined ? ' ' : isBoth ? '!' : side === 0 ? '-' : '+', side, at)
    }
  }
}

/** `3`, `3,5`; where there is no line, the one before. */
function span(start: number, count: number): string {
  if (count <= 1) return String(count === 0 ? start : start + 1)
  return `${start + 1},${start + count}`
}

function range(from: number, to: number): string {
  const count = to - from
  return count === 1 ? String(from + 1) : `${count === 0 ? from : from + 1},${count}`
}

/** Changes that share their context. */
function grouped(changes: readonly ShownChange[], context: number): readonly (readonly ShownChange[])[] {
  const groups: ShownChange[][] = []
  let last: ShownChange | undefined
  for (const change of changes) {
    const room = change.isIgnored ? context : 2 * context + 1
    if (last !== undefined && change.line0 - (last.line0 + last.deleted) < room) groups.at(-1)?.push(change)
    else groups.push([change])
    last = change
  }
  return groups
}

/** The text of a comparison. */
export function printChanges(texts: DiffTexts, changes: readonly ShownChange[], how: PrintHow): string {
  return new Printer(texts, how).all(changes)
}
