import type { GrepExpression } from './grep-expression'
import { matchesIn, type Pattern } from '../../regex/pattern'

/** What `git grep` shows of a file. */
export interface GrepStyle {
  readonly pattern: Pattern
  /** Patterns that are joined, where they are. */
  readonly expression?: GrepExpression | undefined
  /** Every term of the expression has to be in the file. */
  readonly wantsAll?: boolean
  readonly isInverted: boolean
  readonly list: 'with' | 'without' | undefined
  readonly isCount: boolean
  readonly isOnly: boolean
  readonly isNumbered: boolean
  readonly hasColumn: boolean
  readonly hasName: boolean
  readonly isNul: boolean
  readonly hasBreak: boolean
  readonly hasHeading: boolean
  readonly before: number
  readonly after: number
  readonly most: number
  readonly isColored: boolean
}

interface FileStyle extends GrepStyle {
  readonly name: string
  readonly isBinary: boolean
  /** No file had a hit so far. */
  readonly isFirst: boolean
}

const COLORS = {
  name: '\x1b[35m',
  number: '\x1b[32m',
  column: '\x1b[32m',
  separator: '\x1b[36m',
  match: '\x1b[1;31m',
  reset: '\x1b[m',
} as const

function painted(text: string, color: keyof typeof COLORS, style: GrepStyle): string {
  return style.isColored && text !== '' ? `${COLORS[color]}${text}${COLORS.reset}` : text
}

/** Lines of one file that match, as they are shown. */
export function grepFile(text: string, style: FileStyle): { readonly isHit: boolean; readonly text: string } {
  const lines = text.replace(/\n$/, '').split('\n')
  const all = text === '' ? [] : lines
  const hits: number[] = []
  const { expression } = style
  const test = expression?.test ?? ((line: string) => style.pattern.test(line))
  if (style.wantsAll && expression !== undefined && !expression.terms.every((term) => all.some(term))) return listed(style, false)
  for (const [i, line] of all.entries()) {
    if (hits.length >= style.most) break
    if (test(line) === style.isInverted) continue
    hits.push(i)
    if (style.list !== undefined || (style.isBinary && !style.isCount)) break
  }
  const isHit = hits.length > 0
  if (style.list !== undefined) return listed(style, isHit)
  if (!isHit) return { isHit, text: '' }
  if (style.isCount) {
    const lead = style.hasName ? painted(style.name, 'name', style) + (style.isNul ? '\0' : painted(':', 'separator', style)) : ''
    return { isHit, text: `${lead}${hits.length}\n` }
  }
  if (style.isBinary) return { isHit, text: `Binary file ${painted(style.name, 'name', style)} matches\n` }
  return { isHit, text: shownLines(all, hits, style) }
}

function listed(style: FileStyle, isHit: boolean): { readonly isHit: boolean; readonly text: string } {
  if (style.list === undefined) return { isHit, text: '' }
  const isShown = isHit === (style.list === 'with')
  return { isHit: isShown, text: isShown ? `${painted(style.name, 'name', style)}${style.isNul ? '\0' : '\n'}` : '' }
}

function shownLines(lines: readonly string[], hits: readonly number[], style: FileStyle): string {
  const isHit = new Set(hits)
  const isContext = style.before > 0 || style.after > 0
  let out = style.hasBreak && !style.isFirst ? '\n' : ''
  if (style.hasHeading && style.hasName) out += `${painted(style.name, 'name', style)}\n`
  if (isContext && !style.isFirst && !style.hasBreak) out += `${painted('--', 'separator', style)}\n`
  let last = -1
  for (const hit of hits) {
    const from = Math.max(last + 1, hit - style.before)
    if (isContext && last >= 0 && from > last + 1) out += `${painted('--', 'separator', style)}\n`
    for (let i = from; i < hit; i++) out += contextLine(lines[i] ?? '', i, style)
    out += hitLine(lines[hit] ?? '', hit, style)
    last = hit
    for (let i = hit + 1; i <= Math.min(lines.length - 1, hit + style.after) && !isHit.has(i); i++) {
      out += contextLine(lines[i] ?? '', i, style)
      last = i
    }
  }
  return out
}

function lead(sign: string, at: { readonly number: number; readonly column?: number }, style: FileStyle): string {
  const { number, column } = at
  const parted = painted(sign, 'separator', style)
  let out = ''
  if (style.hasName && !style.hasHeading) out += painted(style.name, 'name', style) + (style.isNul ? '\0' : parted)
  if (style.isNumbered) out += painted(String(number + 1), 'number', style) + parted
  if (style.hasColumn && column !== undefined) out += painted(String(column), 'column', style) + parted
  return out
}

function contextLine(line: string, number: number, style: FileStyle): string {
  return style.isOnly ? '' : `${lead('-', { number }, style)}${line}\n`
}

function columnOf(line: string, start: number): number {
  return new TextEncoder().encode(line.slice(0, start)).length + 1
}

function hitLine(line: string, number: number, style: FileStyle): string {
  if (style.isInverted) return style.isOnly ? '' : `${lead(':', { number }, style)}${line}\n`
  const first = style.pattern.exec(line)
  if (style.isOnly) {
    let out = ''
    for (const { start, end } of matchesIn(style.pattern, line))
      if (end > start)
        out += `${lead(':', { number, column: columnOf(line, start) }, style)}${painted(line.slice(start, end), 'match', style)}\n`
    return out
  }
  const head = lead(':', { number, column: columnOf(line, first?.start ?? 0) }, style)
  if (!style.isColored) return `${head}${line}\n`
  let out = ''
  let at = 0
  for (const { start, end } of matchesIn(style.pattern, line)) {
    out += line.slice(at, start) + painted(line.slice(start, end), 'match', style)
    at = end
  }
  return `${head}${out}${line.slice(at)}\n`
}
