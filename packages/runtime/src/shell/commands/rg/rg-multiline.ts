import { matchesIn, type Pattern, type PatternMatch } from '../../regex/pattern'
import { bytesOf } from '../../text'
import type { LineHead, SearchPlan } from '../grep/grep-search'
import type { RgPrinter } from './rg-printer'

/** Whether a match goes on in the next line. If none does, lines are searched one by one. */
export function spansLines(pattern: Pattern, text: string): boolean {
  for (const match of matchesIn(pattern, text)) if (text.slice(match.start, match.end).includes('\n')) return true
  return false
}

/** What a search over several lines at once needs. */
export interface MultilineJob {
  readonly plan: SearchPlan
  readonly pattern: Pattern
  readonly printer: RgPrinter
  readonly name: string
}

/** Looks for matches that may span lines, and prints every line that has a part of one. @returns number of lines printed as matches */
export function searchMultiline(text: string, { plan, pattern, printer, name }: MultilineJob): number {
  const isEnded = text.endsWith('\n')
  const lines = (isEnded ? text.slice(0, -1) : text).split('\n')
  const starts: number[] = []
  let sum = 0
  for (const line of lines) {
    starts.push(sum)
    sum += line.length + 1
  }
  if (plan.print === 'count' && !plan.isInverted) return Math.min([...matchesIn(pattern, text)].length, plan.maxCount)
  const hits = hitLines(text, pattern, starts)
  let count = 0
  let last = -1
  for (const [i, line] of lines.entries()) {
    const isHit = hits.has(i) !== plan.isInverted
    if (isHit && count < plan.maxCount) count += 1
    else if (!isNear(i, hits, plan)) continue
    if (plan.print !== 'lines' && plan.print !== 'parts') continue
    const offset = plan.hasOffsets ? bytesOf(text.slice(0, starts[i])).length : 0
    const head: LineHead = { name, number: i + 1, offset, width: 0, isEnded: i < lines.length - 1 || isEnded }
    if (plan.hasContext && last >= 0 && i > last + 1) printer.separator()
    last = i
    if (plan.print === 'parts' && isHit) {
      for (const part of partsOf(text, hits.get(i) ?? [], starts[i] ?? 0)) printer.part(part, head)
    } else printer.line(line, head, isHit ? ':' : '-')
  }
  return count
}

/** What matches have of the line that starts at `start`. */
function partsOf(text: string, matches: readonly PatternMatch[], start: number): readonly string[] {
  const end = text.indexOf('\n', start)
  const stop = end < 0 ? text.length : end
  return matches
    .map((match) => text.slice(Math.max(match.start, start), Math.min(match.end, stop)))
    .filter((part, index) => part !== '' || (matches[index]?.start ?? 0) >= start)
}

/** Lines with a part of a match, and those matches. */
function hitLines(text: string, pattern: Pattern, starts: readonly number[]): ReadonlyMap<number, readonly PatternMatch[]> {
  const hits = new Map<number, PatternMatch[]>()
  let line = 0
  for (const match of matchesIn(pattern, text)) {
    while ((starts[line + 1] ?? Infinity) <= match.start) line += 1
    const end = Math.max(match.end - 1, match.start)
    for (let i = line; (starts[i] ?? Infinity) <= end; i++) hits.set(i, [...(hits.get(i) ?? []), match])
  }
  return hits
}

function isNear(line: number, hits: ReadonlyMap<number, unknown>, { before, after, isPassing, isInverted }: SearchPlan): boolean {
  if (isPassing) return true
  for (let i = line - after; i <= line + before; i++) if (i >= 0 && hits.has(i) !== isInverted) return true
  return false
}
