import { momentOfMs, strftime } from '../dates/strftime'
import { zoneOf } from '../dates/zones'
import { textColumns } from '../text/width'
import type { Tool } from '../text/tool'
import { diskBytes, modeText, USER, type Look } from './look'
import { indicatorFor, LsColors, quotedAs } from './ls-names'
import type { LsHow } from './ls-options'
import { styledSize } from './sizes'

/** One name in a listing. */
export interface Entry {
  readonly name: string
  readonly look: Look
  /** What a link leads to; undefined where it leads nowhere. */
  readonly behind?: Look
}

const HALF_YEAR = 31_556_952 / 2

interface Cell {
  readonly text: string
  readonly width: number
}

/** Prints listings. */
export class LsPrinter {
  readonly #tool: Tool
  readonly #how: LsHow
  readonly #colors: LsColors
  #hasColored = false

  constructor(tool: Tool, how: LsHow) {
    this.#tool = tool
    this.#how = how
    this.#colors = new LsColors(tool.call.env.get('LS_COLORS'))
  }

  /** `total 8`, where blocks are shown. */
  total(entries: readonly Entry[]): void {
    const { format, blocks, end } = this.#how
    if (format !== 'long' && !this.#tool.options.has('blocks')) return
    const bytes = entries.reduce((sum, { look }) => sum + diskBytes(look), 0)
    this.#tool.out.putText(`total ${styledSize(bytes, blocks)}${end}`)
  }

  /** The name above a listing. */
  title(name: string): void {
    const { quoting, hidesControls } = this.#how
    const style = quoting === 'literal' ? 'literal' : quoting
    this.#tool.out.putText(`${quotedAs(name, style, hidesControls)}:\n`)
  }

  /** @param measured whose fields set the widths of columns */
  print(entries: readonly Entry[], measured = entries): void {
    const { out } = this.#tool
    const { format, end } = this.#how
    const prefixes = this.#prefixes(entries)
    const hasQuotes = this.#aligns() && entries.some((entry) => this.#plainName(entry) !== entry.name)
    const names = entries.map((entry) => this.#cell(entry, hasQuotes))
    if (format === 'long') {
      const fields = this.#longFields(measured)
      for (const [i, entry] of entries.entries())
        out.putText(`${prefixes[i] ?? ''}${fields[i] ?? ''} ${names[i]?.text ?? ''}${this.#linkPart(entry)}${end}`)
      return
    }
    const cells = names.map(({ text, width }, i) => ({ text: `${prefixes[i] ?? ''}${text}`, width: (prefixes[i] ?? '').length + width }))
    if (format === 'one' || (this.#how.width === 0 && format !== 'commas')) {
      const gap = format === 'one' ? end : '  '
      out.putText(cells.map(({ text }) => text).join(gap) + (cells.length === 0 ? '' : format === 'one' ? end : '\n'))
    } else if (format === 'commas') this.#commas(cells)
    else this.#columns(cells)
  }

  #aligns(): boolean {
    const { quoting, format } = this.#how
    return (quoting === 'shell-escape' || quoting === 'shell') && (format === 'long' || format === 'columns' || format === 'across')
  }

  #plainName({ name }: Entry): string {
    return quotedAs(name, this.#how.quoting, this.#how.hidesControls)
  }

  /** Inode and blocks, padded to each other. */
  #prefixes(entries: readonly Entry[]): readonly string[] {
    const { options } = this.#tool
    const { format } = this.#how
    const pad = (texts: readonly string[]): readonly string[] => {
      const width = format === 'commas' ? 0 : Math.max(0, ...texts.map((text) => text.length))
      return texts.map((text) => `${text.padStart(width)} `)
    }
    const inodes = options.has('inode') ? pad(entries.map(({ look }) => String(look.ino))) : []
    const blocks = options.has('blocks') ? pad(entries.map(({ look }) => styledSize(diskBytes(look), this.#how.blocks))) : []
    return entries.map((_, i) => (inodes[i] ?? '') + (blocks[i] ?? ''))
  }

  #colored(text: string, code: string | undefined): string {
    if (!this.#how.hasColor || code === undefined) return text
    const start = this.#hasColored ? '' : '\u001b[0m'
    this.#hasColored = true
    return `${start}\u001b[${code}m${text}\u001b[0m`
  }

  #cell(entry: Entry, hasQuotes: boolean): Cell {
    const { indicator, format } = this.#how
    const plain = this.#plainName(entry)
    const pad = hasQuotes && plain === entry.name ? ' ' : ''
    const sign = format === 'long' && entry.look.type === 'link' ? '' : indicatorFor(entry.look, indicator)
    const isOrphan = entry.look.type === 'link' && entry.behind === undefined
    const text = this.#colored(plain, this.#colors.of(entry.name, entry.look, isOrphan))
    return { text: pad + text + sign, width: pad.length + textColumns(plain) + sign.length }
  }

  #linkPart({ look, behind }: Entry): string {
    if (look.target === undefined) return ''
    const { quoting, hidesControls, indicator } = this.#how
    const plain = quotedAs(look.target, quoting, hidesControls)
    const shown = behind === undefined ? plain : this.#colored(plain, this.#colors.of(look.target, behind, false))
    return ` -> ${shown}${behind === undefined ? '' : indicatorFor(behind, indicator)}`
  }

  #longFields(entries: readonly Entry[]): readonly string[] {
    const { options } = this.#tool
    const { sizes } = this.#how
    const owner = options.has('numeric') ? String(USER.id) : USER.name
    const hasGroup = !options.has('no-group') && !options.has('long-no-group')
    const columns = [
      entries.map(({ look }) => String(look.nlink)),
      ...(options.has('no-owner') ? [] : [entries.map(() => owner)]),
      ...(hasGroup ? [entries.map(() => owner)] : []),
      ...(options.has('author') ? [entries.map(() => owner)] : []),
      entries.map(({ look }) => (look.type === 'device' ? '1, 3' : styledSize(look.size, sizes))),
      this.#dates(entries),
    ]
    const padded = columns.map((texts) => {
      const width = Math.max(0, ...texts.map((text) => text.length))
      return texts.map((text) => text.padStart(width))
    })
    return entries.map(({ look }, i) => [modeText(look), ...padded.map((texts) => texts[i] ?? '')].join(' '))
  }

  #dates(entries: readonly Entry[]): readonly string[] {
    const { call } = this.#tool
    const zone = zoneOf(call.env.get('TZ'))
    const now = call.system.clock.now() / 1000
    const { time, timeFormats } = this.#how
    return entries.map(({ look }) => {
      const moment = momentOfMs(look[time])
      const isRecent = moment.seconds > now - HALF_YEAR && look[time] / 1000 <= now + 1
      return strftime(timeFormats[isRecent ? 1 : 0], moment, zone)
    })
  }

