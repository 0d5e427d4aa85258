import { compilePattern } from '../../regex/pattern'
import { fatal } from './git-error'

/** Lines that `-L` names, from 0, the end not included. Places are searched from `anchor` on. @throws GitError */
export function lineRange(
  text: string,
  lines: readonly string[],
  what: { readonly path: string; readonly anchor: number },
): readonly [from: number, to: number] {
  if (text.startsWith(':')) return functionRange(text.slice(1), lines, what)
  const { first, rest } = parted(text)
  const from = first === '' ? 0 : placeOf(first, lines, { ...what, base: undefined })
  if (rest === undefined) return checked([from, lines.length], lines, what.path)
  const relative = /^([+-])(\d+)$/.exec(rest)
  if (relative !== null) {
    const count = Number(relative[2])
    if (count === 0) fatal('-L invalid empty range')
    return checked(
      relative[1] === '+' ? [from, Math.min(lines.length, from + count)] : [Math.max(0, from - count + 1), from + 1],
      lines,
      what.path,
    )
  }
  const to = rest === '' ? lines.length : placeOf(rest, lines, { ...what, base: from }) + 1
  return checked(to <= from ? [to - 1, from + 1] : [from, Math.min(to, lines.length)], lines, what.path)
}

function checked(range: readonly [number, number], lines: readonly string[], path: string): readonly [number, number] {
  if (range[0] >= lines.length && !(range[0] === 0 && lines.length === 0))
    fatal(`file ${path} has only ${lines.length} line${lines.length === 1 ? '' : 's'}`)
  return range
}

function parted(text: string): { readonly first: string; readonly rest: string | undefined } {
  const expression = /^\^?\/(?:[^/\\]|\\.)*\//.exec(text)
  const end = expression === null ? text.indexOf(',') : expression[0].length
  if (end < 0 || end >= text.length) return { first: text, rest: undefined }
  return { first: text.slice(0, end), rest: text.slice(end + 1) }
}

function placeOf(
  text: string,
  lines: readonly string[],
  how: { readonly path: string; readonly anchor: number; readonly base: number | undefined },
): number {
  if (/^\d+$/.test(text)) return Number(text) === 0 ? fatal('-L invalid line number: 0') : Number(text) - 1
  const match = /^(\^?)\/(.*)\/$/s.exec(text) ?? fatal(`-L argument not 'start,end:file' or ':funcname:file': ${text}`)
  const pattern = compilePattern((match[2] ?? '').replace(/\\\//g, '/'), { dialect: 'bre' })
  const from = how.base === undefined ? (match[1] === '^' ? 0 : how.anchor) : how.base + 1
  const found = lines.findIndex((line, i) => i >= from && pattern.test(line.replace(/\n$/, '')))
  return found < 0 ? fatal(`-L parameter '${match[2] ?? ''}' starting at line ${from + 1}: No match`) : found
}

/** From a line that looks like a function's head to the next such line. */
function functionRange(
  source: string,
  lines: readonly string[],
  what: { readonly path: string; readonly anchor: number },
): readonly [number, number] {
  const isHead = (line: string): boolean => /^[A-Za-z_$]/.test(line)
  const pattern = compilePattern(source, { dialect: 'bre' })
  const from = lines.findIndex((line, i) => i >= what.anchor && isHead(line) && pattern.test(line.replace(/\n$/, '')))
  if (from < 0) return fatal(`-L parameter '${source}' starting at line ${what.anchor + 1}: no match`)
  const next = lines.findIndex((line, i) => i > from && isHead(line))
  let to = next < 0 ? lines.length : next
  while (to > from + 1 && (lines[to - 1] ?? '').trim() === '') to -= 1
  return [from, to]
}
