import { textOf } from '../../../text'
import type { DiffPlan } from './diff-plan'
import type { FileChange } from './file-change'
import { lineChanges } from './line-diff'
import { linesOf } from './lines'
import { COLORS, isBinary } from './patch'

/** `--check`: whitespace errors and left conflict markers in lines that came. */
export function checked(changes: readonly FileChange[], plan: DiffPlan): string {
  let out = ''
  for (const change of changes) {
    const bytes = change.fresh?.read()
    if (bytes === undefined || isBinary(bytes)) continue
    const lines = linesOf(textOf(bytes))
    const path = change.fresh?.path ?? ''
    const all = lineChanges(linesOf(textOf(change.old?.read() ?? new Uint8Array())), lines, plan.patch)
    for (const { b0, b1 } of all) for (let i = b0; i < b1; i++) out += checkLine(lines[i] ?? '', `${path}:${i + 1}`, plan)
    out += blankEnd(lines, all, path)
  }
  return out
}

function checkLine(line: string, place: string, plan: DiffPlan): string {
  const text = line.replace(/\n$/, '')
  if (/^(<{7}|={7}|>{7}|\|{7})(\s|$)/.test(text)) return `${place}: leftover conflict marker\n`
  const faults: string[] = []
  if (/[ \t\r\f\v]$/.test(text)) faults.push('trailing whitespace')
  if (/^[\t ]* \t/.test(text)) faults.push('space before tab in indent')
  if (faults.length === 0) return ''
  const shown = plan.patch.isColored ? `${COLORS.fresh}+${COLORS.reset}${text}` : `+${text}`
  return `${place}: ${faults.join(', ')}.\n${shown}\n`
}

function blankEnd(lines: readonly string[], changes: readonly { readonly b0: number; readonly b1: number }[], path: string): string {
  let first = lines.length
  while (first > 0 && (lines[first - 1] ?? '').trim() === '') first -= 1
  const isNew = first < lines.length && changes.some(({ b0, b1 }) => b0 <= first && first < b1)
  return isNew ? `${path}:${first + 1}: new blank line at EOF.\n` : ''
}