  #commas(cells: readonly Cell[]): void {
    let line = 0
    let text = ''
    for (const [i, cell] of cells.entries()) {
      if (i > 0) {
        const isFitting = this.#how.width === 0 || line + cell.width + 2 < this.#how.width
        text += isFitting ? ', ' : ',\n'
        line = isFitting ? line + 2 : 0
      }
      text += cell.text
      line += cell.width
    }
    this.#tool.out.putText(cells.length === 0 ? '' : `${text}\n`)
  }

  #columns(cells: readonly Cell[]): void {
    const { width, format } = this.#how
    const count = columnCount(cells, width, format === 'columns')
    const rows = Math.ceil(cells.length / count)
    const placeOf = (i: number): number => (format === 'columns' ? Math.floor(i / rows) : i % count)
    const widths: number[] = []
    for (const [i, cell] of cells.entries()) widths[placeOf(i)] = Math.max(widths[placeOf(i)] ?? 3, cell.width + 2)
    const tab = this.#how.hasColor ? 0 : Number(this.#tool.options.value('tab-size') ?? 8)
    for (let row = 0; row < rows; row++) {
      let text = ''
      let at = 0
      let column = 0
      for (let i = format === 'columns' ? row : row * count; i < cells.length && column < count; i += format === 'columns' ? rows : 1) {
        const cell = cells[i]
        if (cell === undefined) break
        const start = widths.slice(0, column).reduce((sum, one) => sum + one, 0)
        text += gap(at, start, tab) + cell.text
        at = start + cell.width
        column += 1
      }
      this.#tool.out.putText(`${text}\n`)
    }
  }
}

/** Blanks from one column to another, tabs where they reach. */
function gap(from: number, to: number, tab: number): string {
  let text = ''
  let at = from
  while (at < to) {
    if (tab !== 0 && Math.floor(to / tab) > Math.floor((at + 1) / tab)) {
      text += '\t'
      at += tab - (at % tab)
    } else {
      text += ' '
      at += 1
    }
  }
  return text
}

/** As many columns as fit. */
function columnCount(cells: readonly Cell[], width: number, isVertical: boolean): number {
  for (let count = Math.min(cells.length, Math.max(1, Math.floor(width / 3))); count > 1; count--) {
    const rows = Math.ceil(cells.length / count)
    const widths: number[] = []
    for (const [i, cell] of cells.entries()) {
      const at = isVertical ? Math.floor(i / rows) : i % count
      widths[at] = Math.max(widths[at] ?? 3, cell.width + (at === count - 1 ? 0 : 2))
    }
    const last = widths.length
    if (last === count || !isVertical || widths.length > 0)
      if (widths.reduce((sum, one) => sum + one, 0) + 3 * (count - last) < width) return count
  }
  return 1
}
